from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
import soundfile

from antiphon.errors import AudioError
from antiphon.telemetry.page import recording as module
from antiphon.telemetry.page.recording import COLUMNS, load_recording


def write_call(path: Path, channels: int = 2, seconds: float = 2.0) -> Path:
    """The caller in the first half, the agent, half as loud, in the second."""
    samples = np.zeros((int(8_000 * seconds), channels))
    half = len(samples) // 2
    samples[:half, 0] = 0.8
    if channels > 1:
        samples[half:, 1] = -0.4
    soundfile.write(path, samples, 8_000, subtype="PCM_16")
    return path


def test_a_small_recording_goes_into_the_page(tmp_path: Path) -> None:
    path = write_call(tmp_path / "call.wav")
    found = load_recording(path, tmp_path / "page.html")
    assert found.embedded
    prefix, data = found.source.split(",")
    assert prefix == "data:audio/wav;base64"
    assert base64.b64decode(data) == path.read_bytes()
    assert found.duration_s == 2.0


def test_a_large_recording_is_named_relative_to_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EMBED_BELOW_BYTES", 100)
    (tmp_path / "out").mkdir()
    path = write_call(tmp_path / "a call & more.wav")
    found = load_recording(path, tmp_path / "out" / "page.html")
    assert not found.embedded
    assert found.source == "../a%20call%20%26%20more.wav"


def test_the_outline_shows_who_spoke_when(tmp_path: Path) -> None:
    caller, agent = load_recording(write_call(tmp_path / "call.wav"), tmp_path / "p.html").peaks
    assert len(caller) == len(agent) == COLUMNS
    assert caller[10] == 1.0
    assert caller[-10] == 0.0
    assert agent[10] == 0.0
    assert 0.5 < agent[-10] < 1.0


def test_one_channel_has_one_outline_and_silence_stays_low(tmp_path: Path) -> None:
    (caller,) = load_recording(write_call(tmp_path / "mono.wav", channels=1), tmp_path / "p.html").peaks
    assert max(caller) == 1.0
    soundfile.write(tmp_path / "quiet.wav", np.full((8_000, 2), 0.001), 8_000)
    quiet = load_recording(tmp_path / "quiet.wav", tmp_path / "p.html").peaks
    assert max(quiet[0]) < 0.1


def test_an_empty_recording_has_an_outline_too(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 2)), 8_000)
    found = load_recording(tmp_path / "empty.wav", tmp_path / "p.html")
    assert found.duration_s == 0
    assert found.peaks == ((0.0,) * COLUMNS,) * 2


@pytest.mark.parametrize("content", [None, b"no audio at all"])
def test_what_is_no_recording_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "call.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AudioError, match=r"call\.wav can't be read as a recording"):
        load_recording(path, tmp_path / "p.html")
