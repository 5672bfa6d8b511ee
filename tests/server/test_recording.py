from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from antiphon.config import Agent
from antiphon.core.events import TextReceived
from antiphon.recording.reader import Recording
from antiphon.recording.recorder import RecordingSettings
from antiphon.recording.replay import replay
from antiphon.recording.retention import Retention
from antiphon.server.recording import Recordings

from .peers import app, connected, served


def recordings(folder: Path) -> Recordings:
    return Recordings(RecordingSettings(folder, "asked"), Retention(), Agent())


async def test_a_call_is_recorded_and_the_client_told_so(tmp_path: Path) -> None:
    async with served(app(recordings=recordings(tmp_path))) as serving, connected(serving) as peer:
        assert (await peer.hears_a("ready"))["recorded"]
        peer.speak(9_000, 5)
        peer.send({"type": "text", "text": "hello"})
        await peer.hears_a("turn_started")
        peer.send({"type": "bye"})
        await peer.hears(lambda _: False)
    (folder,) = tmp_path.iterdir()
    recording = Recording.open(folder)
    assert recording.complete
    assert replay(recording).difference is None
    assert TextReceived("hello") in [step.event for step in recording.steps()]


async def test_a_call_that_can_t_be_recorded_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    caplog.set_level(logging.ERROR)
    async with served(app(recordings=recordings(tmp_path / "file"))) as serving, connected(serving) as peer:
        assert not (await peer.hears_a("ready"))["recorded"]
    assert "a call is not recorded" in caplog.text


async def test_old_recordings_are_removed_while_it_serves(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "recording.json").write_text(json.dumps({"format": "antiphon-recording", "began_epoch_ns": 1}))
    sweeping = recordings(tmp_path)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(sweeping.run())
        while old.exists():
            await asyncio.sleep(0)
        running.cancel()
