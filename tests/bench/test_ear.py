"""The ear knows when sound was heard, however it was cut into frames, and what was dropped unheard."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFrame
from antiphon.bench.ear import Ear, Sound

MS = 1_000_000
RATE = 16_000


def frame(length_ms: int, *, loud: bool = True, flush: bool = False) -> AudioFrame:
    return AudioFrame(np.full(RATE * length_ms // 1_000, 5_000 * loud, np.int16), RATE, flush)


def test_sound_begins_when_it_was_handed_over() -> None:
    ear = Ear()
    ear.hears(frame(20), 100 * MS)
    assert ear.sounds == [Sound(100 * MS, 120 * MS)]


def test_frames_handed_over_early_are_heard_behind_one_another() -> None:
    ear = Ear()
    for at in (100, 101, 102):
        ear.hears(frame(20), at * MS)
    assert ear.sounds == [Sound(100 * MS, 160 * MS)]


def test_leading_silence_is_no_sound() -> None:
    ear = Ear()
    ear.hears(AudioFrame(np.concatenate([frame(30, loud=False).samples, frame(10).samples]), RATE), 0)
    assert ear.sounds == [Sound(30 * MS, 40 * MS)]


def test_a_breath_is_within_one_sound_and_a_long_silence_between_two() -> None:
    ear = Ear()
    ear.hears(frame(20), 0)
    ear.hears(frame(20), 300 * MS)
    ear.hears(frame(20), 700 * MS)
    assert ear.sounds == [Sound(0, 320 * MS), Sound(700 * MS, 720 * MS)]


def test_a_flush_drops_what_was_not_heard_yet() -> None:
    ear = Ear()
    ear.hears(frame(200), 0)
    ear.hears(frame(0, flush=True), 50 * MS)
    assert ear.sounds == [Sound(0, 50 * MS)]
    ear.hears(frame(20), 60 * MS)
    assert ear.sounds == [Sound(0, 80 * MS)]


def test_a_sound_that_was_flushed_before_it_began_was_never_heard() -> None:
    ear = Ear()
    ear.hears(frame(500, loud=False), 0)
    ear.hears(frame(20), 0)
    ear.hears(frame(0, flush=True), 100 * MS)
    assert ear.sounds == []


@given(st.lists(st.integers(20, 400), min_size=1, max_size=20))
def test_however_sound_is_cut_it_lasts_as_long(lengths_ms: list[int]) -> None:
    ear = Ear()
    for length_ms in lengths_ms:
        ear.hears(frame(length_ms), 0)
    (sound,) = ear.sounds
    assert sound.stop_ns - sound.start_ns == pytest.approx(sum(lengths_ms) * MS)
