"""What callers say to show that they listen, and whether they are being asked something meanwhile."""

from __future__ import annotations

import re
from functools import cache

from antiphon.core.language import pack_for
from antiphon.core.language.pack import ListeningWords
from antiphon.core.language.tokens import tokenise

_SENTENCES = re.compile(r"(?<=[.!?…。！？])\s*")
_QUESTION = ("?", "？", "؟")
_ENDS = re.compile(r"[.!?…。！？؟]")
WORDS_AFTER_A_QUESTION = 3  # so far into what follows, a caller still answers the question


class Backchannels:
    """Knows a language's backchannels: "mm-hm", "yeah", "okay".

    Args:
        language: BCP 47 tag; of a language that is not known, nothing is a backchannel.
    """

    def __init__(self, language: str) -> None:
        only, self._answers = _phrases(pack_for(language).listening)
        self._known = only | self._answers
        self._longest = max(map(len, self._known), default=0)

    def is_backchannel(self, text: str, *, asked: bool = False) -> bool:
        """Whether words show no more than that the caller listens.

        Args:
            text: What was said; any number of backchannels in a row.
            asked: Whether the agent is asking something: then "yeah" is an answer, and no backchannel.
        """
        left = tuple(tokenise(text, fold_accents=True))
        said = bool(left)
        while left:
            length = next((size for size in range(self._longest, 0, -1) if left[:size] in self._known), None)
            if length is None or (asked and left[:length] in self._answers):
                return False
            left = left[length:]
        return said


def is_asking(heard: str, coming: str) -> bool:
    """Whether a speaker asks something: half of a question was heard, or the next sentence has hardly begun.

    Args:
        heard: What was said so far.
        coming: How it goes on, as far as is known.
    """
    begun = [sentence for sentence in _SENTENCES.split(heard) if sentence.strip()]
    if not begun:
        return False
    last = begun[-1].strip()
    if last.endswith(_QUESTION):
        return True
    end = _ENDS.search(coming)
    whole = last + coming[: end.end()] if end is not None and not _ENDS.search(last[-1]) else last
    words = len(last.split())
    if whole.endswith(_QUESTION):
        return 2 * words >= len(whole.split())
    return len(begun) > 1 and begun[-2].strip().endswith(_QUESTION) and words <= WORDS_AFTER_A_QUESTION


def is_echo(words: str, spoken: str, share: float) -> bool:
    """Whether words are what the agent itself says, heard back: so many of them are, in its order.

    Args:
        words: What was recognised.
        spoken: What the agent says, about then.
        share: Which part of the words must be its own, in (0, 1].
    """
    said, own = tokenise(words, fold_accents=True), tokenise(spoken, fold_accents=True)
    at = found = 0
    for word in said:
        if word in own[at:]:
            at = own.index(word, at) + 1
            found += 1
    return bool(said) and found >= share * len(said)


@cache
def _phrases(
    words: ListeningWords,
) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    def read(phrases: str) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(tokenise(phrase, fold_accents=True)) for phrase in phrases.split(","))

    return read(words.only) - {()}, read(words.answers) - {()}
