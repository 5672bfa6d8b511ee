"""The double's chat completions: server-sent events, token by token."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.testing.vendors.http_answer import HttpAnswer
from antiphon.testing.vendors.profiles import Pace, Profile
from antiphon.testing.vendors.replies import Body, PromptCache, Reply, ReplyMaker, make_reply, tokens_of


class ChatService:
    """Answers chat requests in one manner."""

    def __init__(self, maker: ReplyMaker, profile: Profile) -> None:
        self._maker = maker
        self._profile = profile
        self._cache = PromptCache()

    async def answer(self, answer: HttpAnswer, body: Body, pace: Pace) -> None:
        """One reply, streamed if that was asked for."""
        exchange = answer.exchange
        began_ns = exchange.clock.now_ns()
        prompt_tokens, cached_tokens = self._cache.count(body)
        reply = make_reply(self._maker, body)
        pieces = tokens_of(reply.text)
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        cut = isinstance(limit, int) and limit < len(pieces)
        pieces = pieces[:limit] if isinstance(limit, int) else pieces
        usage = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": len(pieces),
            "total_tokens": prompt_tokens + len(pieces),
            "prompt_tokens_details": {"cached_tokens": cached_tokens},
        }
        finish_reason = "length" if cut else "tool_calls" if reply.tools else "stop"
        first_ns = began_ns + round(pace.vary(self._profile.first_token_ms) * NS_PER_MS)
        await exchange.clock.sleep_until(first_ns)
        if body.get("stream") is not True:
            await self._sleep_tokens(answer, first_ns, len(pieces))
            await answer.reply(_completion(body, "".join(pieces), reply, finish_reason, usage))
            return
        await answer.begin("text/event-stream")
        for index, delta in enumerate(_deltas(pieces, reply)):
            await self._sleep_tokens(answer, first_ns, max(0, index - 1))
            await answer.send(_event(body, delta, None))
        await answer.send(_event(body, {}, finish_reason))
        options = body.get("stream_options")
        if isinstance(options, Mapping) and options.get("include_usage") is True:
            await answer.send(_sse({**_head(body), "choices": [], "usage": usage}))
        await answer.send("data: [DONE]\n\n")
        await answer.end()

    async def _sleep_tokens(self, answer: HttpAnswer, first_ns: int, count: int) -> None:
        """Until ``count`` tokens after the first would have been written."""
        if self._profile.tokens_per_s:
            clock = answer.exchange.clock
            await clock.sleep_until(first_ns + round(count * NS_PER_S / self._profile.tokens_per_s))


def _deltas(pieces: list[str], reply: Reply) -> Iterator[Mapping[str, object]]:
    yield {"role": "assistant", "content": ""}
    for piece in pieces:
        yield {"content": piece}
    for index, tool in enumerate(reply.tools):
        function = {"name": tool.name, "arguments": ""}
        yield {
            "tool_calls": [{"index": index, "id": f"call_{index}", "type": "function", "function": function}]
        }
        half = len(tool.arguments) // 2
        for part in (tool.arguments[:half], tool.arguments[half:]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": part}}]}


def _head(body: Body) -> dict[str, object]:
    return {
        "id": "chatcmpl-double",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body.get("model"),
    }


def _event(body: Body, delta: Mapping[str, object], finish_reason: str | None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _sse({**_head(body), "choices": [choice]})


def _sse(message: Mapping[str, object]) -> str:
    return f"data: {json.dumps(message)}\n\n"


def _completion(
    body: Body, text: str, reply: Reply, finish_reason: str, usage: Mapping[str, object]
) -> Mapping[str, object]:
    message: dict[str, object] = {"role": "assistant", "content": text or None, "refusal": None}
    if reply.tools:
        message["tool_calls"] = [
            {
                "id": f"call_{index}",
                "type": "function",
                "function": {"name": tool.name, "arguments": tool.arguments},
            }
            for index, tool in enumerate(reply.tools)
        ]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
    return {**_head(body), "object": "chat.completion", "choices": [choice], "usage": usage}
