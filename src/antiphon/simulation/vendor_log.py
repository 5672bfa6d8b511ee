"""What the vendors were asked, what they made, and what of it was taken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from antiphon.core.messages import Message, ToolCall
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.tools import one_form

# In every scripted reply something by which it is known when heard: a word, or marks that say nothing.
REPLY_TAG = re.compile(r"\bk(\d+)\b|\{([}^]+)")


def tag_of(call_id: int) -> str:
    """The word by which the reply of a model's call is known."""
    return f"k{call_id}"


def silent_tag_of(call_id: int) -> str:
    """The same in marks: a first clause with it says no more than without."""
    return "{" + format(call_id, "b").replace("0", "^").replace("1", "}")


def tags_in(text: str) -> list[int]:
    """The model's calls whose tags stand in a text, in order."""
    return [
        int(word) if word else int(marks.replace("^", "0").replace("}", "1"), 2)
        for word, marks in REPLY_TAG.findall(text)
    ]


def said_last(messages: tuple[Message, ...]) -> str:
    """The transcript that a model is asked to answer; results of tools may come after it."""
    return next(message.content for message in reversed(messages) if message.role == "user")


@dataclass(slots=True)
class Delivered:
    """A transcript that the session took from the recogniser.

    Attributes:
        text: As the session got it.
        start_ns: Where the audio it covers begins, on the call's own scale.
        end_ns: Where that audio ends.
        words: Which of the caller's words it stands for, counted from 0: from the first to before the last.
        final: Whether it will not change.
        at_ns: When the session took it.
    """

    text: str
    start_ns: int
    end_ns: int
    words: tuple[int, int]
    final: bool
    at_ns: int = 0


@dataclass(slots=True)
class ModelCall:
    """A request as the model's vendor saw it."""

    call_id: int
    at_ns: int
    messages: tuple[Message, ...]
    text: str  # what it will answer, if it is let
    output_tokens: int = 0
    output_characters: int = 0
    closed_ns: int | None = None
    tool_calls: tuple[ToolCall, ...] = ()  # what it asks for
    continues: ModelCall | None = None  # the request of the same reply before it
    begun: str = ""  # what it was told to go on from

    @property
    def answers(self) -> str:
        """The transcript it was asked to answer."""
        return said_last(self.messages)

    @property
    def first(self) -> ModelCall:
        """The first request of its reply."""
        return self if self.continues is None else self.continues.first

    @property
    def begun_ns(self) -> int:
        """When that was made."""
        return self.first.at_ns

    def begins(self, messages: tuple[Message, ...]) -> bool:
        """Whether a later request goes on from what this one asked for."""
        asked, more = messages[: len(self.messages)], messages[len(self.messages) :]
        in_the_turn = bool(more) and all(message.role != "user" for message in more)
        if not self.tool_calls or not in_the_turn or asked != self.messages:
            return False
        # Else another draft is shown what was done in its turn already.
        return _wishes(more[0].tool_calls) == _wishes(self.tool_calls)


def _wishes(calls: tuple[ToolCall, ...]) -> set[tuple[str, str]]:
    """Which tools are asked for, by names and arguments: their ids are the machine's or a vendor's."""
    return {(call.name, one_form(call.arguments)) for call in calls}


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word at its place in a synthesis, in samples."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Synthesis:
    """A stream of speech as the voice's vendor saw it."""

    synthesis_id: int
    at_ns: int
    text: str = ""  # handed over so far
    handed: list[tuple[int, int]] = field(
        default_factory=list
    )  # when, and how many characters there were then
    words: list[PlacedWord] = field(default_factory=list)
    samples: int = 0  # made so far
    made: list[tuple[int, int]] = field(default_factory=list)  # when, and how many samples there were then
    complete: bool = False
    closed_ns: int | None = None
    unbilled: int = 0  # characters at its beginning that another one was billed for
    speaks: int | None = None  # the model's call that it speaks for, where its first tag is another's

    @property
    def reply_tag(self) -> int | None:
        """The model's call whose text it speaks; ``None`` for words that came from no model."""
        if self.speaks is not None:
            return self.speaks
        return next(iter(tags_in(self.text)), None)

    def spoken_in(self, samples: int) -> list[str]:
        """The words that its first samples speak: those at least half said."""
        return [word.text for word in self.words if word.start + word.end <= 2 * samples]


@dataclass(slots=True)
class ToolRun:
    """A tool that was run, as it saw it itself.

    Attributes:
        name: Which.
        arguments: JSON.
        safe: Whether it may run in a draft.
        at_ns: When it began.
        result: What it answered; ``None`` if it never did.
        stopped: Whether it was told to stop.
        ended_ns: When it was over.
    """

    name: str
    arguments: str
    safe: bool
    at_ns: int
    result: str | None = None
    stopped: bool = False
    ended_ns: int | None = None


@dataclass(slots=True)
class VendorLog:
    """What the vendors of one call were asked and what they made."""

    transcripts: list[Delivered] = field(default_factory=list)
    model_calls: list[ModelCall] = field(default_factory=list)
    syntheses: list[Synthesis] = field(default_factory=list)
    tool_runs: list[ToolRun] = field(default_factory=list)
    open_streams: int = 0

    @property
    def finals(self) -> list[Delivered]:
        """The transcripts that will not change, in the order in which they were taken."""
        return [delivered for delivered in self.transcripts if delivered.final]


def at_ns(place: int) -> int:
    """When the caller's sample at a place was spoken, the call having begun at 0."""
    return place * NS_PER_SAMPLE
