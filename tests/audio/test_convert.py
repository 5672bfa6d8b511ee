import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from antiphon.audio import downmix, to_float, to_int16
from antiphon.errors import AudioError

int16 = hnp.arrays(np.int16, st.integers(0, 200))


@given(int16)
def test_samples_survive_the_way_to_float_and_back(samples: npt.NDArray[np.int16]) -> None:
    assert np.array_equal(to_int16(to_float(samples)), samples)


@given(hnp.arrays(np.float64, st.integers(0, 200), elements=st.floats(-1e6, 1e6)))
def test_a_float_becomes_the_nearest_sample_there_is(values: npt.NDArray[np.float64]) -> None:
    held = np.clip(values * 32_768, -32_768, 32_767)
    assert (np.abs(to_int16(values) - held) <= 0.5).all()


def test_what_is_too_loud_stays_at_the_limit_and_never_wraps() -> None:
    assert to_int16(np.array([1.0, 1.5, -1.0, -1.5, 3e38])).tolist() == [
        32_767,
        32_767,
        -32_768,
        -32_768,
        32_767,
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_with_its_place(value: float) -> None:
    with pytest.raises(AudioError, match="sample 2 is"):
        to_int16(np.array([0.0, 0.5, value], np.float32))


@given(hnp.arrays(np.int16, st.tuples(st.integers(0, 50), st.integers(1, 8))))
def test_the_mean_of_channels_lies_between_them(frames: npt.NDArray[np.int16]) -> None:
    mono = downmix(frames)
    assert mono.shape == (len(frames),)
    assert mono.dtype == np.int16
    assert (mono >= frames.min(axis=1)).all()
    assert (mono <= frames.max(axis=1)).all()


def test_one_channel_is_taken_as_it_is_and_floats_stay_floats() -> None:
    mono = np.array([1, -2, 3], np.int16)
    assert downmix(mono) is mono
    assert np.array_equal(downmix(mono[:, np.newaxis]), mono)
    halves = downmix(np.array([[0.5, 0.0], [1.0, -1.0]], np.float32))
    assert halves.dtype == np.float32
    assert halves.tolist() == [0.25, 0.0]


@pytest.mark.parametrize("shape", [(4, 0), (2, 2, 2)])
def test_audio_without_channels_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(AudioError, match="expected"):
        downmix(np.zeros(shape, np.int16))
