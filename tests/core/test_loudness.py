import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.loudness import Loudness

levels = st.floats(-120, 0)


@pytest.fixture
def loudness() -> Loudness:
    return Loudness(16_000)


def test_the_first_noise_heard_is_the_floor_which_falls_fast_and_rises_slowly(loudness: Loudness) -> None:
    loudness.hear_noise(-40, 512)
    assert loudness.noise_dbfs == -40
    loudness.hear_noise(-60, 4_800)
    assert loudness.noise_dbfs == pytest.approx(-60, abs=0.2)
    loudness.hear_noise(-30, 16_000)
    assert loudness.noise_dbfs == pytest.approx(-55, abs=0.2)


def test_the_voice_follows_its_loud_parts_and_sinks_slowly(loudness: Loudness) -> None:
    loudness.hear_noise(-70, 512)
    loudness.hear_voice(-20, 512)
    line = loudness.edge_dbfs
    loudness.hear_voice(-10, 4_800)
    assert loudness.edge_dbfs == pytest.approx(line + 10, abs=0.2)
    loudness.hear_voice(-40, 16_000)
    assert loudness.edge_dbfs == pytest.approx(line + 5, abs=0.2)


def test_the_line_lies_above_the_noise_and_below_the_voice(loudness: Loudness) -> None:
    loudness.hear_noise(-50, 512)
    loudness.hear_voice(-20, 512)
    assert -50 < loudness.edge_dbfs < -20


def test_sound_near_the_noise_must_be_surer_than_sound_that_stands_out(loudness: Loudness) -> None:
    loudness.hear_noise(-45, 512)
    assert loudness.required(-44, 0.5) == pytest.approx(0.9)
    assert 0.5 < loudness.required(-39, 0.5) < 0.9
    assert loudness.required(-30, 0.5) == pytest.approx(0.5)


def test_a_setting_that_asks_for_more_is_kept(loudness: Loudness) -> None:
    assert loudness.required(-90, 0.97) == pytest.approx(0.97)


@given(
    st.lists(st.tuples(st.booleans(), levels, st.integers(1, 48_000)), max_size=40), levels, st.floats(0, 1)
)
def test_whatever_was_heard_louder_never_needs_to_be_surer(
    heard: list[tuple[bool, float, int]], level_dbfs: float, start_probability: float
) -> None:
    loudness = Loudness(16_000)
    for voice, heard_dbfs, samples in heard:
        (loudness.hear_voice if voice else loudness.hear_noise)(heard_dbfs, samples)
    required = loudness.required(level_dbfs, start_probability)
    assert start_probability - 1e-9 <= required <= max(0.9, start_probability) + 1e-9
    assert loudness.required(level_dbfs + 1, start_probability) <= required + 1e-9
    assert -70 <= loudness.noise_dbfs <= 0
    assert loudness.edge_dbfs > loudness.noise_dbfs
