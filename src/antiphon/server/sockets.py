"""Starlette's WebSocket as the transport wants it."""

from __future__ import annotations

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from antiphon.errors import PeerError
from antiphon.transports.websocket_wire import write_message

_REASON_BYTES = 123  # what a close frame has room for


class ServerSocket:
    """An accepted WebSocket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes | None:
        """The next message; ``None`` when the client is gone."""
        if self._websocket.client_state is WebSocketState.DISCONNECTED:
            return None
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text: str | None = message.get("text")
        data: bytes | None = message.get("bytes")
        return text if text is not None else data or b""

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the client can't take more.

        Raises:
            PeerError: If the client is gone, or the socket was closed.
        """
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as gone:  # RuntimeError: closed on our side
            raise PeerError("the client is gone") from gone

    async def close(self, code: int, reason: str = "") -> None:
        """Close it; no harm where it is closed."""
        if WebSocketState.DISCONNECTED in {self._websocket.client_state, self._websocket.application_state}:
            return
        short = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        try:
            await self._websocket.close(code, short)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def refuse(self, code: int, kind: str, message: str) -> None:
        """Tell the client, as an ``error`` message, why the call ends, and close."""
        try:
            await self.send(write_message("error", code=kind, message=message))
        except PeerError:
            return
        await self.close(code, message)
