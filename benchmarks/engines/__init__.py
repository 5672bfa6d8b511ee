"""Figures for the embedded engines: errors, delays, and what they cost."""
