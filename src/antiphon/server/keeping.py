"""What goes along with every call: its history is kept for a client that is cut off, its time is limited."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from antiphon.core.notices import Notice, ReplyAudible, ReplyOver, TurnEnded
from antiphon.core.times import NS_PER_S
from antiphon.runtime.clock import Clock, epoch_ns
from antiphon.runtime.helpers import Helpers
from antiphon.server.call import Call
from antiphon.server.calls import Calls
from antiphon.server.limits import Limits
from antiphon.server.seams import GOING_AWAY, Refusal
from antiphon.server.store import Store, StoreError

SIGN_OF_LIFE_S = 5

_IDLE = Refusal(GOING_AWAY, "idle", "nobody said anything for a long time; call again")
_TOO_LONG = Refusal(GOING_AWAY, "too-long", "this call has lasted as long as calls may; call again")
_log = logging.getLogger(__name__)


class Keeper:
    """Keeps the histories of calls, so that a client that was cut off finds its own again."""

    def __init__(self, store: Store, calls: Calls, resume_s: float) -> None:
        """Make a keeper.

        Args:
            store: Where they are kept.
            calls: The calls in hand.
            resume_s: How long a client may come back.
        """
        self._store = store
        self._calls = calls
        self._resume_ns = round(resume_s * NS_PER_S)

    async def run(self) -> None:
        """Say again and again which calls go on, and forget those that do not; until cancelled."""
        clock = Clock()
        while True:
            await clock.sleep_until(clock.now_ns() + SIGN_OF_LIFE_S * NS_PER_S)
            now_ns = epoch_ns()
            try:
                await self._store.keep_alive([call.call_id for call in self._calls], now_ns)
                await self._store.forget(now_ns - self._resume_ns - SIGN_OF_LIFE_S * NS_PER_S, now_ns)
            except StoreError as error:
                _log.error("%s", error)

    @asynccontextmanager
    async def attach(self, call: Call) -> AsyncIterator[None]:
        """Save a call's history whenever it has changed."""
        changed = asyncio.Event()

        def note(notice: Notice) -> None:
            if isinstance(notice, ReplyAudible | ReplyOver | TurnEnded):
                changed.set()

        async def save_on() -> None:
            while True:
                await changed.wait()
                changed.clear()
                await self._save(call)

        call.session.observe(note, at_once=True)
        await self._save(call)  # also a call in which nothing was said yet can be come back to
        try:
            async with Helpers() as helpers:
                helpers.start(save_on(), "history")
                yield
        finally:
            await self._save(call)

    async def _save(self, call: Call) -> None:
        place = call.place
        try:
            await self._store.save(place.call_id, place.generation, call.session.history, epoch_ns())
        except StoreError as error:
            _log.error("%s", error)


class TimeLimits:
    """Ends calls in which nothing happens, and those that last too long."""

    def __init__(self, limits: Limits) -> None:
        self._idle_ns = round(limits.idle_s * NS_PER_S)
        self._longest_ns = round(limits.max_call_s * NS_PER_S)

    @asynccontextmanager
    async def attach(self, call: Call) -> AsyncIterator[None]:
        """Watch a call's time."""
        clock = Clock()
        began_ns = last_ns = clock.now_ns()

        def note(_: Notice) -> None:
            nonlocal last_ns
            last_ns = clock.now_ns()

        async def watch() -> None:
            while True:
                idle_at_ns, over_at_ns = last_ns + self._idle_ns, began_ns + self._longest_ns
                now_ns = clock.now_ns()
                if now_ns >= min(idle_at_ns, over_at_ns):
                    call.hang_up(_TOO_LONG if now_ns >= over_at_ns else _IDLE)
                    return
                await clock.sleep_until(min(idle_at_ns, over_at_ns))

        call.session.observe(note, at_once=True)
        async with Helpers() as helpers:
            helpers.start(watch(), "time limits")
            yield
