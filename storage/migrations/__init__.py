"""How the tables became what they are, one step a file. Run by ``storage.upgrade``."""
