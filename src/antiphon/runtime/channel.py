"""A bounded channel between two stages: capacity, a drop rule, counters.

Ten items are enough to start with: a deeper queue hides a slow stage instead of reporting it. The adaptive
kind grows towards a limit when its producer comes in bursts (it was found full), and shrinks again once
the bursts have stopped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Item = TypeVar("Item")

SHRINK_AFTER_ITEMS = 100  # items taken in a row, never more than half full, before capacity is halved


class WhenFull(StrEnum):
    """What a channel does with an item it has no room for."""

    WAIT = "wait"  # the producer waits: text and replies, of which nothing may be lost
    DROP_OLDEST = "drop-oldest"  # the oldest goes, counted: captured audio


class ChannelClosedError(Exception):
    """The channel was closed: nothing more can be put, or nothing more will come."""


@dataclass(slots=True)
class ChannelStats:
    """What has passed a channel so far."""

    put: int = 0
    taken: int = 0
    dropped: int = 0
    waits: int = 0  # times a producer found it full and had to wait
    max_depth: int = 0
    grown: int = 0
    shrunk: int = 0


class Channel(Generic[Item]):
    """Many producers, one consumer, bounded.

    Args:
        name: For metrics.
        capacity: Items it holds to begin with, and at least.
        when_full: The drop rule.
        max_capacity: How far it may grow; equal to ``capacity`` for a fixed one.
    """

    def __init__(
        self,
        name: str,
        capacity: int = 10,
        *,
        when_full: WhenFull = WhenFull.WAIT,
        max_capacity: int | None = None,
    ) -> None:
        self.name = name
        self.capacity = capacity
        self.stats = ChannelStats()
        self._min_capacity = capacity
        self._max_capacity = max(capacity, max_capacity or capacity)
        self._when_full = when_full
        self._items: deque[Item] = deque()
        self._getter: asyncio.Future[None] | None = None
        self._putters: deque[asyncio.Future[None]] = deque()
        self._closed = False
        self._calm_items = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def closed(self) -> bool:
        """Whether nothing more can be put."""
        return self._closed

    def put_nowait(self, item: Item) -> bool:
        """Put an item if there is room, or room can be made by the drop rule.

        Returns:
            False where the producer has to wait.

        Raises:
            ChannelClosedError: If the channel is closed.
        """
        if self._closed:
            raise ChannelClosedError(self.name)
        if len(self._items) >= self.capacity:
            self._grow()
        if len(self._items) >= self.capacity:
            if self._when_full is WhenFull.WAIT:
                return False
            self._items.popleft()
            self.stats.dropped += 1
        self._items.append(item)
        stats = self.stats
        stats.put += 1
        stats.max_depth = max(stats.max_depth, len(self._items))
        _wake(self._getter)
        return True

    async def put(self, item: Item) -> None:
        """Put an item, waiting for room where the drop rule says so.

        Raises:
            ChannelClosedError: If the channel is closed, or is while waiting.
        """
        while not self.put_nowait(item):
            self.stats.waits += 1
            room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._putters.append(room)
            try:
                await room
            except asyncio.CancelledError:
                self._pass_on(room)
                raise

    async def take(self) -> Item:
        """The oldest item; waits for one.

        Raises:
            ChannelClosedError: If the channel is closed and empty.
        """
        while not self._items:
            if self._closed:
                raise ChannelClosedError(self.name)
            self._getter = asyncio.get_running_loop().create_future()
            try:
                await self._getter
            finally:
                self._getter = None
        return self._take_one()

    def take_all(self) -> list[Item]:
        """What is there, without waiting, oldest first."""
        return [self._take_one() for _ in range(len(self._items))]

    def close(self) -> None:
        """Let nothing more in; what is there can still be taken."""
        self._closed = True
        _wake(self._getter)
        while self._putters:
            _wake(self._putters.popleft())

    def __aiter__(self) -> Channel[Item]:
        return self

    async def __anext__(self) -> Item:
        try:
            return await self.take()
        except ChannelClosedError:
            raise StopAsyncIteration from None

    def _take_one(self) -> Item:
        item = self._items.popleft()
        self.stats.taken += 1
        self._shrink_when_calm()
        self._wake_a_putter()
        return item

    def _grow(self) -> None:
        self._calm_items = 0
        if self.capacity < self._max_capacity:
            self.capacity = min(self._max_capacity, self.capacity * 2)
            self.stats.grown += 1

    def _shrink_when_calm(self) -> None:
        if self.capacity == self._min_capacity:
            return
        self._calm_items = self._calm_items + 1 if len(self._items) <= self.capacity // 2 else 0
        if self._calm_items >= SHRINK_AFTER_ITEMS:
            self.capacity = max(self._min_capacity, self.capacity // 2)
            self.stats.shrunk += 1
            self._calm_items = 0

    def _wake_a_putter(self) -> None:
        while self._putters:
            if _wake(self._putters.popleft()):
                return

    def _pass_on(self, room: asyncio.Future[None]) -> None:
        """A producer that was woken and cancelled at once leaves its room to the next."""
        if room in self._putters:
            self._putters.remove(room)
        elif len(self._items) < self.capacity:
            self._wake_a_putter()


def _wake(waiter: asyncio.Future[None] | None) -> bool:
    if waiter is None or waiter.done():
        return False
    waiter.set_result(None)
    return True
