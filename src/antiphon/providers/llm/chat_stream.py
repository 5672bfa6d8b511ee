"""From the chunks of a streamed chat completion to text, whole tool calls and usage.

Endpoints that speak OpenAI's protocol speak it a little differently: what may be missing or ``null`` with one
of them is optional here; what is there must be of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from antiphon.core.messages import ToolCall
from antiphon.providers.base import LLMEvent, LLMUsage, TextDelta
from antiphon.providers.wire import parsed

MOST_TOOL_CALLS = 64  # of one reply; more is a model gone astray


class _Function(BaseModel):
    name: str | None = None
    arguments: str | None = None


class _CallDelta(BaseModel):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Delta(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_CallDelta] | None = None


class _Choice(BaseModel):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _PromptDetails(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _PromptDetails | None = None


class _Chunk(BaseModel):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None


@dataclass(slots=True)
class _Call:
    id: str
    name: str = ""
    arguments: str = ""


class ChatAssembly:
    """Puts one reply of a provider together."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self.finish_reason: str | None = None
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._usage: LLMUsage | None = None

    def add(self, raw: object) -> Iterator[LLMEvent]:
        """The text in a chunk, if any; the rest of it is kept.

        Raises:
            ProviderProtocolError: If it is no chunk.
        """
        chunk = parsed(self._provider, _Chunk, "a chunk", raw)
        if chunk.usage is not None:
            self._usage = _usage(chunk.usage)
        for choice in chunk.choices or ():
            self.finish_reason = choice.finish_reason or self.finish_reason
            delta = choice.delta or _Delta()
            text = delta.content or delta.refusal
            if text:
                yield TextDelta(text)
            for part in delta.tool_calls or ():
                self._add_call(part)

    def rest(self) -> Sequence[LLMEvent]:
        """Once the stream has ended: the tool calls, in the model's order, then what it was billed."""
        calls = [ToolCall(call.id, call.name, call.arguments or "{}") for call in self._calls if call.name]
        return [*calls, *([self._usage] if self._usage else [])]

    def _add_call(self, part: _CallDelta) -> None:
        index = part.index or 0
        call = self._by_index.get(index)
        # Some endpoints number all calls 0: an identifier of its own begins another call.
        if call is None or (part.id and part.id != call.id):
            if len(self._calls) == MOST_TOOL_CALLS:
                return
            call = _Call(part.id or f"call_{len(self._calls)}")
            self._calls.append(call)
            self._by_index[index] = call
        if part.function is not None:
            call.name += part.function.name or ""
            call.arguments += part.function.arguments or ""


def _usage(usage: _Usage) -> LLMUsage:
    details = usage.prompt_tokens_details
    cached = details.cached_tokens if details is not None else None
    return LLMUsage(usage.prompt_tokens, usage.completion_tokens, cached or 0)
