"""Do these words look like the end of a turn? Signs of syntax, each with its weight, summed into log-odds.

A pause inside a sentence comes after some words as often as at its end, and hardly ever ends one after
others: what tells them apart is how often a turn *ends* with words of a class, in such a place, rather than
going on. So a logistic regression over a few dozen signs is all there is here; its weights are data of the
language (``core.language.endings``), and no word counts beyond the class it is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from antiphon.core.language.en_endings import ENGLISH
from antiphon.core.language.endings import Endings, WordClass
from antiphon.core.language.tokens import tokenise

ENDINGS: Mapping[str, Endings] = {endings.language: endings for endings in (ENGLISH,)}
"""The languages read, by primary subtag."""

Sign: TypeAlias = tuple[str, str]  # its group and its name, as in ``Endings.weights``

COMPLETE = 2.0  # log-odds from which words are called complete; nothing is decided by it
UNFINISHED = 0.5  # ... and below which unfinished
SHORT_ANSWER_WORDS = 3
_KEPT = 16_384  # words whose class is remembered, by the class before; far more than callers use
_LENGTHS = ("none", "1", "2", "3", "4", "5 or 6", "5 or 6", "7 or more")
_LONGEST = len(_LENGTHS) - 1
_DISTANCES = ("none", "1", "2", "3", "4 or more")
_FARTHEST = len(_DISTANCES) - 1

_VERBS = frozenset({"verb", "verb or noun", "alone", "whole verb"})
_MAIN_VERBS = _VERBS | {"ing", "have"}
_NOUNS = frozenset({"noun", "plural", "relational", "container", "premodifier"})
_NOMINAL = _NOUNS | {"participle", "ing", "unit", "possessive"}
_CLAIMS_NOUN = frozenset({"determiner", "possessive", "adjective"})
_CLAIMS_UNIT = _CLAIMS_NOUN | {"demonstrative"}
_NUMBERS = frozenset({"number", "tens"})
_BEFORE_NOUN = _NOMINAL | _CLAIMS_UNIT | _NUMBERS | {"quantifier", "ordinal", "preposition", "verb"}
_PREPOSITIONS = frozenset({"preposition", "particle", "to"})
_PRONOUNS = frozenset({"object", "pronoun"})
_SAYS_OF = frozenset({"be", "whole verb"})
_TIMES = frozenset({"time", "month"})
_QUESTIONS = frozenset({"question", "yes-no question"})
_AUXILIARIES = frozenset({"be", "do", "have", "modal"})
_ASIDES = frozenset({"courtesy", "answer", "filler"})
_SET_PHRASE = frozenset({"courtesy", "answer", "alone", "closing"})
_AFTER_A_NAME = _VERBS | _AUXILIARIES | {"question", "courtesy"}  # "anna, could you ..."
_OPENINGS: dict[str, str] = {
    "question": "question",
    **dict.fromkeys(_AUXILIARIES, "yes-no question"),
    **dict.fromkeys(_VERBS, "request"),
    **dict.fromkeys(("subject", "pronoun", "demonstrative"), "statement"),
}
# What stands before the last word, as far as it matters; all else is "other".
_BEFORE: dict[str, str] = {
    **dict.fromkeys(_NOUNS | {"participle"}, "noun"),
    **dict.fromkeys(_VERBS, "verb"),
    **{name: name for name in ("question", "subject", "courtesy", "be", "time", "adjective", "determiner")},
    "ordinal": "adjective",
    "possessive": "determiner",
    "month": "time",
}
# What a short answer ends in, as far as it matters; all else is "other".
_ANSWER_ENDS: dict[str, str] = {
    **dict.fromkeys(_NOUNS | {"unit", "place", "whole verb"}, "noun"),
    **dict.fromkeys(_NUMBERS | {"ordinal"}, "number"),
    **dict.fromkeys(_PRONOUNS, "pronoun"),
    **dict.fromkeys(("answer", "courtesy", "closing"), "set phrase"),
    **{name: name for name in ("time", "adjective", "do")},
}


class Completeness(NamedTuple):
    """What words alone say of the end of the turn.

    Attributes:
        log_odds: Natural logarithm of how often a turn is over after such words for each time that the
            caller only pauses, for callers as in ``core.habits.USUAL``.
        looks: The same for a person, as in "complete question" or "unfinished request: ends in 'for'".
    """

    log_odds: float
    looks: str


class Reading(NamedTuple):
    """A transcript, read for its end.

    Attributes:
        words: Lower case, without punctuation.
        classes: Of each word.
        opens_as: "question" (what, who, ...), "yes-no question", "request", "statement" or "phrase".
    """

    words: Sequence[str]
    classes: Sequence[WordClass]
    opens_as: str


class CompletenessModel:
    """Reads transcripts of one language."""

    def __init__(self, endings: Endings) -> None:
        self.endings = endings
        self._weights = {
            (group, sign): weight
            for group, weights in endings.weights.items()
            for sign, weight in weights.items()
        }
        self._class_of = lru_cache(_KEPT)(self._classify)

    def judge(self, transcript: str, *, answers: bool = False) -> Completeness | None:
        """How much a transcript looks like the end of a turn; ``None`` if there is no word in it.

        Args:
            transcript: What was said so far, with the recogniser's punctuation if it gives any.
            answers: Whether the agent's last words asked for something.
        """
        words = tokenise(transcript)
        if not words:
            return None
        reading = self.read(words)
        weight = self._weights.get
        log_odds = self.endings.bias + weight(("mark", transcript.rstrip()[-1]), 0.0)
        for sign in self.signs(reading, answers=answers):
            log_odds += weight(sign, 0.0)
        return Completeness(log_odds, _looks(reading, log_odds, answers=answers))

    def shortfall(self, transcript: str, *, answers: bool = False) -> float:
        """By how much a turn that was over looked less complete than is usual, in log-odds; 0 without words.

        Args:
            transcript: What was said in it.
            answers: Whether the agent had asked for something.
        """
        words = self.judge(transcript, answers=answers)
        return 0.0 if words is None else self.endings.usual - words.log_odds

    def read(self, words: Sequence[str]) -> Reading:
        """Give each word its class, by the word itself and the one before it."""
        class_of = self._class_of
        classes: list[WordClass] = []
        before: WordClass | None = None
        for word in words:
            its = class_of(word, before)
            classes.append(its)
            # What comes first and is in no list may be a name that is called, with a verb to follow.
            before = None if before is None and its == "noun" else its
        return Reading(words, classes, self._opening(words, classes))

    def signs(self, reading: Reading, *, answers: bool = False) -> list[Sign]:
        """What is looked at: at most one sign of each group, but any number of "sign" and "wants".

        Args:
            reading: The transcript.
            answers: Whether the agent's last words asked for something.
        """
        words, classes, opens_as = reading
        length, last = len(classes), classes[-1]
        before = _BEFORE.get(classes[-2], "other") if length > 1 else "nothing"
        signs = [("last", last), ("before", before), ("opens as", opens_as)]
        if answers and length <= SHORT_ANSWER_WORDS:
            signs.append(("answer of", _LENGTHS[length]))
            signs.append(("answer ends in", _ANSWER_ENDS.get(last, "other")))
        else:
            signs.append(("words", _LENGTHS[min(length, _LONGEST)]))
        if last in _NOMINAL:
            distance = _since_preposition(classes)
            if distance:
                signs.append(("nouns after preposition", _DISTANCES[min(distance, _FARTHEST)]))
        if last == "particle":
            signs.append(("particle", self._particle(words, classes)))
        ending = _ending_sign(classes, opens_as)
        if ending is not None:
            signs.append(("sign", ending))
        if opens_as in _QUESTIONS and _MAIN_VERBS.isdisjoint(classes[1:]):
            signs.append(("sign", "question without a verb"))
        if not _TIMES.isdisjoint(classes[:-1]):
            signs.append(("sign", "time is given"))
        if _SET_PHRASE.issuperset(classes) and classes != ["courtesy"]:
            signs.append(("sign", "courtesies alone"))
        signs.extend(
            ("wants", want.name)
            for want in self.endings.wants
            if not want.words.isdisjoint(words) and want.met_by.isdisjoint(words)
        )
        return signs

    def _particle(self, words: Sequence[str], classes: Sequence[WordClass]) -> str:
        """What the particle at the end does."""
        if len(classes) == 1 or classes[-2] in _VERBS:
            return "after its verb"
        if "particle" in classes[:-1] or self.endings.with_particles.isdisjoint(words):
            return "wanted by no verb"
        return "after an object"

    def _classify(self, word: str, before: WordClass | None) -> WordClass:
        """The class of a word that stands after a word of some class."""
        endings = self.endings
        its = endings.classes.get(word) or self._class_by_form(word)
        if its in _VERBS:
            if before in _CLAIMS_NOUN or (its == "verb or noun" and before in _BEFORE_NOUN):
                its = endings.as_nouns.get(word, "noun")
        elif its == "unit" and before in _CLAIMS_UNIT:
            its = "time"  # "this week"
        if before is not None and word in endings.after:
            its = endings.after[word].get(before, its)
        return its

    def _class_by_form(self, word: str) -> WordClass:
        """The class of a word in no list, by how it is written."""
        if word[0].isdigit():
            return "number"
        for suffix, its in self.endings.suffixes:
            if word.endswith(suffix) and len(word) > len(suffix) + 1:
                return its
        return "noun"

    def _opening(self, words: Sequence[str], classes: Sequence[WordClass]) -> str:
        """What sort of sentence it is by its first words, a name called and courtesies left aside."""
        first, last = 0, len(classes) - 1
        while first < last and classes[first] in _ASIDES:
            first += 1
        if first < last and classes[first] in _NOUNS and classes[first + 1] in _AFTER_A_NAME:
            first += 1
            while first < last and classes[first] in _ASIDES:
                first += 1
        return (
            "question" if words[first] in self.endings.questions else _OPENINGS.get(classes[first], "phrase")
        )


@cache
def model_for(language: str) -> CompletenessModel | None:
    """The model for a BCP 47 language tag, shared by all who ask; ``None`` if its words are not read."""
    endings = ENDINGS.get(language.replace("_", "-").split("-")[0].lower())
    return None if endings is None else CompletenessModel(endings)


def _since_preposition(classes: Sequence[WordClass]) -> int:
    """How many words stand after the last preposition; 0 where there is none."""
    for distance, its in enumerate(reversed(classes)):
        if its in _PREPOSITIONS:
            return distance
    return 0


def _ending_sign(classes: Sequence[WordClass], opens_as: str) -> str | None:
    """What the last word is to the one before it and to the sentence."""
    last = classes[-1]
    before = classes[-2] if len(classes) > 1 else None
    sign = None
    if last in _PREPOSITIONS and opens_as == "question":
        sign = "question ends in preposition"
    elif last in _VERBS and opens_as == "question":
        sign = "question ends in verb"
    elif last in _NUMBERS and before in _NUMBERS:
        sign = "number after number"
    elif last == "adjective" and (before in _SAYS_OF or before in _NOMINAL):
        sign = "adjective said of something"
    elif last in _PRONOUNS and (before in _PREPOSITIONS or before == "courtesy"):
        sign = "pronoun after preposition"
    elif last == "like" and "question" in classes:
        sign = "what ... like"
    return sign


def _looks(reading: Reading, log_odds: float, *, answers: bool) -> str:
    """What the words look like, for a person."""
    words, classes, opens_as = reading
    kind = "answer" if answers and len(words) <= SHORT_ANSWER_WORDS else opens_as
    if log_odds >= COMPLETE:
        return f"complete {kind}"
    last = classes[-1]
    if last in _NUMBERS:
        return f"number that may go on: {words[-1]!r}"
    if log_odds >= UNFINISHED:
        return f"{kind} that may go on"
    if last == "conjunction":
        return f"list or clause in progress: {words[-1]!r}"
    if last == "filler":
        return f"thinking: {words[-1]!r}"
    return f"unfinished {kind}: {words[-1]!r}"
