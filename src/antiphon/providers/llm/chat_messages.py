"""Our messages, tools and begun replies in the form of OpenAI's chat protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from antiphon.core.messages import Message, ToolSpec
from antiphon.providers.llm.presets import Continuation

if TYPE_CHECKING:
    from openai.types.chat import (
        ChatCompletionMessageFunctionToolCallParam,
        ChatCompletionMessageParam,
        ChatCompletionToolParam,
    )

CONTINUE_NOTE = (
    "The caller has already heard the beginning of your reply, the assistant message above. Write only what "
    "comes after it, so that both read as one reply. Do not repeat it, do not greet, do not begin again."
)
_BROKEN_OFF = "—"
_NO_PARAMETERS: dict[str, object] = {"type": "object", "properties": {}}


def chat_messages(
    messages: Sequence[Message], begun: str, continuation: Continuation
) -> list[ChatCompletionMessageParam]:
    """A conversation as the endpoint wants it, a begun reply at its end."""
    chat = [_chat_message(message) for message in messages]
    if begun.strip():
        chat.append({"role": "assistant", "content": begun.rstrip()})
        if continuation is Continuation.INSTRUCTION:
            chat.append({"role": "system", "content": CONTINUE_NOTE})
    return chat


def chat_tools(tools: Sequence[ToolSpec]) -> list[ChatCompletionToolParam]:
    """Tools as the endpoint wants them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters) or _NO_PARAMETERS,
            },
        }
        for tool in tools
    ]


def _chat_message(message: Message) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "user":
            return {"role": "user", "content": message.content}
        case "tool":
            return {
                "role": "tool",
                "content": message.content,
                "tool_call_id": message.tool_call_id or "",
            }
        case "assistant":
            return _assistant_message(message)


def _assistant_message(message: Message) -> ChatCompletionMessageParam:
    content = message.content
    if message.interrupted and content and not content.endswith(_BROKEN_OFF):
        content += _BROKEN_OFF  # as in print: the speaker was cut off here
    if not message.tool_calls:
        return {"role": "assistant", "content": content}
    calls: list[ChatCompletionMessageFunctionToolCallParam] = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in message.tool_calls
    ]
    return {"role": "assistant", "content": content or None, "tool_calls": calls}
