"""A conversation's history as JSON, and back: to keep it, to look at it, to go on from it in another call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from antiphon.core.messages import Message, ToolCall
from antiphon.core.tokens import message_tokens, total_tokens
from antiphon.errors import ConfigError

VERSION = 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Call(_Strict):
    id: str
    name: str
    arguments: str


class _Message(_Strict):
    role: Literal["system", "user", "assistant", "tool"]
    content: str
    interrupted: bool = False
    tool_calls: list[_Call] = []
    tool_call_id: str | None = None
    tokens: int | None = None


class _History(_Strict):
    version: Annotated[int, Field(ge=1)]
    tokens: int | None = None
    messages: list[_Message]


def dump_history(messages: Sequence[Message]) -> str:
    """A history as JSON.

    Args:
        messages: ``session.history``: what was finally said and actually heard.

    Returns:
        An object with ``version``, ``messages`` in order, and the ``tokens`` of each and of all, estimated.
    """
    told = [
        _Message(
            role=message.role,
            content=message.content,
            interrupted=message.interrupted,
            tool_calls=[
                _Call(id=call.id, name=call.name, arguments=call.arguments) for call in message.tool_calls
            ],
            tool_call_id=message.tool_call_id,
            tokens=message_tokens(message),
        )
        for message in messages
    ]
    history = _History(version=VERSION, tokens=total_tokens(messages), messages=told)
    return history.model_dump_json(indent=2, exclude_defaults=True)


def load_history(text: str) -> tuple[Message, ...]:
    """A history from JSON: for ``Session(agent, earlier=...)``.

    Raises:
        ConfigError: In one line, if it is not what ``dump_history`` writes, or of a later version.
    """
    try:
        history = _History.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the text"
        raise ConfigError(f"history: {place}: {first['msg']}") from None
    if history.version > VERSION:
        raise ConfigError(f"history: version {history.version}: this Antiphon reads up to {VERSION}")
    return tuple(
        Message(
            each.role,
            each.content,
            each.interrupted,
            tuple(ToolCall(call.id, call.name, call.arguments) for call in each.tool_calls),
            each.tool_call_id,
        )
        for each in history.messages
    )
