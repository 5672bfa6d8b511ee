"""A web server on a loopback port whose connections can be cut: Starlette's routes, uvicorn's protocols."""

from __future__ import annotations

import asyncio
from typing import Protocol, TypeAlias

from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from antiphon.errors import ConfigError

Address: TypeAlias = tuple[str, int]


class HangsUp(Protocol):
    """An exchange that can be ended from outside."""

    def hang_up(self) -> None:
        """End it now."""
        ...


class _CuttableProtocol(H11Protocol):
    """Tells the server which connection is whose."""

    def __init__(
        self, config: Config, state: ServerState, connections: dict[Address, asyncio.Transport]
    ) -> None:
        super().__init__(config, state, {})
        self._cuttable = connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        for address in [old for old, known in self._cuttable.items() if known.is_closing()]:
            del self._cuttable[address]
        if self.client is not None:
            self._cuttable[self.client] = transport


class LoopbackServer:
    """Serves an application until it is stopped.

    The protocols are driven without uvicorn's own server loop: that would take over the process's signal
    handlers, and need a tenth of a second to stop.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._exchanges: set[HangsUp] = set()
        self._connections: dict[Address, asyncio.Transport] = {}
        self._state = ServerState()
        self._listener: asyncio.Server | None = None

    async def start(self, app: Starlette) -> None:
        """Listen; where ``port`` is 0, on a port of the system's choice, which is in ``port`` then.

        Raises:
            ConfigError: If the address can't be listened on.
        """
        config = Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            ws_ping_interval=None,
            timeout_keep_alive=600,
        )
        config.load()
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                lambda: _CuttableProtocol(config, self._state, self._connections), self.host, self.port
            )
        except OSError as error:
            reason = error.strerror or error
            raise ConfigError(f"can't listen on {self.host}:{self.port}: {reason}") from error
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut every connection and wait until nothing runs any more."""
        if self._listener is None:
            return
        self._listener.close()
        for exchange in tuple(self._exchanges):
            exchange.hang_up()
        for transport in self._connections.values():
            transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        await self._listener.wait_closed()
        self._listener = None

    def cut(self, client: Address) -> None:
        """Drop a client's connection without a word."""
        transport = self._connections.pop(client, None)
        if transport is not None:
            transport.abort()

    def write_raw(self, client: Address, data: bytes) -> None:
        """Write bytes into a client's connection past the protocol."""
        transport = self._connections.get(client)
        if transport is not None:
            transport.write(data)

    def opened(self, exchange: HangsUp) -> None:
        """An exchange began."""
        self._exchanges.add(exchange)

    def closed(self, exchange: HangsUp) -> None:
        """An exchange is over."""
        self._exchanges.discard(exchange)
