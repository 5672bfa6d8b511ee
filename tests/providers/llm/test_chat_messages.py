"""Conversations, tools and begun replies in the form of OpenAI's chat protocol."""

from __future__ import annotations

import pytest

from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.providers.llm.chat_messages import CONTINUE_NOTE, chat_messages, chat_tools
from antiphon.providers.llm.presets import Continuation

HISTORY = (Message("system", "Be brief."), Message("user", "Soup?"))
CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Soup?"}]


def test_messages_keep_their_roles_and_words() -> None:
    assert chat_messages(HISTORY, "", Continuation.INSTRUCTION) == CHAT


def test_an_interrupted_reply_breaks_off() -> None:
    history = (Message("assistant", "There is tomato and", interrupted=True),)
    assert chat_messages(history, "", Continuation.INSTRUCTION) == [
        {"role": "assistant", "content": "There is tomato and—"}
    ]


@pytest.mark.parametrize("heard", ["", "There is —"])
def test_nothing_is_added_to_one_that_breaks_off_already_or_was_not_heard(heard: str) -> None:
    (message,) = chat_messages((Message("assistant", heard, interrupted=True),), "", Continuation.INSTRUCTION)
    assert message["content"] == heard


def test_tool_calls_and_their_results_are_shown() -> None:
    history = (
        Message("assistant", "", tool_calls=(ToolCall("call_1", "price", '{"dish": "soup"}'),)),
        Message("tool", "4 pounds", tool_call_id="call_1"),
    )
    assert chat_messages(history, "", Continuation.INSTRUCTION) == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "price", "arguments": '{"dish": "soup"}'},
                }
            ],
        },
        {"role": "tool", "content": "4 pounds", "tool_call_id": "call_1"},
    ]


def test_a_begun_reply_is_followed_by_an_instruction() -> None:
    assert chat_messages(HISTORY, "Sure, ", Continuation.INSTRUCTION) == [
        *CHAT,
        {"role": "assistant", "content": "Sure,"},
        {"role": "system", "content": CONTINUE_NOTE},
    ]


@pytest.mark.parametrize("continuation", [Continuation.LAST_MESSAGE, Continuation.VLLM])
def test_a_begun_reply_is_the_last_message_where_that_is_enough(continuation: Continuation) -> None:
    assert chat_messages(HISTORY, "Sure, ", continuation) == [
        *CHAT,
        {"role": "assistant", "content": "Sure,"},
    ]


@pytest.mark.parametrize("continuation", [*Continuation])
def test_a_blank_beginning_is_none(continuation: Continuation) -> None:
    assert chat_messages(HISTORY, "  ", continuation) == CHAT


def test_tools_are_described() -> None:
    parameters = {"type": "object", "properties": {"dish": {"type": "string"}}}
    assert chat_tools(
        [ToolSpec("price", "What a dish costs.", parameters), ToolSpec("hang_up", "Ends it.")]
    ) == [
        {
            "type": "function",
            "function": {"name": "price", "description": "What a dish costs.", "parameters": parameters},
        },
        {
            "type": "function",
            "function": {
                "name": "hang_up",
                "description": "Ends it.",
                "parameters": {"type": "object", "properties": {}},
            },
        },
    ]
