"""Reads the word lists of the benchmarks, which are written as text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """Words between spaces."""
    return tuple(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Phrases between commas; a semicolon is a comma inside one."""
    return tuple(" ".join(phrase.split()).replace(";", ",") for phrase in text.split(","))


def meanings(text: str) -> dict[str, str]:
    """``one = other`` between commas."""
    entries = (entry.partition("=") for entry in text.split(","))
    return {" ".join(one.split()): " ".join(other.split()) for one, _, other in entries}
