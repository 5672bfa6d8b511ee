"""Models that hear whether a turn is complete, one file each."""
