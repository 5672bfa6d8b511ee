"""The only reader of time: integer nanoseconds, from the machine or from a virtual event loop.

Everything else is told the time. An event loop's ``time()`` is not precise enough to measure with (some
step by a whole millisecond), so a real clock reads ``monotonic_ns``; in virtual time the loop itself is
the clock, and both agree exactly.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from antiphon.core.times import NS_PER_S


def thread_work_ns() -> int:
    """Processor time that the calling thread has used, in nanoseconds."""
    return time.thread_time_ns()


def epoch_ns() -> int:
    """Nanoseconds since 1970, as the machine's calendar has it: for dates, never for durations."""
    return time.time_ns()


@runtime_checkable
class VirtualTimeLoop(Protocol):
    """An event loop that owns its time and can say it in nanoseconds."""

    def time_ns(self) -> int:
        """Virtual nanoseconds since the loop was made."""
        ...


class Clock:
    """The running event loop's clock: the machine's, or a virtual one.

    Make it where the loop runs. ``now_ns`` is on one monotonic scale whose zero means nothing.
    """

    __slots__ = ("_loop", "now_ns")

    now_ns: Callable[[], int]

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.now_ns = self._loop.time_ns if isinstance(self._loop, VirtualTimeLoop) else time.monotonic_ns

    @property
    def is_virtual(self) -> bool:
        """Whether time passes only where something waits for it."""
        return isinstance(self._loop, VirtualTimeLoop)

    def epoch_offset_ns(self) -> int:
        """What to add to ``now_ns`` for nanoseconds since 1970."""
        return epoch_ns() - self.now_ns()

    async def sleep_until(self, at_ns: int) -> None:
        """Return at ``at_ns``; at once when that has passed."""
        delay_ns = at_ns - self.now_ns()
        if delay_ns > 0:
            await asyncio.sleep(delay_ns / NS_PER_S)

    def loop_time(self, at_ns: int) -> float:
        """The same moment on the event loop's own scale, in seconds, for ``asyncio``'s own deadlines."""
        return self._loop.time() + (at_ns - self.now_ns()) / NS_PER_S

    def call_at(self, at_ns: int, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Have the loop call ``callback`` at ``at_ns``, or as soon as it can when that has passed."""
        delay_ns = max(0, at_ns - self.now_ns())
        return self._loop.call_later(delay_ns / NS_PER_S, callback)
