"""The conversation, written once for every channel and the clock. Pure: no I/O, no platform."""
