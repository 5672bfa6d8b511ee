"""The written forms of numbers, as patterns that the rules are made of."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.speakable.rules import one_of

BLANK = r"[ \t]"
WHOLE = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
NUMBER = rf"(?:{WHOLE}(?:\.\d+)?|\.\d+)"
RANGE = rf"(?:[-–—]|{BLANK}[-–—]{BLANK})"
BEGIN = r"(?<!\w)(?<!\d[.,:/])"
END = r"(?!\w)(?![.,:]\d)"
SIGN = r"(?:(?<![\w)\]])[-−+])"


def amount(name: str, magnitudes: Iterable[str]) -> str:
    """A number with the word or letter that multiplies it: groups ``name`` and ``name_times``."""
    words = one_of(word for word in magnitudes if len(word) > 2)
    letters = one_of(word for word in magnitudes if len(word) <= 2)
    return rf"(?P<{name}>{NUMBER})(?P<{name}_times>{BLANK}?{words}(?![A-Za-z])|{letters}(?![A-Za-z]))?"


def joined(*words: str) -> str:
    """Words with a blank between them; empty ones left out."""
    return " ".join(word for word in words if word)
