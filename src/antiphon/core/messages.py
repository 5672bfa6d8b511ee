"""What a model is shown: messages, tool descriptions and tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to have a tool run."""

    id: str
    name: str
    arguments: str  # JSON, as the model wrote it


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation's history."""

    role: Role
    content: str
    interrupted: bool = False  # an assistant's message of which only ``content`` was heard
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None  # with role "tool": the call it answers


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told about it."""

    name: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)  # JSON schema
