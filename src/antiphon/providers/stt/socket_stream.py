"""Drives a recogniser behind a WebSocket: all I/O here, all of the vendor's protocol in its dialect.

A dialect never waits and reads no clock: frames, requests and messages go in, messages to send and events
come out. That is what lets a protocol be tested without a network.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from antiphon.audio import AudioFormat, AudioFrame, Samples
from antiphon.core.events import RecogniserEvent
from antiphon.errors import AudioError, ProviderConnectionError, ProviderError, SessionClosedError
from antiphon.providers.background import Background
from antiphon.providers.websocket import Json, Outgoing, Socket

EVENTS_HELD = 256  # events not taken yet; then the socket is not read, and the vendor has to wait


@dataclass(frozen=True, slots=True)
class FlushPlan:
    """What a flush comes to."""

    messages: Sequence[Outgoing] = ()
    events: Sequence[RecogniserEvent] = ()  # the answer, where there was nothing to ask
    number: int | None = None  # names the flush when it is overdue


class Dialect(Protocol):
    """One vendor's protocol over one connection."""

    @property
    def finished(self) -> bool:
        """After ``end``: everything has come, and the connection may be closed from this side."""
        ...

    @property
    def ends_abruptly(self) -> bool:
        """Whether the vendor may drop the connection, rather than close it, once it was told to end."""
        ...

    def opened(self) -> Sequence[Outgoing]:
        """What to say first."""
        ...

    def audio(self, samples: Samples) -> Sequence[Outgoing]:
        """The next audio."""
        ...

    def flush(self) -> FlushPlan:
        """All audio so far is to become final."""
        ...

    def flush_overdue(self, number: int) -> Sequence[RecogniserEvent]:
        """A flush has waited for its answer long enough."""
        ...

    def idle(self) -> Sequence[Outgoing]:
        """No audio was sent for a while: what keeps the connection open."""
        ...

    def end(self) -> Sequence[Outgoing]:
        """No more audio comes."""
        ...

    def received(self, message: Json) -> Sequence[RecogniserEvent]:
        """A message came.

        Raises:
            ProviderError: If it reports an error or breaks the protocol.
        """
        ...

    def closed(self) -> Sequence[RecogniserEvent]:
        """After ``end``, nothing more will come: what is pending becomes final."""
        ...


@dataclass(frozen=True, slots=True)
class StreamTiming:
    """How long things may take, in seconds."""

    flush_timeout_s: float  # until a flush is answered without the vendor
    idle_s: float = 4.0  # at most twice this passes without a word to the vendor
    end_timeout_s: float = 5.0  # until an ended stream is taken for complete


class SocketStream:
    """An ``STTStream`` over a WebSocket."""

    def __init__(
        self,
        provider: str,
        audio_format: AudioFormat,
        connect: Callable[[], Awaitable[Socket]],
        dialect: Dialect,
        timing: StreamTiming,
    ) -> None:
        self._provider = provider
        self._format = audio_format
        self._connect = connect
        self._dialect = dialect
        self._timing = timing
        self._background = Background()
        self._events: asyncio.Queue[RecogniserEvent | ProviderError | None] = asyncio.Queue(EVENTS_HELD)
        self._socket: Socket | None = None
        self._heard_from = False  # audio was sent since the last look
        self._ended = False
        self._over = False

    async def __aenter__(self) -> Self:
        self._socket = await self._connect()
        await self._background.__aenter__()
        self._background.start(self._receive(self._socket))
        self._background.start(self._keep_open(self._socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        socket, self._socket = self._socket, None
        try:
            if socket is not None and kind is None:
                await socket.close()
        finally:
            if socket is not None:
                socket.abort()
            await self._background.__aexit__(kind, error, trace)

    async def send(self, frame: AudioFrame) -> None:
        """Give the next audio; waits while the connection can't take more."""
        if frame.rate_hz != self._format.rate_hz:
            raise AudioError(
                f"{self._provider}: audio at {frame.rate_hz} Hz: it takes {self._format.rate_hz} Hz"
            )
        socket = self._open_socket("send")
        self._heard_from = True
        await self._say(socket, self._dialect.audio(frame.samples))

    async def flush(self) -> None:
        """Ask for a final of all audio sent so far; exactly one follows, empty if nothing was said."""
        socket = self._open_socket("flush")
        plan = self._dialect.flush()
        await self._tell(plan.events)
        if plan.number is not None:
            self._background.start(self._expire(plan.number))
        await self._say(socket, plan.messages)

    async def end(self) -> None:
        """Say that no more audio comes."""
        socket = self._open_socket("end")
        self._ended = True
        messages = self._dialect.end()
        self._background.start(self._finish_in_time())
        await self._say(socket, messages)
        if self._dialect.finished:
            await self._finish(self._dialect.closed())

    async def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        while True:
            item = await self._events.get()
            if item is None or isinstance(item, ProviderError):
                self._events.put_nowait(item)  # whoever asks again gets the same answer
                if item is None:
                    return
                raise item
            yield item

    def _open_socket(self, verb: str) -> Socket:
        if self._socket is None or self._ended:
            raise SessionClosedError(f"{self._provider}: {verb} on a stream that is not open")
        return self._socket

    async def _say(self, socket: Socket, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            await socket.send(message)

    async def _tell(self, events: Sequence[RecogniserEvent]) -> None:
        for event in events:
            await self._events.put(event)

    async def _finish(self, last: Sequence[RecogniserEvent], error: ProviderError | None = None) -> None:
        if not self._over:
            self._over = True
            await self._tell(last)
            await self._events.put(error)

    async def _receive(self, socket: Socket) -> None:
        try:
            await self._say(socket, self._dialect.opened())
            async for message in socket.messages():
                await self._tell(self._dialect.received(message))
                if self._dialect.finished:
                    break
            else:
                if not self._ended:
                    raise ProviderConnectionError(
                        self._provider, f"closed the connection in mid-call: {socket.close_reason}"
                    )
            await self._finish(self._dialect.closed())
        except ProviderConnectionError as error:
            if self._ended and self._dialect.ends_abruptly:
                await self._finish(self._dialect.closed())
            else:
                await self._finish((), error)
        except ProviderError as error:
            await self._finish((), error)

    async def _keep_open(self, socket: Socket) -> None:
        while not self._over:
            await asyncio.sleep(self._timing.idle_s)
            if not self._heard_from and not self._ended and not self._over:
                try:
                    await self._say(socket, self._dialect.idle())
                except ProviderConnectionError:
                    return  # the receiving side reports it
            self._heard_from = False

    async def _expire(self, number: int) -> None:
        await asyncio.sleep(self._timing.flush_timeout_s)
        if not self._over:
            await self._tell(self._dialect.flush_overdue(number))

    async def _finish_in_time(self) -> None:
        await asyncio.sleep(self._timing.end_timeout_s)
        await self._finish(self._dialect.closed())
