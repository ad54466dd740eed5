"""The engine: reads a hurried line, chooses a play, fits it to this person's authority.

Pure: no clock, no network, no database. Files are read by ``load`` alone.
"""
