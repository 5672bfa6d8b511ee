"""What a recording's folder holds, and how its lines are made: see docs/reference/recordings.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from antiphon.core.actions import Action
from antiphon.core.conversation import ConversationSettings
from antiphon.core.events import Event
from antiphon.core.habits import USUAL, Habits
from antiphon.core.messages import Message
from antiphon.recording.codec import Plain, encode
from antiphon.telemetry.trace import TraceEvent

FORMAT: Final = "antiphon-recording"
VERSION: Final = 1  # counts up when a reader of this one could not read the next
ENCODING: Final = "utf-8"
ERRORS: Final = "surrogatepass"  # half a character that a vendor sent is written as it came

MANIFEST: Final = "recording.json"
AUDIO: Final = "call.wav"
EVENTS: Final = "events.jsonl"
ACTIONS: Final = "actions.jsonl"
TIMINGS: Final = "timings.jsonl"


@dataclass(frozen=True, slots=True)
class CoreStart:
    """All that the core of a call was made with, but for an endpointer of the application's own."""

    settings: ConversationSettings
    earlier: tuple[Message, ...] = ()
    habits: Habits = USUAL


def event_line(at_ns: int, event: Event) -> str:
    """An event and its time, as a line of ``events.jsonl``."""
    return as_line({"at_ns": at_ns, "event": encode(event)})


def actions_line(actions: Sequence[Action]) -> str:
    """What an event called for, as a line of ``actions.jsonl``."""
    return as_line([encode(action) for action in actions])


def timing_line(event: TraceEvent) -> str:
    """A trace event, as a line of ``timings.jsonl``."""
    return as_line({"at_ns": event.at_ns, "name": event.name, **event.attributes})


def as_line(plain: Plain) -> str:
    """JSON on one line, without its end."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
