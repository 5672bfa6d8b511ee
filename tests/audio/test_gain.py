"""A gain that moves without clicks."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from antiphon.audio import Fader, gain_of_db

int16 = hnp.arrays(np.int16, st.integers(0, 300))
LOUD = np.full(1_000, 20_000, np.int16)


@pytest.mark.parametrize(("level_db", "gain"), [(0, 1.0), (-20, 0.1), (-6.0206, 0.5), (6.0206, 2.0)])
def test_a_level_stands_for_a_factor(level_db: float, gain: float) -> None:
    assert gain_of_db(level_db) == pytest.approx(gain, rel=1e-4)


@given(int16)
def test_at_full_level_samples_are_as_they_were(samples: npt.NDArray[np.int16]) -> None:
    same, fader = Fader().apply(samples)
    assert same is samples
    assert fader == Fader()


@given(int16, st.integers(0, 400))
def test_a_fade_ends_in_silence_and_only_ever_makes_softer(samples: npt.NDArray[np.int16], ramp: int) -> None:
    faded, fader = Fader().to(0.0, ramp).apply(samples)
    assert (np.abs(faded.astype(int)) <= np.abs(samples.astype(int))).all()
    assert not faded[max(0, ramp - 1) :].any()
    assert fader.now == 0.0 or len(samples) < ramp


def test_a_way_has_no_step_in_it_and_ends_where_it_should() -> None:
    ducked, fader = Fader().to(0.25, 960).apply(LOUD)
    back, _ = fader.to(1.0, 960).apply(LOUD)
    both = np.concatenate([ducked, back]).astype(int)
    assert np.abs(np.diff(both)).max() < 40
    assert ducked[-1] == 5_000
    assert back[-1] == 20_000


def test_a_way_given_up_half_way_goes_on_from_there() -> None:
    half, fader = Fader().to(0.0, 100).apply(LOUD[:50])
    back, _ = fader.to(1.0, 100).apply(LOUD[:100])
    assert abs(int(back[0]) - int(half[-1])) < 100
    assert back[-1] == 20_000


def test_no_way_at_all_is_there_at_once() -> None:
    softer, fader = Fader().to(0.5, 0).apply(LOUD[:3])
    assert softer.tolist() == [10_000] * 3
    assert fader.now == 0.5


@given(
    int16,
    st.lists(st.integers(0, 80), max_size=8),
    st.sampled_from([0.0, 0.1, 1.0]),
    st.integers(0, 300),
)
def test_it_does_not_matter_how_the_sound_is_cut(
    samples: npt.NDArray[np.int16], cuts: list[int], target: float, ramp: int
) -> None:
    whole, after_whole = Fader().to(target, ramp).apply(samples)
    fader, parts, rest = Fader().to(target, ramp), [np.empty(0, np.int16)], samples
    for cut in (*cuts, len(samples)):
        part, fader = fader.apply(rest[:cut])
        parts.append(part)
        rest = rest[cut:]
    assert np.array_equal(np.concatenate(parts), whole)
    assert fader == after_whole == Fader().to(target, ramp).after(len(samples))
