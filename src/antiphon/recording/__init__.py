"""A call written down: two tracks of sound, and every event, so that the core can decide it all again."""
