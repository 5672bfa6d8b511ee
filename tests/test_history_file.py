from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.messages import Message, ToolCall
from antiphon.errors import ConfigError
from antiphon.history_file import dump_history, load_history

CALL = ToolCall("call_1", "book", '{"people":2}')
HISTORY = (
    Message("user", "book a table"),
    Message("assistant", "", tool_calls=(CALL,)),
    Message("tool", "booked", tool_call_id="call_1"),
    Message("assistant", "It is booked for", interrupted=True),
)


def test_a_history_says_its_version_and_what_it_costs() -> None:
    told = json.loads(dump_history(HISTORY))
    assert (told["version"], told["tokens"]) == (1, 29)
    assert told["messages"] == [
        {"role": "user", "content": "book a table", "tokens": 7},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "call_1", "name": "book", "arguments": '{"people":2}'}],
            "tokens": 8,
        },
        {"role": "tool", "content": "booked", "tool_call_id": "call_1", "tokens": 6},
        {"role": "assistant", "content": "It is booked for", "interrupted": True, "tokens": 8},
    ]


texts = st.text(max_size=20)
calls = st.builds(ToolCall, texts, texts, texts)
messages = st.builds(
    Message,
    st.sampled_from(["system", "user", "assistant", "tool"]),
    texts,
    st.booleans(),
    st.lists(calls, max_size=2).map(tuple),
    st.none() | texts,
)


@given(st.lists(messages, max_size=4).map(tuple))
def test_any_history_comes_back_as_it_was(history: tuple[Message, ...]) -> None:
    assert load_history(dump_history(history)) == history


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "history: the text: Invalid JSON"),
        ("[]", "history: the text: Input should be an object"),
        ('{"version": 2, "messages": []}', "history: version 2: this Antiphon reads up to 1"),
        ('{"version": 1}', "history: messages: Field required"),
        (
            '{"version": 1, "messages": [{"role": "dog", "content": ""}]}',
            "history: messages.0.role: Input should",
        ),
        (
            '{"version": 1, "messages": [{"role": "user", "text": ""}]}',
            "history: messages.0.content: Field required",
        ),
    ],
)
def test_what_is_no_history_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_history(text)
    assert str(caught.value).startswith(complaint)
    assert "\n" not in str(caught.value)
