"""How long a scripted provider takes to stop when it is told to: not at all, or as a fault has it."""

from __future__ import annotations

import asyncio

from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock
from antiphon.simulation.faults import Fault, Stage


class Obedience:
    """One stream's obedience.

    Args:
        clock: The call's.
        fault: If the stream ignores its cancellation: for ``ms`` it goes on as if nothing had been said, or,
            at the stage ``end``, it stops but takes that long to let go.
    """

    def __init__(self, clock: Clock, fault: Fault | None) -> None:
        self._clock = clock
        self._fault = fault
        self._deaf_until_ns: int | None = None

    async def sleep_until(self, at_ns: int) -> None:
        """Sleep; a cancellation is let through when the fault is over."""
        while True:
            try:
                await self._clock.sleep_until(at_ns)
            except asyncio.CancelledError:
                if self._fault is None or self._fault.stage is Stage.END or self._deaf_until_ns is not None:
                    raise
                self._deaf_until_ns = self._clock.now_ns() + self._fault.ms * NS_PER_MS
            else:
                break
        if self._deaf_until_ns is not None and self._clock.now_ns() >= self._deaf_until_ns:
            raise asyncio.CancelledError

    async def close(self) -> None:
        """Let go, in the time that takes."""
        if self._fault is not None and self._fault.stage is Stage.END:
            await self._clock.sleep_until(self._clock.now_ns() + self._fault.ms * NS_PER_MS)
