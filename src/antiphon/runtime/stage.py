"""Each stage streaming or batch, so that its share of the latency can be measured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, TypeVar

from antiphon.audio import AudioFrame
from antiphon.config import Mode
from antiphon.core.events import Final, RecogniserEvent
from antiphon.providers.base import STTStream
from antiphon.runtime.helpers import closing

Item = TypeVar("Item")

HELD_NS = 120_000_000_000  # of a caller who never pauses; older audio is transcribed without waiting


def in_mode(stream: AsyncIterator[Item], mode: Mode) -> AsyncIterator[Item]:
    """A stage's output as the mode has it: as it comes, or gathered first."""
    return stream if mode is Mode.STREAMING else _gathered(stream)


async def _gathered(stream: AsyncIterator[Item]) -> AsyncIterator[Item]:
    async with closing(stream) as items:
        gathered = [item async for item in items]
    for item in gathered:
        yield item


class BatchSTTStream:
    """A recogniser that is given an utterance only when it is over, and gives nothing but finals."""

    def __init__(self, stream: STTStream) -> None:
        self._stream = stream
        self._held: list[AudioFrame] = []
        self._held_ns = 0

    async def send(self, frame: AudioFrame) -> None:
        """Hold the audio back."""
        self._held.append(frame)
        self._held_ns += frame.duration_ns
        if self._held_ns > HELD_NS:
            await self._send_held()

    async def flush(self) -> None:
        """Send what was held, and have it transcribed."""
        await self._send_held()
        await self._stream.flush()

    async def end(self) -> None:
        """Send what was held, and end."""
        await self._send_held()
        await self._stream.end()

    async def _send_held(self) -> None:
        held, self._held, self._held_ns = self._held, [], 0
        for frame in held:
            await self._stream.send(frame)

    async def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        async with closing(aiter(self._stream)) as events:
            async for event in events:
                if isinstance(event, Final):
                    yield event

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stream.__aexit__(kind, error, trace)
