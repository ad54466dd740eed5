"""What the clock sets going: follow-ups, digests, left-over deliveries."""
