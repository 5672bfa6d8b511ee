"""Several processes that serve one address: each takes calls from one socket; one that dies is replaced."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from socket import socket
from types import FrameType
from typing import Final, Protocol

from antiphon.core.times import NS_PER_S
from antiphon.errors import AntiphonError
from antiphon.runtime.clock import epoch_ns

MAX_RESTARTS: Final = 5  # in the time below: what dies at once again will do so for ever
RESTARTS_WITHIN_S: Final = 60
LOOK_EVERY_S: Final = 0.5


class Runs(Protocol):
    """What a worker does; it can be handed to another process."""

    def run(self, listener: socket, on_start: Callable[[], None]) -> None:
        """Serve until a signal asks to stop."""
        ...


class WorkersError(AntiphonError):
    """Workers die as soon as they are started."""


class Workers:
    """Runs workers until told to stop, and hands on the signals that say so."""

    def __init__(
        self, work: Runs, listener: socket, count: int, on_start: Callable[[], None] = lambda: None
    ) -> None:
        """Make ready to run.

        Args:
            work: What each does.
            listener: Where clients connect.
            count: How many workers.
            on_start: Called when the workers are started.
        """
        self._work = work
        self._listener = listener
        self._count = count
        self._on_start = on_start
        self._context = multiprocessing.get_context("spawn")  # a fork would copy threads and event loops
        self._workers: list[SpawnProcess] = []
        self._restarts: deque[int] = deque(maxlen=MAX_RESTARTS)
        self._stopping = False

    @property
    def pids(self) -> list[int]:
        """The workers' processes."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def run(self) -> None:
        """Run them, until all have stopped because they were told to.

        Raises:
            WorkersError: If they die again and again.
        """
        before = {sig: signal.signal(sig, self._hand_on) for sig in (signal.SIGTERM, signal.SIGINT)}
        try:
            for _ in range(self._count):
                self._start()
            self._on_start()
            while self._workers:
                wait([worker.sentinel for worker in self._workers], timeout=LOOK_EVERY_S)
                self._replace_the_dead()
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)
            for worker in self._workers:
                worker.terminate()
                worker.join()

    def _hand_on(self, number: int, _: FrameType | None) -> None:
        """Each signal is the workers' as well; Ctrl-C reaches them by itself."""
        self._stopping = True
        for worker in self._workers:
            if number == signal.SIGTERM and worker.is_alive():
                worker.terminate()

    def _replace_the_dead(self) -> None:
        dead = [worker for worker in self._workers if not worker.is_alive()]
        for worker in dead:
            worker.join()
            self._workers.remove(worker)
            if not self._stopping:
                self._note_restart()
                self._start()

    def _note_restart(self) -> None:
        now_ns = epoch_ns()
        if len(self._restarts) == MAX_RESTARTS and now_ns - self._restarts[0] < RESTARTS_WITHIN_S * NS_PER_S:
            raise WorkersError(
                f"workers died {MAX_RESTARTS} times within {RESTARTS_WITHIN_S} s: what is above says why"
            )
        self._restarts.append(now_ns)

    def _start(self) -> None:
        worker = self._context.Process(
            target=_work, args=(self._work, self._listener), name="antiphon worker"
        )
        worker.start()
        self._workers.append(worker)
        if self._stopping:  # told so while this one was not in the list
            worker.terminate()


def _work(work: Runs, listener: socket) -> None:
    """A worker's process, from its beginning to its end."""
    work.run(listener, lambda: None)
