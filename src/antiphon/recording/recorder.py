"""Writes a call down while it goes on: what is on the disk when the machine stops can be read and replayed.

Twice a second all that has come is handed to a thread that writes it. The call never waits for the disk: one
that is full or does not keep up ends the recording, and not the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame, Tape
from antiphon.audio.tape import CAPTURED_JOIN_MS, PLAYED_JOIN_MS
from antiphon.config import Agent
from antiphon.core.actions import Action, Notify
from antiphon.core.events import Event
from antiphon.core.notices import TurnEnded
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.recording.codec import CodecError, Plain, encode
from antiphon.recording.layout import (
    ACTIONS,
    EVENTS,
    FORMAT,
    TIMINGS,
    VERSION,
    CoreStart,
    actions_line,
    event_line,
    timing_line,
)
from antiphon.recording.writer import Batch, FolderWriter
from antiphon.runtime.clock import Clock
from antiphon.runtime.helpers import closing
from antiphon.runtime.session import Session
from antiphon.runtime.witness import Beginning
from antiphon.telemetry.trace import TraceEvent

Aside = Callable[..., Awaitable[Any]]

RATE_HZ: Final = 24_000  # voices sound as they are up to here
WRITE_EVERY_MS: Final = 500
SETTLED_AFTER_MS: Final = (
    3_000  # until then a reply's end may be cut off, and a caller's frames may come late
)
MAX_S: Final = 4 * 3_600  # 1.4 GB; a WAV holds three times as much
GIVE_UP_AFTER_S: Final = 20  # a disk that has not taken anything for so long is not waited for


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """How calls are recorded.

    Attributes:
        parent: Where recordings are kept; each call gets a folder in it.
        consent: How callers agreed, in words; written into each recording.
        rate_hz: Of the recorded sound.
        max_s: Sound after this is not kept, and counted.
    """

    parent: Path
    consent: str
    rate_hz: int = RATE_HZ
    max_s: int = MAX_S


class CallRecorder:
    """One call being written down.

    ```python
    async with CallRecorder(settings, agent) as recorder:
        session = Session(agent)
        recorder.attach(session)
        async with session:
            async for frame in session.process(recorder.hearing(microphone_frames)):
                recorder.add_agent(frame)
                play(frame)
    ```

    Attributes:
        failure: Why nothing more is written; ``None`` while all is well.
    """

    def __init__(
        self, settings: RecordingSettings, agent: Agent, *, aside: Aside = asyncio.to_thread
    ) -> None:
        """Make ready to record a call.

        Args:
            settings: Where, and with what consent.
            agent: Who answers; its settings are written down with secrets masked.
            aside: Calls a function that blocks, beside the event loop.

        Raises:
            AudioError: If the rate is out of range.
        """
        self.failure: str | None = None
        self._settings = settings
        self._agent = agent
        self._aside = aside
        self._format = AudioFormat(settings.rate_hz)
        limit = settings.max_s * settings.rate_hz
        self._caller = Tape(settings.rate_hz, limit, settings.rate_hz * CAPTURED_JOIN_MS // 1_000)
        self._heard = Tape(settings.rate_hz, limit, settings.rate_hz * PLAYED_JOIN_MS // 1_000)
        self._batch = Batch()
        self._events = self._turns = 0
        self._core: Plain = None
        self._endpointer: str | None = None
        self._not_replayable: str | None = None
        self._group = asyncio.TaskGroup()
        self._over = asyncio.Event()

    @property
    def folder(self) -> Path:
        """Where this call is written, once the recorder was entered."""
        return self._writer.folder

    async def __aenter__(self) -> Self:
        """Make the folder.

        Raises:
            OSError: If it can't be made.
        """
        self._clock = Clock()
        self._began_ns = self._taken_ns = self._clock.now_ns()
        epoch_ns = self._epoch_ns = self._began_ns + self._clock.epoch_offset_ns()
        writer: FolderWriter = await self._aside(
            FolderWriter, self._settings.parent, epoch_ns, self._format.rate_hz, self._manifest()
        )
        self._writer = writer
        await self._group.__aenter__()
        self._group.create_task(self._write_on(), name="recording")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        try:
            await self._group.__aexit__(None, None, None)
        finally:
            self._writer.close()

    def attach(self, session: Session) -> None:
        """Write down all that happens in a session. Call it before the session is entered.

        Raises:
            SessionClosedError: If it was entered before.
        """
        session.add_witness(self)
        session.tracer.add(self._note_timing)

    # --- what happens -----------------------------------------------------------------------------------

    async def hearing(self, frames: AsyncIterable[AudioFrame]) -> AsyncIterator[AudioFrame]:
        """The caller's frames as they come."""
        async with closing(aiter(frames)) as captured:
            async for frame in captured:
                self.add_caller(frame)
                yield frame

    def add_caller(self, frame: AudioFrame) -> None:
        """A frame of the caller's has just come: its last sample was captured now."""
        now_ns = self._clock.now_ns()
        if self._goes_on(now_ns):
            self._caller.add(frame, self._place(now_ns - frame.duration_ns))

    def add_agent(self, frame: AudioFrame) -> None:
        """A frame of the agent's is handed over now, behind earlier ones or, with ``flush``, instead."""
        now_ns = self._clock.now_ns()
        if self._goes_on(now_ns):
            self._heard.add(frame, self._place(now_ns))

    def begin(self, beginning: Beginning) -> None:
        """The call begins: what its core was made with is written down."""
        try:
            self._core = encode(CoreStart(beginning.settings, beginning.earlier, beginning.habits))
        except CodecError as error:
            self._not_replayable = str(error)
        if beginning.endpointer is not None:
            self._endpointer = type(beginning.endpointer).__name__
        self._batch.manifest = self._manifest()

    def step(self, now_ns: int, event: Event, actions: Sequence[Action]) -> None:
        """The core took an event and answered it."""
        if not self._goes_on(now_ns):
            return
        try:
            came, called_for = event_line(now_ns, event), actions_line(actions)
        except CodecError as error:
            self._fail(str(error))
            return
        self._events += 1
        self._turns += sum(
            isinstance(each, Notify) and isinstance(each.notice, TurnEnded) for each in actions
        )
        self._batch.lines[EVENTS].append(came)
        self._batch.lines[ACTIONS].append(called_for)

    def _note_timing(self, event: TraceEvent) -> None:
        if self._goes_on(event.at_ns):
            self._batch.lines[TIMINGS].append(timing_line(event))

    def _goes_on(self, now_ns: int) -> bool:
        """Whether there is still something to be recorded; gives up on a disk that stands still."""
        if self.failure is None and now_ns - self._taken_ns > GIVE_UP_AFTER_S * NS_PER_S:
            self._fail("the disk does not keep up")
        return self.failure is None

    def _fail(self, reason: str) -> None:
        """Record no more; what was recorded stays, and says that it is not all."""
        self.failure = self.failure or f"{self.folder}: {reason}; the recording ends here"
        self._batch = Batch()

    def _place(self, at_ns: int) -> int:
        return max(0, self._format.ns_to_samples(at_ns - self._began_ns))

    # --- to the disk ------------------------------------------------------------------------------------

    async def _write_on(self) -> None:
        """Hand on what has come, again and again, and what is left when the call is over."""
        due_ns = self._began_ns
        while not self._over.is_set():
            await self._write(everything=False)
            due_ns += WRITE_EVERY_MS * NS_PER_MS
            try:
                async with asyncio.timeout_at(self._clock.loop_time(due_ns)):
                    await self._over.wait()
            except TimeoutError:
                continue
        await self._write(everything=True)

    async def _write(self, *, everything: bool) -> None:
        batch, self._batch = self._batch, Batch()
        until = self._place(self._clock.now_ns() - SETTLED_AFTER_MS * NS_PER_MS)
        if everything:
            self._caller.finish()
            self._heard.finish()
            until = max(self._caller.end, self._heard.end)
            batch.manifest = self._manifest(ended=True)
        batch.sound = np.stack((self._caller.take(until), self._heard.take(until)), axis=1)
        try:
            await self._aside(self._writer.write, batch)
        except OSError as error:
            self._fail((error.strerror or str(error)).lower())
        self._taken_ns = self._clock.now_ns()

    def _manifest(self, *, ended: bool = False) -> dict[str, Plain]:
        """What there is to know of the call; of what follows its beginning, once it is over."""
        settings = self._settings
        manifest: dict[str, Plain] = {
            "format": FORMAT,
            "version": VERSION,
            "antiphon": version("antiphon"),
            "began_epoch_ns": self._epoch_ns,
            "began_ns": self._began_ns,
            "consent": settings.consent,
            "rate_hz": settings.rate_hz,
            "agent": self._agent.to_dict(),
            "core": self._core,
            "endpointer": self._endpointer,
            "not_replayable": self._not_replayable,
            "ended": None,
        }
        if ended:
            manifest["ended"] = {
                "duration_s": round((self._clock.now_ns() - self._began_ns) / NS_PER_S, 3),
                "events": self._events,
                "turns": self._turns,
                "dropped_samples": self._caller.dropped + self._heard.dropped,
                "failure": self.failure,
            }
        return manifest
