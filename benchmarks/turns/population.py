"""Every place where a turn may pause or end, weighted as the callers of a population do it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.language.en_classes import FUNCTIONS
from antiphon.core.language.tokens import tokenise
from turns.answers import ANSWERS

PAUSES_PER_TURN = 0.25
SHORT_TURNS = 0.20
SHORT_WORDS = 3
ANSWERS_AMONG_SHORT = 0.60
LONG_AFTER_QUESTIONS = 0.15  # of longer turns: people also say whole sentences when asked
_MARK = re.compile(r"\[\w+ : ([^\]]+)\]")

Words = tuple[str, ...]
Places = tuple[list[int], list[int]]  # words before the pause: where they look complete, and elsewhere


@dataclass(frozen=True, slots=True)
class Place:
    """A silence and what was said up to it.

    Attributes:
        words: What was said.
        over: Whether the turn is over; otherwise the caller pauses.
        answers: Whether the agent had asked for something.
        weight: How often it happens, in turns.
    """

    words: Words
    over: bool
    answers: bool
    weight: float


def read_half(path: Path, remainder: int) -> list[Words]:
    """The sentences whose number in the file's first column leaves a remainder when halved, each once.

    Those of the other half that read the same are in the even one alone.
    """
    halves: tuple[dict[Words, None], dict[Words, None]] = ({}, {})
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        columns = line.split("\t")
        words = tuple(tokenise(_MARK.sub(r"\1", columns[2]))) if len(columns) == 3 else ()
        if words:
            halves[int(columns[0]) % 2][words] = None
    if remainder:
        return [words for words in halves[1] if words not in halves[0]]
    return list(halves[0])


def before_function_words(words: Words) -> Places:
    """Pauses that look complete come where a phrase ends: after a word of content, before one with a job."""
    complete = [
        at
        for at in range(1, len(words))
        if words[at - 1] not in FUNCTIONS and (words[at] in FUNCTIONS or at == len(words) - 1)
    ]
    return complete, [at for at in range(1, len(words)) if at not in complete]


def after_content_words(words: Words) -> Places:
    """Pauses that look complete come after any word of content."""
    complete = [at for at in range(1, len(words)) if words[at - 1] not in FUNCTIONS]
    return complete, [at for at in range(1, len(words)) if at not in complete]


def places(sentences: Sequence[Words], *pausing: Callable[[Words], Places]) -> Iterator[Place]:
    """All silences of a population that says these sentences, each as often as the other.

    Args:
        sentences: What is said.
        pausing: Where the pauses are that look complete, and where the others; the mean of several.
    """
    long = [words for words in sentences if len(words) > SHORT_WORDS]
    short = [words for words in sentences if len(words) <= SHORT_WORDS]
    number = len(sentences)
    for words in long:
        weight = number * (1 - SHORT_TURNS) / len(long)
        yield from _of_turn(words, weight * (1 - LONG_AFTER_QUESTIONS), False, pausing)
        yield from _of_turn(words, weight * LONG_AFTER_QUESTIONS, True, pausing)
    for words in short:
        yield from _of_turn(
            words, number * SHORT_TURNS * (1 - ANSWERS_AMONG_SHORT) / len(short), False, pausing
        )
    for answer in ANSWERS:
        weight = number * SHORT_TURNS * ANSWERS_AMONG_SHORT / len(ANSWERS)
        yield from _of_turn(tuple(answer.split()), weight, True, pausing)


def _of_turn(
    words: Words, weight: float, answers: bool, pausing: Sequence[Callable[[Words], Places]]
) -> Iterator[Place]:
    yield Place(words, True, answers, weight)
    each = weight * PAUSES_PER_TURN / 2 / len(pausing)
    for where in pausing:
        complete, within = where(words)
        for chosen in (complete or within, within or complete):
            for at in chosen:
                yield Place(words[:at], False, answers, each / len(chosen))
