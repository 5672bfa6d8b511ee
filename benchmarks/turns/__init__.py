"""Figures for the endpointer, on turns of text with pauses inside."""
