from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from antiphon.audio import level_dbfs, to_float, write_wav
from antiphon.bench.turns_spoken import LEAD_MS, join_recordings, pink_noise, voiced_span
from antiphon.errors import ConfigError
from antiphon.simulation.profile import Speech as Habit

from .spoken_turns import DONE, MS, said, spoken


def test_noise_lies_as_far_below_the_voice_as_is_said() -> None:
    turn = spoken(DONE)
    quiet, noisy = (to_float(turn.staged(-20.0, noise_db, 1)) for noise_db in (None, 10.0))
    assert level_dbfs(turn.staged(-20.0, 10.0, 1)[: LEAD_MS * 16]) == pytest.approx(-30, abs=2)
    assert np.sqrt(np.mean(noisy**2)) > np.sqrt(np.mean(quiet**2))
    assert np.sqrt(np.mean(pink_noise(16_000, -40.0, 1) ** 2)) == pytest.approx(0.01)


# --- recordings ---------------------------------------------------------------------------------------


def test_recordings_are_joined_with_silences_of_known_length(tmp_path: Path) -> None:
    quiet = np.zeros(8_000, np.int16)
    write_wav(tmp_path / "a.wav", np.concatenate((quiet, said(["a"] * 4).samples, quiet)), 16_000)
    (tmp_path / "a.txt").write_text("one two three four\n")
    turns = join_recordings(tmp_path, 40, 1, Habit())
    paused = [turn for turn in turns if turn.turn.pause is not None]
    assert 0 < len(paused) < 40
    for turn in turns:
        pause = turn.turn.pause
        parts = 1 if pause is None else 2
        assert len(turn.speech.words) == 4 * parts
        length_ms = turn.speech.duration_ns / MS - (pause.ms if pause else 0)
        assert length_ms == pytest.approx(parts * 1_200, abs=parts * 25)
        assert turn.speech.words[-1].end_ns == pytest.approx(turn.speech.duration_ns, abs=MS)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected recordings"):
        join_recordings(tmp_path, 1, 1, Habit())


def test_a_recording_s_own_noise_is_not_its_voice() -> None:
    tone = said(["a"]).samples.astype(np.float64)
    sound = np.concatenate((np.zeros(8_000), tone, np.zeros(8_000)))
    noisy = sound + np.random.default_rng(1).normal(0, 200, len(sound))
    first, last = voiced_span((noisy / 32_768).astype(np.float32))
    assert abs(first - 8_000) < 160
    assert abs(last - (8_000 + len(tone))) < 160
