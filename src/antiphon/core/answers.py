"""What will be answered to the agent's own question? Yes, no, or one of the choices it offered.

Short answers leave no time to draft a reply while they are spoken. But most of them can be told from the
question, and that is known as soon as the model has written it: before the caller has even heard it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from antiphon.core.language.en_answers import (
    ALTERNATIVES_OF_NOTHING,
    CHOICE_BEGINNINGS,
    OR,
    QUESTION_WORDS,
    YES_NO,
    YES_NO_BEGINNINGS,
)
from antiphon.core.language.tokens import tokenise

_LONGEST_CHOICE: Final = 4  # words
_CHOSEN: Final = 0.7  # how often one of the choices is named, and nothing else said
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CLAUSE_END = re.compile(r"[,;:–—]\s*")


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """An answer that may be given.

    Attributes:
        text: What is said.
        probability: How likely that is, with no more than politeness added to it, in [0, 1].
    """

    text: str
    probability: float


def expected_answers(said: str, language: str = "en") -> tuple[ExpectedAnswer, ...]:
    """The answers to be expected to what the agent says, the likeliest first; none if it asks nothing.

    Args:
        said: The agent's words, the whole reply. Its last sentence counts.
        language: BCP 47. Only English questions are read.
    """
    sentence = _SENTENCE_END.split(said.strip())[-1] if said.strip() else ""
    if not sentence.endswith("?") or language.replace("_", "-").split("-")[0].lower() != "en":
        return ()
    clause = _CLAUSE_END.split(sentence)[-1]
    words = tokenise(clause)
    asks_openly = any(word in QUESTION_WORDS for word in tokenise(sentence)[:2])
    choices = _choices(words)
    if choices:
        return tuple(ExpectedAnswer(choice, _CHOSEN / len(choices)) for choice in choices)
    if asks_openly or not any(word in YES_NO_BEGINNINGS for word in tokenise(sentence)):
        return ()
    return tuple(ExpectedAnswer(text, probability) for text, probability in YES_NO.items())


def _choices(words: Sequence[str]) -> tuple[str, ...]:
    """What stands on both sides of the last "or"; nothing if it offers no choice."""
    if OR not in words:
        return ()
    place = len(words) - 1 - list(reversed(words)).index(OR)
    left, right = words[:place], words[place + 1 :]
    if not left or not 0 < len(right) <= _LONGEST_CHOICE or right[0] in ALTERNATIVES_OF_NOTHING:
        return ()
    return " ".join(_like(left, right)), " ".join(right)


def _like(left: Sequence[str], right: Sequence[str]) -> Sequence[str]:
    """The end of the left side that is a choice like the right one: "the red one" for "the blue one"."""
    if right[0] in CHOICE_BEGINNINGS:
        for length in range(1, min(len(right) + 1, len(left)) + 1):
            if left[-length] == right[0]:
                return left[-length:]
        if len(right) <= len(left) and left[-len(right)] in CHOICE_BEGINNINGS:
            return left[-len(right) :]
    return left[-1:]
