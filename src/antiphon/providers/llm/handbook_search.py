"""Finds the answer of a handbook that a caller most likely asks for, though some words were misheard.

An answer is scored by how much of what was asked it accounts for, and, where it has questions, by how much
of the best of them was asked. Words count by how rare they are in the handbook (the inverse document
frequency of Robertson and Sparck Jones, as in BM25), by where they were found, and by how alike they are.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from antiphon.providers.handbook_text import Entry, Handbook, KeyedLine
from antiphon.providers.llm.word_likeness import Vocabulary, stem
from antiphon.providers.spoken_words import spoken_words

# How much a word says where it was found.
IN_QUESTION = 1.0
IN_KEY = 0.9
IN_HEADING = 0.8
IN_SYNONYM = 0.6
IN_ANSWER = 0.6
IN_PARAGRAPH = 0.8  # a text that answers no question of the handbook's
OTHER_THAN_HEARD = 0.6  # of a likeness, where the handbook has the very word that was heard

QUERY_SHARE = 0.7  # of a score: what was asked and found; the rest: what the question says and was asked
PARAGRAPH_SHARE = 0.85  # of a score, for such a text
UNKNOWN_WEIGHT = 1.0  # of the mean word, for a word that is nowhere in the handbook
UNKNOWN_ASKING_WEIGHT = 0.3  # ... for one that only asks
CONTEXT_WEIGHT = 0.5  # of a word, for one that was asked before
SAME_ENTRY, SAME_TOPIC = 1.3, 1.2  # on a score, for what goes on from the answer before
CLEARLY_MORE = 0.25  # by which a sentence further on says more of what was asked than the questions do
NAMED = 0.75  # likeness from which a key was named
MAX_WORDS = 48  # of what was asked; the last ones count
REMEMBERED_WORDS = 4_096

ASKING_WORDS = frozenset({"when", "where", "who", "how", "why", "much", "many", "long", "far"})
SMALL_WORDS = frozenset(
    re.findall(
        r"[\w']+",
        """a an the this that these those it its it's there here i i'm i'd we we'd you your my our me us he
        she they them is are am was were be been being do does did can could will would shall should may might
        must have has had of to in at for on with by from into up out off and or but so if then than as what
        what's which any some all just also too very really please hello hi hey good morning afternoon evening
        sorry excuse okay ok yes yeah no not thanks thank um uh er erm well now today actually maybe tell give
        know want wanted like need let see say said ask asking think about something anything more another""",
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and how well it fits."""

    entry: Entry
    score: float  # about 1 where every word asked is in a question, and nothing else is in that
    sentence: int = 0  # which sentence to begin with
    lines: tuple[KeyedLine, ...] = ()  # those whose key was named


@dataclass(frozen=True, slots=True)
class _Indexed:
    """An entry with its words, as stems."""

    entry: Entry
    questions: tuple[frozenset[str], ...]
    sentences: tuple[frozenset[str], ...]
    keys: tuple[frozenset[str], ...]
    words: Mapping[str, float]  # each with how much it says here


def content_words(text: str) -> list[str]:
    """The words of a text that say what it is about."""
    return [word for word in spoken_words(text) if word not in SMALL_WORDS]


class HandbookSearch:
    """A handbook, ready to be searched."""

    def __init__(self, handbook: Handbook) -> None:
        synonyms = _learn_synonyms(handbook)
        self._entries = [_index(entry, synonyms) for entry in handbook.entries]
        spread = Counter(word for indexed in self._entries for word in indexed.words)
        total = len(self._entries)
        self._weights = {
            word: math.log(1 + (total - count + 0.5) / (count + 0.5)) for word, count in spread.items()
        }
        self._mean_weight = sum(self._weights.values()) / max(1, len(self._weights))
        self._vocabulary = Vocabulary(word for entry in handbook.entries for word in _words_of(entry))
        self._meant: dict[str, Mapping[str, float]] = {}

    def find(
        self, asked: Sequence[str], before: Sequence[str] = (), previous: Entry | None = None
    ) -> Found | None:
        """The best answer, if there is any.

        Args:
            asked: Content words.
            before: Words that were asked before, where the question goes on from them; they count less.
            previous: The answer given then: it and others of its topic are likelier.
        """
        words = dict.fromkeys(before[-MAX_WORDS:], CONTEXT_WEIGHT) | dict.fromkeys(asked[-MAX_WORDS:], 1.0)
        query = [_Asked(share, self._meant_by(word), self._weight(word)) for word, share in words.items()]
        news = [word for word in query if word.share == 1.0]
        best: Found | None = None
        for indexed in self._entries:
            score = self._score(indexed, query)
            if previous is not None:
                score *= _nearness(indexed.entry, previous)
            if score > (0.0 if best is None else best.score):
                best = Found(
                    indexed.entry, score, _first_sentence(indexed, news), _named_lines(indexed, news)
                )
        return best

    def _meant_by(self, word: str) -> Mapping[str, float]:
        """Stems of the handbook that a word may stand for."""
        if word not in self._meant:
            if len(self._meant) >= REMEMBERED_WORDS:
                self._meant.clear()
            alike = self._vocabulary.alike(word)
            if word in self._vocabulary:
                alike = {
                    other: value if other == stem(word) else OTHER_THAN_HEARD * value
                    for other, value in alike.items()
                }
            self._meant[word] = alike
        return self._meant[word]

    def _weight(self, word: str) -> float:
        meant = self._meant_by(word)
        if not meant:
            return self._mean_weight * (UNKNOWN_ASKING_WEIGHT if word in ASKING_WORDS else UNKNOWN_WEIGHT)
        return self._weights.get(max(meant, key=lambda each: meant[each]), self._mean_weight)

    def _score(self, indexed: _Indexed, query: Sequence[_Asked]) -> float:
        covered = _covered(query, indexed.words)
        if not indexed.questions:
            return PARAGRAPH_SHARE * covered
        asked_of = max(self._asked_of(question, query) for question in indexed.questions)
        return QUERY_SHARE * covered + (1 - QUERY_SHARE) * asked_of

    def _asked_of(self, question: frozenset[str], query: Sequence[_Asked]) -> float:
        """How much of one of the handbook's questions was asked."""
        weights = {word: self._weights.get(word, self._mean_weight) for word in question}
        asked = {
            word: max((each.share * each.meant.get(word, 0.0) for each in query), default=0.0)
            for word in question
        }
        total = sum(weights.values())
        return sum(weights[word] * asked[word] for word in question) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word that was asked."""

    share: float  # 1, less for what was asked before
    meant: Mapping[str, float]  # stems it may stand for, with their likeness
    weight: float


def _covered(query: Sequence[_Asked], words: Mapping[str, float]) -> float:
    """How much of what was asked is among some words, which count more or less."""
    total = sum(each.share * each.weight for each in query)
    found = sum(
        each.share
        * each.weight
        * max((value * words.get(word, 0.0) for word, value in each.meant.items()), default=0)
        for each in query
    )
    return found / total if total else 0.0


def _first_sentence(indexed: _Indexed, query: Sequence[_Asked]) -> int:
    """Where in the answer to begin: at its start, unless another sentence says clearly more of it."""
    if not indexed.sentences:
        return 0
    shares = [_covered(query, dict.fromkeys(sentence, 1.0)) for sentence in indexed.sentences]
    by_questions = max(
        (_covered(query, dict.fromkeys(question, 1.0)) for question in indexed.questions),
        default=shares[0],
    )
    best = max(range(len(shares)), key=lambda index: shares[index])
    return best if shares[best] > by_questions + CLEARLY_MORE else 0


def _nearness(entry: Entry, previous: Entry) -> float:
    if entry is previous:
        return SAME_ENTRY
    return SAME_TOPIC if entry.topic == previous.topic else 1.0


def _named_lines(indexed: _Indexed, query: Sequence[_Asked]) -> tuple[KeyedLine, ...]:
    named = {word for each in query for word, value in each.meant.items() if value >= NAMED}
    lines = zip(indexed.entry.lines, indexed.keys, strict=True)
    return tuple(line for line, key in lines if key and key <= named)


def _index(entry: Entry, synonyms: Mapping[str, frozenset[str]]) -> _Indexed:
    questions = tuple(_stems(question) for question in entry.questions)
    keys = tuple(_stems(line.key) for line in entry.lines)
    sentences = tuple(_stems(sentence) for sentence in entry.sentences)
    words: dict[str, float] = {}
    asked = frozenset().union(*questions)
    for part, share in (
        (asked, IN_QUESTION),
        (frozenset().union(*keys), IN_KEY),
        (_stems(entry.heading) | _stems(entry.topic), IN_HEADING),
        (frozenset().union(*(synonyms.get(word, frozenset()) for word in asked)), IN_SYNONYM),
        (
            frozenset().union(*sentences, *(_stems(line.text) for line in entry.lines)),
            IN_ANSWER if questions else IN_PARAGRAPH,
        ),
    ):
        for word in part:
            words.setdefault(word, share)
    return _Indexed(entry, tuple(filter(None, questions)), sentences, keys, words)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))


def _words_of(entry: Entry) -> Iterator[str]:
    for text in (entry.topic, entry.heading, *entry.questions, *entry.sentences):
        yield from content_words(text)
    for line in entry.lines:
        yield from content_words(f"{line.key} {line.text}")


def _learn_synonyms(handbook: Handbook) -> dict[str, frozenset[str]]:
    """Words that the handbook itself uses for one another.

    Two questions of one answer that differ in a single word teach a pair: "Can I take photographs?", "Can I
    take pictures?".
    """
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for entry in handbook.entries:
        questions = [_stems(question) for question in entry.questions]
        for one, other in combinations(questions, 2):
            if len(one - other) == len(other - one) == 1 and one & other:
                left, right = *(one - other), *(other - one)
                pairs[left].add(right)
                pairs[right].add(left)
    return {word: frozenset(others) for word, others in pairs.items()}
