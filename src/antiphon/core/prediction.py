"""How will this sentence go on? Whole continuations of what the caller has said so far, with their chances.

The model is an n-gram with a memory: a word is expected after the whole beginning of a sentence, where that
was heard before, and after the last three, two and one words. Each context backs off to the shorter one by
absolute discounting: of what was counted, each different word gives up a constant share, and that is spread
as the shorter context says (Ney, Essen & Kneser 1994). A sentence's end is a word like others.

What it knows is a bounded list of sentences and how often each was said. A model never changes: it enters a
call as it is, and what callers said in the call makes the next model.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from antiphon.core.language.tokens import tokenise

MOST_SENTENCES: Final = 20_000  # some 40 MB; what was said least and longest ago goes first
MOST_WORDS: Final = 24  # of a sentence: the beginnings of longer ones are learned
CONTEXT_WORDS: Final = 3  # a 4-gram
LONGEST_CONTINUATION: Final = 8  # words: what is farther ahead is guessed when it is nearer
MISHEARD: Final = 0.3  # how often the newest word of an interim changes at the next (see docs)

_END = ""
_START = "\n"  # no word: begins a context that holds all words so far
_DISCOUNT = 0.7
_WHOLE_DISCOUNT = 0.3  # a sentence that begins like another one from the first word mostly goes on like it
_UNKNOWN_WORDS = 2_000  # that might be said though they never were
_BRANCHES = 6  # words tried after each context
_MOST_STEPS = 48
_FAINT = 0.02  # less likely continuations are not followed

Context: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Continuation:
    """A way in which a sentence may go on to its end.

    Attributes:
        kept: How many of the words so far it follows: all, or all but the newest, which may be misheard.
        words: The words to come, none if the sentence is over.
        probability: How likely it is, exactly so, in [0, 1].
    """

    kept: int
    words: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What followed a context: how often in all, each word, the most frequent first."""

    total: float
    counts: Mapping[str, float]


class ContinuationModel:
    """What callers say, as far as is known; immutable.

    Args:
        sentences: Each with how often it was said; words as ``tokenise`` gives them, joined by blanks.
            What was said last comes last.
    """

    def __init__(self, sentences: Mapping[str, float] | None = None) -> None:
        self.sentences: Mapping[str, float] = dict(sentences or {})
        contexts: dict[Context, dict[str, float]] = {}
        for sentence, weight in self.sentences.items():
            for context, word in _events(sentence.split(" ")):
                counts = contexts.setdefault(context, {})
                counts[word] = counts.get(word, 0.0) + weight
        self._contexts = {context: _seen(counts) for context, counts in contexts.items()}

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.sentences)

    def learned(self, texts: Iterable[str], *, weight: float = 1.0) -> ContinuationModel:
        """The model that also knows some sentences.

        Args:
            texts: What was said, as written or transcribed.
            weight: How many times each counts.
        """
        sentences = dict(self.sentences)
        for text in texts:
            sentence = " ".join(tokenise(text)[:MOST_WORDS])
            if sentence:
                sentences[sentence] = sentences.pop(sentence, 0.0) + weight
        surplus = len(sentences) - MOST_SENTENCES
        if surplus > 0:
            for sentence in heapq.nsmallest(surplus, sentences, key=lambda sentence: sentences[sentence]):
                del sentences[sentence]
        return ContinuationModel(sentences)

    # --- what comes next ------------------------------------------------------------------------------

    def probability(self, words: Sequence[str], following: str | None) -> float:
        """How likely a word is to follow; ``None`` for the end of the sentence."""
        return self._probability(self._known(tuple(words)), _END if following is None else following)

    def ends(self, text: str) -> float | None:
        """How likely a sentence is over after these words; ``None`` if none is known to begin so."""
        words = tuple(tokenise(text))
        if not words or (_START, *words) not in self._contexts:
            return None
        return self.probability(words, None)

    def complete(
        self, text: str, *, most: int = 4, least_probability: float = 0.05, misheard: float = 0.0
    ) -> tuple[Continuation, ...]:
        """How a sentence may go on to its end, the likeliest first.

        By Bayes' rule, the less the newest word is expected after the others, the more it is doubted.

        Args:
            text: What was said so far.
            most: How many continuations at most.
            least_probability: Less likely ones are left out.
            misheard: How likely it is beforehand that the newest word is not what was said.
        """
        words = tuple(tokenise(text))
        if not self.sentences or len(words) >= MOST_WORDS:
            return ()
        doubt = self._doubt(words, misheard)
        found = {(len(words), rest): (1 - doubt) * chance for rest, chance in self._ends(words, 1 - doubt)}
        if doubt > _FAINT:
            for rest, chance in self._ends(words[:-1], doubt):
                if rest and rest[0] != words[-1]:
                    found[len(words) - 1, rest] = doubt * chance
        likeliest = heapq.nlargest(most, found.items(), key=lambda item: item[1])
        return tuple(
            Continuation(kept, rest, chance)
            for (kept, rest), chance in likeliest
            if chance >= least_probability
        )

    def _doubt(self, words: Context, misheard: float) -> float:
        """How likely the newest word is not what was said."""
        if not words or not misheard:
            return 0.0
        by_chance = misheard / _UNKNOWN_WORDS
        said = (1 - misheard) * self._probability(self._known(words[:-1]), words[-1])
        return by_chance / (by_chance + said)

    def _ends(self, words: Context, share: float) -> Iterator[tuple[Context, float]]:
        """Continuations to the end with their chances: the likeliest way is always followed first."""
        ways: list[tuple[float, Context]] = [(-1.0, ())]
        for _ in range(_MOST_STEPS):
            if not ways:
                return
            chance, rest = heapq.heappop(ways)
            if rest and rest[-1] == _END:
                yield rest[:-1], -chance
                continue
            known = self._known((*words, *rest))
            for word in self._likely(known, only_end=len(rest) >= LONGEST_CONTINUATION):
                further = chance * self._probability(known, word)
                if -further * share >= _FAINT:
                    heapq.heappush(ways, (further, (*rest, word)))

    # --- counts ---------------------------------------------------------------------------------------

    def _known(self, words: Context) -> list[tuple[_Seen, float]]:
        """What is known of the words' contexts and what each word seen gives up there, the shortest first."""
        find = self._contexts.get
        known = []
        for length in range(min(CONTEXT_WORDS, len(words)) + 1):
            seen = find(words[len(words) - length :])
            if seen is None:
                break
            known.append((seen, _DISCOUNT))
        whole = find((_START, *words))
        if whole is not None:
            known.append((whole, _WHOLE_DISCOUNT))
        return known

    def _probability(self, known: list[tuple[_Seen, float]], word: str) -> float:
        chance = 1 / _UNKNOWN_WORDS
        for seen, discount in known:
            given_up = discount * len(seen.counts)
            chance = (max(0.0, seen.counts.get(word, 0.0) - discount) + given_up * chance) / seen.total
        return chance

    def _likely(self, known: list[tuple[_Seen, float]], *, only_end: bool) -> Iterable[str]:
        """Words worth a try: those most often seen after the longer contexts."""
        if only_end:
            return (_END,)
        tried: dict[str, None] = {}
        for seen, _ in known[-2:]:
            for word, _ in zip(seen.counts, range(_BRANCHES), strict=False):
                tried[word] = None
        return tried


@lru_cache(maxsize=4)  # of agents, not of calls
def model_of(turns: tuple[str, ...]) -> ContinuationModel:
    """What is known of callers who are known to say these turns; one model for all calls."""
    return ContinuationModel().learned(turns)


def _events(words: list[str]) -> Iterator[tuple[Context, str]]:
    """Each word of a sentence, and its end, after each context it is learned in."""
    for place, word in enumerate((*words, _END) if len(words) < MOST_WORDS else words):
        before = tuple(words[:place])
        for length in range(min(CONTEXT_WORDS, place) + 1):
            yield before[place - length :], word
        yield (_START, *before), word


def _seen(counts: dict[str, float]) -> _Seen:
    return _Seen(sum(counts.values()), dict(sorted(counts.items(), key=lambda item: -item[1])))
