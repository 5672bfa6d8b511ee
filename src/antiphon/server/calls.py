"""The calls a server has in hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from antiphon.server.call import Call


class Calls:
    """The calls in hand, and whether new ones are taken.

    Attributes:
        draining: No new calls are taken; those in hand may finish.
    """

    def __init__(self) -> None:
        self.draining = False
        self._calls: dict[str, Call] = {}
        self._coming: Counter[str] = Counter()  # being let in, by address

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls.values()))

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._calls

    @property
    def total(self) -> int:
        """Calls in hand and coming."""
        return len(self._calls) + self._coming.total()

    def of(self, address: str) -> int:
        """Calls in hand and coming from one address."""
        return sum(call.client == address for call in self._calls.values()) + self._coming[address]

    def get(self, call_id: str) -> Call | None:
        """A call in hand."""
        return self._calls.get(call_id)

    @contextmanager
    def coming(self, address: str) -> Iterator[None]:
        """Count a call that is being let in."""
        self._coming[address] += 1
        try:
            yield
        finally:
            self._coming[address] -= 1
            if not self._coming[address]:
                del self._coming[address]

    @contextmanager
    def held(self, call: Call) -> Iterator[None]:
        """Count a call while it lasts."""
        self._calls[call.call_id] = call
        try:
            yield
        finally:
            if self._calls.get(call.call_id) is call:  # it may have been taken up again meanwhile
                del self._calls[call.call_id]

    def hang_up(self) -> None:
        """End all calls."""
        for call in self:
            call.hang_up()
