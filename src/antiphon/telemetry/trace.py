"""Named trace events for whoever listens; with no listener a call site pays one attribute check.

The way to use it, so that not even the arguments are made when nobody listens::

    if tracer.enabled:
        tracer.emit("stt.interim", clock.now_ns(), words=len(words))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Attribute: TypeAlias = str | int | float | bool

CHANNEL = "channel"  # the name of the event that carries a ChannelReading
DRAFT = "draft"  # ... that says when a draft passed its stations (core.events.DraftMarks), at its end


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """Something that happened at one moment.

    Attributes:
        name: What happened: dotted, lower case, from the outside in, as in ``"llm.first_token"``.
        at_ns: When, on the session's clock.
        attributes: The particulars; a name that holds a quantity ends in its unit.
    """

    name: str
    at_ns: int
    attributes: Mapping[str, Attribute]


Listener: TypeAlias = Callable[[TraceEvent], None]


@dataclass(frozen=True, slots=True)
class ChannelReading:
    """How full a channel is at one moment.

    Attributes:
        name: Which channel, as in ``"audio.in"``.
        depth: Items in it now.
        capacity: Items it may hold now; an adaptive channel changes it.
        dropped: Items its drop rule has let go since it was opened.
        max_depth: The most items it has held since it was opened.
    """

    name: str
    depth: int
    capacity: int
    dropped: int
    max_depth: int


class Tracer:
    """Hands trace events to its listeners, in the order they were added.

    A listener runs inside the call that emits: it must be quick and must not raise. Listeners may be added
    and removed at any time, by a listener too; the change holds from the next event on.

    Attributes:
        enabled: Whether anybody listens. Check it before ``emit``.
    """

    __slots__ = ("_listeners", "enabled")

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self.enabled = False

    def add(self, listener: Listener) -> None:
        """Have ``listener`` told of every event from now on; added twice, it is told twice."""
        self._listeners = (*self._listeners, listener)
        self.enabled = True

    def remove(self, listener: Listener) -> None:
        """Undo one ``add``.

        Raises:
            ValueError: If ``listener`` was not added.
        """
        remaining = list(self._listeners)
        remaining.remove(listener)
        self._listeners = tuple(remaining)
        self.enabled = bool(remaining)

    def emit(self, name: str, at_ns: int, /, **attributes: Attribute) -> None:
        """Tell every listener what happened at ``at_ns``."""
        listeners = self._listeners
        if not listeners:
            return
        event = TraceEvent(name, at_ns, attributes)
        for listener in listeners:
            listener(event)

    def emit_channel(self, at_ns: int, reading: ChannelReading) -> None:
        """Tell every listener how full a channel is."""
        self.emit(
            CHANNEL,
            at_ns,
            channel=reading.name,
            depth=reading.depth,
            capacity=reading.capacity,
            dropped=reading.dropped,
            max_depth=reading.max_depth,
        )
