from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFrame, Tape

RATE_HZ = 16_000


def a_tape(limit: int = 1_000_000) -> Tape:
    return Tape(RATE_HZ, limit, RATE_HZ // 50)


def frame(value: int, samples: int, *, flush: bool = False) -> AudioFrame:
    return AudioFrame(np.full(samples, value, np.int16), RATE_HZ, flush=flush)


def test_sound_lies_in_its_place_with_silence_around_it() -> None:
    tape = a_tape()
    tape.add(frame(1, 10), 1_000)
    tape.add(frame(2, 10), 1_015)
    tape.finish()
    assert tape.end == 1_020
    assert tape.samples(1_030).tolist() == [0] * 1_000 + [1] * 10 + [2] * 10 + [0] * 10


def test_what_was_taken_is_held_no_longer() -> None:
    tape = a_tape()
    tape.add(frame(1, 100), 0)
    assert tape.take(60).tolist() == [1] * 60
    assert tape.take(60).tolist() == []
    assert tape.take(130).tolist() == [1] * 40 + [0] * 30
    assert not tape._chunks


def test_what_comes_for_a_place_that_was_taken_comes_behind_it() -> None:
    tape = a_tape()
    tape.take(500)
    tape.add(frame(1, 10), 100)
    assert tape.take(520).tolist() == [1] * 10 + [0] * 10


def test_what_was_taken_can_t_be_cut() -> None:
    tape = a_tape()
    tape.add(frame(1, 100), 0)
    tape.take(50)
    tape.add(frame(2, 10, flush=True), 20)
    assert tape.take(80).tolist() == [2] * 10 + [0] * 20


def test_nothing_is_taken_beyond_the_limit() -> None:
    tape = a_tape(limit=50)
    tape.add(frame(1, 100), 0)
    assert len(tape.take(200)) == 50
    assert len(tape.take(300)) == 0
    assert tape.dropped == 50


steps = st.lists(
    st.tuples(st.integers(0, 2_000), st.integers(0, 1_500), st.booleans(), st.sampled_from([8_000, 16_000])),
    max_size=30,
)


@given(steps, st.integers(1, 5_000))
def test_taken_bit_by_bit_it_is_what_it_would_have_been_as_a_whole(
    steps: list[tuple[int, int, bool, int]], horizon: int
) -> None:
    whole, bits, now = a_tape(), a_tape(), 0
    taken = [np.zeros(0, np.int16)]
    for wait, samples, flush, rate_hz in steps:
        now += wait
        sound = AudioFrame(np.full(samples, 7_000, np.int16), rate_hz, flush=flush)
        whole.add(sound, now)
        bits.add(sound, now)
        # A resampler that stays open across the place is told of it by nothing but its silence.
        taken.append(bits.take(max(0, min(now, bits._stored) - horizon)))
    whole.finish()
    bits.finish()
    taken.append(bits.take(whole.end))
    assert np.concatenate(taken).tolist() == whole.samples(whole.end).tolist()
