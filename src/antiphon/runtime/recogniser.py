"""A call's line to its recogniser: kept open, and mended without losing a word.

Audio waits in a bounded channel (the oldest goes, counted, if the recogniser can't keep up). What has been
sent and is not yet final is remembered, so that when the connection breaks, or a flush is not answered in
time, a new one is given that audio again. Times are moved from each connection's own scale to the call's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from antiphon.audio import AudioFrame
from antiphon.config import Mode
from antiphon.core.events import Event, Final, Interim, RecogniserEvent, RecogniserFailed
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.errors import ProviderConnectionError, ProviderError, ProviderTimeoutError
from antiphon.providers.base import STT, STTStream
from antiphon.runtime.channel import Channel, WhenFull
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import closing
from antiphon.runtime.stage import BatchSTTStream

BACKLOG_FRAMES = 100  # 2 s of 20 ms frames: a connection's hiccup
REPLAYED_NS = 30 * NS_PER_S  # audio remembered for a new connection
FLUSH_TIMEOUT_MS = {Mode.STREAMING: 1_000, Mode.BATCH: 15_000}
LONGEST_FLUSH_TIMEOUT_MS = 15_000
TRIES_BEFORE_REPORTING = 3
REFUSED_RETRY_MS = 5_000


@dataclass(frozen=True, slots=True)
class _Heard:
    """A frame with its place in the call's stream time."""

    at_ns: int
    frame: AudioFrame

    @property
    def end_ns(self) -> int:
        return self.at_ns + self.frame.duration_ns


@dataclass(frozen=True, slots=True)
class _Flush:
    """Have what was sent so far made final."""


@dataclass(frozen=True, slots=True)
class _End:
    """No more audio will come."""


def retry_delays_ms() -> Iterator[int]:
    """How long to wait before each new connection in a row: at once, then longer."""
    yield from (0, 200, 500, 1_000, 2_000)
    while True:
        yield 5_000


class RecogniserLine:
    """One call's recogniser, whatever becomes of its connections."""

    def __init__(self, stt: STT, mode: Mode, clock: Clock, report: Callable[[Event], None]) -> None:
        self.channel: Channel[_Heard | _Flush | _End] = Channel(
            "stt", BACKLOG_FRAMES, when_full=WhenFull.DROP_OLDEST
        )
        self._stt = stt
        self._mode = mode
        self._clock = clock
        self._report = report
        self._not_final: deque[_Heard] = deque()
        self._flush_pending = False
        self._last_came = False  # no more audio will be given ...
        self._ended = False  # ... and connections are told so
        self._moved: deque[tuple[int, int]] = deque()  # connection's time -> what to add for the call's
        self._delays = retry_delays_ms()
        self._failures = 0  # in a row, without a word that was new
        self._refused = False  # trying again at once would be of no use
        self._heard_until_ns = 0  # what a recogniser has told of at least once
        self._flush_timeout_ms = FLUSH_TIMEOUT_MS[mode]

    def hear(self, at_ns: int, frame: AudioFrame) -> None:
        """Give the next audio, with its place in stream time."""
        self.channel.put_nowait(_Heard(at_ns, frame))

    def flush(self) -> None:
        """Have what was heard so far made final."""
        self.channel.put_nowait(_Flush())

    def end(self) -> None:
        """Have the rest made final; ``run`` then returns."""
        self._last_came = True
        self.channel.put_nowait(_End())

    async def run(self) -> None:
        """Recognise until the end, on as many connections as it takes; after the end, on a few."""
        done = False
        while not done:
            try:
                await self._connect_once()
                done = True
            except* ProviderError as errors:
                done = self._give_up_after(errors.exceptions[0])
            if not done:
                await self._wait_to_retry()

    def _give_up_after(self, error: ProviderError | ExceptionGroup[ProviderError]) -> bool:
        """Count and tell of a failure; whether there is nothing left to try for."""
        self._failures += 1
        self._refused = isinstance(error, ProviderError) and not error.retryable
        if self._refused or self._failures % TRIES_BEFORE_REPORTING == 0:
            self._report(RecogniserFailed(str(error)))
        return self._last_came and (self._refused or self._failures >= TRIES_BEFORE_REPORTING)

    async def _wait_to_retry(self) -> None:
        delay_ms = REFUSED_RETRY_MS if self._refused else next(self._delays)
        await self._clock.sleep_until(self._clock.now_ns() + delay_ms * NS_PER_MS)

    async def _connect_once(self) -> None:
        async with self._open() as stream, asyncio.TaskGroup() as group:
            limit = asyncio.timeout(None)
            sender = group.create_task(self._send(stream, limit), name="recogniser: sender")
            try:
                async with limit, closing(aiter(stream)) as events:
                    async for event in events:
                        self._receive(event, limit)
            except TimeoutError:
                message = f"no final within {self._flush_timeout_ms} ms of a flush"
                # One that is slow rather than stuck is given longer each time.
                self._flush_timeout_ms = min(2 * self._flush_timeout_ms, LONGEST_FLUSH_TIMEOUT_MS)
                raise ProviderTimeoutError(self._stt.name, message) from None
            if not self._ended:
                raise ProviderConnectionError(self._stt.name, "the connection ended in mid-call")
            sender.cancel()

    def _open(self) -> STTStream:
        stream = self._stt.open()
        return BatchSTTStream(stream) if self._mode is Mode.BATCH else stream

    # --- to the recogniser ----------------------------------------------------------------------------

    async def _send(self, stream: STTStream, limit: asyncio.Timeout) -> None:
        self._moved.clear()
        sent_ns = 0
        for heard in list(self._not_final):
            sent_ns = await self._send_audio(stream, heard, sent_ns)
        if self._flush_pending:
            await self._send_flush(stream, limit)
        if self._ended:
            await stream.end()
        async for item in self.channel:
            if isinstance(item, _Heard):
                self._remember(item)
                sent_ns = await self._send_audio(stream, item, sent_ns)
            elif isinstance(item, _Flush):
                await self._send_flush(stream, limit)
            else:
                self._ended = True
                await stream.end()

    async def _send_audio(self, stream: STTStream, heard: _Heard, sent_ns: int) -> int:
        offset_ns = heard.at_ns - sent_ns
        if not self._moved or abs(self._moved[-1][1] - offset_ns) > NS_PER_MS:
            self._moved.append((sent_ns, offset_ns))
        await stream.send(heard.frame)
        return sent_ns + heard.frame.duration_ns

    async def _send_flush(self, stream: STTStream, limit: asyncio.Timeout) -> None:
        self._flush_pending = True
        if not limit.expired():
            deadline_ns = self._clock.now_ns() + self._flush_timeout_ms * NS_PER_MS
            limit.reschedule(self._clock.loop_time(deadline_ns))
        await stream.flush()

    def _remember(self, heard: _Heard) -> None:
        self._not_final.append(heard)
        while self._not_final[0].end_ns < heard.end_ns - REPLAYED_NS:
            self._not_final.popleft()

    # --- from the recogniser --------------------------------------------------------------------------

    def _receive(self, event: RecogniserEvent, limit: asyncio.Timeout) -> None:
        if isinstance(event, Interim | Final):
            event = self._on_the_calls_scale(event)
            self._note_progress(event)
        if isinstance(event, Final):
            self._flush_pending = False
            self._flush_timeout_ms = FLUSH_TIMEOUT_MS[self._mode]
            if not limit.expired():
                limit.reschedule(None)
            while self._not_final and self._not_final[0].end_ns <= event.end_ns:
                self._not_final.popleft()
        self._report(event)

    def _note_progress(self, event: Interim | Final) -> None:
        """One that fails each time at the same place, after the same words, has not recovered."""
        if isinstance(event, Final) or event.end_ns > self._heard_until_ns:
            self._heard_until_ns = max(self._heard_until_ns, event.end_ns)
            self._failures = 0
            self._delays = retry_delays_ms()

    def _on_the_calls_scale(self, event: Interim | Final) -> Interim | Final:
        start_ns, end_ns = self._beginning(event.start_ns), self._ending(event.end_ns)
        if isinstance(event, Interim):
            return replace(event, start_ns=start_ns, end_ns=end_ns)
        words = tuple(
            replace(word, start_ns=self._beginning(word.start_ns), end_ns=self._ending(word.end_ns))
            for word in event.words
        )
        return replace(event, start_ns=start_ns, end_ns=end_ns, words=words)

    def _beginning(self, connection_ns: int) -> int:
        """Where something begins: at a gap, behind it."""
        return connection_ns + self._moved_by(connection_ns)

    def _ending(self, connection_ns: int) -> int:
        """Where something ends: at a gap, before it."""
        return connection_ns + self._moved_by(connection_ns - 1)

    def _moved_by(self, connection_ns: int) -> int:
        offset_ns = self._moved[0][1] if self._moved else 0
        for from_ns, moved_ns in self._moved:
            if from_ns > connection_ns:
                break
            offset_ns = moved_ns
        return offset_ns
