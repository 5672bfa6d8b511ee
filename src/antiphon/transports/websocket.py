"""A call over a WebSocket: the server's end of the protocol in ``websocket_wire``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from itertools import chain, repeat
from typing import Any, Protocol

from antiphon.audio import AudioFormat, AudioFrame, Resampler, Samples
from antiphon.core.events import ReplyHeard
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.errors import PeerError
from antiphon.transports.base import Pacer
from antiphon.transports.websocket_clock import NS_PER_US, PeerClock
from antiphon.transports.websocket_wire import (
    Heard,
    Hello,
    Played,
    Pong,
    WireFrame,
    read_message,
    unpack,
    write_message,
)

PINGS_MS = (
    100,
    100,
    200,
    400,
    800,
)  # between the first pings: the clocks are to be known before the first turn
PING_MS = 2_000
BELIEVED_NS = 10 * NS_PER_S  # how far from now a client's moment may be
REPLIES_KEPT = 16  # whose reports may still come


class MessageSocket(Protocol):
    """An open WebSocket, whoever's library it is."""

    async def receive(self) -> str | bytes | None:
        """The next message; ``None`` when the other end is gone."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the other end can't take more.

        Raises:
            PeerError: If the other end is gone.
        """
        ...


class WebSocketTransport:
    """One call's audio over an open WebSocket.

    Text messages come in between the audio. Those about clocks and playout are the transport's own; each
    other is handed to ``on_message`` as it comes.

    Attributes:
        clock: The client's clock against one's own.
        played: What the client's player last said of itself.
    """

    def __init__(
        self,
        socket: MessageSocket,
        hello: Hello,
        pacer: Pacer,
        on_message: Callable[[dict[str, Any]], None],
        on_heard: Callable[[ReplyHeard], None],
    ) -> None:
        """Make a transport.

        Args:
            socket: Open, its ``hello`` read.
            hello: What the client asked for.
            pacer: The time to live by: the session's clock.
            on_message: Takes each text message; what it raises ends ``frames``.
            on_heard: Told when a reply was heard, as soon as the client says so.
        """
        self.clock = PeerClock()
        self.played: Played | None = None
        self._socket = socket
        self._hello = hello
        self._pacer = pacer
        self._on_message = on_message
        self._on_heard = on_heard
        self._closed = False
        self._sent = 0
        self._resampler: Resampler | None = None
        self._resampled_hz = 0
        self._begun = (0, 0)  # the reply begun last, and when its first frame was sent
        self._sounding: dict[int, tuple[int, int]] = {}  # the same, by the frame that first sounds

    @property
    def input_format(self) -> AudioFormat:
        """What the caller's frames are in."""
        return AudioFormat(self._hello.input_hz)

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """The caller's audio, until the caller is gone.

        Raises:
            PeerError: If the client sends what the protocol does not allow.
        """
        while not self._closed:
            message = await self._socket.receive()
            if message is None:
                return
            if isinstance(message, str):
                self._take(read_message(message))
                continue
            frame = unpack(message, self._hello.input_hz)
            if len(frame.samples):
                captured_ns = self._believed_ns(frame.at_us)
                yield AudioFrame(frame.samples, self._hello.input_hz, captured_ns=captured_ns)

    async def play(self, frame: AudioFrame) -> None:
        """Send audio to be heard behind what was sent before, or, with ``flush``, instead of it.

        Raises:
            PeerError: If the client is gone.
        """
        if frame.flush or frame.begins is not None:
            self._resampler = None
        samples = self._at_output_rate(frame)
        sent_ns = self._pacer.now_ns()
        if frame.begins is not None:
            self._begun = frame.begins, sent_ns
        audible = None
        if frame.audible is not None:
            self._sounding[self._sent] = self._begun
            if len(self._sounding) > REPLIES_KEPT:
                del self._sounding[next(iter(self._sounding))]
            audible = min(frame.audible * self._hello.output_hz // frame.rate_hz, max(0, len(samples) - 1))
        wire = WireFrame(
            samples, self._sent, sent_ns // NS_PER_US, frame.begins is not None, audible, frame.flush
        )
        self._sent += 1
        await self._socket.send(wire.pack())

    async def keep_time(self) -> None:
        """Ask the client for its time, again and again, until cancelled or the client is gone."""
        for pause_ms in chain(PINGS_MS, repeat(PING_MS)):
            now_ns = self._pacer.now_ns()
            try:
                await self._socket.send(write_message("ping", at_us=now_ns // NS_PER_US))
            except PeerError:
                return
            await self._pacer.sleep_until(now_ns + pause_ms * NS_PER_MS)

    async def aclose(self) -> None:
        """End the call: ``frames`` ends with the next message."""
        self._closed = True

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "pong":
                pong = Pong.read(message)
                self.clock.observe(pong.at_us * NS_PER_US, pong.client_us, self._pacer.now_ns())
            case "heard":
                self._note_heard(Heard.read(message))
            case "played":
                self.played = Played.read(message)
            case _:
                self._on_message(message)

    def _note_heard(self, heard: Heard) -> None:
        """The client says when a reply was heard; what can't be is passed over."""
        reply_id, sent_ns = self._sounding.pop(heard.frame, (None, 0))
        audible_ns = self._believed_ns(heard.audible_us)
        if reply_id is None or audible_ns is None or audible_ns < sent_ns:
            return
        received_ns = self._between(sent_ns, heard.received_us, audible_ns)
        begun_ns = self._between(received_ns, heard.begun_us, audible_ns)
        rendered_ns = self._between(begun_ns, heard.rendered_us, audible_ns)
        self._on_heard(ReplyHeard(reply_id, received_ns, begun_ns, rendered_ns, audible_ns))

    def _between(self, least_ns: int, peer_us: int, most_ns: int) -> int:
        """A moment of the client's on one's own clock, held between two others: clocks agree nearly."""
        at_ns = self.clock.to_own_ns(peer_us)
        return max(least_ns, min(most_ns, at_ns if at_ns is not None else least_ns))

    def _believed_ns(self, peer_us: int) -> int | None:
        """A moment of the client's on one's own clock, if it is known and can be."""
        at_ns = self.clock.to_own_ns(peer_us)
        return at_ns if at_ns is not None and abs(at_ns - self._pacer.now_ns()) <= BELIEVED_NS else None

    def _at_output_rate(self, frame: AudioFrame) -> Samples:
        if self._resampler is None or self._resampled_hz != frame.rate_hz:
            self._resampler = Resampler(frame.rate_hz, self._hello.output_hz)
            self._resampled_hz = frame.rate_hz
        return self._resampler.push(frame.samples)


async def read_hello(socket: MessageSocket) -> Hello:
    """A client's first message.

    Raises:
        PeerError: If it is no ``hello``, or the client is gone before it said one.
    """
    message = await socket.receive()
    if message is None:
        raise PeerError("the client went away without a word")
    if isinstance(message, bytes):
        raise PeerError('the first message must be "hello", not audio')
    return Hello.read(read_message(message))
