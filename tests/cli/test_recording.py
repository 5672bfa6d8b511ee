"""The options by which commands record their calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from antiphon.cli import run as command
from antiphon.cli.main import main
from antiphon.cli.recording import CONSENT, recording_settings
from antiphon.config import Agent
from antiphon.recording.reader import Recording
from antiphon.recording.replay import replay


def test_without_a_folder_nothing_is_recorded() -> None:
    assert recording_settings(None, 30) is None


def test_the_folder_is_made_and_what_is_too_old_is_removed(tmp_path: Path) -> None:
    parent = tmp_path / "deep" / "calls"
    settings = recording_settings(parent, 30)
    assert settings is not None
    assert (settings.parent, settings.consent) == (parent, CONSENT)
    old = parent / "old"
    old.mkdir()
    (old / "recording.json").write_text(json.dumps({"format": "antiphon-recording", "began_epoch_ns": 1}))
    recording_settings(parent, 30)
    assert not old.exists()


def test_a_command_s_call_is_recorded_and_can_be_replayed(
    easy_agent: Agent,
    caller_wav: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "read_agent", lambda config: easy_agent)
    calls = tmp_path / "calls"
    assert main(["run", str(caller_wav), str(tmp_path / "out.wav"), "--record", str(calls)]) == 0
    (folder,) = calls.iterdir()
    assert capsys.readouterr().out.splitlines()[-1].endswith(f"written: {tmp_path / 'out.wav'}, {folder}")
    recording = Recording.open(folder)
    assert recording.complete
    again = replay(recording)
    assert again.difference is None
    assert [message.content for message in again.history] == ["hello there", "Good morning."]


def test_a_recording_that_ended_early_is_said(
    easy_agent: Agent,
    caller_wav: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from antiphon.recording.writer import FolderWriter

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FolderWriter, "write", full)
    monkeypatch.setattr(command, "read_agent", lambda config: easy_agent)
    out = tmp_path / "out.wav"
    assert main(["run", str(caller_wav), str(out), "--record", str(tmp_path / "calls")]) == 0
    assert "no space left on device; the recording ends here" in capsys.readouterr().err
