"""Recorded calls for the tests of recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from antiphon.recording.reader import Recording
from antiphon.recording.recorder import CallRecorder, RecordingSettings

from ..runtime.calls import Call, speaking

RATE_HZ = 1_000  # as the fakes speak: a sample is a millisecond


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """In place of a thread: virtual time has none."""
    return function(*arguments)


def recorder_of(call: Call, parent: Path, **settings: Any) -> CallRecorder:
    """A recorder for a call with fakes, attached to its session."""
    recorder = CallRecorder(
        RecordingSettings(parent, "asked", RATE_HZ, **settings), call.agent, aside=at_once
    )
    recorder.attach(call.session)
    return recorder


async def record(parent: Path, call: Call | None = None, *stretches: int, **settings: Any) -> Recording:
    """A whole call, recorded."""
    call = call or Call()
    async with recorder_of(call, parent, **settings) as recorder, call.session as session:
        async for frame in session.process(recorder.hearing(speaking(*(stretches or (500, 800, 1_500))))):
            recorder.add_agent(frame)
            call.ear.play(frame)
    return Recording.open(recorder.folder)
