"""Audio that says what it is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import gain_of_db
from antiphon.simulation.signal import (
    MARKS,
    PLACES,
    caller_samples,
    mark_of,
    marked,
    place_of,
    spoken_samples,
    voiced_runs,
)


@given(st.integers(0, 200_000), st.integers(1, 2_000), st.booleans())
def test_a_frame_tells_its_place_and_whether_it_is_voiced(start: int, length: int, voiced: bool) -> None:
    samples = caller_samples(start, start + length, voiced=voiced)
    assert place_of(samples, start) == start
    assert voiced_runs(samples) == [(length, voiced)]


def test_a_repeat_of_the_last_seconds_is_known_as_one() -> None:
    samples = caller_samples(100_000, 100_020, voiced=True)
    assert place_of(samples, 100_000 + PLACES - 1) == 100_000


def test_stretches_are_told_apart() -> None:
    samples = np.concatenate(
        [
            caller_samples(0, 30, voiced=False),
            caller_samples(30, 50, voiced=True),
            caller_samples(50, 90, voiced=False),
        ]
    )
    assert voiced_runs(samples) == [(30, False), (20, True), (40, False)]


@given(st.integers(0, MARKS - 1))
def test_each_synthesis_has_a_mark_of_its_own(synthesis: int) -> None:
    samples = spoken_samples(synthesis, 5)
    assert set(samples.tolist()) == {mark_of(synthesis)}
    assert marked(int(samples[0])) == synthesis


@given(st.integers(0, MARKS - 1), st.floats(0.01, gain_of_db(-12)))
def test_a_ducked_mark_is_nobody_s(synthesis: int, gain: float) -> None:
    assert marked(round(mark_of(synthesis) * gain)) is None
