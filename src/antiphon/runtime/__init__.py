"""The driver: what runs the core in a clock's time, real or virtual."""
