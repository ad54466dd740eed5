"""What the command ``fifteen`` does, one module for each errand."""
