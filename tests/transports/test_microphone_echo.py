from __future__ import annotations

import numpy as np

from antiphon.audio import AudioFrame
from antiphon.transports.microphone_echo import FIRST_COUPLING_DB, HOLDS_MS, EchoGuard


def frame(peak: int) -> AudioFrame:
    times = np.arange(320)
    return AudioFrame((peak * np.sin(times / 5)).astype(np.int16), 16_000)


def passes(guard: EchoGuard, peak: int) -> bool:
    return bool(guard.heard(frame(peak)).samples.any())


def test_while_the_agent_is_silent_everything_passes() -> None:
    assert passes(EchoGuard(), 50)


def test_while_it_speaks_its_echo_does_not_and_a_louder_voice_does() -> None:
    guard = EchoGuard()
    guard.played(frame(10_000))
    assert not passes(guard, 1_500)
    assert passes(guard, 9_000)


def test_the_echo_lasts_a_little_longer_than_the_sound() -> None:
    guard = EchoGuard()
    guard.played(frame(10_000))
    held = [passes(guard, 1_500) for _ in range(HOLDS_MS // 20 + 3)]
    assert held == [False] * (len(held) - 1) + [True]


def test_silence_of_the_agent_s_holds_nothing_back() -> None:
    guard = EchoGuard()
    guard.played(frame(0))
    assert passes(guard, 50)


def test_how_much_comes_back_is_learned() -> None:
    quiet, loud = EchoGuard(), EchoGuard()
    for _ in range(500):
        for guard, echo in ((quiet, 100), (loud, 4_000)):
            guard.played(frame(10_000))
            guard.heard(frame(echo))
    assert quiet.coupling_db < FIRST_COUPLING_DB - 20
    assert loud.coupling_db > FIRST_COUPLING_DB + 5
    assert passes(quiet, 1_500), "with headphones, a soft voice is the caller's"
    assert not passes(loud, 5_000)


def test_the_frames_keep_their_length_and_rate() -> None:
    guard = EchoGuard()
    guard.played(frame(10_000))
    heard = guard.heard(frame(100))
    assert (len(heard.samples), heard.rate_hz) == (320, 16_000)
