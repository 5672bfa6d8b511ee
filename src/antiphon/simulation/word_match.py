"""Finding words among words."""

from __future__ import annotations

from collections.abc import Sequence


def find_words(words: Sequence[str | None], wanted: Sequence[str], start: int) -> int | None:
    """Where a run of words begins among others, at the earliest from ``start``; ``None`` if it is not there.

    ``None`` among the words is a place that nothing runs across.
    """
    if not wanted:
        return start
    for at in range(start, len(words) - len(wanted) + 1):
        if words[at] == wanted[0] and list(words[at : at + len(wanted)]) == list(wanted):
            return at
    return None


def is_within(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether words follow one another among others."""
    return find_words(words, wanted, 0) is not None
