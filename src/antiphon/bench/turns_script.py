"""Turns as text, for a benchmark of endpointing alone: what is said, and where the caller pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from antiphon.simulation.profile import Speech
from antiphon.simulation.replies import FUNCTION_WORDS
from antiphon.simulation.sentences import SHORT_ANSWERS, Sentences


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence inside a turn.

    Attributes:
        after: How many words were said before it.
        ms: How long it is.
        looks_complete: Whether a phrase ends there.
    """

    after: int
    ms: int
    looks_complete: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What a caller says.

    Attributes:
        words: Word by word.
        answers: Whether the agent had asked for something.
        pause: Where the caller pauses, if anywhere.
    """

    words: tuple[str, ...]
    answers: bool = False
    pause: Pause | None = None

    def text(self, words: int | None = None) -> str:
        """The first so many words of it; all by default."""
        return " ".join(self.words[:words])


def draw_turns(sentences: Sentences, number: int, seed: int, speech: Speech) -> list[Turn]:
    """Turns of a population of callers.

    Args:
        sentences: What they say, answers to the agent's questions aside.
        number: Of turns.
        seed: What they are drawn from.
        speech: How often they say little, and how they pause.
    """
    random = Random(f"turns {seed}")  # noqa: S311 - repeatable
    turns = []
    for _ in range(number):
        answers = False
        if random.random() < speech.short_turns:
            answers = random.random() < speech.short_turns_answer_agents_question
            text = random.choice(SHORT_ANSWERS) if answers else random.choice(sentences.short).text
        else:
            text = random.choice(sentences.full).text
        words = tuple(text.split())
        paused = len(words) > 1 and random.random() < speech.turns_with_pause
        turns.append(Turn(words, answers, _draw_pause(words, random, speech) if paused else None))
    return turns


def pause_places(words: Sequence[str]) -> tuple[list[int], list[int]]:
    """After how many words a turn may pause: where the words look complete, and elsewhere.

    They look complete after a word of content with a function word to follow, or before the last word.
    """
    known = [word.lower() in FUNCTION_WORDS for word in words]
    complete = [
        at for at in range(1, len(words)) if not known[at - 1] and (known[at] or at == len(words) - 1)
    ]
    return complete, [at for at in range(1, len(words)) if at not in complete]


def _draw_pause(words: Sequence[str], random: Random, speech: Speech) -> Pause:
    complete, within = pause_places(words)
    wanted = complete if random.random() < speech.pause_where_words_look_complete else within
    at = random.choice(wanted or complete or within)
    return Pause(at, random.randint(speech.pause_low_ms, speech.pause_high_ms), at in complete)
