import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.errors import AudioError


@given(rate_hz=st.integers(1_000, 384_000), samples=st.integers(0, 10**12))
def test_samples_survive_the_way_to_nanoseconds_within_one(rate_hz: int, samples: int) -> None:
    audio = AudioFormat(rate_hz)
    assert abs(audio.ns_to_samples(audio.samples_to_ns(samples)) - samples) <= 1


@pytest.mark.parametrize("rate_hz", [0, 999, 384_001, -16_000])
def test_a_rate_that_no_audio_has_is_refused(rate_hz: int) -> None:
    with pytest.raises(AudioError, match=str(rate_hz)):
        AudioFormat(rate_hz)


def test_a_frame_knows_how_long_it_sounds() -> None:
    assert AudioFrame(np.zeros(320, np.int16), 16_000).duration_ns == 20_000_000
    assert AudioFrame(np.zeros(1, np.int16), 44_100).duration_ns == 22_676
