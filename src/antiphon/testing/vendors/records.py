"""What a double was asked and how that went, for tests to look at and wait for."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from antiphon.testing.vendors.faults import Fault

REQUESTS_KEPT = 10_000
MESSAGES_KEPT = 10_000  # of one request


@dataclass(slots=True, eq=False)
class RequestRecord:
    """One request. Times are nanoseconds on the clock of ``antiphon.runtime.clock``.

    Attributes:
        route: Which of the double's services was asked, such as ``"chat"``.
        index: The how-manyeth request on that route, counted from 0.
        path: The path asked for.
        query: Its parameters; the last one of those that are given twice.
        headers: In lower case.
        body: Parsed JSON of an HTTP request, ``None`` on a WebSocket.
        received_ns: When it was there.
        fault: What was done to it on purpose.
        messages: JSON messages that came over a WebSocket, audio in them left out.
        audio_bytes: Audio that came over a WebSocket.
        sent: How many messages, events or stretches of audio were sent back.
        first_sent_ns: When the first of them was.
        ended_ns: When the exchange was over, for whatever reason.
        closed_early: Whether the client left before the answer was complete.
        done: Set when the exchange is over.
    """

    route: str
    index: int
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: object
    received_ns: int
    fault: Fault | None = None
    messages: deque[Mapping[str, object]] = field(
        default_factory=lambda: deque(maxlen=MESSAGES_KEPT), repr=False
    )
    audio_bytes: int = 0
    sent: int = 0
    first_sent_ns: int | None = None
    ended_ns: int | None = None
    closed_early: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def touch(self) -> None:
        """Something in it has changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_until(self, holds: Callable[[RequestRecord], bool]) -> None:
        """Wait until something holds of it, such as ``lambda record: record.sent >= 3``."""
        while not holds(self):
            await self._changed.wait()


class RequestLog:
    """The newest requests of a double, oldest first."""

    def __init__(self) -> None:
        self._records: deque[RequestRecord] = deque(maxlen=REQUESTS_KEPT)
        self._counts: Counter[str] = Counter()
        self._arrived = asyncio.Condition()

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[RequestRecord]:
        return iter(tuple(self._records))

    def __getitem__(self, index: int) -> RequestRecord:
        return self._records[index]

    def on(self, route: str) -> list[RequestRecord]:
        """The requests on one route."""
        return [record for record in self._records if record.route == route]

    def next_index(self, route: str) -> int:
        """The number of the next request on a route."""
        return self._counts[route]

    async def add(self, record: RequestRecord) -> None:
        """Note a request."""
        async with self._arrived:
            self._counts[record.route] += 1
            self._records.append(record)
            self._arrived.notify_all()

    async def wait_for(self, route: str, count: int = 1) -> RequestRecord:
        """Wait until a route has been asked ``count`` times in all.

        Returns:
            The newest request on it.
        """
        async with self._arrived:
            await self._arrived.wait_for(lambda: self._counts[route] >= count)
        return self.on(route)[-1]
