"""What may be left out: phrases of politeness, fillers and words said twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from antiphon.core.language.pack import EDGE, NOTHING, Phrase

_LONGEST_REPEAT = 8


class Phrases:
    """A set of phrases, found by their first or last word.

    Args:
        phrases: What may be left out.
        without: Words that are gone by the time the phrases are looked for.
        gerund: The ending that ``Phrase.before_gerund`` speaks of.
    """

    def __init__(
        self, phrases: Iterable[Phrase], without: frozenset[str] = NOTHING, gerund: str = ""
    ) -> None:
        self._gerund = gerund
        self._by_head: dict[str, list[Phrase]] = {}
        self._by_tail: dict[str, list[Phrase]] = {}
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase.words)):
            left = tuple(word for word in phrase.words if word not in without)
            found = replace(phrase, words=left)
            self._by_head.setdefault(left[0], []).append(found)
            self._by_tail.setdefault(left[-1], []).append(found)
        self.all = frozenset(phrase.words for found in self._by_head.values() for phrase in found)
        self.heads = frozenset(self._by_head)
        self.tails = frozenset(self._by_tail)

    def at(self, words: Sequence[str], position: int) -> Phrase | None:
        """The longest phrase that begins here and may be left out here."""
        for phrase in self._by_head.get(words[position], ()):
            if self._holds(phrase, words, position):
                return phrase
        return None

    def ending(self, words: Sequence[str]) -> Phrase | None:
        """The longest phrase that ends the utterance and may be left out there."""
        for phrase in self._by_tail.get(words[-1], ()):
            start = len(words) - len(phrase.words)
            if start >= 0 and self._holds(phrase, words, start):
                return phrase
        return None

    def _holds(self, phrase: Phrase, words: Sequence[str], start: int) -> bool:
        end = start + len(phrase.words)
        if tuple(words[start:end]) != phrase.words:
            return False
        before = words[start - 1] if start else EDGE
        after = words[end] if end < len(words) else EDGE
        if before in phrase.not_after or after in phrase.not_before:
            return False
        if phrase.only_after and before not in phrase.only_after:
            return False
        if phrase.only_before and after not in phrase.only_before:
            return False
        if phrase.before_gerund and not (len(after) > len(self._gerund) + 1 and after.endswith(self._gerund)):
            return False
        near = words[max(start - 3, 0) : start]
        return phrase.not_near.isdisjoint(near) and phrase.unless.isdisjoint(words)


def without_repeats(words: list[str], denials: frozenset[str] = NOTHING) -> list[str]:
    """The words with each immediate repetition said once: "set an set an alarm".

    Numbers, single letters and single signs are left alone, "five five" is not "five"; and denials, which
    can undo each other.
    """
    if len(set(words)) == len(words):
        return words
    kept: list[str] = []
    seen: set[str] = set()
    for word in words:
        kept.append(word)
        if word in seen:
            for length in range(1, min(_LONGEST_REPEAT, len(kept) // 2) + 1):
                if word == kept[-1 - length] and _repeats(kept, length, denials):
                    del kept[-length:]
                    break
        seen.add(word)
    return kept


def _repeats(words: list[str], length: int, denials: frozenset[str]) -> bool:
    """Whether the last words were said twice by mistake, and are no digits or letters of a code."""
    block = words[-length:]
    if block != words[-2 * length : -length] or not denials.isdisjoint(block):
        return False
    if any(word[0].isdigit() and ":" not in word for word in block):
        return False
    return any(len(word) > 1 for word in block) or block in (["a"], ["i"])
