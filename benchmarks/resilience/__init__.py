"""Figures for how faults of vendors are borne."""
