import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import Samples
from antiphon.providers.stt.voice_gate import BEFORE_MS, HOLD_MS, Stretch, VoiceGate

RATE_HZ = 16_000


def noise(seconds: float, rms: float, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, rms, round(seconds * RATE_HZ)).astype(np.int16)


def passed(gate: VoiceGate, samples: Samples, size: int = 320) -> list[Stretch]:
    return [
        stretch
        for start in range(0, len(samples), size)
        for stretch in gate.push(samples[start : start + size])
    ]


@pytest.mark.parametrize("floor", [0, 30, 200])
def test_a_quiet_line_is_not_let_through(floor: float) -> None:
    gate = VoiceGate(RATE_HZ)
    passed(gate, noise(5, floor))  # until the floor is known
    assert not passed(gate, noise(5, floor, seed=1))
    assert not gate.is_open


@pytest.mark.parametrize("floor", [0, 30, 200])
def test_speech_is_let_through_with_what_came_before_and_after(floor: float) -> None:
    gate = VoiceGate(RATE_HZ)
    line = np.concatenate([noise(5, floor), noise(1, 1_000 + floor), noise(5, floor, seed=1)])
    stretches = [stretch for stretch in passed(gate, line) if stretch.start >= 4 * RATE_HZ]
    begin, end = stretches[0].start, stretches[-1].start + len(stretches[-1].samples)
    opened_ms = (5 - begin / RATE_HZ) * 1_000
    assert BEFORE_MS - 100 < opened_ms < BEFORE_MS
    assert HOLD_MS - 40 <= (end / RATE_HZ - 6) * 1_000 <= HOLD_MS + 40
    assert not gate.is_open


def test_a_click_opens_nothing() -> None:
    line = noise(2, 5)
    line[16_000:16_200] = 20_000
    gate = VoiceGate(RATE_HZ)
    assert not passed(gate, line)


def test_flushing_closes_and_gives_what_is_left() -> None:
    gate = VoiceGate(RATE_HZ)
    line = noise(1.005, 3_000)
    stretches = passed(gate, line)
    assert gate.is_open
    (rest,) = gate.flush()
    assert rest.start + len(rest.samples) == len(line)
    assert np.array_equal(np.concatenate([each.samples for each in (*stretches, rest)]), line)
    assert not gate.is_open
    assert gate.flush() == []


def test_speech_that_is_flushed_in_its_midst_loses_nothing() -> None:
    gate = VoiceGate(RATE_HZ)
    line = noise(2, 3_000)
    before = passed(gate, line[:16_100])
    flushed = gate.flush()
    after = passed(gate, line[16_100:])
    together = np.concatenate([each.samples for each in (*before, *flushed, *after)])
    assert len(line) - len(together) < 320
    assert np.array_equal(together, line[: len(together)])


@given(st.lists(st.integers(0, 1_000), max_size=40), st.integers(0, 2**32 - 1))
def test_what_is_let_through_is_in_its_place_however_the_audio_is_cut(sizes: list[int], seed: int) -> None:
    levels = np.random.default_rng(seed).choice([0, 20, 3_000], 20)
    line = np.concatenate([noise(0.1, level, seed=index) for index, level in enumerate(levels)])
    whole = VoiceGate(RATE_HZ).push(line)
    gate = VoiceGate(RATE_HZ)
    cut: list[Stretch] = []
    at = 0
    for size in [*sizes, len(line)]:
        cut += gate.push(line[at : at + size])
        at += size
    assert [stretch.start for stretch in cut] == [stretch.start for stretch in whole]
    end = 0
    for stretch in cut:
        assert stretch.start >= end
        end = stretch.start + len(stretch.samples)
        assert np.array_equal(stretch.samples, line[stretch.start : end])
