"""One request to a double and its answer: recorded, sent message by message, with the fault that is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock
from antiphon.testing.vendors.faults import Fault, FaultKind
from antiphon.testing.vendors.records import RequestRecord
from antiphon.testing.vendors.server import Address, LoopbackServer

Payload: TypeAlias = str | bytes
Work: TypeAlias = Callable[[], Awaitable[None]]


class Dropped(Exception):  # noqa: N818 - not an error: it ends an exchange that was meant to break off
    """The double dropped the connection on purpose."""


class Exchange:
    """What an HTTP answer and a WebSocket conversation have in common."""

    def __init__(self, server: LoopbackServer, clock: Clock, record: RequestRecord, client: Address) -> None:
        self.record = record
        self.clock = clock
        self._server = server
        self._client = client
        self._kept: Payload | None = None  # a message that is to come after the next one
        self._job: asyncio.Task[None] | None = None
        self._complete = False

    @property
    def fault(self) -> Fault | None:
        """What is to go wrong."""
        return self.record.fault

    def hang_up(self) -> None:
        """End it now, whatever it does."""
        if self._job is not None:
            self._job.cancel()

    async def run(self, work: Work, client_left: Work) -> None:
        """Do the work, until it is done or the client has left; leave a complete record."""
        self._server.opened(self)
        try:
            async with asyncio.TaskGroup() as group:
                self._job = group.create_task(self._until_dropped(work))
                watch = group.create_task(self._watch(client_left))
                self._job.add_done_callback(lambda _: watch.cancel())
        finally:
            self._server.closed(self)
            self.record.ended_ns = self.clock.now_ns()
            self.record.closed_early = self.record.closed_early and not self._complete
            self.record.done.set()
            self.record.touch()

    async def pause(self, ms: float) -> None:
        """Let time pass."""
        if ms > 0:
            await asyncio.sleep(ms / 1_000)

    async def begin(self) -> None:
        """Before the answer begins: the faults that come first."""
        fault = self.fault
        if fault is None:
            return
        if fault.kind is FaultKind.REFUSE:
            self.drop()
        if fault.kind is FaultKind.SLOW_HANDSHAKE:
            await self._hold_up(fault)

    async def send(self, message: Payload, transmit: Callable[[Payload], Awaitable[None]]) -> None:
        """Send the next message, or do to it what was planned."""
        fault = self.fault
        if fault is not None and self.record.sent == fault.at:
            match fault.kind:
                case FaultKind.STALL:
                    await self._hold_up(fault)
                case FaultKind.CLOSE:
                    self.drop()
                case FaultKind.MALFORMED if isinstance(message, str):
                    message = garbled(message)
                case FaultKind.MALFORMED:  # any audio is audio: it is the body's framing that breaks
                    self._server.write_raw(self._client, b"no chunk\r\n")
                case FaultKind.WRONG_ORDER if self._kept is None:
                    self._kept = message
                    self._count()
                    return
        self._count()
        await transmit(message)
        if self._kept is not None:
            kept, self._kept = self._kept, None
            await transmit(kept)

    async def finish(self, transmit: Callable[[Payload], Awaitable[None]]) -> None:
        """All was said: a message that was held back for the next one comes now."""
        if self._kept is not None:
            kept, self._kept = self._kept, None
            await transmit(kept)
        self._complete = True

    def complete(self) -> None:
        """From now on the client may leave without its being early."""
        self._complete = True

    def drop(self) -> None:
        """Cut the connection.

        Raises:
            Dropped: Always.
        """
        self._complete = True
        self._server.cut(self._client)
        raise Dropped

    def _count(self) -> None:
        self.record.sent += 1
        if self.record.first_sent_ns is None:
            self.record.first_sent_ns = self.clock.now_ns()
        self.record.touch()

    async def _hold_up(self, fault: Fault) -> None:
        if fault.delay_ms is None:
            await asyncio.get_running_loop().create_future()
        else:
            await self.clock.sleep_until(self.clock.now_ns() + round(fault.delay_ms * NS_PER_MS))

    async def _until_dropped(self, work: Work) -> None:
        try:
            await work()
        except Dropped:
            return

    async def _watch(self, client_left: Work) -> None:
        await client_left()
        self.record.closed_early = True
        self.hang_up()


def garbled(message: str) -> str:
    """A message cut in its middle, as no parser accepts it; line ends stay."""
    body = message.rstrip("\n")
    return body[: max(1, len(body) * 2 // 3)] + message[len(body) :]
