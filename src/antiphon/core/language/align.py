"""Word against word: the first place where two transcripts differ in more than how a thing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Prefix

from antiphon.core.language.normalise import Transcript
from antiphon.core.language.pack import LanguagePack

_MOST_PARTS = 4  # "what so ever" is one word; more parts are a sentence


class Mismatch(NamedTuple):
    """Where two transcripts part: an index into the words of each; past both ends if only articles differ."""

    left: int
    right: int


class Aligner:
    """Walks two transcripts of one language side by side."""

    def __init__(self, pack: LanguagePack) -> None:
        self._pack = pack
        self._inseparable = pack.negations | pack.pronouns

    def mismatch(self, left: Transcript, right: Transcript) -> Mismatch | None:
        """The first difference that may change the meaning; ``None`` if there is none."""
        ours, theirs = left.key, right.key
        if ours == theirs:
            return self._mismatched_cases(left, right)
        here = there = Prefix.similarity(ours, theirs)
        while here < len(ours) and there < len(theirs):
            step = (1, 1) if ours[here] == theirs[there] else self._step(left, here, right, there)
            if step is None:
                return Mismatch(here, there)
            here, there = here + step[0], there + step[1]
        if here < len(ours) or there < len(theirs):
            return Mismatch(here, there)
        return self._mismatched_cases(left, right)

    @staticmethod
    def _mismatched_cases(left: Transcript, right: Transcript) -> Mismatch | None:
        """Articles may be left out, but not changed where they show who does what to whom."""
        if len(left.cases) != len(right.cases) or left.cases == right.cases:
            return None
        return Mismatch(len(left.words), len(right.words))

    def _step(self, left: Transcript, here: int, right: Transcript, there: int) -> tuple[int, int] | None:
        """How many words of each side say the same in different writing; ``None`` if none do."""
        if left.words[here][0] != right.words[there][0]:  # all writings of a thing begin alike
            return None
        if count := self._writes(left, here, right, there):
            return 1, count
        if count := self._writes(right, there, left, here):
            return count, 1
        return None

    def _writes(self, left: Transcript, here: int, right: Transcript, there: int) -> int:
        """How many words of the right side say what one of the left says; 0 if none do."""
        word, others = left.words[here], right.words
        plain = word.replace("'", "")
        if plain == others[there].replace("'", ""):
            return 1
        if here == left.gerund and is_gerund_of(word, others[there]):
            return 1
        following = tuple(others[there : there + 2])
        if self._pack.split_possessive and following == (word.removesuffix("'s"), "is"):
            return 2
        sounds = self._pack.sounds_like.get(word)
        if sounds is not None and sounds == tuple(others[there : there + len(sounds)]):
            return len(sounds)
        return self._parts(plain, others, there)

    def _parts(self, word: str, others: Sequence[str], start: int) -> int:
        """How many words, written as one, are this word; 0 if none. Nothing is split that carries meaning."""
        if word[:1].isdigit() or word in self._pack.negations:
            return 0
        rest = word
        parts: list[str] = []
        while rest and len(parts) < _MOST_PARTS and start + len(parts) < len(others):
            part = others[start + len(parts)].replace("'", "")
            if not part or not rest.startswith(part) or part[0].isdigit():
                return 0
            rest = rest[len(part) :]
            parts.append(part)
        free = word in self._pack.compounds or all(len(part) == 1 for part in parts)  # "b b c"
        if rest or len(parts) < 2 or not (free or self._inseparable.isdisjoint(parts)):
            return 0
        return len(parts)


def is_gerund_of(gerund: str, base: str) -> bool:
    """Whether an English "-ing" form belongs to a verb: "playing", "making", "setting"."""
    stem = gerund[:-3]
    return base in {stem, stem + "e"} or (len(stem) > 2 and stem[-1] == stem[-2] and base == stem[:-1])
