"""Has a server's calls recorded, and recordings that are too old removed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from antiphon.config import Agent
from antiphon.core.times import NS_PER_S
from antiphon.recording.recorder import CallRecorder, RecordingSettings
from antiphon.recording.retention import Retention, sweep
from antiphon.runtime.clock import Clock, epoch_ns
from antiphon.server.call import Call

SWEEP_EVERY_S = 3_600

_log = logging.getLogger(__name__)


class Recordings:
    """Records every call that callers have agreed to have recorded: the operator says that they have."""

    def __init__(self, settings: RecordingSettings, retention: Retention, agent: Agent) -> None:
        self._settings = settings
        self._retention = retention
        self._agent = agent

    @asynccontextmanager
    async def attach(self, call: Call) -> AsyncIterator[None]:
        """Record a call. What hinders that is logged, and hinders no call."""
        recorder = CallRecorder(self._settings, self._agent)
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(recorder)
            except OSError as error:
                why = (error.strerror or str(error)).lower()
                _log.error("a call is not recorded: %s: %s", self._settings.parent, why)
            else:
                recorder.attach(call.session)
                call.ears.append(recorder)
            yield
        if recorder.failure is not None:
            _log.error("%s", recorder.failure)

    async def run(self) -> None:
        """Remove what is not to be kept, again and again, until cancelled."""
        clock = Clock()
        while True:
            try:
                await asyncio.to_thread(sweep, self._settings.parent, self._retention, epoch_ns())
            except OSError as error:
                _log.error("old recordings stay: %s", error)
            await clock.sleep_until(clock.now_ns() + SWEEP_EVERY_S * NS_PER_S)
