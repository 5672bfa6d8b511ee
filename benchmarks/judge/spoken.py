"""Spoken numbers in digits, written independently of the judge's own reading of them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from judge.harmless_words import ORDINALS, TENS, UNITS

_SMALL = {**{word: value for value, word in enumerate(UNITS)}, **TENS}


def in_digits(rng: random.Random, words: Sequence[str]) -> str:
    """The words with every number written in one of the ways recognisers write it."""
    written: list[str] = []
    position = 0
    while position < len(words):
        value, length = number(words, position)
        following = words[position + length] if position + length < len(words) else ""
        rank = ORDINALS.get(following if length else words[position], 0)
        if rank and (not length or (value % 10 == 0 and 20 <= value < 100 and rank < 10)):
            written.append(_ordinal(value + rank))
            length += 1
        elif length and following in {"am", "pm"}:
            written.append(_time(rng, value, following))
            length += 1
        else:
            written.append(rng.choice((f"{value:,}", str(value))) if length else words[position])
        position += max(length, 1)
    text = re.sub(r"(\d+) point (\d+)", r"\1.\2", " ".join(written))
    text = re.sub(r"\b(\d+) dollars", r"$\1", text)
    return re.sub(r"(\d+) percent", r"\1%", text)


def number(words: Sequence[str], position: int) -> tuple[int, int]:
    """The value of the longest number at a position, and how many words it has; 0 words if there is none."""
    start, total, part, open_ = position, 0, 0, 1_000
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        if word in _SMALL and (_SMALL[word] or position == start) and _SMALL[word] < open_:
            part += _SMALL[word]
            open_ = 10 if word in TENS else 1
        elif word == "hundred" and 0 < part < 10:
            part, open_ = part * 100, 100
        elif word == "thousand" and part:
            total, part, open_ = total + part * 1_000, 0, 1_000
        elif not (word == "and" and (part >= 100 or (total and not part)) and following in _SMALL):
            break
        position += 1
    return total + part, position - start


def _time(rng: random.Random, value: int, half: str) -> str:
    if not 1 <= value <= 12:
        return f"{value} {half}"
    return rng.choice((f"{value}{half}", f"{value} {half[0]}.m.", f"{value}:00 {half}"))


def _ordinal(value: int) -> str:
    suffix = "th" if 10 < value % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"
