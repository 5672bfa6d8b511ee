"""What is audible at the other end."""

import numpy as np

from antiphon.audio import AudioFrame, Fader
from antiphon.simulation.listener import UNKNOWN, Heard, Level, Listener
from antiphon.simulation.signal import spoken_samples

from .calls import MS


def frame(synthesis: int, samples: int, *, flush: bool = False) -> AudioFrame:
    return AudioFrame(spoken_samples(synthesis, samples), 1_000, flush)


def test_frames_are_played_one_after_the_other() -> None:
    listener = Listener()
    listener.play(frame(3, 100), 10 * MS)
    listener.play(frame(3, 100), 20 * MS)
    listener.play(frame(4, 50), 500 * MS)
    assert listener.heard == [Heard(3, 10 * MS, 210 * MS), Heard(4, 500 * MS, 550 * MS)]


def faded(synthesis: int, samples: int, gain: float = 0.0, ramp: int = 60) -> AudioFrame:
    made = spoken_samples(synthesis, samples)
    return AudioFrame(Fader().to(gain, ramp).apply(made)[0], 1_000, flush=True)


def test_a_flush_drops_what_was_not_played_and_its_fade_belongs_to_what_was() -> None:
    listener = Listener()
    listener.play(frame(3, 100), 0)
    listener.play(frame(3, 1_000), 0)
    listener.play(faded(3, 60), 40 * MS)
    assert {heard.synthesis_id for heard in listener.heard} == {3}
    assert [heard.level for heard in listener.heard] == [Level.FULL, Level.BETWEEN, Level.LOW]
    assert (listener.heard[0].start_ns, listener.heard[-1].stop_ns) == (0, 99 * MS)


def test_a_fade_of_nothing_belongs_to_nobody() -> None:
    listener = Listener()
    listener.play(faded(3, 60), 40 * MS)
    assert {heard.synthesis_id for heard in listener.heard} == {UNKNOWN}


def test_what_replaces_what_was_not_played_may_go_on_softly() -> None:
    listener = Listener()
    listener.play(frame(3, 1_000), 0)
    listener.play(faded(3, 500, gain=0.1, ramp=0), 300 * MS)
    assert listener.heard == [Heard(3, 0, 300 * MS), Heard(3, 300 * MS, 800 * MS, Level.LOW)]


def test_a_level_that_passes_another_s_mark_is_not_that_other() -> None:
    listener = Listener()
    listener.play(frame(3, 100), 0)
    passing = spoken_samples(3, 3)
    passing[1] = spoken_samples(2, 1)[0]
    listener.play(AudioFrame(passing, 1_000), 100 * MS)
    assert {heard.synthesis_id for heard in listener.heard} == {3}


def test_silence_is_not_heard_but_takes_its_time() -> None:
    listener = Listener()
    silence = np.zeros(30, np.int16)
    listener.play(AudioFrame(np.concatenate([silence, spoken_samples(1, 20)]), 1_000), 0)
    assert listener.heard == [Heard(1, 30 * MS, 50 * MS)]


def test_whoever_listens_is_told_how_long_the_sound_goes_on() -> None:
    told: list[int] = []
    listener = Listener(told.append)
    listener.play(frame(1, 100), 0)
    listener.play(AudioFrame(np.empty(0, np.int16), 1_000, flush=True), 30 * MS)
    assert told == [100 * MS, 30 * MS]
