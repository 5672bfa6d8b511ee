"""What every double has: a server, its clock and pace, its faults and the log of its requests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from antiphon.runtime.clock import Clock
from antiphon.testing.vendors.exchange import Exchange
from antiphon.testing.vendors.faults import NO_FAULTS, FaultPlan
from antiphon.testing.vendors.profiles import Pace, Profile, find_profile
from antiphon.testing.vendors.records import RequestLog, RequestRecord
from antiphon.testing.vendors.server import LoopbackServer


class Double(ABC):
    """A vendor's double on a loopback port; enter it to start it.

    Attributes:
        requests: What it was asked, newest last.
        faults: By route, what is to go wrong from now on.
        profile: Its delays.
    """

    def __init__(
        self, profile: str | Profile, keys: Collection[str] | None, host: str, port: int, seed: int
    ) -> None:
        self.requests = RequestLog()
        self.faults: dict[str, FaultPlan] = {}
        self.profile = find_profile(profile)
        self.seed = seed
        self._keys = keys
        self._server = LoopbackServer(host, port)
        self._clock: Clock | None = None

    @property
    def address(self) -> str:
        """Where it listens, as ``host:port``."""
        return f"{self._server.host}:{self._server.port}"

    async def start(self) -> None:
        """Listen.

        Raises:
            ConfigError: If the address can't be listened on.
        """
        self._clock = Clock()
        await self._server.start(Starlette(routes=list(self._routes())))

    async def stop(self) -> None:
        """Cut all connections and stop listening."""
        await self._server.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @abstractmethod
    def _routes(self) -> Sequence[BaseRoute]:
        """What it serves."""

    def _pace(self, record: RequestRecord) -> Pace:
        """The delays of one request."""
        return Pace(self.profile, f"{self.seed}/{record.route}/{record.index}")

    def _accepts(self, connection: HTTPConnection) -> bool:
        """Whether the request carries a key that is accepted; any will do unless keys were given."""
        _, _, key = connection.headers.get("authorization", "").partition(" ")
        return self._keys is None or key in self._keys

    async def _open(self, route: str, connection: HTTPConnection, body: object = None) -> Exchange:
        """Note a request and decide what becomes of it."""
        assert self._clock is not None, "the double has not been started"
        index = self.requests.next_index(route)
        client = connection.client
        record = RequestRecord(
            route=route,
            index=index,
            path=connection.url.path,
            query=dict(connection.query_params),
            headers=dict(connection.headers),
            body=body,
            received_ns=self._clock.now_ns(),
            fault=self.faults.get(route, NO_FAULTS).fault_of(index),
        )
        await self.requests.add(record)
        address = (client.host, client.port) if client is not None else ("", 0)
        return Exchange(self._server, self._clock, record, address)
