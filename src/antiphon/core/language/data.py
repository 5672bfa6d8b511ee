"""Reads the word lists of the language packs, which are written as text so that people can."""

from __future__ import annotations

from antiphon.core.language.pack import NOTHING, Phrase


def listed(text: str) -> tuple[str, ...]:
    """Words between spaces, in order."""
    return tuple(text.split())


def words(text: str) -> frozenset[str]:
    """Words between spaces, in no order."""
    return frozenset(text.split())


def word_lists(text: str) -> tuple[tuple[str, ...], ...]:
    """Phrases between commas, the longest first."""
    return tuple(sorted((listed(phrase) for phrase in text.split(",")), key=len, reverse=True))


def pairs(text: str) -> frozenset[frozenset[str]]:
    """Pairs of words between commas."""
    return frozenset(words(pair) for pair in text.split(","))


def groups(text: str) -> dict[str, str]:
    """Groups of words between commas: each word and the first of its group."""
    return {word: group[0] for group in map(listed, text.split(",")) for word in group}


def meanings(text: str) -> dict[str, tuple[str, ...]]:
    """``short = what it stands for``, between commas."""
    entries = (entry.partition("=") for entry in text.split(","))
    return {short.strip(): listed(long) for short, _, long in entries}


def phrases(
    *texts: str,
    not_after: frozenset[str] = NOTHING,
    not_before: frozenset[str] = NOTHING,
    not_near: frozenset[str] = NOTHING,
) -> tuple[Phrase, ...]:
    """Several phrases under the same conditions."""
    return tuple(
        Phrase(listed(text), not_after=not_after, not_before=not_before, not_near=not_near) for text in texts
    )
