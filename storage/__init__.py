"""Rows: moments, follow-ups, inbox and outbox, on SQLite or PostgreSQL."""
