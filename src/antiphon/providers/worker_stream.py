"""One stream through a worker process: what may be sent now, what has come, how it ended."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from antiphon.errors import WorkerDiedError
from antiphon.providers.worker_wire import Kind, Message, pack


class Carrier(Protocol):
    """What takes a stream's messages to the worker."""

    takes: bool  # whether its pipe takes more

    def write(self, data: bytes) -> None:
        """Send a message."""
        ...

    def forget(self, number: int) -> None:
        """A stream is over."""
        ...


class WorkerStream:
    """One stream through a worker: messages out, messages in, each way in order.

    Send from one task and receive from one.
    """

    def __init__(
        self, number: int, worker: Carrier, *, send_window_bytes: int, receive_window_bytes: int
    ) -> None:
        self._number = number
        self._worker = worker
        self._credit = send_window_bytes
        self._unpaid = 0  # bytes taken, their credit not given yet
        self._pay_from = receive_window_bytes // 4
        self._inbox: deque[Message] = (
            deque()
        )  # data: bounded by credit; updates: one; the rest by what was asked
        self._news = asyncio.Event()
        self._may_send = asyncio.Event()
        self._error: WorkerDiedError | None = None
        self._over = False
        self.updates_replaced = 0  # not read before a newer one came

    @property
    def is_over(self) -> bool:
        """Whether nothing more goes to the worker: it ended the stream, died, or the stream was closed."""
        return self._over

    async def send(self, data: bytes) -> None:
        """Send data; waits while the worker has not taken enough of what was sent before.

        When the stream is over nothing is sent, and nothing raised: that is for ``receive``.
        """
        while not self._over and (self._credit <= 0 or not self._worker.takes):
            self._may_send.clear()
            await self._may_send.wait()
        if not self._over:
            self._credit -= len(data)
            self._worker.write(pack(Kind.DATA, self._number, data))

    def tell(self, **facts: object) -> None:
        """Send a message that is short and rare enough to need no credit."""
        if not self._over:
            self._worker.write(pack(Kind.TELL, self._number, facts))

    async def receive(self) -> Message | None:
        """The next message, ``None`` when there are no more.

        Raises:
            WorkerDiedError: Once, after the messages that came before, if the worker died.
        """
        while not self._inbox:
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            if self._over:
                return None
            self._news.clear()
            await self._news.wait()
        message = self._inbox.popleft()
        if message.kind is Kind.DATA and not self._over:
            self._pay(len(message.payload))
        return message

    def close(self) -> None:
        """Have the worker forget the stream at once; what has not been received is dropped."""
        self._inbox.clear()
        self._error = None
        if not self._over:
            self._worker.write(pack(Kind.CLOSE, self._number))
            self._worker.forget(self._number)
            self._finish()

    def take(self, message: Message) -> None:
        """The worker sent a message."""
        if message.kind is Kind.CREDIT:
            self._credit += message.facts["bytes"]
            self.may_send()
            return
        if message.kind is Kind.ENDED:
            self._worker.forget(self._number)
            self._finish()
            return
        if message.kind is Kind.UPDATE and self._inbox and self._inbox[-1].kind is Kind.UPDATE:
            self._inbox.pop()
            self.updates_replaced += 1
        self._inbox.append(message)
        self._news.set()

    def fail(self, error: WorkerDiedError) -> None:
        """The worker died."""
        self._error = error
        self._finish()

    def may_send(self) -> None:
        """Whoever waits in ``send`` may look again."""
        self._may_send.set()

    def _finish(self) -> None:
        self._over = True
        self._news.set()
        self._may_send.set()

    def _pay(self, taken: int) -> None:
        self._unpaid += taken
        if self._unpaid >= self._pay_from:
            self._worker.write(pack(Kind.CREDIT, self._number, {"bytes": self._unpaid}))
            self._unpaid = 0
