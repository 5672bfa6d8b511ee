"""Runs an engine in a process of its own, so that one that holds the interpreter's lock stops nobody else.

A pool starts its workers when they are first needed, shares them between streams, and replaces one that
died when the next stream is opened. Whoever reads a stream of a worker that died is told once, by
``WorkerDiedError``. A worker ends when the pool is closed or this process ends, however it does: its input
closes then. Everything here happens in the event loop's callbacks, which only move bytes.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from typing import cast

from antiphon.errors import MissingExtraError, ProviderRequestError, WorkerDiedError
from antiphon.providers.worker_stream import WorkerStream
from antiphon.providers.worker_wire import WORKER, Facts, Kind, Message, Unpacker, pack

STDERR = 2
STDERR_BYTES = 4_096  # of what a worker says last, kept for the error
CLOSING_S = 1.0  # how long a worker has to end by itself
PIPE_BYTES = 1 << 16  # written and not yet taken by the pipe; senders wait above it


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """What a worker is to be.

    Attributes:
        provider: Registry name, for errors.
        module: Run with ``python -m``; it calls ``worker_child.serve``.
        configuration: What its engine is made from; goes over the pipe as JSON.
        send_window_bytes: Data of one stream that may be on its way to the worker, not taken yet.
        receive_window_bytes: ... that may be on its way from it. The engine finds both in its configuration.
    """

    provider: str
    module: str
    configuration: Facts = field(default_factory=dict)
    send_window_bytes: int = 1 << 14
    receive_window_bytes: int = 1 << 14


class WorkerPool:
    """Up to ``size`` workers of one kind."""

    def __init__(self, spec: WorkerSpec, size: int = 1) -> None:
        self._spec = spec
        self._slots = [_Slot() for _ in range(size)]
        self._closed = False

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The workers that run."""
        workers = (slot.worker for slot in self._slots)
        return tuple(worker.process_id for worker in workers if worker is not None and not worker.is_over)

    async def open(self, facts: Facts | None = None) -> WorkerStream:
        """A new stream, on the worker that has the fewest.

        Args:
            facts: What the engine is told of it.

        Raises:
            MissingExtraError: If the engine's package is not installed.
            ProviderRequestError: If the engine refuses its configuration.
            WorkerDiedError: If the worker ended while it started, or the pool is closed.
        """
        slot = min(self._slots, key=lambda slot: slot.load)
        slot.waiting += 1
        try:
            worker = await self._running(slot)
        finally:
            slot.waiting -= 1
        return worker.open(facts or {})

    async def warm(self) -> None:
        """Start every worker that does not run; errors as ``open``."""
        for slot in self._slots:
            await self._running(slot)

    async def aclose(self) -> None:
        """End all workers and wait until they have; streams still open end with ``WorkerDiedError``."""
        self._closed = True
        for slot in self._slots:
            async with slot.starting:
                if slot.worker is not None:
                    await slot.worker.aclose()

    async def _running(self, slot: _Slot) -> _Worker:
        async with slot.starting:  # one start at a time; whoever waits finds it running
            if self._closed:
                raise WorkerDiedError(self._spec.provider, "it is closed")
            if slot.worker is None or slot.worker.is_over:
                slot.worker = await _Worker.start(self._spec)
            await slot.worker.until_ready()
            return slot.worker


class _Worker(asyncio.SubprocessProtocol):
    """One process, from this side."""

    def __init__(self, spec: WorkerSpec) -> None:
        loop = asyncio.get_running_loop()
        self.streams: dict[int, WorkerStream] = {}
        self.takes = True  # the pipe takes more
        self._spec = spec
        self._ready: asyncio.Future[Facts] = loop.create_future()  # with what it refuses, if anything
        self._gone: asyncio.Future[None] = loop.create_future()
        self._unpacker = Unpacker()
        self._opened = WORKER
        self._stderr = bytearray()
        self._closed = False

    @classmethod
    async def start(cls, spec: WorkerSpec) -> _Worker:
        """Start the process; ``until_ready`` waits until it can be used."""
        # A session of its own keeps the terminal's Ctrl-C from it. -P keeps the working directory off its
        # path, where a file might bear a package's name.
        _, worker = await asyncio.get_running_loop().subprocess_exec(
            lambda: cls(spec), sys.executable, "-P", "-m", spec.module, start_new_session=True
        )
        windows = {name: getattr(spec, name) for name in ("send_window_bytes", "receive_window_bytes")}
        worker.write(pack(Kind.CONFIGURE, WORKER, {**spec.configuration, **windows}))
        return worker

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self._gone.done()

    @property
    def process_id(self) -> int:
        return self._transport.get_pid()

    async def until_ready(self) -> None:
        """Wait for the engine; errors as ``WorkerPool.open``."""
        refused = await asyncio.shield(self._ready)  # others may wait for it too
        if extra := refused.get("extra"):
            raise MissingExtraError(refused["missing"], extra)
        if reason := refused.get("reason"):
            raise ProviderRequestError(self._spec.provider, reason)
        if self.is_over:
            raise self._death()

    def open(self, facts: Facts) -> WorkerStream:
        """A new stream."""
        self._opened += 1
        spec = self._spec
        stream = WorkerStream(
            self._opened,
            self,
            send_window_bytes=spec.send_window_bytes,
            receive_window_bytes=spec.receive_window_bytes,
        )
        self.streams[self._opened] = stream
        self.write(pack(Kind.OPEN, self._opened, facts))
        return stream

    def forget(self, number: int) -> None:
        """A stream is over."""
        self.streams.pop(number, None)

    def write(self, data: bytes) -> None:
        """Send a message; dropped if the worker has gone, which its streams are told."""
        if not self._stdin.is_closing():
            self._stdin.write(data)

    async def aclose(self) -> None:
        """End the process: by itself if it can, at once if it takes too long."""
        self._closed = True
        self._stdin.close()
        try:
            async with asyncio.timeout(CLOSING_S):
                await asyncio.shield(self._gone)
        except TimeoutError:
            pass
        finally:
            if not self.is_over:
                self._transport.kill()
        await asyncio.shield(self._gone)

    # --- what the event loop calls --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
        self._stdin.set_write_buffer_limits(high=PIPE_BYTES)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == STDERR:
            self._stderr = (self._stderr + data)[-STDERR_BYTES:]
            return
        try:
            for message in self._unpacker.feed(data):
                self._take(message)
        except ValueError as error:
            self._stderr += f"\n{error}".encode()
            self._transport.kill()

    def pause_writing(self) -> None:
        self.takes = False

    def resume_writing(self) -> None:
        self.takes = True
        for stream in self.streams.values():
            stream.may_send()

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has ended and all it wrote has been read."""
        self._gone.set_result(None)
        if not self._ready.done():
            self._ready.set_result({})
        streams, self.streams = self.streams, {}
        for stream in streams.values():
            stream.fail(self._death())
        self._transport.close()

    def _take(self, message: Message) -> None:
        if message.kind in {Kind.READY, Kind.REFUSED}:
            self._ready.set_result(message.facts)
        elif (stream := self.streams.get(message.stream)) is not None:  # else it was closed meanwhile
            stream.take(message)

    def _death(self) -> WorkerDiedError:
        if self._closed:
            return WorkerDiedError(self._spec.provider, "its worker process was closed")
        code = self._transport.get_returncode()
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        last = [line.strip() for line in self._stderr.decode(errors="replace").splitlines() if line.strip()]
        said = f": {last[-1]}" if last else ""
        return WorkerDiedError(self._spec.provider, f"its worker process ended ({how}){said}")


@dataclass(slots=True)
class _Slot:
    """A place for one worker."""

    worker: _Worker | None = None
    waiting: int = 0  # those who wait for it to run
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def load(self) -> int:
        streams = 0 if self.worker is None else len(self.worker.streams)
        return streams + self.waiting
