"""Another agent takes a call over: what a tool answers, or a hook says, to have that happen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, cast, runtime_checkable

from antiphon.core.messages import Message
from antiphon.errors import ConfigError

HistoryChoice: TypeAlias = Literal["all", "none"] | Callable[[tuple[Message, ...]], Sequence[Message]]


@runtime_checkable
class Answers(Protocol):
    """An ``Agent``."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def instructions(self) -> str:
        """What its model is told about its task."""
        ...


@dataclass(frozen=True, slots=True)
class HandOver:
    """A call is handed over to another agent.

    A tool that is not marked safe returns one, ``before_reply`` is given one by ``turn.hand_over``, the
    application gives one to ``session.hand_over``.

    Attributes:
        agent: The ``Agent`` that answers from now on: its instructions, tools, hooks, model and voice. The
            call goes on to be heard as it was: recogniser, voice activity, ends of turns and interruptions
            stay the first agent's.
        history: What its model is shown of what was said before the turn in hand: ``"all"``, ``"none"``, or
            what a function makes of it. The session's own history keeps everything.
        say: What it says first. Left out, its model answers what the caller said last.

    Raises:
        ConfigError: If one of them is of the wrong kind.
    """

    agent: Answers
    history: HistoryChoice = "all"
    say: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(cast("object", self.agent), Answers):
            raise ConfigError(f"HandOver: agent = {self.agent!r}: expected an Agent")
        if self.history not in {"all", "none"} and not callable(self.history):
            raise ConfigError(f'HandOver: history = {self.history!r}: expected "all", "none" or a function')
        if self.say is not None and not isinstance(cast("object", self.say), str):
            raise ConfigError(f"HandOver: say = {self.say!r}: expected a text")

    def shown(self, before: tuple[Message, ...]) -> tuple[Message, ...] | None:
        """What its model is shown of what was said before; ``None`` for all of it.

        Raises:
            ConfigError: If the author's function answers no messages.
        """
        if self.history == "all":
            return None
        if not callable(self.history):
            return ()
        chosen = tuple(self.history(before))
        if not all(isinstance(cast("object", each), Message) for each in chosen):
            raise ConfigError(f"HandOver: history: expected messages from the function, found {chosen!r}")
        return chosen
