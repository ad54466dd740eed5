"""The edges: each turns what a platform sends into an event, and a card into what it shows."""
