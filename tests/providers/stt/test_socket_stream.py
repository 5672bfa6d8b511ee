"""The driver of recognisers behind WebSockets: order, deadlines, idle connections, ends of every kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.core.events import Final, Interim
from antiphon.core.times import NS_PER_MS
from antiphon.errors import (
    AudioError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    SessionClosedError,
)
from antiphon.providers.stt.deepgram_flux import FluxDialect
from antiphon.providers.stt.deepgram_nova import NovaDialect
from antiphon.providers.stt.openai_realtime import RealtimeDialect
from antiphon.providers.stt.socket_stream import Dialect, SocketStream, StreamTiming
from antiphon.providers.websocket import Json, Outgoing, Socket
from antiphon.runtime.clock import Clock
from antiphon.simulation.loop import run

FORMAT = AudioFormat(16_000)
TIMING = StreamTiming(flush_timeout_s=0.7, idle_s=4.0, end_timeout_s=5.0)


class Wire:
    """A socket in virtual time: what is put into ``incoming`` comes out of it."""

    close_reason = "code 1000"

    def __init__(self) -> None:
        self.clock = Clock()
        self.sent: list[tuple[int, Outgoing]] = []  # with the virtual time in ms
        self.incoming: asyncio.Queue[Json | ProviderError | None] = asyncio.Queue(1_000)
        self.takes = asyncio.Event()
        self.takes.set()
        self.closed = self.aborted = False

    @property
    def said(self) -> list[Outgoing]:
        return [message for _, message in self.sent if isinstance(message, str)]

    async def send(self, message: Outgoing) -> None:
        await self.takes.wait()
        self.sent.append((self.clock.now_ns() // NS_PER_MS, message))

    async def messages(self) -> AsyncIterator[Json]:
        while (message := await self.incoming.get()) is not None:
            if isinstance(message, ProviderError):
                raise message
            yield message

    async def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True


def nova() -> NovaDialect:
    return NovaDialect("deepgram/x", FORMAT)


def flux() -> FluxDialect:
    return FluxDialect("deepgram/x", FORMAT, chunk_samples=320)


def results(text: str, end_ms: int, **flags: object) -> Json:
    alternatives = [{"transcript": text, "words": []}]
    return {
        "type": "Results",
        "start": 0.0,
        "duration": end_ms / 1_000,
        "channel": {"alternatives": alternatives},
        **flags,
    }


def in_virtual_time(
    scenario: Callable[[SocketStream, Wire], Coroutine[object, object, None]],
    new_dialect: Callable[[], Dialect] = nova,
) -> None:
    """Run a scenario over an open stream."""

    async def main() -> None:
        wire = Wire()

        async def connected() -> Socket:
            return wire  # type: ignore[return-value]

        async with SocketStream("deepgram/x", FORMAT, connected, new_dialect(), TIMING) as stream:
            await scenario(stream, wire)

    run(main)


async def hear(stream: SocketStream, ms: int) -> None:
    await stream.send(AudioFrame(np.zeros(16 * ms, np.int16), 16_000))


# --- keeping the connection open ----------------------------------------------------------------------


def test_a_connection_without_audio_is_kept_open() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await asyncio.sleep(13)
        assert wire.sent == [(at_ms, '{"type": "KeepAlive"}') for at_ms in (4_000, 8_000, 12_000)]

    in_virtual_time(scenario)


def test_flux_is_kept_open_by_silence() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await asyncio.sleep(5)
        assert wire.sent == [(4_000, bytes(3_200))]

    in_virtual_time(scenario, flux)


def test_a_connection_with_audio_needs_no_keeping_and_a_pause_is_noticed_in_time() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        for _ in range(60):
            await asyncio.sleep(0.1)
            await hear(stream, 100)
        assert not wire.said
        await asyncio.sleep(8)
        at_ms = next(at_ms for at_ms, message in wire.sent if isinstance(message, str))
        assert at_ms - 6_000 < 8_000, "less than the 10 s after which the vendor hangs up"

    in_virtual_time(scenario)


# --- flushes ------------------------------------------------------------------------------------------


def test_a_flush_is_answered_by_the_vendor() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await hear(stream, 500)
        await stream.flush()
        wire.incoming.put_nowait(results("yes", 500, is_final=True, from_finalize=True))
        assert await anext(aiter(stream)) == Final("yes", 0, 500 * NS_PER_MS)
        assert wire.clock.now_ns() == 0

    in_virtual_time(scenario)


def test_a_flush_that_the_vendor_ignores_has_an_empty_final_in_time() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await hear(stream, 60)
        await stream.flush()
        assert await anext(aiter(stream)) == Final("", 60 * NS_PER_MS, 60 * NS_PER_MS)
        assert wire.clock.now_ns() == 700 * NS_PER_MS

    in_virtual_time(scenario)


def test_a_flush_that_the_vendor_ignores_takes_the_newest_interim() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await hear(stream, 500)
        wire.incoming.put_nowait(results("yes please", 400))
        events = aiter(stream)
        assert await anext(events) == Interim("yes please", 0, 400 * NS_PER_MS)
        await stream.flush()
        assert await anext(events) == Final("yes please", 0, 500 * NS_PER_MS)
        assert wire.clock.now_ns() == 700 * NS_PER_MS

    in_virtual_time(scenario)


# --- ends ---------------------------------------------------------------------------------------------


def test_the_iteration_ends_when_the_vendor_closes() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await hear(stream, 500)
        await stream.end()
        assert wire.said == ['{"type": "CloseStream"}']
        wire.incoming.put_nowait(results("bye", 500, is_final=True))
        wire.incoming.put_nowait(None)
        for _ in range(2):  # who asks again is told the same
            expected = [Final("bye", 0, 500 * NS_PER_MS)] if not _ else []
            assert [event async for event in stream] == expected

    in_virtual_time(scenario)


def test_an_end_that_the_vendor_ignores_is_an_end_all_the_same() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await hear(stream, 500)
        wire.incoming.put_nowait(results("bye", 400))
        await asyncio.sleep(0.1)
        await stream.end()
        assert [event async for event in stream][-1] == Final("bye", 0, 500 * NS_PER_MS)
        assert wire.clock.now_ns() == 5_100 * NS_PER_MS

    in_virtual_time(scenario)


def test_a_session_without_a_closing_word_ends_when_all_is_answered() -> None:
    async def main() -> None:
        wire = Wire()

        async def connected() -> Socket:
            return wire  # type: ignore[return-value]

        dialect = RealtimeDialect("openai/x", {})
        async with SocketStream("openai/x", AudioFormat(24_000), connected, dialect, TIMING) as stream:
            await stream.send(AudioFrame(np.zeros(12_000, np.int16), 24_000))
            await stream.end()
            wire.incoming.put_nowait({"type": "input_audio_buffer.committed", "item_id": "a"})
            kind = "conversation.item.input_audio_transcription.completed"
            wire.incoming.put_nowait({"type": kind, "item_id": "a", "transcript": "bye"})
            assert [event async for event in stream] == [Final("bye", 0, 500 * NS_PER_MS)]
            assert wire.clock.now_ns() == 0

    run(main)


@pytest.mark.parametrize("new_dialect", [nova, flux])
def test_a_vendor_that_closes_in_mid_call_has_failed(new_dialect: Callable[[], Dialect]) -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        wire.incoming.put_nowait(None)
        with pytest.raises(ProviderConnectionError, match="closed the connection in mid-call: code 1000"):
            await anext(aiter(stream))

    in_virtual_time(scenario, new_dialect)


async def lost_after_the_end(stream: SocketStream, wire: Wire) -> list[object]:
    await hear(stream, 500)
    await stream.end()
    wire.incoming.put_nowait(ProviderConnectionError("deepgram/x", "the connection was lost"))
    return [event async for event in stream]


def test_nova_is_to_close_in_good_order() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        with pytest.raises(ProviderConnectionError, match="was lost"):
            await lost_after_the_end(stream, wire)

    in_virtual_time(scenario)


def test_flux_may_drop_the_connection_at_the_end() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        assert await lost_after_the_end(stream, wire) == []

    in_virtual_time(scenario, flux)


def test_who_asks_after_an_error_is_told_again() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        wire.incoming.put_nowait({"type": "Results"})
        for _ in range(2):
            with pytest.raises(ProviderProtocolError, match="Results with a bad start"):
                await anext(aiter(stream))

    in_virtual_time(scenario)


def test_a_stream_is_closed_politely_or_by_force() -> None:
    wires: list[Wire] = []

    async def leave(stream: SocketStream, wire: Wire) -> None:
        wires.append(wire)

    async def fail(stream: SocketStream, wire: Wire) -> None:
        wires.append(wire)
        raise ValueError("mine")

    in_virtual_time(leave)
    with pytest.raises(ValueError, match="mine"):
        in_virtual_time(fail)
    assert [(wire.closed, wire.aborted) for wire in wires] == [(True, True), (False, True)]


# --- limits -------------------------------------------------------------------------------------------


def test_a_sender_waits_while_the_peer_takes_nothing() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        wire.takes.clear()
        async with asyncio.TaskGroup() as group:
            sender = group.create_task(hear(stream, 20))
            await asyncio.sleep(1)
            assert not sender.done()
            wire.takes.set()

    in_virtual_time(scenario)


def test_a_socket_is_not_read_while_nobody_takes_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.providers.stt.socket_stream.EVENTS_HELD", 4)

    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await hear(stream, 20_000)
        for n in range(1, 101):
            wire.incoming.put_nowait(results(f"w{n}", 100 * n))
        await asyncio.sleep(1)
        assert wire.incoming.qsize() == 100 - 5, "four are held, one waits for a place"
        events = aiter(stream)
        assert [(await anext(events)).end_ns // NS_PER_MS for _ in range(100)] == [  # type: ignore[union-attr]
            100 * n for n in range(1, 101)
        ]

    in_virtual_time(scenario)


def test_audio_at_another_rate_is_refused() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        with pytest.raises(AudioError, match="deepgram/x: audio at 8000 Hz: it takes 16000 Hz"):
            await stream.send(AudioFrame(np.zeros(80, np.int16), 8_000))

    in_virtual_time(scenario)


def test_a_stream_that_has_ended_takes_no_more() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        await stream.end()
        for ask in (stream.flush, stream.end, partial(hear, stream, 20)):
            with pytest.raises(SessionClosedError, match=r"deepgram/x: .* on a stream that is not open"):
                await ask()

    in_virtual_time(scenario)


def test_a_connection_that_is_lost_while_idle_is_reported_once() -> None:
    async def scenario(stream: SocketStream, wire: Wire) -> None:
        async def lost(message: Outgoing) -> None:
            raise ProviderConnectionError("deepgram/x", "the connection was lost")

        wire.send = lost  # type: ignore[method-assign]
        await asyncio.sleep(5)
        wire.incoming.put_nowait(ProviderConnectionError("deepgram/x", "the connection was lost"))
        with pytest.raises(ProviderConnectionError):
            await anext(aiter(stream))

    in_virtual_time(scenario)
