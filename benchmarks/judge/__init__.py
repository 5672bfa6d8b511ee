"""Figures for the reuse judge and the openings, on pairs made from real commands."""
