"""Chance that can be had again: a stream of its own for everything that is drawn."""

from __future__ import annotations

from random import Random


def chance(*names: object) -> Random:
    """A stream of random values that depends on its name alone: what others draw does not change it."""
    return Random(" ".join(map(str, names)))  # noqa: S311 - to be repeatable is the point
