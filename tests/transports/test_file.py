import asyncio
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFrame, Samples, write_wav
from antiphon.errors import AudioError, ConfigError
from antiphon.transports.base import Transport
from antiphon.transports.file import FileCaller, FileTransport, StereoRecorder

MS = 1_000_000
START_NS = 7_000_000_123


class Hourglass:
    """A pacer on which nothing takes time but waiting, and what a test says."""

    def __init__(self) -> None:
        self.time_ns = START_NS
        self.waits: list[int] = []

    def now_ns(self) -> int:
        return self.time_ns

    async def sleep_until(self, at_ns: int) -> None:
        await asyncio.sleep(0)
        self.waits.append(at_ns)
        self.time_ns = max(self.time_ns, at_ns)


def ramp(samples: int) -> Samples:
    return (np.arange(samples) % 30_000 + 1).astype(np.int16)


async def heard(caller: FileCaller) -> Samples:
    return np.concatenate([frame.samples async for frame in caller.frames()])


@pytest.mark.parametrize(
    ("rate_hz", "frame_ms"), [(16_000, 20), (22_050, 20), (11_025, 20), (48_000, 10), (44_100, 7)]
)
async def test_a_recording_comes_whole_and_each_frame_when_it_has_been_spoken(
    rate_hz: int, frame_ms: int
) -> None:
    pacer, samples = Hourglass(), ramp(rate_hz * 2 + 1)
    caller = FileCaller(samples, rate_hz, pacer, frame_ms=frame_ms)
    spoken = 0
    async for frame in caller.frames():
        spoken += len(frame.samples)
        assert len(frame.samples) == rate_hz * frame_ms // 1_000
        assert frame.rate_hz == rate_hz
        assert pacer.time_ns == START_NS + (spoken * 10**9 + rate_hz // 2) // rate_hz
    assert caller.started_ns == START_NS
    assert 0 <= spoken - len(samples) < rate_hz * frame_ms // 1_000
    everything = await heard(caller)
    assert np.array_equal(everything[: len(samples)], samples)
    assert not everything[len(samples) :].any()


async def test_a_consumer_that_was_late_finds_the_caller_punctual_again() -> None:
    pacer = Hourglass()
    times_ms = []
    async for _ in FileCaller(ramp(16_000), 16_000, pacer).frames():
        times_ms.append((pacer.time_ns - START_NS) // MS)
        if len(times_ms) == 3:
            pacer.time_ns += 50 * MS
    assert times_ms[:8] == [20, 40, 60, 110, 110, 120, 140, 160]
    assert times_ms[-1] == 1_000


async def test_the_caller_stays_on_the_line_as_long_as_asked() -> None:
    everything = await heard(FileCaller(ramp(330), 16_000, Hourglass(), tail_ms=100))
    assert len(everything) == 7 * 320  # 330 samples and 100 ms, in whole frames
    assert not everything[330:].any()


async def test_a_caller_without_an_end_stays_until_closed() -> None:
    caller = FileCaller(ramp(320), 16_000, Hourglass(), tail_ms=None)
    count = 0
    async for _ in caller.frames():
        count += 1
        if count == 500:
            await caller.aclose()
    assert count == 500


async def test_a_file_is_read_at_the_rate_asked_for(tmp_path: Path) -> None:
    write_wav(tmp_path / "in.wav", [ramp(44_100), ramp(44_100)], 44_100)
    caller = await FileCaller.open(tmp_path / "in.wav", Hourglass(), rate_hz=16_000)
    assert caller.format.rate_hz == 16_000
    assert len(await heard(caller)) == 16_000
    as_it_is = await FileCaller.open(tmp_path / "in.wav", Hourglass())
    assert np.array_equal((await heard(as_it_is))[:44_100], ramp(44_100))
    with pytest.raises(AudioError, match="no such file"):
        await FileCaller.open(tmp_path / "none.wav", Hourglass())


@pytest.mark.parametrize("settings", [{"frame_ms": 0}, {"tail_ms": -1}])
def test_lengths_out_of_range_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=next(iter(settings))):
        FileCaller(ramp(10), 16_000, Hourglass(), **settings)


# --- the recorder -------------------------------------------------------------------------------------


def frame(value: int, duration_ms: int = 20, rate_hz: int = 16_000, *, flush: bool = False) -> AudioFrame:
    return AudioFrame(np.full(rate_hz * duration_ms // 1_000, value, np.int16), rate_hz, flush)


def at(time_ms: float) -> int:
    return START_NS + round(time_ms * MS)


@pytest.fixture
def recorder() -> StereoRecorder:
    return StereoRecorder(16_000, START_NS)


def spans_ms(track: Samples) -> list[tuple[float, float, int]]:
    """Where a track holds which value other than silence, in milliseconds."""
    edges = np.flatnonzero(np.diff(track, prepend=0, append=0))
    return [
        (start / 16, end / 16, int(track[start]))
        for start, end in zip(edges, [*edges[1:], len(track)], strict=True)
        if start < len(track) and track[start]
    ]


def test_each_side_is_where_it_was_heard(recorder: StereoRecorder) -> None:
    recorder.add_caller(frame(1), at(20))
    recorder.add_caller(frame(2), at(40))
    recorder.add_agent(frame(3, 100), at(240))
    caller, agent = recorder.channels()
    assert spans_ms(caller) == [(0, 20, 1), (20, 40, 2)]
    assert spans_ms(agent) == [(240, 340, 3)]
    assert len(caller) == len(agent) == 340 * 16


def test_frames_handed_over_ahead_queue_as_in_a_player(recorder: StereoRecorder) -> None:
    for value in (1, 2, 3):
        recorder.add_agent(frame(value, 100), at(50))
    assert spans_ms(recorder.channels()[1]) == [(50, 150, 1), (150, 250, 2), (250, 350, 3)]


def test_frames_a_little_late_follow_without_a_gap_and_later_ones_with_it(recorder: StereoRecorder) -> None:
    recorder.add_agent(frame(1), at(0))
    recorder.add_agent(frame(2), at(25))
    recorder.add_agent(frame(3), at(41))
    recorder.add_agent(frame(4), at(200))
    assert spans_ms(recorder.channels()[1]) == [(0, 20, 1), (20, 40, 2), (40, 60, 3), (200, 220, 4)]


def test_captured_frames_that_are_delivered_late_together_keep_their_place(recorder: StereoRecorder) -> None:
    for value, time_ms in enumerate([20, 40, 150, 150, 150, 150, 150, 160], start=1):
        recorder.add_caller(frame(value), at(time_ms))
    assert spans_ms(recorder.channels()[0]) == [
        (20 * (value - 1), 20 * value, value) for value in range(1, 9)
    ]


def test_a_flush_replaces_what_was_not_played_yet(recorder: StereoRecorder) -> None:
    for value in (1, 2, 3):
        recorder.add_agent(frame(value, 100), at(0))
    recorder.add_agent(frame(9, 60, flush=True), at(130))
    recorder.add_agent(frame(4), at(135))
    assert spans_ms(recorder.channels()[1]) == [(0, 100, 1), (100, 130, 2), (130, 190, 9), (190, 210, 4)]


def test_a_flush_without_samples_only_silences(recorder: StereoRecorder) -> None:
    recorder.add_agent(frame(1, 100), at(0))
    recorder.add_agent(AudioFrame(np.empty(0, np.int16), 16_000, flush=True), at(30))
    recorder.add_agent(frame(2), at(300))
    assert spans_ms(recorder.channels()[1]) == [(0, 30, 1), (300, 320, 2)]


def test_a_flush_when_all_was_played_changes_nothing_before_it(recorder: StereoRecorder) -> None:
    recorder.add_agent(frame(1), at(0))
    recorder.add_agent(frame(2, flush=True), at(500))
    assert spans_ms(recorder.channels()[1]) == [(0, 20, 1), (500, 520, 2)]


def test_what_came_before_the_recording_began_stands_at_its_beginning(recorder: StereoRecorder) -> None:
    recorder.add_caller(frame(1), at(5))
    assert spans_ms(recorder.channels()[0]) == [(0, 20, 1)]


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 24_000, 48_000])
def test_an_agent_at_another_rate_keeps_its_time_and_sound(recorder: StereoRecorder, rate_hz: int) -> None:
    tone = (10_000 * np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz)).astype(np.int16)
    for start in range(0, rate_hz, rate_hz // 50):
        recorder.add_agent(AudioFrame(tone[start : start + rate_hz // 50], rate_hz), at(100))
    recorder.add_agent(AudioFrame(tone, rate_hz, flush=True), at(600))
    agent = recorder.channels()[1].astype(int)
    expected = 10_000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    assert abs(len(agent) - 1.6 * 16_000) <= 2
    assert np.abs(agent[1_700:9_500] - expected[100:7_900]).max() < 60
    assert np.abs(agent[9_700:25_000] - expected[100:15_400]).max() < 60
    assert not agent[:1_590].any()


def test_the_rate_may_change_in_mid_speech(recorder: StereoRecorder) -> None:
    recorder.add_agent(frame(1_000, 100, 24_000), at(0))
    recorder.add_agent(frame(1_000, 100, 8_000), at(90))
    agent = recorder.channels()[1]
    assert len(agent) == 3_200
    assert (agent[100:1_500] == 1_000).all()
    assert (agent[1_700:3_100] == 1_000).all()


def test_what_exceeds_the_recordings_length_is_counted() -> None:
    recorder = StereoRecorder(16_000, START_NS, max_s=1)
    recorder.add_caller(frame(1, 600), at(600))
    recorder.add_caller(frame(2, 600), at(1_200))
    recorder.add_agent(frame(3, 600), at(1_500))
    caller, agent = recorder.channels()
    assert len(caller) == len(agent) == 16_000
    assert spans_ms(caller) == [(0, 600, 1), (600, 1_000, 2)]
    assert not agent.any()
    assert recorder.dropped_samples == 200 * 16 + 600 * 16


def test_a_recording_without_sound_is_empty(recorder: StereoRecorder) -> None:
    assert [len(track) for track in recorder.channels()] == [0, 0]


def test_reading_the_tracks_does_not_disturb_them(recorder: StereoRecorder) -> None:
    recorder.add_agent(frame(1, 100, 16_000), at(0))
    recorder.channels()
    recorder.add_agent(frame(2, 100, 16_000), at(50))
    assert spans_ms(recorder.channels()[1]) == [(0, 100, 1), (100, 200, 2)]


def test_the_file_has_the_caller_left_and_the_agent_right(recorder: StereoRecorder, tmp_path: Path) -> None:
    recorder.add_caller(frame(100), at(20))
    recorder.add_agent(frame(300), at(20))
    recorder.write(tmp_path / "call.wav")
    frames, rate_hz = soundfile.read(tmp_path / "call.wav", dtype="int16")
    assert rate_hz == 16_000
    assert frames.tolist() == [[100, 0]] * 320 + [[0, 300]] * 320


steps = st.lists(
    st.tuples(
        st.integers(0, 120), st.integers(0, 80), st.booleans(), st.sampled_from([8_000, 16_000, 24_000])
    ),
    max_size=30,
)


@given(steps)
def test_an_agents_track_is_what_a_player_would_have_played(steps: list[tuple[int, int, bool, int]]) -> None:
    recorder = StereoRecorder(16_000, START_NS)
    played: npt.NDArray[np.bool_] = np.zeros(120 * 31 + 80 * 31, bool)  # in milliseconds
    now = end = 0
    for wait_ms, duration_ms, flush, rate_hz in steps:
        now += wait_ms
        recorder.add_agent(frame(20_000, duration_ms, rate_hz, flush=flush), at(now))
        if flush and now < end:
            played[now:end] = False
            end = now
        if duration_ms:
            begin = now if now > end + 20 or not end else end
            played[begin : begin + duration_ms] = True
            end = begin + duration_ms
    agent = recorder.channels()[1]
    assert abs(len(agent) / 16 - end) <= 1
    loud = np.abs(agent.astype(int)) > 5_000
    # Filters ring for a millisecond or three on either side of an edge.
    for time_ms in range(3, end - 3):
        around = played[time_ms - 3 : time_ms + 4]
        if around.all() or not around.any():
            assert loud[time_ms * 16 : time_ms * 16 + 16].all() == played[time_ms]


# --- both together ------------------------------------------------------------------------------------


async def test_a_call_with_a_recording_is_recorded_on_both_tracks() -> None:
    pacer = Hourglass()
    recorder = StereoRecorder(16_000, pacer.now_ns())
    call: Transport = FileTransport(FileCaller(ramp(1_600), 16_000, pacer, tail_ms=None), recorder, pacer)
    assert call.input_format.rate_hz == 16_000
    count = 0
    async for _ in call.frames():
        count += 1
        if count == 6:
            await call.play(frame(7, 50, 16_000))
        if count == 10:
            await call.aclose()
    caller, agent = recorder.channels()
    assert np.array_equal(caller[:1_600], ramp(1_600))
    assert not caller[1_600:].any()
    assert spans_ms(agent) == [(120, 170, 7)]
