"""Fifteen: what to say, do and give, while the customer is still standing there."""
