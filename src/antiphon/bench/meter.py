"""What a process costs: passes of its event loop, processor time, memory."""

from __future__ import annotations

import asyncio
import os
import selectors
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from antiphon.core.times import NS_PER_S
from antiphon.runtime.clock import Clock, thread_work_ns


@dataclass(frozen=True, slots=True)
class LoopPass:
    """One pass of the event loop: the stretch in which it takes no notice of anything new.

    Attributes:
        took_ns: From waking to looking for events again.
        worked_ns: What the loop's thread worked in it; the rest of the time the machine was busy with others.
    """

    took_ns: int
    worked_ns: int


@dataclass(frozen=True, slots=True)
class LoopAccount:
    """What an event loop did in a stretch of time.

    Attributes:
        passes: Its passes.
        late_ns: How late it was woken, each time that a timer woke it: the machine's doing, not its own.
            Up to a millisecond of it is the granularity of the system's wait.
    """

    passes: Sequence[LoopPass]
    late_ns: Sequence[int]


class LoopMeter(selectors.DefaultSelector):
    """A selector that accounts for the event loop around it, once it has a clock."""

    def __init__(self) -> None:
        super().__init__()
        self._now_ns: Callable[[], int] | None = None
        self._woke_ns = self._woke_work_ns = 0
        self._took, self._worked, self._late = array("q"), array("q"), array("q")

    def start(self, clock: Clock) -> None:
        """Measure from the next pass on."""
        self._now_ns = clock.now_ns
        self._woke_ns = 0

    def stop(self) -> LoopAccount:
        """Measure no more; answer what was measured since the start."""
        self._now_ns = None
        passes = [LoopPass(*each) for each in zip(self._took, self._worked, strict=True)]
        account = LoopAccount(passes, list(self._late))
        self._took, self._worked, self._late = array("q"), array("q"), array("q")
        return account

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for events; what the loop did since the last wait was a pass."""
        now_ns = self._now_ns
        if now_ns is None:
            return super().select(timeout)
        slept_ns = now_ns()
        if self._woke_ns:
            took_ns = slept_ns - self._woke_ns
            self._took.append(took_ns)
            self._worked.append(min(took_ns, thread_work_ns() - self._woke_work_ns))
        events = super().select(timeout)
        self._woke_ns, self._woke_work_ns = now_ns(), thread_work_ns()
        if timeout and not events:
            self._late.append(max(0, self._woke_ns - slept_ns - round(timeout * NS_PER_S)))
        return events


def metered_loop(meter: LoopMeter) -> asyncio.AbstractEventLoop:
    """An event loop that is accounted for."""
    return asyncio.SelectorEventLoop(meter)


def own_cpu_s() -> float:
    """Processor time that this process has used."""
    used = os.times()
    return used.user + used.system


def cpu_s(process_ids: Iterable[int]) -> float | None:
    """Processor time that processes have used; ``None`` where the system does not say it in ``/proc``."""
    ticks = 0
    for process_id in process_ids:
        try:
            after_name = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        except OSError:
            return None
        fields = after_name.split()
        ticks += int(fields[11]) + int(fields[12])  # utime, stime: proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_bytes(process_ids: Iterable[int]) -> int | None:
    """Resident memory that is processes' own; ``None`` where the system does not say it in ``/proc``."""
    pages = 0
    for process_id in process_ids:
        try:
            fields = Path(f"/proc/{process_id}/statm").read_text(encoding="utf-8").split()
        except OSError:
            return None
        pages += int(fields[1]) - int(fields[2])  # resident, less what is shared with others
    return pages * os.sysconf("SC_PAGE_SIZE")
