"""The conversation core: pure, synchronous, told the time."""
