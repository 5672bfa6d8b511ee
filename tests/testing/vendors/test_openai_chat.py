"""Chat completions over the wire: their events, their pace, their usage."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock
from antiphon.testing.vendors import CalledTool, OpenAIDouble, Profile, Reply

ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "two soups"}]}


async def ask(double: OpenAIDouble, **more: Any) -> str:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(f"{double.url}/chat/completions", json={**ASKED, **more})
        return answer.text


def events(body: str) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in body.split("\n\n") if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


async def test_a_stream_has_the_vendors_shape() -> None:
    async with OpenAIDouble("echo") as double:
        *chunks, last, done = events(await ask(double, stream=True))
    assert done == "[DONE]"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas == [
        {"role": "assistant", "content": ""},
        {"content": "You"},
        {"content": " said:"},
        {"content": " two"},
        {"content": " soups"},
    ]
    assert last["choices"][0] == {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}


async def test_usage_comes_if_it_was_asked_for() -> None:
    async with OpenAIDouble("echo") as double:
        body = events(await ask(double, stream=True, stream_options={"include_usage": True}))
    assert body[-2]["choices"] == []
    assert body[-2]["usage"] == {
        "prompt_tokens": 4,
        "completion_tokens": 4,
        "total_tokens": 8,
        "prompt_tokens_details": {"cached_tokens": 0},
    }


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
async def test_a_limit_cuts_the_reply(name: str) -> None:
    async with OpenAIDouble("echo") as double:
        answer = json.loads(await ask(double, **{name: 2}))
    assert answer["choices"][0]["message"]["content"] == "You said:"
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 2


async def test_tools_are_called_in_pieces_and_whole() -> None:
    reply = Reply("", (CalledTool("price", '{"dish": 1}'),))
    async with OpenAIDouble(lambda _: reply) as double:
        chunks = events(await ask(double, stream=True))[:-1]
        whole = json.loads(await ask(double))
    parts = [chunk["choices"][0]["delta"].get("tool_calls", [{}])[0] for chunk in chunks]
    assert [part.get("id") for part in parts] == [None, "call_0", None, None, None]
    assert "".join(part.get("function", {}).get("arguments", "") for part in parts) == '{"dish": 1}'
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"
    message = whole["choices"][0]["message"]
    assert message["content"] is None
    assert message["tool_calls"][0]["function"] == {"name": "price", "arguments": '{"dish": 1}'}


@pytest.mark.parametrize("stream", [True, False])
async def test_tokens_come_at_their_pace(*, stream: bool) -> None:
    profile = Profile(first_token_ms=40, tokens_per_s=50)
    async with OpenAIDouble("echo", profile=profile) as double:
        clock = Clock()
        began_ns = clock.now_ns()
        await ask(double, stream=stream)
        took_ms = (clock.now_ns() - began_ns) / NS_PER_MS
        record = double.requests[0]
    assert record.first_sent_ns is not None
    if stream:
        assert (record.first_sent_ns - record.received_ns) / NS_PER_MS >= 39
    assert took_ms >= 40 + (3 if stream else 4) * 20 - 1
