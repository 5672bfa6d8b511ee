"""Embedders: one file per vendor or model."""
