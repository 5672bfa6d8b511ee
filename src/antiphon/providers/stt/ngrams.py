"""An n-gram language model from sentences that count more or less, in the ARPA format that recognisers read.

Smoothing is Witten and Bell's (1991, method C), interpolated: after a history ``h`` that was followed by
``T(h)`` different words in ``c(h)`` counts, a share ``c / (c + s T)`` is given to what was seen and the rest
to the shorter history, down to a base distribution over the vocabulary. Written as back-off weights this is
exact, and every distribution sums to one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

BEGIN, END = "<s>", "</s>"
_BEFORE = ""  # stands in front of <s>, so that every word ends one n-gram of the highest order
ORDER = 3
NOVELTY = 0.5  # s above; less than 1 trusts the sentences more
NEVER = -99.0  # log10 of zero, as ARPA files write it
SMALLEST = 1e-7

Sentence: TypeAlias = tuple[float, Sequence[str]]  # weight, words
NGram: TypeAlias = tuple[str, ...]


class NGramModel:
    """P(word | the two words before it).

    Args:
        sentences: What it learns from.
        base: P(word) where nothing is known; its words are the vocabulary, and all there may be in the
            sentences. It is brought to a sum of one, with ``</s>`` as likely as the likeliest word.
    """

    def __init__(self, sentences: Iterable[Sentence], base: Mapping[str, float]) -> None:
        self._counts = _count(sentences)
        self._after: defaultdict[NGram, float] = defaultdict(float)  # c(h)
        self._kinds: defaultdict[NGram, int] = defaultdict(int)  # T(h)
        for counts in self._counts[1:]:
            for gram, count in counts.items():
                self._after[gram[:-1]] += count
                self._kinds[gram[:-1]] += 1
        with_end = {END: max(base.values(), default=1.0), **base}
        total = sum(with_end.values())
        self._base = {word: value / total for word, value in with_end.items()}

    @property
    def vocabulary(self) -> Iterable[str]:
        """Its words, ``</s>`` among them."""
        return self._base.keys()

    def probability(self, gram: NGram) -> float:
        """P(last word | those before it), for up to ``ORDER`` words."""
        history, word = gram[:-1], gram[-1]
        shorter = self.probability(gram[1:]) if history else self._base[word]
        seen = self._share_of_seen(history)
        if not seen:
            return shorter
        return seen * self._counts[len(gram)].get(gram, 0.0) / self._after[history] + (1 - seen) * shorter

    def arpa(self) -> str:
        """The model as an ARPA file."""
        unigrams: list[NGram] = [(BEGIN,), *((word,) for word in sorted(self._base))]
        grams = [unigrams, *(sorted(counts) for counts in self._counts[2:])]
        lines = ["\\data\\", *(f"ngram {order}={len(those)}" for order, those in enumerate(grams, 1))]
        for order, those in enumerate(grams, 1):
            lines += ["", f"\\{order}-grams:", *(self._line(gram) for gram in those)]
        return "\n".join([*lines, "", "\\end\\", ""])

    def _share_of_seen(self, history: NGram) -> float:
        count = self._after.get(history, 0.0)
        return count / (count + NOVELTY * self._kinds[history]) if count else 0.0

    def _line(self, gram: NGram) -> str:
        log_probability = NEVER if gram == (BEGIN,) else math.log10(self.probability(gram))
        if len(gram) == ORDER:
            return f"{log_probability:.4f} {' '.join(gram)}"
        back_off = math.log10(max(SMALLEST, 1 - self._share_of_seen(gram)))
        return f"{log_probability:.4f} {' '.join(gram)} {back_off:.4f}"


def _count(sentences: Iterable[Sentence]) -> list[dict[NGram, float]]:
    """How often each n-gram was seen, by order; the shorter ones are sums over the longer ones."""
    counts: list[defaultdict[NGram, float]] = [defaultdict(float) for _ in range(ORDER + 1)]
    longest = counts[ORDER]
    for weight, words in sentences:
        padded = (*[_BEFORE] * (ORDER - 2), BEGIN, *words, END)
        for end in range(ORDER, len(padded) + 1):
            longest[padded[end - ORDER : end]] += weight
    for order in range(ORDER, 1, -1):
        for gram, count in counts[order].items():
            counts[order - 1][gram[1:]] += count
    return [{gram: count for gram, count in those.items() if _BEFORE not in gram} for those in counts]
