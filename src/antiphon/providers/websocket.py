"""A vendor's WebSocket: JSON objects in, texts and bytes out, its failures mapped to our errors."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from ssl import SSLContext, create_default_context
from typing import TYPE_CHECKING, TypeAlias

from antiphon.errors import (
    MissingExtraError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeoutError,
)
from antiphon.providers.access import Access
from antiphon.providers.http_errors import error_from_status, one_line

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed
    from websockets.http11 import Response

Outgoing: TypeAlias = str | bytes
Json: TypeAlias = Mapping[str, object]

PING_S = 5.0  # a peer that does not answer a ping within this time is gone
CLOSE_S = 0.2  # how long the peer may take to answer a close
# The library's debug messages hold the headers, and so the key: those are never logged.
_LOG = logging.getLogger("antiphon.providers.websocket")
_LOG.setLevel(logging.INFO)
_REQUEST_ID_HEADERS = ("dg-request-id", "x-request-id")


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """Where to connect, as whom and for how long to try."""

    provider: str  # registry name, for errors
    access: Access
    url: str
    headers: Mapping[str, str] = field(repr=False)  # one of them is the key
    connect_timeout_s: float
    tls: SSLContext | None = None  # for wss: addresses


class Socket:
    """An open connection."""

    def __init__(self, address: SocketAddress, connection: ClientConnection) -> None:
        self._address = address
        self._connection = connection

    async def send(self, message: Outgoing) -> None:
        """Send a text or a stretch of audio; waits while the peer can't take more.

        Raises:
            ProviderConnectionError: If the connection is gone.
        """
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - optional

        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            raise self._lost(closed) from None

    async def messages(self) -> AsyncIterator[Json]:
        """What the peer says, until it closes.

        Raises:
            ProviderProtocolError: For anything that is not a JSON object.
            ProviderConnectionError: When the connection ends otherwise than by an orderly close.
        """
        from websockets.exceptions import ConnectionClosed, ConnectionClosedOK  # noqa: PLC0415 - optional

        while True:
            try:
                text = await self._connection.recv()
            except ConnectionClosedOK:
                return
            except ConnectionClosed as closed:
                raise self._lost(closed) from None
            yield self._parsed(text)

    @property
    def close_reason(self) -> str:
        """How the connection ended, in words."""
        code, reason = self._connection.close_code, self._connection.close_reason
        return f"code {code}" + (f", {one_line(self._address.access.redacted(reason))}" if reason else "")

    async def close(self) -> None:
        """Close in good order, or by force where the peer does not answer at once."""
        await self._connection.close()

    def abort(self) -> None:
        """Close at once, without a word."""
        self._connection.transport.abort()

    def _parsed(self, text: str | bytes) -> Json:
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            shown = self._address.access.redacted(repr(text[:80]))
            raise ProviderProtocolError(self._address.provider, f"sent {shown}, which is no JSON object")
        return message

    def _lost(self, closed: ConnectionClosed) -> ProviderError:
        if closed.rcvd is None:
            return ProviderConnectionError(self._address.provider, "the connection was lost")
        return ProviderConnectionError(
            self._address.provider, f"closed the connection: {self.close_reason}", status=closed.rcvd.code
        )


async def connect(address: SocketAddress) -> Socket:
    """Open a connection.

    Raises:
        ProviderAuthError: If the key is refused.
        ProviderError: Its kinds for everything else that can go wrong on the way.
    """
    from websockets.asyncio.client import connect as open_connection  # noqa: PLC0415 - optional
    from websockets.exceptions import InvalidStatus, WebSocketException  # noqa: PLC0415 - optional

    try:
        connection = await open_connection(
            address.url,
            additional_headers=dict(address.headers),
            open_timeout=address.connect_timeout_s,
            ssl=address.tls,
            close_timeout=CLOSE_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            logger=_LOG,
            compression=None,  # audio does not compress, and the messages are small
        )
    except InvalidStatus as refusal:
        raise _refused(address, refusal.response) from None
    except TimeoutError:
        seconds = address.connect_timeout_s
        raise ProviderTimeoutError(address.provider, f"no connection within {seconds:g} s") from None
    except OSError as error:
        message = f"can't reach {address.access.base_url}: {error.strerror or error}"
        raise ProviderConnectionError(address.provider, message) from error
    except WebSocketException as error:
        message = f"no WebSocket at {address.access.base_url}: {one_line(str(error))}"
        raise ProviderConnectionError(address.provider, message) from None
    return Socket(address, connection)


def socket_address(
    provider: str,
    access: Access,
    endpoint: tuple[str, str],
    authorization: str,
    connect_timeout_s: float,
) -> SocketAddress:
    """The address of a vendor's endpoint: a path below its base address, and a query.

    Args:
        provider: Registry name.
        access: The vendor's base address and key.
        endpoint: Path and query.
        authorization: How the vendor wants its key announced: ``"Bearer"``, ``"Token"``.
        connect_timeout_s: How long to try.
    """
    url = access.websocket_url(*endpoint)
    headers = {"Authorization": f"{authorization} {access.key}"} if access.key else {}
    tls = _trusted() if url.startswith("wss:") else None
    return SocketAddress(provider, access, url, headers, connect_timeout_s, tls)


@cache
def _trusted() -> SSLContext:
    """Whose certificates are accepted: read once, as that takes tens of milliseconds."""
    return create_default_context()


def require_websockets(extra: str) -> None:
    """See that the library is there.

    Raises:
        MissingExtraError: If it is not.
    """
    try:
        import websockets  # noqa: F401, PLC0415 - optional
    except ImportError:
        raise MissingExtraError("websockets", extra) from None


def _refused(address: SocketAddress, response: Response) -> ProviderError:
    said, code = _reason(bytes(response.body or b""))
    request_id = next(
        (response.headers[name] for name in _REQUEST_ID_HEADERS if name in response.headers), None
    )
    return error_from_status(
        address.provider,
        address.access,
        response.status_code,
        said or response.headers.get("dg-error", ""),
        code=code,
        request_id=request_id,
    )


def _reason(body: bytes) -> tuple[str, str | None]:
    """The message and code in an error body of the shapes vendors use."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return body.decode(errors="replace"), None
    if not isinstance(parsed, dict):
        return "", None
    nested = parsed.get("error")
    fields = nested if isinstance(nested, dict) else parsed
    said = fields.get("message") or fields.get("err_msg") or fields.get("reason") or ""
    code = fields.get("code") or fields.get("err_code")
    return str(said), str(code) if code else None
