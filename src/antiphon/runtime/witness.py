"""Who sees all that enters a call's core and all that leaves it: enough to decide it all again, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from antiphon.core.actions import Action
from antiphon.core.conversation import ConversationSettings
from antiphon.core.endpointing import Endpointer
from antiphon.core.events import Event
from antiphon.core.habits import USUAL, Habits
from antiphon.core.messages import Message


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the core of a call was made with.

    Attributes:
        at_ns: When, on the session's clock.
        settings: How the call is answered.
        endpointer: What decides ends of turns instead of the settings, where one was given.
        earlier: What was said and heard before the call.
        habits: What was known of how the caller pauses and ends turns.
    """

    at_ns: int
    settings: ConversationSettings
    endpointer: Endpointer | None = None
    earlier: tuple[Message, ...] = ()
    habits: Habits = USUAL


class Witness(Protocol):
    """Is told of each step of a call. It must not block, and must not raise: audio would wait."""

    def begin(self, beginning: Beginning) -> None:
        """The call begins."""
        ...

    def step(self, now_ns: int, event: Event, actions: Sequence[Action]) -> None:
        """The core took an event at ``now_ns`` and answered it with these actions."""
        ...
