import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from antiphon.audio import Resampler, Samples, resample
from antiphon.errors import AudioError

PAIRS_HZ = [
    (48_000, 16_000),
    (44_100, 16_000),
    (22_050, 16_000),
    (24_000, 16_000),
    (16_000, 8_000),
    (8_000, 16_000),
    (16_000, 24_000),
    (24_000, 48_000),
    (22_050, 48_000),
    (44_101, 48_000),
]


def tone(rate_hz: int, frequency_hz: float, seconds: float = 0.5) -> Samples:
    times = np.arange(round(rate_hz * seconds)) / rate_hz
    return np.rint(10_000 * np.sin(2 * np.pi * frequency_hz * times)).astype(np.int16)


def streamed(samples: Samples, from_hz: int, to_hz: int, sizes: list[int] | None = None) -> Samples:
    resampler = Resampler(from_hz, to_hz)
    blocks, start = [], 0
    for size in sizes or []:
        blocks.append(resampler.push(samples[start : start + size]))
        start += size
    blocks += [resampler.push(samples[start:]), resampler.flush()]
    return np.concatenate(blocks)


def power_db(samples: Samples) -> float:
    middle = samples[len(samples) // 8 : -len(samples) // 8].astype(float)
    return float(10 * np.log10(np.mean(middle**2) / 10_000**2 * 2 + 1e-12))


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS_HZ)
def test_a_streamed_tone_stays_the_same_tone_at_the_same_time(from_hz: int, to_hz: int) -> None:
    output = streamed(tone(from_hz, 1_000.0), from_hz, to_hz)
    expected = tone(to_hz, 1_000.0)
    middle = slice(len(expected) // 8, -len(expected) // 8)
    assert np.abs(output[: len(expected)][middle].astype(int) - expected[middle]).max() <= 20


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS_HZ)
def test_whole_buffers_and_streams_agree(from_hz: int, to_hz: int) -> None:
    samples = tone(from_hz, 700.0)
    whole, stream = resample(samples, from_hz, to_hz), streamed(samples, from_hz, to_hz)
    assert abs(len(whole) - len(samples) * to_hz / from_hz) <= 1
    assert len(stream) == -(-len(samples) * to_hz // from_hz)
    middle = slice(len(whole) // 8, -len(whole) // 8)
    assert np.abs(whole[middle].astype(int) - stream[: len(whole)][middle]).max() <= 20


@pytest.mark.parametrize("frequency_hz", [9_500.0, 12_000.0, 20_000.0])
def test_what_the_lower_rate_can_not_hold_does_not_fold_over(frequency_hz: float) -> None:
    assert power_db(streamed(tone(48_000, frequency_hz), 48_000, 16_000)) < -60


@pytest.mark.parametrize(
    ("frequency_hz", "loss_db"), [(300.0, 0.1), (3_400.0, 0.1), (6_000.0, 0.5), (7_000.0, 2.0)]
)
def test_the_speech_band_passes(frequency_hz: float, loss_db: float) -> None:
    assert power_db(streamed(tone(48_000, frequency_hz), 48_000, 16_000)) == pytest.approx(0, abs=loss_db)


@settings(max_examples=50)
@given(
    samples=hnp.arrays(np.int16, st.integers(0, 1_500)),
    pair=st.sampled_from(PAIRS_HZ),
    sizes=st.lists(st.integers(0, 400), max_size=8),
)
def test_how_a_stream_is_cut_makes_no_difference(
    samples: npt.NDArray[np.int16], pair: tuple[int, int], sizes: list[int]
) -> None:
    cut, whole = streamed(samples, *pair, sizes), streamed(samples, *pair)
    assert len(cut) == len(whole)
    # One step of rounding: a processor may add a row's products in another order.
    assert np.abs(cut.astype(int) - whole).max(initial=0) <= 1


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS_HZ)
def test_a_stream_holds_back_no_more_than_it_says(from_hz: int, to_hz: int) -> None:
    resampler = Resampler(from_hz, to_hz)
    assert resampler.delay_ns <= 3_000_000
    given_samples = got_samples = 0
    for _ in range(50):
        got_samples += len(resampler.push(np.zeros(from_hz // 100, np.int16)))
        given_samples += from_hz // 100
        held_back_s = given_samples / from_hz - got_samples / to_hz
        assert held_back_s <= resampler.delay_ns / 1e9 + 1 / to_hz


def test_silence_stays_digital_silence() -> None:
    silence = np.zeros(4_410, np.int16)
    assert not streamed(silence, 44_100, 16_000).any()
    assert not resample(silence, 44_100, 16_000).any()


def test_the_loudest_sound_does_not_wrap() -> None:
    square = np.where(np.arange(4_800) // 24 % 2, 32_767, -32_768).astype(np.int16)
    for output in (streamed(square, 48_000, 16_000), resample(square, 48_000, 16_000)):
        assert (np.sign(output[100:1_500].astype(float)[::8]) != 0).all()
        assert output.max() == 32_767
        assert output.min() == -32_768


def test_the_same_rate_passes_through_without_delay() -> None:
    resampler = Resampler(16_000, 16_000)
    samples = tone(16_000, 440.0, 0.02)
    assert resampler.delay_ns == 0
    assert np.array_equal(resampler.push(samples), samples)
    assert len(resampler.flush()) == 0
    assert np.array_equal(resample(samples, 16_000, 16_000), samples)


def test_a_flushed_resampler_is_as_new() -> None:
    samples = tone(24_000, 440.0, 0.1)
    resampler = Resampler(24_000, 16_000)
    first = np.concatenate([resampler.push(samples), resampler.flush()])
    second = np.concatenate([resampler.push(samples), resampler.flush()])
    assert np.array_equal(first, second)


@pytest.mark.parametrize("rates_hz", [(0, 16_000), (16_000, -1), (16_000, 1_000_000)])
def test_rates_out_of_range_are_refused(rates_hz: tuple[int, int]) -> None:
    with pytest.raises(AudioError, match="sampling rate"):
        Resampler(*rates_hz)
    with pytest.raises(AudioError, match="sampling rate"):
        resample(np.zeros(10, np.int16), *rates_hz)
