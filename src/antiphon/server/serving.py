"""Runs the application under uvicorn until it is told to stop, and then lets calls finish."""

from __future__ import annotations

import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from antiphon.core.times import NS_PER_S
from antiphon.errors import ConfigError
from antiphon.runtime.clock import Clock
from antiphon.server.app import Server
from antiphon.server.settings import ServerSettings

PING_S = 20.0  # a client that does not answer within it is gone
SPARE_CONNECTIONS = 100  # beside calls: pages, health, callers who are told that lines are busy


class DrainingServer(uvicorn.Server):
    """Told to stop, it takes no new calls and stops when those in hand are over; told twice, at once."""

    def __init__(self, config: uvicorn.Config, server: Server, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._server = server
        self._on_start = on_start
        self._deadline_ns: int | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal asks to stop."""
        calls = self._server.calls
        if calls.draining or not len(calls):
            super().handle_exit(sig, frame)
        calls.draining = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to stop."""
        calls = self._server.calls
        if calls.draining and not self.should_exit:
            now_ns = Clock().now_ns()
            if self._deadline_ns is None:
                self._deadline_ns = now_ns + round(self._server.settings.drain_s * NS_PER_S)
            self.should_exit = not len(calls) or now_ns >= self._deadline_ns
        return await super().on_tick(counter)


def listen(settings: ServerSettings) -> socket.socket:
    """A listening socket.

    Raises:
        ConfigError: If the address can't be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        raise ConfigError(f"can't listen on {where}: {(error.strerror or str(error)).lower()}") from error
    return listener


def serve(app: Starlette, listener: socket.socket, on_start: Callable[[], None]) -> None:
    """Serve until a signal asks to stop.

    Args:
        app: From ``create_app``.
        listener: From ``listen``.
        on_start: Called when the first call can come.

    Raises:
        ConfigError: If the application could not start.
    """
    held: Server = app.state.server
    limits = held.settings.limits
    config = uvicorn.Config(
        app,
        limit_concurrency=limits.max_calls + SPARE_CONNECTIONS,
        ws="websockets-sansio",
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_max_size=limits.max_message_bytes,
        ws_per_message_deflate=False,  # audio does not compress
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    server = DrainingServer(config, held, on_start)
    server.run(sockets=[listener])
    if not server.started:
        raise ConfigError("the server could not start; what is above says why")
