"""The ASGI application: the page, the WebSocket, health."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from antiphon.config import Agent
from antiphon.errors import ConfigError, PeerError, ProviderError
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import Helpers
from antiphon.runtime.providers import Providers
from antiphon.server.call import Call
from antiphon.server.calls import Calls
from antiphon.server.keeping import Keeper, TimeLimits
from antiphon.server.limits import CallLimits, LimitError, MeteredSocket, Origins, address_of
from antiphon.server.load import LoadWatch
from antiphon.server.metrics import Metrics
from antiphon.server.reception import Place, Reception
from antiphon.server.recording import Recordings
from antiphon.server.seams import (
    BROKE_PROTOCOL,
    FAILED,
    GOING_AWAY,
    NOT_ALLOWED,
    Attachment,
    Gate,
    Refusal,
)
from antiphon.server.settings import ServerSettings
from antiphon.server.sockets import ServerSocket
from antiphon.server.store import MemoryStore, Store
from antiphon.server.tokens import KEY_VARIABLE, TokenKeys
from antiphon.telemetry.contributions import KNOWN
from antiphon.transports.websocket import read_hello
from antiphon.transports.websocket_wire import Hello

STATIC = Path(str(resources.files("antiphon"))) / "server" / "static"

_DRAINING = Refusal(GOING_AWAY, "draining", "this server is about to stop and takes no new calls; call again")
MODULES = ("antiphon-client.js", "antiphon-worklet.js")
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_TAKEN_UP = Refusal(GOING_AWAY, "taken-up", "the call goes on over another connection")
_log = logging.getLogger(__name__)


class Server:
    """What the application's parts share: the agent's providers, the calls in hand, who may call.

    Attributes:
        agent: Who answers.
        settings: How it is run.
        calls: The calls in hand.
        load: How busy the process is.
        refused: How many calls were not taken, by the kind of refusal.
        metrics: For Prometheus, where they are wanted.
        ready: The providers were warmed: the first caller waits for nothing.
        gates: Asked in order whether a call is taken.
        attachments: What goes along with each call.
    """

    def __init__(
        self,
        agent: Agent,
        settings: ServerSettings,
        gates: Sequence[Gate] = (),
        attachments: Sequence[Attachment] = (),
        providers: Providers | None = None,
        *,
        store: Store | None = None,
        keys: TokenKeys | None = None,
        recordings: Recordings | None = None,
        metrics: bool = False,
    ) -> None:
        check_keys(settings, keys)
        lead_ms = max(agent.playout.lead_ms, settings.lead_ms)
        self.agent = agent.replace(playout=replace(agent.playout, lead_ms=lead_ms))
        self.settings = settings
        self.calls = calls = Calls()
        self.ready = False
        self.load = LoadWatch(settings.limits)
        # Behind what a call goes through: strangers' pages, a process that is behind, too many calls.
        limited = CallLimits(settings.limits, calls, lambda: Clock().now_ns())
        self.gates: tuple[Gate, ...] = (
            Origins(settings.origins, loopback=settings.loopback),
            self.load,
            limited,
            *gates,
        )
        self._store = store or MemoryStore()
        self._reception = Reception(self._store, keys if settings.tokens_needed else None, settings.resume_s)
        self._keeper = Keeper(self._store, calls, settings.resume_s)
        self._recordings = recordings
        recorded = () if recordings is None else (recordings.attach,)
        times = TimeLimits(settings.limits)
        self.refused: Counter[str] = Counter()
        self.metrics = Metrics(agent, calls, self.load, self.refused, keys) if metrics else None
        measured = () if self.metrics is None else (self.metrics.attach,)
        self.attachments = (self._keeper.attach, times.attach, *recorded, *measured, *attachments)
        self._providers = providers

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Make the providers ready for all calls, and let go of them at the end."""
        given = self._providers
        providers = self._providers = given or Providers.of(self.agent, Clock(), _note_failure)
        try:
            for error in await providers.warm():  # not fatal: a turn that fails has an apology
                _note_failure(error)
            async with Helpers() as helpers:
                helpers.start(self.load.watch(), "load")
                helpers.start(self._keeper.run(), "keeper")
                if self._recordings is not None:
                    helpers.start(self._recordings.run(), "old recordings")
                self.ready = True
                yield
        finally:
            self.ready = False
            await self._store.aclose()
            if self.metrics is not None:
                self.metrics.close()
            if given is None:
                await providers.aclose()

    async def converse(self, websocket: WebSocket) -> None:
        """A client's WebSocket, from its opening to its end."""
        await websocket.accept()
        socket = ServerSocket(websocket)
        try:
            async with asyncio.timeout(self.settings.hello_timeout_s):
                hello = await read_hello(socket)
        except TimeoutError:
            await socket.refuse(BROKE_PROTOCOL, "protocol", "no hello came")
            return
        except PeerError as error:
            await socket.refuse(BROKE_PROTOCOL, "protocol", str(error))
            return
        address = address_of(websocket)
        with self.calls.coming(address):
            place = self._refusal(websocket, hello) or await self._reception.admit(hello)
        if isinstance(place, Refusal):
            self.refused[place.kind] += 1
            await socket.refuse(place.code, place.kind, place.message)
        else:
            await self._hold(place, address, hello, socket)

    async def _hold(self, place: Place, client: str, hello: Hello, socket: ServerSocket) -> None:
        assert self._providers is not None
        former = self.calls.get(place.call_id)
        if former is not None:
            former.hang_up(_TAKEN_UP)
        metered = MeteredSocket(socket, self.settings.limits, hello.input_hz, Clock().now_ns)
        call = Call(place, client, hello, metered, self.agent, self._providers)
        with self.calls.held(call):
            try:
                await call.hold(self.attachments)
            except* LimitError as beyond:
                await socket.refuse(NOT_ALLOWED, "limit", f"too much: {_first(beyond)}")
            except* PeerError as broken:
                await socket.refuse(BROKE_PROTOCOL, "protocol", str(_first(broken)))
            except* ProviderError as failed:
                _log.warning("call ended: %s", _first(failed))
                await socket.refuse(FAILED, "failed", "the call failed; call again")
        if call.ended is not None:
            await socket.refuse(call.ended.code, call.ended.kind, call.ended.message)
        await socket.close(1_000)

    def _refusal(self, websocket: WebSocket, hello: Hello) -> Refusal | None:
        if self.calls.draining:
            return _DRAINING
        return next((no for gate in self.gates if (no := gate.admit(websocket, hello)) is not None), None)

    async def health(self, _: Request) -> Response:
        """Whether the process works at all."""
        return JSONResponse({"status": "ok"})

    async def readiness(self, _: Request) -> Response:
        """Whether it takes calls now."""
        status = "draining" if self.calls.draining else "ready" if self.ready else "starting"
        return JSONResponse({"status": status, "calls": len(self.calls)}, 200 if status == "ready" else 503)


def check_keys(settings: ServerSettings, keys: TokenKeys | None) -> None:
    """Refuse to serve everybody.

    Raises:
        ConfigError: If tokens are needed and there is nothing to check them with.
    """
    if keys is None and settings.tokens_needed:
        where = "everywhere" if settings.loopback else f"beyond this machine (host {settings.host})"
        raise ConfigError(
            f"tokens are needed to be called {where}: set {KEY_VARIABLE} or give --key-file, "
            "and hand out what antiphon token prints"
        )


def create_app(
    agent: Agent,
    settings: ServerSettings | None = None,
    *,
    gates: Sequence[Gate] = (),
    attachments: Sequence[Attachment] = (),
    providers: Providers | None = None,
    store: Store | None = None,
    keys: TokenKeys | None = None,
    recordings: Recordings | None = None,
    metrics: bool = False,
) -> Starlette:
    """An ASGI application that answers calls.

    Args:
        agent: Who answers.
        settings: How it is run.
        gates: Asked in order whether a call is taken.
        attachments: What goes along with each call.
        providers: Used for all calls instead of those the agent names; they are not closed.
        store: Keeps what outlives a connection, closed at the end; in this process's memory, if left out.
        keys: What tokens are signed with; needed where the settings say that tokens are.
        recordings: Records calls.
        metrics: Whether Prometheus metrics are given at ``/metrics``.

    Returns:
        The application; its ``Server`` is ``app.state.server``.

    Raises:
        ConfigError: If tokens are needed and there is no key.
        MissingExtraError: If metrics are wanted and not installed.
    """
    server = Server(
        agent,
        settings or ServerSettings(),
        gates,
        attachments,
        providers,
        store=store,
        keys=keys,
        recordings=recordings,
        metrics=metrics,
    )
    measured = [] if server.metrics is None else [Route("/metrics", server.metrics.respond)]
    app = Starlette(
        routes=[
            *measured,
            Route("/", _page),
            *(Route(f"/{name}", partial(_module, name)) for name in MODULES),
            Route("/legend", _legend),
            Route("/health", server.health),
            Route("/ready", server.readiness),
            WebSocketRoute("/ws", server.converse),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=server.lifespan,
    )
    app.state.server = server
    return app


async def _page(_: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers=_PAGE_HEADERS)


async def _module(name: str, _: Request) -> Response:
    """A part of the JavaScript client, for anyone's page."""
    headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    return FileResponse(STATIC / name, media_type="text/javascript", headers=headers)


async def _legend(_: Request) -> Response:
    """What each contribution to a delay is called and looks like."""
    keys = ("name", "label", "colour", "meaning")
    return JSONResponse([{key: getattr(each, key) for key in keys} for each in KNOWN])


def _note_failure(error: ProviderError) -> None:
    _log.warning("%s", error)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """One of the errors in a group, however deep."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
