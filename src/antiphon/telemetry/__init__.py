"""Traces, metrics and reports."""
