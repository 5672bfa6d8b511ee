"""One call over a WebSocket: a session, its transport, and what the client is told of it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Protocol

from antiphon.audio import AudioFrame
from antiphon.config import Agent
from antiphon.core.notices import Notice, TurnEnded
from antiphon.errors import PeerError
from antiphon.providers.spec import choices
from antiphon.runtime.channel import Channel, ChannelClosedError, WhenFull
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import Helpers, closing
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.server.notices import message_of
from antiphon.server.reception import Place
from antiphon.server.seams import Attachment, Refusal
from antiphon.telemetry.report import ReportBuilder
from antiphon.transports.websocket import MessageSocket, WebSocketTransport
from antiphon.transports.websocket_wire import PROTOCOL, Hello, read_keys, read_text, write_message

MESSAGES_HELD = 256  # for a client that is slower than the call; the oldest go, counted

_log = logging.getLogger(__name__)


class Ear(Protocol):
    """Is given both sides' audio: a recorder is one."""

    def add_caller(self, frame: AudioFrame) -> None:
        """A frame of the caller's has just come."""
        ...

    def add_agent(self, frame: AudioFrame) -> None:
        """A frame of the agent's is handed over now."""
        ...


class Call:
    """A call from its ``hello`` to its end.

    Attributes:
        place: Its name, and what was said before it was cut off.
        client: Address the client called from, as far as it is known.
        hello: What it asked for.
        session: The call itself: observe it, read its history.
        report: Its turns so far.
        ears: Given both sides' audio as it comes and goes.
        ended: Why this side ended it, where it did.
    """

    def __init__(
        self,
        place: Place,
        client: str,
        hello: Hello,
        socket: MessageSocket,
        agent: Agent,
        providers: Providers,
    ) -> None:
        self.place = place
        self.ears: list[Ear] = []
        self.ended: Refusal | None = None
        self.client = client
        self.hello = hello
        self.session = Session(agent, providers=providers, earlier=place.earlier)
        self.report = ReportBuilder()
        self._agent = agent
        self._socket = socket
        self._messages: Channel[str] = Channel("messages", MESSAGES_HELD, when_full=WhenFull.DROP_OLDEST)
        self.transport = WebSocketTransport(socket, hello, Clock(), self._take, self.session.note_heard)

    async def hold(self, attachments: tuple[Attachment, ...]) -> None:
        """Have the client and the agent talk until one of them goes.

        Args:
            attachments: Entered before the session begins, left after its end.

        Raises:
            PeerError: If the client breaks the protocol.
        """
        self.session.observe(self._tell, at_once=True)
        async with AsyncExitStack() as stack:
            for attachment in attachments:
                await stack.enter_async_context(attachment(self))
            await self._socket.send(self._ready())
            async with self.session, Helpers() as helpers:
                helpers.start(self._send_messages(), "messages")
                helpers.start(self.transport.keep_time(), "pings")
                async with closing(self.session.process(self._heard())) as out:
                    async for frame in out:
                        for ear in self.ears:
                            ear.add_agent(frame)
                        await self.transport.play(frame)

    @property
    def call_id(self) -> str:
        """Unguessable; the client may come back to its call with it."""
        return self.place.call_id

    def hang_up(self, why: Refusal | None = None) -> None:
        """End the call from this side; the client is told why."""
        self.ended = self.ended or why
        self.session.close()

    async def _heard(self) -> AsyncIterator[AudioFrame]:
        """The caller's audio; when the caller is gone, nobody is there to finish speaking to."""
        async for frame in self.transport.frames():
            for ear in self.ears:
                ear.add_caller(frame)
            yield frame
        self.session.close()

    def _take(self, message: dict[str, Any]) -> None:
        """A text message of the client's, after ``hello``."""
        match message["type"]:
            case "text":
                self.session.send_text(read_text(message))
            case "keys":
                self.session.press_keys(read_keys(message))
            case "commit_turn":
                self.session.commit_turn()
            case "interrupt":
                self.session.interrupt()
            case "bye":
                self.session.close()
            case _:
                raise PeerError(f"messages of type {message['type'][:40]!r} are unknown")

    def _tell(self, notice: Notice) -> None:
        self.report.observe(notice)
        self._post(write_message(**_kind(message_of(notice))))
        if isinstance(notice, TurnEnded):
            self._post(write_message("summary", **self._summary()))

    def _post(self, message: str) -> None:
        if not self._messages.closed:
            self._messages.put_nowait(message)

    async def _send_messages(self) -> None:
        while True:
            try:
                await self._socket.send(await self._messages.take())
            except (PeerError, ChannelClosedError):
                return

    def _ready(self) -> str:
        agent = self._agent
        return write_message(
            "ready",
            protocol=PROTOCOL,
            call=self.call_id,
            resumed=self.place.resumed,
            history=[{"role": one.role, "text": one.content} for one in self.place.earlier],
            recorded=bool(self.ears),
            input_hz=self.hello.input_hz,
            output_hz=self.hello.output_hz,
            lead_ms=agent.playout.lead_ms + agent.playout.block_ms,
            agent={
                "stt": choices("stt", agent.stt)[0].name,
                "llm": choices("llm", agent.llm)[0].name,
                "tts": choices("tts", agent.tts)[0].name,
                "strategy": agent.speculation.strategy.value,
            },
        )

    def _summary(self) -> dict[str, Any]:
        report = self.report.build()
        figures = report.to_json()
        kept = ("glass_to_glass_ms", "hit_rate", "llm_calls_per_turn", "drafts", "saved_ms", "usage")
        return {"turns": len(report.turns) + report.left_out, **{name: figures[name] for name in kept}}


def _kind(message: dict[str, Any]) -> dict[str, Any]:
    return {"kind": message.pop("type"), **message}
