"""Watches how late the event loop is: a server that is behind takes no new calls, for those in hand."""

from __future__ import annotations

from collections import deque

from starlette.requests import HTTPConnection

from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock, thread_work_ns
from antiphon.server.limits import Limits
from antiphon.server.seams import TRY_AGAIN_LATER, Refusal
from antiphon.transports.websocket_wire import Hello

EVERY_MS = 50
REMEMBERED = 60  # three seconds: one hiccup is none
MIN_READINGS = 10


class LoadWatch:
    """A gate that closes while the process has more to do than it can.

    Attributes:
        lag_ms: How late the event loop was, nine times out of ten, in the last seconds.
        load: Share of one processor that its thread used meanwhile.
    """

    def __init__(self, limits: Limits) -> None:
        self.lag_ms = 0.0
        self.load = 0.0
        self._limits = limits
        self._readings: deque[tuple[int, int, int]] = deque(maxlen=REMEMBERED)

    async def watch(self) -> None:
        """Measure, until cancelled."""
        clock = Clock()
        while True:
            due_ns = clock.now_ns() + EVERY_MS * NS_PER_MS
            await clock.sleep_until(due_ns)
            now_ns = clock.now_ns()
            self.note(now_ns, now_ns - due_ns, thread_work_ns())

    def note(self, now_ns: int, late_ns: int, worked_ns: int) -> None:
        """Take a reading: the time, by how much it came late, the thread's work so far."""
        readings = self._readings
        readings.append((now_ns, late_ns, worked_ns))
        late = sorted(late_ns for _, late_ns, _ in readings)
        self.lag_ms = late[len(late) * 9 // 10] / NS_PER_MS
        began_ns, _, had_worked_ns = readings[0]
        self.load = (worked_ns - had_worked_ns) / max(1, now_ns - began_ns)

    def admit(self, connection: HTTPConnection, hello: Hello) -> Refusal | None:
        """Whether one more call would be served as well as it should."""
        if len(self._readings) < MIN_READINGS:
            return None
        if self.lag_ms > self._limits.max_lag_ms or self.load > self._limits.max_load:
            return Refusal(
                TRY_AGAIN_LATER, "overloaded", "this server is as busy as it may be; call again in a moment"
            )
        return None
