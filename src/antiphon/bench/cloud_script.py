"""What is said in the cloud benchmark: 24 turns, a quarter of them with a pause inside, and the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from antiphon.audio import Samples
from antiphon.bench.speech import FORMAT, Speech, moved, say
from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import TTS

LEAD_IN_MS = 700  # before a call's first turn
AFTER_MS = 700  # from an answer's end to the next turn
CALLS = 6  # at a time
MS_PER_CHARACTER = 60  # of the agent's voice


@dataclass(frozen=True, slots=True)
class Line:
    """A turn as it is written: with a pause, in two parts."""

    first: str
    pause_ms: int = 0
    second: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.first} {self.second}" if self.second else self.first


LINES = (
    Line("I would like to book a table for two tomorrow"),
    Line("Can I bring my dog"),
    Line("My name is Robin Carter", 300, "and I booked a room last week"),
    Line("What time do you open on Sunday morning"),
    Line("Please cancel my appointment on Friday afternoon"),
    Line("Is there a train to the harbour before eight"),
    Line("I want to order the soup", 480, "and two glasses of apple juice"),
    Line("Could you send the invoice to my office"),
    Line("How long does the delivery take to Bristol"),
    Line("Yes please"),
    Line("Turn the heating down", 660, "in the bedroom and the kitchen"),
    Line("I have lost my card and need a new one"),
    Line("Which platform does the night train leave from"),
    Line("Do you have the blue jacket in a smaller size"),
    Line("We are four people", 840, "and one of us does not eat fish"),
    Line("When does the museum close today"),
    Line("I am calling about the flat in Green Street"),
    Line("Put me through to the workshop please"),
    Line("Remind me to water the plants", 1020, "every other day in August"),
    Line("How much is a ticket for a student"),
    Line("Can you move my flight to Thursday evening"),
    Line("The washing machine makes a strange noise"),
    Line("I need a doctor", 1200, "who speaks Spanish or Portuguese"),
    Line("Thank you that is all for now"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn at its place in a call's audio."""

    text: str
    start_ns: int  # first voiced sample
    end_ns: int  # the end of the last one

    @property
    def answer(self) -> str:
        """What the model says to it."""
        return answer_to(self.text)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A caller who says everything at a set time, in ``FORMAT``.

    Attributes:
        turns: What is said when.
        samples: How that sounds, silence between the turns and after the last included.
        words: What a recogniser hears in it.
    """

    turns: tuple[Asked, ...]
    samples: Samples
    words: tuple[Word, ...]

    @property
    def duration_ns(self) -> int:
        """How long the call takes."""
        return FORMAT.samples_to_ns(len(self.samples))


async def speak_lines(voice: TTS) -> list[Speech]:
    """All turns as sound."""
    spoken = []
    for line in LINES:
        speech = await say(voice, line.first)
        spoken.append(speech.then(await say(voice, line.second), line.pause_ms) if line.second else speech)
    return spoken


def deal(speeches: Sequence[Speech]) -> list[Sequence[Speech]]:
    """The turns of each call, so that every call has one with a pause."""
    each = len(speeches) // CALLS
    return [speeches[first : first + each] for first in range(0, len(speeches), each)]


def timetable(speeches: Sequence[Speech], patience_ms: int) -> Timetable:
    """When a call's turns are said.

    Args:
        speeches: The turns.
        patience_ms: How long the beginning of an answer is waited for.
    """
    parts: list[Samples] = [_silence(LEAD_IN_MS)]
    turns, words = [], []
    at_ns = LEAD_IN_MS * NS_PER_MS
    for speech in speeches:
        turns.append(Asked(speech.text, at_ns, at_ns + speech.duration_ns))
        words += [moved(word, at_ns) for word in speech.words]
        answer_ms = len(answer_to(speech.text)) * MS_PER_CHARACTER
        quiet = _silence(patience_ms + answer_ms + AFTER_MS)
        parts += [speech.samples, quiet]
        at_ns += speech.duration_ns + FORMAT.samples_to_ns(len(quiet))
    return Timetable(tuple(turns), np.concatenate(parts), tuple(words))


def _silence(length_ms: int) -> Samples:
    return np.zeros(FORMAT.ns_to_samples(length_ms * NS_PER_MS), np.int16)


def answer_to(text: str) -> str:
    """An answer that says, from its fifth word on, what it answers; so that a wrong one is known as such."""
    return f"Sure, let me see to that: {text}."


def answer_request(body: Mapping[str, object]) -> str:
    """The model: answers what the caller said last, with what was said before and not answered.

    Where a turn was cut in two by a reply that was then interrupted, the model sees both parts and answers
    the whole, as a model that reads the conversation would.
    """
    messages = body.get("messages")
    assert isinstance(messages, list)
    said = [str(message["content"]) for message in messages if message["role"] == "user"]
    for count in range(len(said), 0, -1):
        together = " ".join(said[-count:])
        if any(together == line.text for line in LINES):
            return answer_to(together)
    return answer_to(said[-1])
