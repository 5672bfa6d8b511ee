"""A call to a server as a program holds it: audio and words out, audio and messages in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from antiphon.audio import Samples
from antiphon.errors import MissingExtraError, PeerError
from antiphon.runtime.clock import Clock
from antiphon.transports.websocket_wire import Hello, WireFrame, read_message, unpack, write_message

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class Heard:
    """Audio to play behind what came before, or with ``frame.flush`` instead of what was not played yet.

    Attributes:
        frame: Samples and marks; see ``WireFrame``.
        rate_hz: Of its samples.
        received_us: When it came, on the client's clock.
    """

    frame: WireFrame
    rate_hz: int
    received_us: int


class ClientCall:
    """An open call; ``connect`` makes it. Iterate over it for what the server sends.

    Attributes:
        hello: What was asked for.
        ready: The server's answer: its ``call`` takes the call up again after a cut.
    """

    def __init__(self, connection: ClientConnection, hello: Hello, clock: Clock) -> None:
        self.hello = hello
        self.ready: Mapping[str, Any] = {}
        self._connection = connection
        self._clock = clock
        self._sent = 0
        self._begun_us = 0  # when the first frame of the newest reply came

    def now_us(self) -> int:
        """Now, on the clock that this client's times are on."""
        return self._clock.now_ns() // NS_PER_US

    async def send_audio(self, samples: Samples, captured_us: int | None = None) -> None:
        """Send what was captured next.

        Args:
            samples: Shape (n,), int16, at ``hello.input_hz``; at most 200 ms.
            captured_us: When the first was captured; left out, the last one now.

        Raises:
            PeerError: If the server is gone.
        """
        if captured_us is None:
            captured_us = max(0, self.now_us() - len(samples) * 1_000_000 // self.hello.input_hz)
        await self._send(WireFrame(samples, self._sent, captured_us).pack())
        self._sent += 1

    async def send_text(self, text: str) -> None:
        """Take a turn in writing.

        Raises:
            PeerError: If the server is gone.
        """
        await self._send(write_message("text", text=text))

    async def press_keys(self, keys: str) -> None:
        """Press keys of a telephone: 0-9, *, # and A-D.

        Raises:
            PeerError: If the server is gone.
        """
        await self._send(write_message("keys", keys=keys))

    async def commit_turn(self) -> None:
        """Say that the caller has finished.

        Raises:
            PeerError: If the server is gone.
        """
        await self._send(write_message("commit_turn"))

    async def interrupt(self) -> None:
        """Have the agent fall silent.

        Raises:
            PeerError: If the server is gone.
        """
        await self._send(write_message("interrupt"))

    async def report_heard(self, heard: Heard, *, begun_us: int, rendered_us: int, audible_us: int) -> None:
        """Say when a reply sounded, so that its delay is counted to the listener.

        Args:
            heard: The frame with the reply's first audible sample.
            begun_us: When the reply's first frame began to be played.
            rendered_us: When that sample was handed to the sound card.
            audible_us: When it left it.

        Raises:
            PeerError: If the server is gone.
        """
        moments = {"begun_us": begun_us, "rendered_us": rendered_us, "audible_us": audible_us}
        await self._send(
            write_message("heard", frame=heard.frame.sequence, received_us=self._begun_us, **moments)
        )

    async def __aiter__(self) -> AsyncIterator[Heard | Mapping[str, Any]]:
        """Audio and messages as they come, until the call is over; pings are answered unseen.

        Raises:
            PeerError: With the server's own words if it ends the call for a reason, or if it is lost.
        """
        while (message := await self._receive()) is not None:
            if isinstance(message, bytes):
                frame = unpack(message, self.hello.output_hz)
                heard = Heard(frame, self.hello.output_hz, self.now_us())
                if frame.begins:
                    self._begun_us = heard.received_us
                yield heard
                continue
            told = read_message(message)
            if told["type"] == "ping":
                await self._send(write_message("pong", at_us=told["at_us"], client_us=self.now_us()))
            elif told["type"] == "error":
                raise PeerError(f"the server ended the call ({told.get('code')}): {told.get('message')}")
            else:
                yield told

    async def greet(self) -> None:
        """Say ``hello`` and wait for the answer.

        Raises:
            PeerError: If the server refuses the call.
        """
        await self._send(self.hello.write())
        async for told in self:
            if isinstance(told, Mapping) and told["type"] == "ready":
                self.ready = told
                return
        raise PeerError("the server ended the call before it began")

    async def _receive(self) -> str | bytes | None:
        from websockets.exceptions import ConnectionClosed, ConnectionClosedOK  # noqa: PLC0415 - optional

        try:
            return await self._connection.recv()
        except ConnectionClosedOK:
            return None
        except ConnectionClosed as closed:
            raise PeerError(f"the call was cut off: {closed}") from None

    async def _send(self, message: str | bytes) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - optional

        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            raise PeerError(f"the call is over: {closed}") from None


@asynccontextmanager
async def connect(
    url: str,
    *,
    token: str | None = None,
    call: str | None = None,
    input_hz: int = 16_000,
    output_hz: int = 24_000,
) -> AsyncIterator[ClientCall]:
    """Call a server.

    Args:
        url: Its WebSocket, as in ``ws://127.0.0.1:8080/ws``.
        token: The right to call, where it asks for one.
        call: The call to go on with, from an earlier ``ready``.
        input_hz: Rate of the audio sent: 16,000, 24,000 or 48,000.
        output_hz: Rate of the audio received.

    Raises:
        PeerError: If there is no server, or it refuses the call.
        MissingExtraError: If ``websockets`` is not installed.
    """
    try:
        from websockets.asyncio.client import connect as open_connection  # noqa: PLC0415 - optional
        from websockets.exceptions import WebSocketException  # noqa: PLC0415 - optional
    except ImportError:
        raise MissingExtraError("websockets", "client") from None
    try:
        connection = await open_connection(url, compression=None)
    except (OSError, TimeoutError, WebSocketException) as error:
        raise PeerError(f"no call to {url}: {error}") from None
    try:
        held = ClientCall(connection, Hello(input_hz, output_hz, call, token), Clock())
        await held.greet()
        yield held
    finally:
        await connection.close()
