"""The inside of a worker process: reads messages, lets an engine work, writes what comes of it.

One thread does it all. Between two pieces of work, and within a long one, it looks whether messages have
come, so that a stream that is closed stops at once. It ends when its input does: the parent has gone.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from antiphon.providers.worker_wire import WORKER, Facts, Kind, Message, Unpacker, pack

READ_BYTES = 1 << 16


class RefusedError(Exception):
    """The engine can't be made as it is asked for; ``facts`` go to the parent."""

    def __init__(self, **facts: object) -> None:
        super().__init__(str(facts))
        self.facts = facts


class Engine(Protocol):
    """What a worker does."""

    def handle(self, message: Message) -> None:
        """Take a message: quickly, if the work it brings can wait for ``work``."""
        ...

    def work(self) -> bool:
        """Do one piece of pending work, as short as it can be; false when there is none left."""
        ...


class Link:
    """A worker's two ends of the pipe."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._unpacker = Unpacker()
        self._arrived: deque[Message] = deque()  # at most what the parent may send without credit

    def receive(self, *, wait: bool) -> Message | None:
        """The next message, or ``None`` if there is none yet and ``wait`` is not set.

        Raises:
            EOFError: If the parent has gone.
        """
        self.look(wait=wait)
        return self._arrived.popleft() if self._arrived else None

    def look(self, *, wait: bool = False) -> None:
        """Read what has come, without taking it."""
        while not self._arrived or not wait:
            if not wait and not select.select((self._reading,), (), (), 0)[0]:
                return
            data = os.read(self._reading, READ_BYTES)
            if not data:
                raise EOFError
            self._arrived.extend(self._unpacker.feed(data))

    def is_closing(self, stream: int) -> bool:
        """Whether the parent has closed a stream; the message itself is still to be received."""
        self.look()
        return any(message.kind is Kind.CLOSE and message.stream == stream for message in self._arrived)

    def send(self, kind: Kind, stream: int, payload: bytes | Facts = b"") -> None:
        """Write a message; waits while the parent can't take more."""
        data = memoryview(pack(kind, stream, payload))
        while data:
            data = data[os.write(self._writing, data) :]


def serve(make: Callable[[Facts, Link], Engine]) -> None:
    """Be a worker: make the engine that the parent asks for, and let it work until the parent goes."""
    # Ctrl-C goes to the whole terminal; when to end is for the parent to say, by closing the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    link = Link(sys.stdin.fileno(), os.dup(sys.stdout.fileno()))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not be taken for messages
    with suppress(EOFError, BrokenPipeError):  # the parent has gone: nobody is left to tell
        _serve(make, link)


def _serve(make: Callable[[Facts, Link], Engine], link: Link) -> None:
    configuration = link.receive(wait=True)
    assert configuration is not None
    try:
        engine = make(configuration.facts, link)
    except RefusedError as refusal:
        link.send(Kind.REFUSED, WORKER, refusal.facts)
        return
    link.send(Kind.READY, WORKER)
    busy = False
    while True:
        while (message := link.receive(wait=not busy)) is not None:
            engine.handle(message)
            busy = True
        busy = engine.work()
