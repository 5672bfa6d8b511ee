"""One conversation over a WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from antiphon.testing.vendors.exchange import Dropped, Exchange, Payload
from antiphon.testing.vendors.faults import FaultKind
from antiphon.testing.vendors.http_answer import ErrorBody

INBOX = 4_096  # messages not handled yet; then the client has to wait


class Conversation:
    """Accepts or refuses a client, then lets a handler talk with it.

    Args:
        exchange: The request.
        websocket: The connection, not yet accepted.
        error_body: Makes the body of an error from a status and a code.
        error_headers: The same for its headers.
    """

    def __init__(
        self,
        exchange: Exchange,
        websocket: WebSocket,
        error_body: ErrorBody,
        error_headers: Mapping[str, str],
    ) -> None:
        self.exchange = exchange
        self._websocket = websocket
        self._error_body = error_body
        self._error_headers = dict(error_headers)
        self._inbox: asyncio.Queue[Payload] = asyncio.Queue(INBOX)

    async def hold(
        self, handler: Callable[[Conversation], Awaitable[None]], connect_ms: float, status: int = 101
    ) -> None:
        """Talk until one side closes; a ``status`` other than 101 refuses the client."""
        await self._websocket.receive()  # the client's wish to connect

        async def talk() -> None:
            await self.exchange.begin()
            await self.exchange.pause(connect_ms)
            fault = self.exchange.fault
            if fault is not None and fault.kind is FaultKind.STATUS:
                await self._refuse(fault.status, "planned_fault")
            elif status != 101:
                await self._refuse(status, "invalid_auth" if status == 401 else "bad_request")
            else:
                await self._websocket.accept()
                await handler(self)

        await self.exchange.run(talk, self._read)

    async def incoming(self, idle_timeout_ms: float | None = None) -> AsyncIterator[Payload]:
        """What the client says; ends when it has said nothing for ``idle_timeout_ms``."""
        while True:
            try:
                async with asyncio.timeout(None if idle_timeout_ms is None else idle_timeout_ms / 1_000):
                    message = await self._inbox.get()
            except TimeoutError:
                return
            yield message

    async def say(self, messages: Sequence[Mapping[str, object]]) -> None:
        """Send messages."""
        for message in messages:
            await self.exchange.send(json.dumps(message), self._transmit)

    async def close(self, code: int, reason: str = "") -> None:
        """Close in good order."""
        await self.exchange.finish(self._transmit)
        await self._websocket.close(code, reason)

    async def _refuse(self, status: int, code: str) -> None:
        self.exchange.complete()
        response = JSONResponse(self._error_body(status, code), status, headers=self._error_headers)
        await self._websocket.send_denial_response(response)

    async def _read(self) -> None:
        record = self.exchange.record
        while (event := await self._websocket.receive())["type"] == "websocket.receive":
            text, data = event.get("text"), event.get("bytes")
            if text is not None:
                message = _parsed(text)
                audio = message.pop("audio", None)
                if isinstance(audio, str):
                    record.audio_bytes += len(audio) * 3 // 4  # Base64
                else:
                    record.messages.append(message)
                await self._inbox.put(text)
            elif data is not None:
                record.audio_bytes += len(data)
                await self._inbox.put(data)
            record.touch()

    async def _transmit(self, message: Payload) -> None:
        try:
            await self._websocket.send_text(message if isinstance(message, str) else message.decode())
        except WebSocketDisconnect:
            raise Dropped from None


def _parsed(text: str) -> dict[str, object]:
    try:
        message = json.loads(text)
    except ValueError:
        return {"unparsed": text}
    return message if isinstance(message, dict) else {"unparsed": text}
