"""Streams that survive their vendors: deadlines, retries, fallback, hedging, in one place.

Until the first item has come, a failed attempt costs only time: the next one is made, with the same provider
or the next in the chain (``core.failover`` says which). After that, what was given may have been heard, so a
failure is passed on, and the conversation decides what is said about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

from antiphon.core.failover import Chain, Resilience
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ProviderError, ProviderTimeoutError
from antiphon.runtime.channel import Channel
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import Helpers, closing

Item = TypeVar("Item")
Report = Callable[[ProviderError], None]

TRIAL_HEDGE_MS = 500  # a provider that may be back is given this long before the next is asked as well


@dataclass(frozen=True, slots=True)
class _Began(Generic[Item]):
    """An attempt's first item."""

    attempt: _Attempt[Item]
    item: Item


@dataclass(frozen=True, slots=True)
class _Ended(Generic[Item]):
    """An attempt is over without an item: it failed, or there was nothing to give."""

    attempt: _Attempt[Item]
    error: ProviderError | None


@dataclass(slots=True)
class _Attempt(Generic[Item]):
    """One request to one provider."""

    index: int
    name: str
    items: Channel[Item]
    task: asyncio.Task[None] | None = None
    error: ProviderError | None = None


class Relay(Generic[Item]):
    """Asks a chain of providers for a stream, and gives the first one that begins.

    Args:
        names: The providers' names, in order of preference.
        chain: Their record, shared by all requests of a session.
        settings: Deadlines, retries, hedging.
        clock: The session's.
        random: For the jitter of retries.
        report: Told of each failure, also of those nobody hears of.
    """

    def __init__(
        self,
        names: Sequence[str],
        chain: Chain,
        settings: Resilience,
        clock: Clock,
        random: Random,
        report: Report,
    ) -> None:
        self._names = names
        self._chain = chain
        self._settings = settings
        self._clock = clock
        self._random = random
        self._report = report

    async def stream(
        self, ask: Callable[[int], AsyncIterator[Item]], *, between_timeout: bool = True
    ) -> AsyncIterator[Item]:
        """The items of the first attempt that begins.

        Args:
            ask: Makes a request to the provider of an index.
            between_timeout: Whether a pause between items may be a fault.

        Raises:
            ProviderError: The last attempt's, when all failed; the chosen one's, when it breaks off.
        """
        async with Helpers() as group:
            outcomes: Channel[_Began[Item] | _Ended[Item]] = Channel("attempts", 100)
            begun = await self._first_to_begin(ask, outcomes, group)
            if begun is None:
                return
            yield begun.item
            rest = self._rest(begun.attempt, between_timeout=between_timeout)
            async with closing(rest) as items:
                async for item in items:
                    yield item

    async def _first_to_begin(
        self,
        ask: Callable[[int], AsyncIterator[Item]],
        outcomes: Channel[_Began[Item] | _Ended[Item]],
        group: Helpers,
    ) -> _Began[Item] | None:
        """Make attempts until one begins; the others are cancelled."""
        queue = self._queue()
        running: list[_Attempt[Item]] = []
        last: ProviderError | None = None
        try:
            while queue or running:
                if queue and not running:
                    running.append(self._begin(queue.pop(0), ask, outcomes, group))
                hedge_ms = self._hedge_ms(running) if queue else None
                outcome = await self._next_outcome(outcomes, hedge_ms)
                if outcome is None:
                    running.append(self._begin(self._take_other(queue, running), ask, outcomes, group))
                    continue
                running.remove(outcome.attempt)
                if isinstance(outcome, _Began):
                    self._chain.succeeded(outcome.attempt.index)
                    return outcome
                if outcome.error is None:
                    self._chain.succeeded(outcome.attempt.index)
                    return None
                last = outcome.error
                queue = await self._after_failure(outcome.attempt.index, last, queue, running=bool(running))
            assert last is not None
            raise last
        finally:
            for attempt in running:
                self._chain.abandoned(attempt.index)
                if attempt.task is not None:
                    attempt.task.cancel()

    def _queue(self) -> list[int]:
        """The attempts to make, in order: each provider, with its retries."""
        order = self._chain.order(self._clock.now_ns())
        return [index for index in order for _ in range(1 + self._settings.retries)]

    async def _after_failure(
        self, index: int, error: ProviderError, queue: list[int], *, running: bool
    ) -> list[int]:
        self._chain.failed(index, self._clock.now_ns())
        self._report(error)
        if not error.retryable:
            return [other for other in queue if other != index]
        if queue and queue[0] == index and not running:
            delay_ms = self._settings.retry_delay_ms * (0.5 + self._random.random())
            await self._clock.sleep_until(self._clock.now_ns() + round(delay_ms * NS_PER_MS))
        return queue

    def _hedge_ms(self, running: list[_Attempt[Item]]) -> int | None:
        """How long to wait for those asked before another is asked as well; None for no hedging."""
        if len(running) != 1:
            return None
        hedge_ms = self._settings.hedge_after_ms
        if self._chain.is_trial(running[0].index):
            return TRIAL_HEDGE_MS if hedge_ms is None else min(hedge_ms, TRIAL_HEDGE_MS)
        return hedge_ms

    def _take_other(self, queue: list[int], running: list[_Attempt[Item]]) -> int:
        """The next provider that is not being asked; the same one again where there is no other."""
        for place, index in enumerate(queue):
            if index != running[0].index:
                return queue.pop(place)
        return queue.pop(0)

    def _begin(
        self,
        index: int,
        ask: Callable[[int], AsyncIterator[Item]],
        outcomes: Channel[_Began[Item] | _Ended[Item]],
        group: Helpers,
    ) -> _Attempt[Item]:
        attempt: _Attempt[Item] = _Attempt(index, self._names[index], Channel("attempt"))
        self._chain.begin(index)
        attempt.task = group.start(self._pump(attempt, ask, outcomes), f"ask {attempt.name}")
        return attempt

    async def _pump(
        self,
        attempt: _Attempt[Item],
        ask: Callable[[int], AsyncIterator[Item]],
        outcomes: Channel[_Began[Item] | _Ended[Item]],
    ) -> None:
        """One provider's items into the attempt's channel, the first one to whoever chooses."""
        began = False
        try:
            async with closing(ask(attempt.index)) as items:
                while True:
                    item = await self._first(attempt, items) if not began else await anext(items, None)
                    if item is None:
                        break
                    if began:
                        await attempt.items.put(item)
                    else:
                        began = True
                        outcomes.put_nowait(_Began(attempt, item))
        except ProviderError as error:
            attempt.error = error
        if not began:
            outcomes.put_nowait(_Ended(attempt, attempt.error))
        attempt.items.close()

    async def _first(self, attempt: _Attempt[Item], items: AsyncIterator[Item]) -> Item | None:
        timeout_ms = self._settings.first_byte_timeout_ms
        deadline_ns = self._clock.now_ns() + timeout_ms * NS_PER_MS
        try:
            async with asyncio.timeout_at(self._clock.loop_time(deadline_ns)):
                return await anext(items, None)
        except TimeoutError:
            raise ProviderTimeoutError(attempt.name, f"nothing came within {timeout_ms} ms") from None

    async def _next_outcome(
        self, outcomes: Channel[_Began[Item] | _Ended[Item]], within_ms: int | None
    ) -> _Began[Item] | _Ended[Item] | None:
        if within_ms is None:
            return await outcomes.take()
        deadline_ns = self._clock.now_ns() + within_ms * NS_PER_MS
        try:
            async with asyncio.timeout_at(self._clock.loop_time(deadline_ns)):
                return await outcomes.take()
        except TimeoutError:
            return None

    async def _rest(self, attempt: _Attempt[Item], *, between_timeout: bool) -> AsyncIterator[Item]:
        timeout_ms = self._settings.between_bytes_timeout_ms
        while True:
            limit = self._clock.loop_time(self._clock.now_ns() + timeout_ms * NS_PER_MS)
            try:
                async with asyncio.timeout_at(limit if between_timeout else None):
                    item = await anext(attempt.items, None)
            except TimeoutError:
                error = ProviderTimeoutError(attempt.name, f"stopped for {timeout_ms} ms in mid-stream")
                self._break_off(attempt, error)
                raise error from None
            if item is None:
                break
            yield item
        if attempt.error is not None:
            self._break_off(attempt, attempt.error)
            raise attempt.error

    def _break_off(self, attempt: _Attempt[Item], error: ProviderError) -> None:
        self._chain.failed(attempt.index, self._clock.now_ns())
        self._report(error)
        if attempt.task is not None:
            attempt.task.cancel()
