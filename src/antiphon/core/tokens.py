"""How many tokens a text has, near enough to keep a conversation within a model's window."""

from __future__ import annotations

from collections.abc import Iterable

from antiphon.core.messages import Message

CHARACTERS_PER_TOKEN = 4  # the usual rule for English
TOKENS_PER_MESSAGE = 4  # who speaks, and where the message begins and ends


def count_tokens(text: str) -> int:
    """Tokens of a text, estimated: one for each four characters begun."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def message_tokens(message: Message) -> int:
    """Tokens of a message, its calls of tools with it, estimated."""
    calls = sum(count_tokens(call.name + call.arguments) for call in message.tool_calls)
    return TOKENS_PER_MESSAGE + count_tokens(message.content) + calls


def total_tokens(messages: Iterable[Message]) -> int:
    """Tokens of messages together, estimated."""
    return sum(message_tokens(message) for message in messages)
