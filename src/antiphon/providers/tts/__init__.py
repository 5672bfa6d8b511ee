"""Voices, one file each."""
