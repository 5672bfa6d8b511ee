"""What callers may say to an agent with a given handbook, as sentences to learn a language model from.

There is no transcript to learn from, so the sentences are made: the handbook's own questions, its answers
(callers use the same words), and phrases that every caller uses, their slots filled from the handbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from antiphon.providers.handbook_text import Handbook, parse_handbook
from antiphon.providers.spoken_words import spoken_words
from antiphon.providers.stt.ngrams import Sentence

QUESTION_WEIGHT = 4.0  # weights were chosen on questions that are in no handbook: see benchmarks/engines
ANSWER_WEIGHT = 0.3
HEADING_WEIGHT = 1.0
PHRASE_WEIGHT = 1.0  # of a phrase without a slot
SLOT_WEIGHT = 2.0  # of a phrase with a slot, shared by all that fills it
EXCHANGED_SHARE = 0.5  # of a sentence's weight, for what it says with another day or month in it

MAX_FILLERS = 200  # of one slot: bounds the work for a long handbook
MAX_THING_WORDS = 3
MAX_TOPIC_WORDS = 4

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_DETERMINERS = frozenset(
    {"a", "an", "the", "our", "your", "my", "any", "some", "each", "every", "this", "no"}
)
_BEFORE_THINGS = _DETERMINERS | {"of", "for", "in", "by", "with", "take", "have", "serve"}
_NO_THINGS = _DETERMINERS | frozenset(
    re.findall(
        r"\w+",
        """and or but of in on at to for from by with without is are was be it its we you i they he she do
        does can could will would have has had not as if when where what which who how there here than so that
        these those up out off into us them me all yes please also only most too very come comes go goes get
        gets take takes bring keep stay open close closed leave leaves run runs serve serves see tell pay buy
        book cost costs behind before after""",
    )
)
_SLOT = re.compile(r"\{(\w+)\}")


def training_sentences(handbook: str, phrases: Iterable[str]) -> Iterator[Sentence]:
    """Sentences with weights, as words.

    Args:
        handbook: Markdown.
        phrases: One sentence each, with at most one slot: ``{key}``, ``{topic}`` or ``{thing}``. Lines that
            are empty or begin with ``#`` are passed over.
    """
    book = parse_handbook(handbook)
    for sentence in _of_handbook(book):
        yield from _with_exchanges(sentence)
    keys = [line.key for entry in book.entries for line in entry.lines]
    for names in (WEEKDAYS, MONTHS):
        if any(key.lower() in names for key in keys):
            keys += names
    fillers = {
        "key": keys,
        "topic": [name for entry in book.entries for name in (entry.topic, entry.heading)],
        "thing": list(_things(book)),
    }
    spoken = {slot: _distinct(values)[:MAX_FILLERS] for slot, values in fillers.items()}
    spoken["topic"] = [words for words in spoken["topic"] if len(words) <= MAX_TOPIC_WORDS]
    for phrase in phrases:
        if phrase.strip() and not phrase.startswith("#"):
            yield from _filled(phrase, spoken)


def _of_handbook(book: Handbook) -> Iterator[Sentence]:
    yield HEADING_WEIGHT, spoken_words(book.title)
    for entry in book.entries:
        yield HEADING_WEIGHT, spoken_words(entry.heading)
        for question in entry.questions:
            yield QUESTION_WEIGHT, spoken_words(question)
        for answer in (*entry.sentences, *(line.text for line in entry.lines)):
            yield ANSWER_WEIGHT, spoken_words(answer)


def _distinct(texts: Iterable[str]) -> list[tuple[str, ...]]:
    return [words for words in dict.fromkeys(tuple(spoken_words(text)) for text in texts) if words]


def _things(book: Handbook) -> Iterator[str]:
    """Noun phrases, near enough: what follows an article or the like, up to the next small word."""
    for entry in book.entries:
        for text in (*entry.questions, *entry.sentences, *(line.text for line in entry.lines)):
            words = spoken_words(text)
            for index, word in enumerate(words):
                if word in _BEFORE_THINGS:
                    thing = _thing_at(words, index + 1)
                    if thing:
                        yield " ".join(thing)


def _thing_at(words: Sequence[str], start: int) -> Sequence[str]:
    end = start
    while end < min(len(words), start + MAX_THING_WORDS) and words[end] not in _NO_THINGS:
        end += 1
    return words[start:end]


def _filled(phrase: str, fillers: dict[str, list[tuple[str, ...]]]) -> Iterator[Sentence]:
    """A phrase with everything that fits into its slot."""
    slot = _SLOT.search(phrase)
    if slot is None:
        yield PHRASE_WEIGHT, spoken_words(phrase)
        return
    before, after = spoken_words(phrase[: slot.start()]), spoken_words(phrase[slot.end() :])
    takes_article = slot[1] != "key" and not (before and before[-1] in _DETERMINERS)
    articles: tuple[tuple[str, ...], ...] = ((), ("the",), ("a",)) if takes_article else ((),)
    for words in fillers[slot[1]]:
        for article in articles:
            yield SLOT_WEIGHT / len(fillers[slot[1]]), [*before, *article, *words, *after]


def _with_exchanges(sentence: Sentence) -> Iterator[Sentence]:
    """A sentence that names one day or month, and what it would be with another."""
    weight, words = sentence
    for names in (WEEKDAYS, MONTHS):
        places = [index for index, word in enumerate(words) if word in names]
        if len(places) == 1:
            place = places[0]
            yield weight * (1 - EXCHANGED_SHARE), words
            for name in names:
                yield weight * EXCHANGED_SHARE / len(names), [*words[:place], name, *words[place + 1 :]]
            return
    yield sentence
