"""The answer to one HTTP request, streamed piece by piece."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.types import Receive, Scope, Send

from antiphon.testing.vendors.exchange import Exchange, Payload
from antiphon.testing.vendors.faults import FaultKind

ErrorBody: TypeAlias = Callable[[int, str], Mapping[str, object]]


class HttpAnswer:
    """An ASGI application for one request: what a route's endpoint returns.

    Args:
        exchange: The request.
        handler: Writes the answer.
        error_body: Makes the body of an error from a status and a code.
    """

    def __init__(
        self, exchange: Exchange, handler: Callable[[HttpAnswer], Awaitable[None]], error_body: ErrorBody
    ) -> None:
        self.exchange = exchange
        self._handler = handler
        self._error_body = error_body
        self._send: Send

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, until it is done or the client has left."""
        self._send = send

        async def client_left() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        await self.exchange.run(self._answer, client_left)

    async def begin(self, media_type: str, status: int = 200) -> None:
        """Send the headers."""
        record = self.exchange.record
        headers = {"content-type": media_type, "x-request-id": f"req_{record.route}_{record.index}"}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def send(self, message: Payload) -> None:
        """Send the next piece of the body."""
        await self.exchange.send(message, self._transmit)

    async def end(self) -> None:
        """End the body."""
        await self.exchange.finish(self._transmit)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def reply(self, body: Mapping[str, object]) -> None:
        """The whole answer at once, as JSON."""
        await self.begin("application/json")
        await self.send(json.dumps(body))
        await self.end()

    async def refuse(self, status: int, code: str) -> None:
        """An error in place of the answer."""
        self.exchange.complete()
        await self.begin("application/json", status)
        body = json.dumps(self._error_body(status, code)).encode()
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answer(self) -> None:
        await self.exchange.begin()
        fault = self.exchange.fault
        if fault is not None and fault.kind is FaultKind.STATUS:
            await self.refuse(fault.status, "planned_fault")
        else:
            await self._handler(self)

    async def _transmit(self, message: Payload) -> None:
        data = message.encode() if isinstance(message, str) else message
        await self._send({"type": "http.response.body", "body": data, "more_body": True})
