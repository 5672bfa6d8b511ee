"""How words sound: from a pronouncing dictionary, and a guess for those that are not in it.

Phones are the CMU dictionary's (ARPABET without stress), which the recogniser's acoustic model knows. A word
that is missing is, in this order: two words of the dictionary written as one ("fishmarket"), a word with an
ending ("prams", "wharf's"), or read by rule, letters from left to right. A word with letters outside a-z
can't be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

Lexicon: TypeAlias = Mapping[str, list[str]]  # word: each way to say it, phones separated by spaces

_SHORTEST_PART = 3  # letters of a word within a compound
_ENDINGS = {"'s": "Z", "s": "Z", "es": "IH Z", "ed": "D", "ing": "IH NG", "er": "ER", "ly": "L IY"}

# English spelling by rule, the longer ones first. Rough on purpose: it is for names, and the recogniser
# forgives a vowel.
_RULES = [
    (re.compile(pattern), phones)
    for pattern, phones in (
        ("tion", "SH AH N"),
        ("sion", "ZH AH N"),
        ("ough|augh", "AO"),
        ("eigh", "EY"),
        ("igh", "AY"),
        ("tch|ch", "CH"),
        ("dge", "JH"),
        ("sh", "SH"),
        ("th", "TH"),
        ("ph", "F"),
        ("wh", "W"),
        ("^kn", "N"),
        ("^wr", "R"),
        ("gh(?![aeiouy])", ""),
        ("ck", "K"),
        ("ng$", "NG"),
        ("qu", "K W"),
        ("x", "K S"),
        ("ee|ea|ei|ie|ey$", "IY"),
        ("oo|ue", "UW"),
        ("ou", "AW"),
        ("oa|ow|o$", "OW"),
        ("ai|ay|a(?=[^aeiouywx]e$)", "EY"),
        ("oi|oy", "OY"),
        ("au|aw", "AO"),
        ("ew", "Y UW"),
        ("ar", "AA R"),
        ("or", "AO R"),
        ("[eiu]r", "ER"),
        ("i(?=[^aeiouywx]e$)", "AY"),
        ("o(?=[^aeiouywx]e$)", "OW"),
        ("u(?=[^aeiouywx]e$)", "UW"),
        ("e$", ""),
        ("a$", "AH"),
        ("^y", "Y"),
        ("y$", "IY"),
        ("c(?=[eiy])", "S"),
        ("g(?=[eiy])", "JH"),
        (r"([bdfgklmnprstvz])(?=\1)", ""),
        *zip(
            "abcdefghijklmnopqrstuvwyz'",
            [
                *("AE", "B", "K", "D", "EH", "F", "G", "HH", "IH", "JH", "K", "L", "M", "N", "AA"),
                *("P", "K", "R", "S", "T", "AH", "V", "W", "IH", "Z", ""),
            ],
            strict=True,
        ),
    )
]


def read_lexicon(lines: Iterable[str]) -> dict[str, list[str]]:
    """A pronouncing dictionary from its lines: a word, white space, its phones."""
    lexicon: dict[str, list[str]] = {}
    for line in lines:
        word, _, phones = line.rstrip().partition(" ")
        if phones:
            if word.endswith(")"):  # "read(2)": another way to say it
                word = word[: word.rindex("(")]
            lexicon.setdefault(word, []).append(phones)
    return lexicon


def pronounce(words: Collection[str], lexicon: Lexicon) -> tuple[dict[str, list[str]], list[str]]:
    """How each of some words sounds.

    Returns:
        The pronunciations of those that have any, and the words whose pronunciation is a guess.
    """
    known: dict[str, list[str]] = {}
    guessed = []
    for word in words:
        if word in lexicon:
            known[word] = lexicon[word]
        elif (guess := guess_phones(word, lexicon)) is not None:
            known[word] = [guess]
            guessed.append(word)
    return known, guessed


def guess_phones(word: str, lexicon: Lexicon) -> str | None:
    """How a word that is not in the dictionary may sound; ``None`` if it is not made of a-z."""
    if not re.fullmatch(r"[a-z']*[a-z][a-z']*", word):
        return None
    return _as_compound(word, lexicon) or _with_ending(word, lexicon) or _by_rule(word)


def _as_compound(word: str, lexicon: Lexicon) -> str | None:
    for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        first, second = lexicon.get(word[:cut]), lexicon.get(word[cut:])
        if first and second:
            return f"{first[0]} {second[0]}"
    return None


def _with_ending(word: str, lexicon: Lexicon) -> str | None:
    for ending, phones in _ENDINGS.items():
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_PART:
            ways = lexicon.get(stem)
            return f"{ways[0] if ways else _by_rule(stem)} {phones}"
    return None


def _by_rule(word: str) -> str:
    phones: list[str] = []
    at = 0
    while at < len(word):
        at = _read_on(word, at, phones)
    return " ".join(phones) or "AH"


def _read_on(word: str, at: int, phones: list[str]) -> int:
    """Read the letters at a place by the first rule that fits; answer where to go on."""
    for pattern, sound in _RULES:
        if match := pattern.match(word, at):
            phones += sound.split()
            return match.end()
    return at + 1
