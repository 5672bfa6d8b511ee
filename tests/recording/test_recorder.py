from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from antiphon.audio import AudioFrame
from antiphon.config import Agent
from antiphon.core.endpointing import FixedSilence
from antiphon.core.messages import Message
from antiphon.providers.spec import ProviderSpec
from antiphon.recording import recorder as module
from antiphon.recording.layout import EVENTS, TIMINGS
from antiphon.recording.reader import Recording
from antiphon.recording.recorder import CallRecorder, RecordingSettings
from antiphon.recording.replay import replay
from antiphon.runtime.session import Session

from ..runtime.calls import REPLY, REPLY_MS, Call, speaking
from ..runtime.fakes import FakeLLM, after, clock, silence, sound, virtually, voice
from .calls import RATE_HZ, at_once, record, recorder_of


@virtually
async def test_both_sides_are_where_they_were_heard(tmp_path: Path) -> None:
    call = Call()
    recording = await record(tmp_path, call)
    sound_, rate_hz = soundfile.read(recording.audio, dtype="int16")
    assert rate_hz == RATE_HZ
    caller, agent = sound_.T
    assert np.flatnonzero(caller)[[0, -1]].tolist() == [500, 1_299]
    (record_,) = call.records
    audible_ms = (record_.marks_ns["audible"] - recording.began_ns) // 1_000_000
    assert agent[audible_ms : audible_ms + REPLY_MS].tolist() == voice(0, REPLY_MS).tolist()
    assert not agent[:audible_ms].any()
    assert recording.manifest["ended"]["dropped_samples"] == 0


@virtually
async def test_the_manifest_says_who_agreed_to_what_and_who_answered(tmp_path: Path) -> None:
    manifest = (await record(tmp_path, Call(greeting="Hello."))).manifest
    assert (manifest["format"], manifest["version"], manifest["consent"]) == (
        "antiphon-recording",
        1,
        "asked",
    )
    assert manifest["agent"]["greeting"] == "Hello."
    assert manifest["ended"]["turns"] == 1
    assert manifest["ended"]["failure"] is None
    assert manifest["ended"]["events"] > 5
    assert manifest["began_epoch_ns"] > 1_700_000_000_000_000_000


async def test_secrets_in_settings_are_not_written_down(tmp_path: Path) -> None:
    agent = Agent(llm=ProviderSpec("openai/gpt-4.1-mini", {"api_key": "sk-secret"}))
    async with CallRecorder(RecordingSettings(tmp_path, "asked"), agent) as recorder:
        """Nothing happens."""
    written = "".join(file.read_text() for file in recorder.folder.iterdir() if file.suffix != ".wav")
    assert "sk-secret" not in written
    assert "gpt-4.1-mini" in written


@virtually
async def test_it_says_when_each_draft_passed_its_stations(tmp_path: Path) -> None:
    call = Call()
    recording = await record(tmp_path, call)
    timings = [json.loads(line) for line in (recording.folder / TIMINGS).read_text().splitlines()]
    (draft,) = (timing for timing in timings if timing["name"] == "draft")
    assert draft["first_token_ns"] == call.records[0].marks_ns["first_token"]


@virtually
async def test_what_a_crash_leaves_can_be_read_and_replayed(tmp_path: Path) -> None:
    call = Call(llm=FakeLLM([50, "It is " + "very " * 300 + "far."]))
    crashed: list[Path] = []

    async def frames() -> Any:
        async for frame in recorder.hearing(speaking(500, 800, 8_000)):
            yield frame
        # As kill -9 would leave it: nothing more is written.
        copy = tmp_path / "crashed"
        copy.mkdir()
        for file in recorder.folder.iterdir():
            (copy / file.name).write_bytes(file.read_bytes())
        crashed.append(copy)

    async with recorder_of(call, tmp_path) as recorder, call.session as session:
        async for frame in session.process(frames()):
            recorder.add_agent(frame)
    recording = Recording.open(crashed[0])
    assert not recording.complete
    assert replay(recording).difference is None
    assert replay(recording).history[0] == Message("user", "book a table")
    caller, agent = soundfile.read(recording.audio, dtype="int16")[0].T
    assert len(caller) == pytest.approx(9_300 - 3_000, abs=520)
    assert caller.any()
    assert agent.any()


@virtually
async def test_what_it_holds_in_memory_does_not_grow_with_the_call(tmp_path: Path) -> None:
    call = Call()
    async with recorder_of(call, tmp_path) as recorder, call.session as session:
        async for frame in session.process(recorder.hearing(speaking(*(500, 800) * 40))):
            recorder.add_agent(frame)
            assert sum(len(chunk) for _, chunk in recorder._caller._chunks) < 4_000
            assert len(recorder._batch.lines[EVENTS]) < 60


@virtually
async def test_a_reply_that_is_cut_off_is_cut_off_in_the_recording(tmp_path: Path) -> None:
    call = Call(llm=FakeLLM([50, "It is " + "very " * 20 + "far."]))
    recording = await record(tmp_path, call, 500, 800, 1_500, 800, 1_000)
    agent = soundfile.read(recording.audio, dtype="int16")[0][:, 1]
    first = call.records[0]
    assert first.outcome == "interrupted"
    quiet_ms = (first.marks_ns["audible"] - recording.began_ns) // 1_000_000
    assert not agent[quiet_ms + 2_000 : quiet_ms + 2_100].any()


class Disk:
    """Writes until it is full."""

    def __init__(self, writes: int) -> None:
        self.left = writes

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise OSError(28, "No space left on device")
        return function(*arguments)


@virtually
async def test_a_full_disk_ends_the_recording_and_not_the_call(tmp_path: Path) -> None:
    call = Call()
    recorder = CallRecorder(RecordingSettings(tmp_path, "asked", RATE_HZ), call.agent, aside=Disk(3))
    recorder.attach(call.session)
    async with recorder, call.session as session:
        async for frame in session.process(recorder.hearing(speaking(500, 800, 1_500))):
            recorder.add_agent(frame)
    assert call.history == [("user", "book a table"), ("assistant", REPLY)]
    assert recorder.failure is not None
    assert recorder.failure.endswith("no space left on device; the recording ends here")
    recording = Recording.open(recorder.folder)
    assert not recording.complete
    assert replay(recording).difference is None


@virtually
async def test_a_disk_that_stands_still_ends_the_recording_before_memory_does(
    tmp_path: Path,
) -> None:
    stuck: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def stands_still(function: Callable[..., Any], *arguments: Any) -> Any:
        result = function(*arguments)
        if arguments and isinstance(arguments[0], module.Batch):
            await stuck
        return result

    call = Call()
    recorder = CallRecorder(RecordingSettings(tmp_path, "asked", RATE_HZ), call.agent, aside=stands_still)
    recorder.attach(call.session)
    async with recorder, call.session as session:
        async for frame in session.process(recorder.hearing(speaking(*(500, 800) * 30))):
            recorder.add_agent(frame)
        assert recorder.failure is not None
        assert "does not keep up" in recorder.failure
        assert not recorder._batch.lines[EVENTS]
        assert recorder._caller.end <= (module.GIVE_UP_AFTER_S + 1) * RATE_HZ
        stuck.set_result(None)
    assert len(call.history) == 2, "the call went on"


@virtually
async def test_what_can_t_be_written_down_is_named_and_the_rest_is(tmp_path: Path) -> None:
    call = Call()
    call.session = Session(call.agent, providers=call.providers, endpointer=FixedSilence(100))
    recording = await record(tmp_path, call)
    assert recording.endpointer == "FixedSilence"
    assert recording.complete


@virtually
async def test_a_call_that_went_on_from_another_says_from_what(tmp_path: Path) -> None:
    call = Call()
    earlier = (Message("user", "hello"), Message("assistant", "Hello."))
    call.session = Session(call.agent, providers=call.providers, earlier=earlier)
    recording = await record(tmp_path, call)
    assert recording.core().earlier == earlier
    assert replay(recording).history == call.session.history


@virtually
async def test_sound_beyond_the_limit_is_counted_and_not_kept(tmp_path: Path) -> None:
    recording = await record(tmp_path, None, 500, 800, 1_500, max_s=1)
    assert soundfile.info(str(recording.audio)).frames == 1_000
    assert recording.manifest["ended"]["dropped_samples"] > 1_000


@virtually
async def test_frames_are_handed_on_as_they_came(tmp_path: Path) -> None:
    call = Call()

    async def two() -> Any:
        await after(20)
        yield sound(20)
        await after(20)
        yield silence(20)

    async with recorder_of(call, tmp_path) as recorder:
        assert [len(frame.samples) async for frame in recorder.hearing(two())] == [20, 20]
        recorder.add_agent(AudioFrame(np.full(10, 7, np.int16), RATE_HZ))
        assert clock().now_ns() == 40_000_000
    caller, agent = soundfile.read(recorder.folder / "call.wav", dtype="int16")[0].T
    assert np.flatnonzero(caller).tolist() == list(range(20))
    assert np.flatnonzero(agent).tolist() == list(range(40, 50))


async def test_a_folder_that_can_t_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Not a directory"):
        async with CallRecorder(RecordingSettings(tmp_path / "file", "asked"), Agent()):
            """Never."""


async def test_a_thread_writes(tmp_path: Path) -> None:
    async with CallRecorder(RecordingSettings(tmp_path, "asked"), Agent()) as recorder:
        recorder.add_caller(AudioFrame(np.full(240, 7, np.int16), 24_000))
    assert Recording.open(recorder.folder).complete
    assert soundfile.info(str(recorder.folder / "call.wav")).frames >= 240


def test_inline_writing_is_for_tests() -> None:
    assert asyncio.run(at_once(max, 1, 2)) == 2
