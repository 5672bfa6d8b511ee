import time

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from antiphon.audio import SILENCE_DBFS, Samples, first_audible, last_audible, level_dbfs

RATES_HZ = (8_000, 16_000, 22_050, 44_100, 48_000)


def tone(rate_hz: int, seconds: float, rms_dbfs: float, frequency_hz: float = 220.0) -> Samples:
    times = np.arange(round(rate_hz * seconds)) / rate_hz
    peak = 32_768 * 10 ** (rms_dbfs / 20) * np.sqrt(2)
    return np.clip(np.rint(peak * np.sin(2 * np.pi * frequency_hz * times)), -32_768, 32_767).astype(np.int16)


def test_full_scale_square_is_zero_dbfs_and_a_sine_three_below() -> None:
    assert level_dbfs(np.full(512, -32_768, np.int16)) == pytest.approx(0.0)
    assert level_dbfs(tone(16_000, 1.0, -3.01)) == pytest.approx(-3.01, abs=0.01)


def test_the_level_of_silence_and_of_nothing_is_finite() -> None:
    assert level_dbfs(np.zeros(512, np.int16)) == SILENCE_DBFS
    assert level_dbfs(np.empty(0, np.int16)) == SILENCE_DBFS


@given(hnp.arrays(np.int16, st.integers(1, 300)))
def test_a_level_is_within_its_range(samples: npt.NDArray[np.int16]) -> None:
    assert SILENCE_DBFS <= level_dbfs(samples) <= 1e-9


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("rms_dbfs", [-35.0, -20.0, -3.0])
@pytest.mark.parametrize("frequency_hz", [100.0, 220.0, 1_000.0, 3_000.0])
def test_a_tone_is_found_where_it_begins_and_ends(rate_hz: int, rms_dbfs: float, frequency_hz: float) -> None:
    sound = tone(rate_hz, 0.2, rms_dbfs, frequency_hz)
    lead, tail = np.zeros(rate_hz // 10, np.int16), np.zeros(rate_hz // 20, np.int16)
    samples = np.concatenate([lead, sound, tail])
    first, last = first_audible(samples, rate_hz), last_audible(samples, rate_hz)
    assert first is not None
    assert last is not None
    assert 0 <= first - len(lead) <= 0.001 * rate_hz
    assert 0 <= len(lead) + len(sound) - 1 - last <= 0.001 * rate_hz


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_line_noise_is_not_audible(rate_hz: int) -> None:
    noise = np.random.default_rng(1).normal(0, 32_768 * 10 ** (-62 / 20), rate_hz).astype(np.int16)
    assert first_audible(noise, rate_hz) is None
    assert last_audible(noise, rate_hz) is None


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_single_click_is_passed_over(rate_hz: int) -> None:
    samples = np.zeros(rate_hz, np.int16)
    samples[100] = 32_767
    samples[110] = -32_768
    assert first_audible(samples, rate_hz) is None
    samples[rate_hz // 2 :] = tone(rate_hz, 0.5, -20.0)[: len(samples) - rate_hz // 2]
    samples[-1] = 32_767
    first = first_audible(samples, rate_hz)
    assert first is not None
    assert first >= rate_hz // 2


def test_a_block_of_audible_sound_is_found_at_its_first_sample() -> None:
    assert first_audible(np.full(320, -32_768, np.int16), 16_000) == 0
    assert last_audible(np.full(320, -32_768, np.int16), 16_000) == 319


@given(hnp.arrays(np.int16, st.integers(0, 400)), st.sampled_from(RATES_HZ))
def test_the_last_is_the_first_of_the_reversed(samples: npt.NDArray[np.int16], rate_hz: int) -> None:
    first, last = first_audible(samples[::-1], rate_hz), last_audible(samples, rate_hz)
    assert (first is None) == (last is None)
    if first is not None:
        assert last == len(samples) - 1 - first


def test_looking_for_sound_costs_microseconds() -> None:
    block = np.random.default_rng(2).normal(0, 3_000, 480).astype(np.int16)
    costs_ns = []
    for _ in range(200):
        began_ns = time.perf_counter_ns()
        first_audible(block, 24_000)
        costs_ns.append(time.perf_counter_ns() - began_ns)
    # 7 us alone on a core; the fastest of many is least disturbed by whatever else runs here.
    assert min(costs_ns) < 20_000
