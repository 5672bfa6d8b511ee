"""Who answers a call, as the machine knows it, and what is told to it when that changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from antiphon.core.messages import Message
from antiphon.core.tools import ToolPolicy, ToolUse


@dataclass(frozen=True, slots=True)
class Persona:
    """An agent that may answer.

    Attributes:
        number: The driver's name for it.
        name: What people call it.
        instructions: What the model is told about its part.
        apology: What is said when a turn fails; empty for nothing.
        tools: What the model may ask for.
        tool_use: How they are used.
        prepare_timeout_ms: How long its ``before_reply`` may take; ``None`` where there is none.
    """

    number: int
    name: str
    instructions: str = ""
    apology: str = ""
    tools: tuple[ToolPolicy, ...] = ()
    tool_use: ToolUse = field(default_factory=ToolUse)
    prepare_timeout_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Takeover:
    """A call is handed over.

    Attributes:
        persona: To whom.
        history: What its model is shown of what was said before the turn in hand; ``None`` for all of it.
        say: What it says first; ``None`` has its model answer what the caller last said.
    """

    persona: Persona
    history: tuple[Message, ...] | None = None
    say: str | None = None
