"""How alike two words are to somebody who may have misheard one of them.

Recognisers confuse words that sound alike ("clothes" for "close"), so spelling alone is not enough: words are
compared by their letters and by a rough key of how they sound, vowels left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler, Levenshtein

SAME = 1.0
INFLECTED = 0.97  # the same word with another ending
NEAREST = 0.9  # at most, for words that are not the same
LETTERS_ALIKE = 0.88  # Jaro-Winkler from here on
SOUND_ALIKE = 0.75  # normalised Levenshtein of the keys from here on
LETTERS_SOMEWHAT_ALIKE = 0.78  # below it, words that sound alike by their consonants only do not count
SHORTEST = 4  # letters from which words can be alike; shorter ones are alike too often

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
_SHORTEST_STEM = 3
_SOUNDS = (
    (r"ph", "f"),
    (r"^kn", "n"),
    (r"^wr", "r"),
    (r"wh", "w"),
    (r"[sc]h", "s"),
    (r"tch|dge?", "t"),
    (r"gh", ""),
    (r"ck|q|c(?![eiy])|x", "k"),
    (r"c|z", "s"),
    (r"th|d", "t"),
    (r"g(?=[eiy])|j", "t"),
    (r"b", "p"),
    (r"v", "f"),
    (r"m", "n"),
)
_RULES = [(re.compile(pattern), sound) for pattern, sound in _SOUNDS]
_VOWELS = re.compile(r"(?<!^)[aeiouyhw]+")
_FIRST_VOWEL = re.compile(r"^[aeiouyh]+")
_DOUBLE = re.compile(r"(.)\1+")


@lru_cache(maxsize=4_096)
def stem(word: str) -> str:
    """A word without its ending: "closes", "closed" and "closing" are one."""
    word = word.removesuffix("'s").replace("'", "")
    for ending, instead in _ENDINGS:
        short = word.removesuffix(ending)
        if short != word and len(short) >= _SHORTEST_STEM and not word.endswith("ss"):
            short += instead
            if ending in {"ing", "ed"} and short[-1] == short[-2] and short[-1] not in "aeiosl":
                short = short[:-1]  # "stopped"
            return short.removesuffix("e") if len(short) > _SHORTEST_STEM else short
    return word


@lru_cache(maxsize=4_096)
def sound_key(word: str) -> str:
    """About how a word sounds: consonants in classes, and whether it begins with a vowel."""
    for pattern, sound in _RULES:
        word = pattern.sub(sound, word)
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", _FIRST_VOWEL.sub("a", word)))


def likeness(heard: str, known: str) -> float:
    """How likely one word was meant by another, in [0, 1]; 0 for words that have nothing in common."""
    if heard == known:
        return SAME
    if stem(heard) == stem(known):
        return INFLECTED
    if min(len(heard), len(known)) < SHORTEST:
        return 0.0
    letters = JaroWinkler.similarity(heard, known)
    return NEAREST * max(letters if letters >= LETTERS_ALIKE else 0.0, _sound_likeness(heard, known, letters))


def _sound_likeness(heard: str, known: str, letters: float) -> float:
    left, right = sound_key(heard), sound_key(known)
    if not left or not right or left[0] != right[0] or letters < LETTERS_SOMEWHAT_ALIKE:
        return 0.0
    return Levenshtein.normalized_similarity(left, right, score_cutoff=SOUND_ALIKE)


class Vocabulary:
    """The words there are, to find those that a word which was heard may stand for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._with_stem: defaultdict[str, list[str]] = defaultdict(list)
        self._with_key: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._with_stem[stem(word)].append(word)
            self._with_key[sound_key(word)].append(word)
        self._keys = list(self._with_key)

    def __contains__(self, word: str) -> bool:
        return stem(word) in self._with_stem

    def alike(self, heard: str) -> dict[str, float]:
        """Stems of the words that may have been meant, each with the best ``likeness`` of its words."""
        candidates = set(self._with_stem.get(stem(heard), ()))
        if len(heard) >= SHORTEST:
            letters = process.extract(
                heard, self._words, scorer=JaroWinkler.similarity, score_cutoff=LETTERS_ALIKE, limit=None
            )
            candidates.update(word for word, _, _ in letters)
            sounds = process.extract(
                sound_key(heard),
                self._keys,
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=SOUND_ALIKE,
                limit=None,
            )
            candidates.update(word for key, _, _ in sounds for word in self._with_key[key])
        best: dict[str, float] = {}
        for word in candidates:
            if (value := likeness(heard, word)) > best.get(stem(word), 0.0):
                best[stem(word)] = value
        return best
