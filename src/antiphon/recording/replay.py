"""Has the core decide a recorded call again, and compares what it decides, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from antiphon.core.actions import Action
from antiphon.core.conversation import Conversation
from antiphon.core.endpointing import Endpointer
from antiphon.core.events import Event
from antiphon.core.messages import Message
from antiphon.recording.layout import ENCODING, ERRORS, actions_line
from antiphon.recording.reader import Recording, RecordingError

Watch = Callable[[int, Event, list[Action]], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first event that the core answers otherwise now.

    Attributes:
        event: Its number, counted from 1: the line in ``events.jsonl``.
        at_ns: When it came, on the session's clock.
        recorded: What it called for then, as it stands in ``actions.jsonl``.
        replayed: What it calls for now.
    """

    event: int
    at_ns: int
    recorded: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of deciding a call again.

    Attributes:
        events: How many events the core was given.
        actions: How many actions they called for.
        digest: SHA-256 of the lines of actions, in hexadecimal: that of ``actions.jsonl`` where all is the
            same and the recording is whole.
        difference: Where it first went otherwise; ``None``: it is the same, byte for byte.
        history: What was finally said and heard.
    """

    events: int
    actions: int
    digest: str
    difference: Difference | None
    history: tuple[Message, ...]


def replay(
    recording: Recording, *, endpointer: Endpointer | None = None, watch: Watch | None = None
) -> Replay:
    """Give the core every event of a recorded call at its time.

    Args:
        recording: The call.
        endpointer: What decided ends of turns, where the application gave one of its own.
        watch: Told of each event and what it calls for.

    Raises:
        RecordingError: If the recording can't be read, or lacks what the core was made with.
    """
    start = recording.core()
    if recording.endpointer is not None and endpointer is None:
        raise RecordingError(
            f"{recording.folder}: a {recording.endpointer} of the application's own decided ends of turns: "
            "give one to replay()"
        )
    core = Conversation(start.settings, endpointer, earlier=start.earlier, habits=start.habits)
    digest = sha256()
    events = actions = 0
    difference: Difference | None = None
    for step in recording.steps():
        called_for = core.handle(step.event, step.at_ns)
        line = actions_line(called_for)
        digest.update(f"{line}\n".encode(ENCODING, ERRORS))
        events += 1
        actions += len(called_for)
        if difference is None and line != step.actions:
            difference = Difference(events, step.at_ns, step.actions, line)
        if watch is not None:
            watch(step.at_ns, step.event, called_for)
    return Replay(events, actions, digest.hexdigest(), difference, core.history)
