from __future__ import annotations

import itertools
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from antiphon.server.workers import MAX_RESTARTS, Workers, WorkersError


@dataclass(frozen=True)
class Answers:
    """A worker that answers whoever connects with its process's number, until it is told to stop."""

    folder: Path

    def run(self, listener: socket.socket, on_start: Callable[[], None]) -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(str(os.getpid()).encode())


@dataclass(frozen=True)
class Dies:
    """A worker that can't work."""

    def run(self, listener: socket.socket, on_start: Callable[[], None]) -> None:
        raise SystemExit(3)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's process imports what it is to do."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def wait_until(holds: Callable[[], bool], within_s: float = 60) -> bool:
    ends_s = time.monotonic() + within_s
    while not holds() and time.monotonic() < ends_s:
        time.sleep(0.01)
    return holds()


def ask(listener: socket.socket) -> int:
    with socket.create_connection(listener.getsockname(), timeout=60) as connection:
        return int(connection.recv(100))


def test_they_share_a_socket_are_replaced_when_they_die_and_stop_when_told(
    listener: socket.socket, tmp_path: Path
) -> None:
    workers = Workers(Answers(tmp_path), listener, 2)
    found: dict[str, object] = {}

    def use() -> None:
        try:
            first = ask(listener)
            found["one of them"] = first in workers.pids
            os.kill(first, signal.SIGKILL)
            replaced = wait_until(lambda: first not in workers.pids and len(workers.pids) == 2)
            found["replaced"] = replaced
            found["another"] = ask(listener) != first
        finally:  # whatever went wrong: what runs them is to end
            os.kill(os.getpid(), signal.SIGTERM)

    user = threading.Thread(target=use)
    workers._on_start = user.start
    workers.run()
    user.join()
    assert found == {"one of them": True, "replaced": True, "another": True}
    assert workers.pids == []


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_one_that_is_being_started_when_they_are_told_to_stop_stops_too(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """The first two are the ones to begin with; the third is in the place of one that died."""
    start = SpawnProcess.start
    started = itertools.count(1)

    def start_and_tell(worker: SpawnProcess) -> None:
        start(worker)
        if next(started) == nth:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(SpawnProcess, "start", start_and_tell)
    workers = Workers(Answers(tmp_path), listener, 2)
    workers._on_start = lambda: os.kill(workers.pids[0], signal.SIGKILL)
    workers.run()
    assert workers.pids == []


def test_what_dies_again_and_again_is_not_started_for_ever(listener: socket.socket) -> None:
    with pytest.raises(WorkersError, match=f"workers died {MAX_RESTARTS} times within 60 s"):
        Workers(Dies(), listener, 1).run()
