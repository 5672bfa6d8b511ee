"""Does a draft made for an interim transcript answer the final one?

Two questions, both to be answered with yes. The *guard* asks whether the two transcripts mean the same: word
by word, nothing may differ but how it is written and what may be left out (fillers, politeness, articles,
repeats). The *measure* asks whether they are as alike as whoever set it wants them. When in doubt: no.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, JaroWinkler, Levenshtein

from antiphon.core.checks import as_choice, check_range
from antiphon.core.language import Mismatch, Transcript, matcher_for
from antiphon.core.language.reasons import explain
from antiphon.errors import ConfigError

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_MOST_CHARACTERS = 4_000  # longer transcripts are compared as they stand: the time taken stays bounded
_SAME_WORDS = "same words"
_SAME_MEANING = "same meaning: differs only in form, fillers or politeness"


class Measure(StrEnum):
    """How alike two transcripts are, as a number in [0, 1]."""

    CONTENT = "content"  # share of the words in common and in order, without those that may be left out
    LEVENSHTEIN = "levenshtein"  # 1 - edits / length, over characters
    JARO_WINKLER = "jaro-winkler"  # characters in common, a common beginning counting more
    TOKEN_SET = "token-set"  # noqa: S105 - words in common, whatever their order
    SEMANTIC = "semantic"  # an Embedder's cosine, handed in; without it: content
    EXACT = "exact"  # 1 if the words are the same
    SUBSTRING = "substring"  # 1 if one contains the other: the baseline that the others are compared with


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """When two transcripts count as the same.

    Attributes:
        measure: How likeness is measured.
        threshold: Likeness in [0, 1] from which a draft may be used.
        guard: Whether a difference in meaning rejects whatever the measure says. Without it the measure
            alone decides, which lets most changed meanings through.
        language: What is spoken, as a BCP 47 tag. In a language unknown, all words have to be the same.

    Raises:
        ConfigError: If a value is of the wrong kind or out of range.
    """

    measure: Measure = Measure.CONTENT
    threshold: float = 0.8
    guard: bool = True
    language: str = "en"

    def __post_init__(self) -> None:
        object.__setattr__(self, "measure", as_choice("measure", self.measure, Measure))
        check_range("threshold", self.threshold, 0, 1)
        if not isinstance(self.guard, bool):
            raise ConfigError(f"guard = {self.guard!r}: expected true or false")
        if not isinstance(self.language, str) or not _LANGUAGE.fullmatch(self.language):
            raise ConfigError(f'language = {self.language!r}: expected a BCP 47 tag such as "en" or "en-GB"')


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge thinks of a pair.

    Attributes:
        reuse: Whether the draft answers the final.
        score: What the measure says, in [0, 1], whatever the guard says.
        reason: Why, in a short sentence.
    """

    reuse: bool
    score: float
    reason: str


class Judge:
    """Compares transcripts. It keeps nothing but the forms of those it saw last, to save work.

    Args:
        settings: When two transcripts count as the same.
    """

    def __init__(self, settings: JudgeSettings) -> None:
        self.settings = settings
        self._matcher = matcher_for(settings.language)
        self._pack = self._matcher.pack
        self._semantic = settings.measure is Measure.SEMANTIC
        self._plain = _PLAIN_MEASURES.get(settings.measure)

    def compare(self, interim: str, final: str, *, similarity: float | None = None) -> Verdict:
        """Judge whether a draft made for one transcript may answer another. Symmetric.

        Args:
            interim: The transcript that the draft was made for.
            final: The transcript to be answered.
            similarity: An Embedder's cosine for the pair, in [-1, 1]. Only ``Measure.SEMANTIC`` looks at it;
                the guard goes before it.
        """
        if len(interim) > _MOST_CHARACTERS or len(final) > _MOST_CHARACTERS:
            return _compare_long(interim, final)
        left, right, mismatch = self._matcher.compare(interim, final)
        if not left.said or not right.said:
            return Verdict(False, 0.0, "there are no words to compare")
        score = self._score(left, right, mismatch, similarity)
        settings = self.settings
        if settings.guard and mismatch is not None:
            return Verdict(False, score, explain(self._pack, left, right, mismatch))
        if not score >= settings.threshold:  # a similarity that is no number is none
            below = f"{settings.measure} score {score:.2f} is below {settings.threshold:g}"
            return Verdict(False, score, below)
        if mismatch is not None:
            return Verdict(True, score, f"{settings.measure} score {score:.2f}, not guarded")
        return Verdict(True, score, _SAME_WORDS if left.said == right.said else _SAME_MEANING)

    def needs_similarity(self, interim: str, final: str) -> bool:
        """Whether an Embedder's opinion on a pair can make a difference."""
        if not self._semantic or max(len(interim), len(final)) > _MOST_CHARACTERS:
            return False
        left, right, mismatch = self._matcher.compare(interim, final)
        if not left.said or not right.said or left.said == right.said:
            return False
        return mismatch is None or not self.settings.guard

    def _score(
        self, left: Transcript, right: Transcript, mismatch: Mismatch | None, similarity: float | None
    ) -> float:
        if self._plain is not None:
            return self._plain(" ".join(left.said), " ".join(right.said))
        if self._semantic and similarity is not None and left.said != right.said:
            return min(max(similarity, 0.0), 1.0)
        return 1.0 if mismatch is None else Indel.normalized_similarity(left.key, right.key)


def _compare_long(interim: str, final: str) -> Verdict:
    same = interim.casefold().split() == final.casefold().split()
    return Verdict(same, float(same), _SAME_WORDS if same else "too long to compare, and not the same words")


def _contains(left: str, right: str) -> float:
    return float(left in right or right in left)


_PLAIN_MEASURES: dict[Measure, Callable[[str, str], float]] = {
    Measure.LEVENSHTEIN: Levenshtein.normalized_similarity,
    Measure.JARO_WINKLER: JaroWinkler.similarity,
    Measure.TOKEN_SET: lambda left, right: fuzz.token_set_ratio(left, right) / 100,
    Measure.EXACT: lambda left, right: float(left == right),
    Measure.SUBSTRING: _contains,
}
"""Measures of the words as they stand: lower case, without punctuation."""
