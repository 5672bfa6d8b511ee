"""A language model that writes the reply which a function makes of the messages, at a vendor's pace."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from random import Random
from typing import Protocol

from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.errors import AntiphonError, ProviderConnectionError, ProviderRateLimitError
from antiphon.providers.base import LLMEvent, LLMRequest, LLMUsage, TextDelta
from antiphon.runtime.clock import Clock
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.obedience import Obedience
from antiphon.simulation.profile import Model
from antiphon.simulation.prompt_cache import PromptCache
from antiphon.simulation.scripted_tools import Wish, wish
from antiphon.simulation.vendor_log import ModelCall, VendorLog, tag_of

# The first clause comes token by token, the rest in eights: nobody waits for a single one of these.
FINE_TOKENS, COARSE = 12, 8
SLOWED = 20
ENDLESS = 25
_TOKEN = re.compile(r"\s*\S+")


class Replier(Protocol):
    """Writes replies."""

    def __call__(self, messages: tuple[Message, ...], call_id: int, random: Random, begun: str = "") -> str:
        """The reply to the last of the messages, from a first clause on; its own has the call's tag in it."""
        ...


class ScriptedLLM:
    """Writes replies at a vendor's pace."""

    name = "scripted/llm"

    def __init__(
        self,
        reply: Replier,
        settings: Model,
        random: Random,
        clock: Clock,
        log: VendorLog,
        faults: FaultsAt | None = None,
        *,
        seed: str = "",
    ) -> None:
        self._seed = seed
        self._cache = PromptCache(settings.prompt_tokens)
        self._reply, self._settings, self._random, self._clock, self._log = (
            reply,
            settings,
            random,
            clock,
            log,
        )
        self._faults = faults or FaultsAt((), Where.LLM)

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """The reply."""
        log, clock = self._log, self._clock
        call_id = len(log.model_calls)
        text = self._reply(request.messages, call_id, self._random, request.begun)
        call = ModelCall(call_id, clock.now_ns(), request.messages, text, begun=request.begun)
        call.continues = next(
            (one for one in reversed(log.model_calls) if one.begins(request.messages)), None
        )
        wish = self._wish(request, call_id)
        call.tool_calls = wish.calls
        if wish.calls:
            call.text = f"{tag_of(call_id)} let me see." if wish.says_first else ""
        log.model_calls.append(call)
        cached = self._cache.read(request.messages)
        log.open_streams += 1
        obedience = Obedience(clock, self._faults.find(call_id, Kind.IGNORE_CANCEL))
        try:
            async with aclosing(self._write(call, obedience)) as deltas:
                async for delta in deltas:
                    call.output_characters += len(delta)
                    yield TextDelta(delta)
            for tool_call in wish.calls:
                yield tool_call
            yield LLMUsage(self._settings.prompt_tokens, call.output_tokens, cached)
        finally:
            try:
                await obedience.close()
            finally:
                log.open_streams -= 1
                call.closed_ns = clock.now_ns()

    def _wish(self, request: LLMRequest, call_id: int) -> Wish:
        """Which tools it asks for; none where it was offered none, nor with an empty answer."""
        if not request.tools or self._faults.find(call_id, Kind.EMPTY, Kind.ERROR, Kind.DISCONNECT):
            return Wish()
        return wish(request.messages, call_id, self._seed)

    async def _write(self, call: ModelCall, obedience: Obedience) -> AsyncGenerator[str, None]:
        """The pieces of the reply, each when it is due."""
        at_ns = call.at_ns + round(self._settings.first_token_ms.draw(self._random) * NS_PER_MS)
        fault = self._faults.find(call.call_id, *_STOPS)
        slowed = SLOWED if self._faults.find(call.call_id, Kind.SLOW) else 1
        step_ns = round(NS_PER_S / self._settings.tokens_per_s) * slowed
        tokens = self._tokens(call)
        hit = len(tokens) if fault is None else _place(fault.stage, len(tokens))
        while call.output_tokens < len(tokens):
            await obedience.sleep_until(at_ns)
            if fault is not None and call.output_tokens >= hit:
                if fault.kind is Kind.DISCONNECT:
                    return
                at_ns += await self._suffer(fault, obedience)
                fault = None
            count = 1 if call.output_tokens < FINE_TOKENS else COARSE
            delta = tokens[call.output_tokens : call.output_tokens + count]
            call.output_tokens += len(delta)
            at_ns += step_ns * len(delta)
            yield "".join(delta)
        if fault is not None and fault.kind is not Kind.DISCONNECT:
            await self._suffer(fault, obedience)

    def _tokens(self, call: ModelCall) -> list[str]:
        find = self._faults.find
        tokens = [] if find(call.call_id, Kind.EMPTY) else _TOKEN.findall(call.text)
        if find(call.call_id, Kind.ENDLESS):
            tokens += tokens[FINE_TOKENS:] * ENDLESS
        twice = find(call.call_id, Kind.DUPLICATE)
        if twice is not None and tokens:
            at = min(_place(twice.stage, len(tokens)), len(tokens) - 1)
            tokens.insert(at, tokens[at])
        return tokens

    async def _suffer(self, fault: Fault, obedience: Obedience) -> int:
        """Stall, and answer for how long in ns; or raise an error."""
        if fault.kind is Kind.ERROR:
            raise error_of(fault, self.name)
        await obedience.sleep_until(self._clock.now_ns() + fault.ms * NS_PER_MS)
        return fault.ms * NS_PER_MS

    async def warm(self) -> None:
        """Always warm."""

    async def aclose(self) -> None:
        """Nothing is held."""


_STOPS = (Kind.STALL, Kind.ERROR, Kind.DISCONNECT)


def _place(stage: Stage, length: int) -> int:
    return {Stage.START: 0, Stage.MIDDLE: length // 3, Stage.END: length}[stage]


def error_of(fault: Fault, provider: str) -> Exception:
    """An error of one kind or another: the vendor's, mapped, or a fault of the provider's own code."""
    if fault.ms % 3 == 0:
        return RuntimeError("a fault in the provider's code")
    kind: type[AntiphonError] = ProviderConnectionError if fault.ms % 3 == 1 else ProviderRateLimitError
    return kind(provider, "scripted error")
