"""A simulated caller who says what a test has them say, when it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from antiphon.audio import AudioFrame
from antiphon.runtime.channel import Channel
from antiphon.runtime.clock import Clock
from antiphon.simulation.caller import Caller, Said, Utterance

_MOST_WAITING = 100


class LiveCaller(Caller):
    """Speaks when asked to; silent, and on the line, in between.

    Args:
        clock: The call's; the call begins now.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__((), clock)
        self._to_say: Channel[Utterance] = Channel("utterances", _MOST_WAITING)
        self._spoken = asyncio.Event()

    async def say(self, utterance: Utterance) -> Said:
        """Say something, ``after_ms`` from now; returns when it is said."""
        before = len(self.said)
        self._spoken.clear()
        self._to_say.put_nowait(utterance)
        await self._spoken.wait()
        return self.said[before]

    def hang_up(self) -> None:
        """End the call."""
        self._to_say.close()

    @property
    def agent_sounds(self) -> bool:
        """Whether the agent is heard now."""
        return self._ear.until > self._place(self._clock.now_ns())

    async def frames(self) -> AsyncGenerator[AudioFrame, None]:
        """The call's audio, each frame when its last sample has been spoken."""
        async for utterance in self._to_say:
            begin = self._place(self._clock.now_ns()) + utterance.after_ms
            async with aclosing(self._sent(self._said_at(begin, utterance))) as frames:
                async for frame in frames:
                    yield frame
            self._spoken.set()
        async with aclosing(self._sent(self._nothing(self._place(self._clock.now_ns())))) as frames:
            async for frame in frames:
                yield frame
