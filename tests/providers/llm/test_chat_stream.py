"""Chunks of a streamed completion, as different endpoints send them, become text, tool calls and usage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.messages import ToolCall
from antiphon.errors import ProviderProtocolError
from antiphon.providers.base import LLMEvent, LLMUsage, TextDelta
from antiphon.providers.llm.chat_stream import MOST_TOOL_CALLS, ChatAssembly


def chunk(finish_reason: str | None = None, **delta: object) -> Mapping[str, object]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


def call(
    index: int | None, call_id: str | None, name: str | None, arguments: str | None
) -> Mapping[str, object]:
    return {"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}


def assembled(*chunks: object) -> tuple[list[LLMEvent], ChatAssembly]:
    assembly = ChatAssembly("openai/x")
    events = [event for one in chunks for event in assembly.add(one)]
    return [*events, *assembly.rest()], assembly


def test_text_comes_piece_by_piece_and_usage_last() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}
    events, assembly = assembled(
        chunk(role="assistant", content=""),
        chunk(content="Sure"),
        chunk(content=", two"),
        chunk("stop"),
        {"choices": [], "usage": usage},
    )
    assert events == [TextDelta("Sure"), TextDelta(", two"), LLMUsage(9, 2, 4)]
    assert assembly.finish_reason == "stop"


def test_a_refusal_is_said() -> None:
    assert assembled(chunk(refusal="I can't."))[0] == [TextDelta("I can't.")]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"choices": None},
        {"choices": []},
        {"choices": [{"index": 0}]},
        {"choices": [{"delta": None, "finish_reason": None}]},
        {"choices": [{"delta": {"content": None, "tool_calls": None, "reasoning_content": "hm"}}]},
        {"usage": None, "choices": [{"delta": {}}]},
    ],
)
def test_what_may_be_missing_may_be_missing(odd: object) -> None:
    assert assembled(odd, chunk(content="ok"))[0] == [TextDelta("ok")]


def test_usage_without_details_has_nothing_cached() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": None}
    assert assembled({"usage": usage})[0] == [LLMUsage(9, 2, 0)]


def test_a_tool_call_is_put_together_from_its_parts() -> None:
    events, _ = assembled(
        chunk(content="One moment."),
        chunk(tool_calls=[call(0, "call_a", "price", "")]),
        chunk(tool_calls=[call(0, None, None, '{"dish":')]),
        chunk(tool_calls=[call(0, None, None, ' "soup"}')]),
        chunk("tool_calls"),
    )
    assert events == [TextDelta("One moment."), ToolCall("call_a", "price", '{"dish": "soup"}')]


def test_calls_side_by_side_stay_apart() -> None:
    events, _ = assembled(
        chunk(tool_calls=[call(0, "a", "one", ""), call(1, "b", "two", "")]),
        chunk(tool_calls=[call(1, None, None, "{2}"), call(0, None, None, "{1}")]),
    )
    assert events == [ToolCall("a", "one", "{1}"), ToolCall("b", "two", "{2}")]


def test_an_endpoint_that_numbers_all_calls_alike_is_understood() -> None:
    events, _ = assembled(
        chunk(tool_calls=[call(0, "a", "one", "{1}")]), chunk(tool_calls=[call(0, "b", "two", "{2}")])
    )
    assert events == [ToolCall("a", "one", "{1}"), ToolCall("b", "two", "{2}")]


def test_an_endpoint_that_names_the_call_in_each_part_is_understood() -> None:
    events, _ = assembled(
        chunk(tool_calls=[call(0, "a", "one", "{")]), chunk(tool_calls=[call(0, "a", None, "}")])
    )
    assert events == [ToolCall("a", "one", "{}")]


def test_a_call_without_a_name_number_or_arguments_is_made_whole_or_left_out() -> None:
    events, _ = assembled(
        chunk(tool_calls=[call(None, None, "hang_up", None)]), chunk(tool_calls=[{"index": 1, "id": "b"}])
    )
    assert events == [ToolCall("call_0", "hang_up", "{}")]


def test_a_model_gone_astray_is_bounded() -> None:
    events, _ = assembled(
        *(chunk(tool_calls=[call(n, f"call_{n}", "again", "{}")]) for n in range(MOST_TOOL_CALLS + 9))
    )
    assert len(events) == MOST_TOOL_CALLS


@pytest.mark.parametrize("wrong", ["text", [], {"choices": "x"}, {"usage": {"prompt_tokens": "many"}}])
def test_what_is_no_chunk_is_refused(wrong: object) -> None:
    with pytest.raises(ProviderProtocolError, match="openai/x: sent a chunk with a bad"):
        assembled(wrong)


@settings(max_examples=40, deadline=None)
@given(
    arguments=st.lists(
        st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=3).map(json.dumps),
        min_size=1,
        max_size=4,
    ),
    data=st.data(),
)
def test_however_calls_are_cut_they_come_out_whole(arguments: Sequence[str], data: st.DataObject) -> None:
    begun = [chunk(tool_calls=[call(n, f"call_{n}", f"tool_{n}", "")]) for n in range(len(arguments))]
    rest = list(arguments)
    parts: list[Mapping[str, object]] = []
    while any(rest):
        index = data.draw(st.sampled_from([n for n, left in enumerate(rest) if left]))
        length = data.draw(st.integers(1, len(rest[index])))
        parts.append(chunk(tool_calls=[call(index, None, None, rest[index][:length])]))
        rest[index] = rest[index][length:]
    events, _ = assembled(*begun, *parts)
    assert events == [ToolCall(f"call_{n}", f"tool_{n}", whole) for n, whole in enumerate(arguments)]
