"""A queue of things to come, in the order of their times, for a simulation without an event loop."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import TypeAlias

Action: TypeAlias = Callable[[], None]


class CoreQueue:
    """Time, and what happens at which. Things at the same time happen in the order in which they were put."""

    def __init__(self) -> None:
        self.now_ns = 0
        self._heap: list[tuple[int, int, Action]] = []
        self._order = count()
        self._cancelled: set[int] = set()

    def at(self, at_ns: int, action: Action) -> int:
        """Have something done at a time, at once if it has passed; answers a name to cancel it by."""
        name = next(self._order)
        heapq.heappush(self._heap, (max(at_ns, self.now_ns), name, action))
        return name

    def cancel(self, name: int | None) -> None:
        """Have it not done, if it has not been."""
        if name is not None:
            self._cancelled.add(name)

    def next_ns(self) -> int | None:
        """When the next thing happens."""
        while self._heap and self._heap[0][1] in self._cancelled:
            self._cancelled.discard(heapq.heappop(self._heap)[1])
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Move to the next thing and do it."""
        at_ns, _, action = heapq.heappop(self._heap)
        self.now_ns = at_ns
        action()
