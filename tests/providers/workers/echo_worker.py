"""A worker for tests: gives back what it gets, and does what can go wrong when it is told to."""

import os
import sys
from collections import deque

from antiphon.providers.worker_child import Engine, Link, RefusedError, serve
from antiphon.providers.worker_wire import Facts, Kind, Message


class Echo:
    def __init__(self, link: Link, facts: Facts) -> None:
        self._link = link
        self._credit_for: dict[int, int] = {}
        self._unsent: deque[Message] = deque()
        self._window = facts["receive_window_bytes"]
        self._holding = False

    def handle(self, message: Message) -> None:
        if message.kind is Kind.OPEN:
            self._credit_for[message.stream] = self._window
            self._link.send(Kind.TELL, message.stream, {"opened": message.facts})
        elif message.kind is Kind.DATA:
            self._unsent.append(message)
        elif message.kind is Kind.CREDIT:
            self._credit_for[message.stream] += message.facts["bytes"]
        elif message.kind is Kind.TELL:
            self._do(message.stream, message.facts)

    def work(self) -> bool:
        if self._holding or not self._unsent or self._credit_for[self._unsent[0].stream] <= 0:
            return False
        message = self._unsent.popleft()
        self._credit_for[message.stream] -= len(message.payload)
        self._link.send(Kind.CREDIT, message.stream, {"bytes": len(message.payload)})
        self._link.send(Kind.DATA, message.stream, message.payload)
        return True

    def _do(self, stream: int, facts: Facts) -> None:
        if "hold" in facts:
            self._holding = facts["hold"]
        elif "updates" in facts:
            for number in range(facts["updates"]):
                self._link.send(Kind.UPDATE, stream, {"number": number})
            self._link.send(Kind.TELL, stream, {"done": True})
        elif "print" in facts:
            print(facts["print"], flush=True)
            self._link.send(Kind.TELL, stream, {"printed": True})
        elif "garbage" in facts:
            os.write(3, b"\xff" * 100)
        elif "crash" in facts:
            raise RuntimeError(facts["crash"])
        elif "spin" in facts:
            while facts["spin"] and not self._link.is_closing(stream):
                pass
            for other in self._credit_for.keys() - {stream}:
                self._link.send(Kind.TELL, other, {"noticed": True})
        elif "end" in facts:
            self._link.send(Kind.ENDED, stream)


def make(facts: Facts, link: Link) -> Engine:
    if "missing" in facts:
        raise RefusedError(missing=facts["missing"], extra="echo")
    if "reason" in facts:
        raise RefusedError(reason=facts["reason"])
    if "dies" in facts:
        sys.exit(facts["dies"])
    return Echo(link, facts)


if __name__ == "__main__":
    serve(make)
