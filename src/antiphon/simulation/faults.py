"""What goes wrong in a simulated call: where, when, how; drawn from a seed, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Where(StrEnum):
    """Whose fault it is."""

    STT = "stt"
    LLM = "llm"
    TTS = "tts"
    TOOL = "tool"
    CALLER = "caller"
    APP = "app"


class Kind(StrEnum):
    """What goes wrong."""

    STALL = "stall"  # nothing comes for a while
    ERROR = "error"
    REFUSE = "refuse"  # a new connection fails
    DISCONNECT = "disconnect"  # the stream ends as if it were complete
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    EMPTY = "empty"
    SLOW = "slow"
    IGNORE_FLUSH = "ignore-flush"
    IGNORE_CANCEL = "ignore-cancel"  # goes on for a while after it was told to stop
    ENDLESS = "endless"  # a reply that is far too long
    PHANTOM = "phantom"  # words that nobody said
    BARGE_IN = "barge-in"
    RESUME = "resume"  # the caller goes on as soon as the reply begins
    SHORT = "short"  # one very short word
    SILENCE = "silence"  # the caller says nothing for a while
    NOISE = "noise"  # voiced sound without words
    CLICK = "click"  # ... too short to be a voice
    BACKCHANNEL = "backchannel"  # "mm-hm" while the agent speaks
    HANG_UP = "hang-up"  # in the middle of a word
    SAY = "say"  # the application speaks
    TEXT = "text"  # the caller types
    CLOSE = "close"  # the application ends the call


KINDS: Mapping[Where, tuple[Kind, ...]] = {
    Where.STT: (
        Kind.STALL,
        Kind.ERROR,
        Kind.REFUSE,
        Kind.DISCONNECT,
        Kind.DUPLICATE,
        Kind.REORDER,
        Kind.EMPTY,
        Kind.SLOW,
        Kind.IGNORE_FLUSH,
        Kind.PHANTOM,
    ),
    Where.LLM: (
        Kind.STALL,
        Kind.ERROR,
        Kind.DISCONNECT,
        Kind.DUPLICATE,
        Kind.EMPTY,
        Kind.SLOW,
        Kind.IGNORE_CANCEL,
        Kind.ENDLESS,
    ),
    Where.TTS: (
        Kind.STALL,
        Kind.ERROR,
        Kind.DISCONNECT,
        Kind.DUPLICATE,
        Kind.EMPTY,
        Kind.SLOW,
        Kind.IGNORE_CANCEL,
    ),
    Where.TOOL: (Kind.STALL, Kind.ERROR, Kind.SLOW, Kind.IGNORE_CANCEL),
    Where.CALLER: (
        Kind.BARGE_IN,
        Kind.BARGE_IN,
        Kind.RESUME,
        Kind.RESUME,
        Kind.SHORT,
        Kind.SILENCE,
        Kind.NOISE,
        Kind.NOISE,
        Kind.CLICK,
        Kind.BACKCHANNEL,
        Kind.BACKCHANNEL,
        Kind.HANG_UP,
    ),
    Where.APP: (Kind.SAY, Kind.SAY, Kind.TEXT, Kind.TEXT, Kind.CLOSE),
}

# How long a fault lasts, or how far into something it comes, in ms, drawn evenly; else as in DEFAULT.
LASTS: Mapping[Kind, tuple[int, int]] = {
    Kind.STALL: (200, 20_000),
    Kind.DUPLICATE: (1, 3_000),
    Kind.REORDER: (1, 1_500),
    Kind.SLOW: (100, 1_500),
    Kind.IGNORE_CANCEL: (50, 3_000),
    Kind.BARGE_IN: (250, 6_000),
    Kind.RESUME: (1, 250),
    Kind.PHANTOM: (500, 4_000),
    Kind.SHORT: (90, 200),
    Kind.SILENCE: (6_000, 15_000),
    Kind.NOISE: (90, 900),
    Kind.CLICK: (5, 60),
    Kind.BACKCHANNEL: (250, 4_000),
    Kind.SAY: (0, 60_000),
    Kind.TEXT: (0, 60_000),
    Kind.CLOSE: (1_000, 90_000),
}
DEFAULT = (1, 1_000)


class Stage(StrEnum):
    """How far something had got."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        where: Whose fault it is.
        kind: What goes wrong.
        nth: In which utterance (recogniser, caller), request (model), synthesis (voice), run (tool), from 0.
        stage: How far that had got.
        ms: How long it lasts, or how far into something it comes; of the application: when, in the call.
    """

    where: Where
    kind: Kind
    nth: int = 0
    stage: Stage = Stage.START
    ms: int = 1_000

    def __str__(self) -> str:
        which = (
            f" at {self.ms} ms" if self.where is Where.APP else f" {self.nth} ({self.stage}, {self.ms} ms)"
        )
        return f"{self.where} {self.kind}{which}"


def draw_faults(random: Random, rate: float, turns: int) -> tuple[Fault, ...]:
    """The faults of a call.

    Args:
        random: Drawn from.
        rate: How likely each utterance, request, synthesis and action of the application goes wrong.
        turns: How many utterances the call has.
    """
    chances = {
        Where.STT: turns,
        Where.LLM: 2 * turns,
        Where.TTS: 2 * turns,
        Where.CALLER: turns,
        Where.APP: turns,
        Where.TOOL: 2 * turns,
    }
    faults = []
    for where, chance in chances.items():
        for nth in range(chance):
            if random.random() < rate:
                kind = random.choice(KINDS[where])
                ms = random.randint(*LASTS.get(kind, DEFAULT))
                faults.append(Fault(where, kind, nth, random.choice(tuple(Stage)), ms))
    return tuple(faults)


class FaultsAt:
    """The faults of one call at one place, by what they hit."""

    def __init__(self, faults: Iterable[Fault], where: Where) -> None:
        self._by_nth: dict[int, list[Fault]] = {}
        for fault in faults:
            if fault.where is where:
                self._by_nth.setdefault(fault.nth, []).append(fault)

    def of(self, nth: int) -> list[Fault]:
        """All that hit one utterance, request or synthesis."""
        return self._by_nth.get(nth, [])

    def find(self, nth: int, *kinds: Kind) -> Fault | None:
        """One of some kinds that hits it, if any does."""
        if not self._by_nth:
            return None
        return next((fault for fault in self._by_nth.get(nth, ()) if fault.kind in kinds), None)

    def __bool__(self) -> bool:
        return bool(self._by_nth)
