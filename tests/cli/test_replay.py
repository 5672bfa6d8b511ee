"""``antiphon replay`` says whether recorded calls are decided the same again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from antiphon.cli.main import main
from antiphon.recording.layout import ACTIONS
from antiphon.recording.reader import Recording
from antiphon.simulation.loop import run

from ..recording.calls import record


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return run(lambda: record(tmp_path / "calls"))


def spoil(recording: Recording) -> None:
    actions = recording.folder / ACTIONS
    actions.write_text(actions.read_text().replace("CommitDraft", "OmitDraft"))


def test_a_call_that_is_decided_the_same_says_so(
    recording: Recording, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(recording.folder)]) == 0
    assert ": the same, byte for byte; SHA-256 " in capsys.readouterr().out


def test_a_call_that_goes_otherwise_shows_where_and_is_exit_code_1(
    recording: Recording, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(recording)
    assert main(["replay", str(recording.folder)]) == 1
    shown = capsys.readouterr().out
    assert "goes otherwise at event " in shown
    assert "recorded: [" in shown
    assert "replayed: [" in shown


def test_a_folder_of_recordings_is_replayed_whole_and_told_as_json(
    recording: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = run(lambda: record(tmp_path / "calls"))
    spoil(other)
    assert main(["replay", str(tmp_path / "calls"), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["recordings"]
    assert {row["recording"]: row["same"] for row in rows} == {
        str(recording.folder): True,
        str(other.folder): False,
    }
    assert all(row["events"] > 0 and row["actions"] > 0 and row["complete"] for row in rows)
    assert {row["differs_at_event"] is None for row in rows} == {True, False}


def test_a_call_that_was_cut_off_says_that_it_is_not_all(
    recording: Recording, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = recording.folder / "recording.json"
    manifest.write_text(json.dumps(recording.manifest | {"ended": None}))
    assert main(["replay", str(recording.folder)]) == 0
    assert "cut off: not all of the call is there" in capsys.readouterr().out


def test_a_report_is_written_of_each(recording: Recording, tmp_path: Path) -> None:
    assert main(["replay", str(recording.folder), "--report", str(tmp_path / "reports")]) == 0
    page = (tmp_path / "reports" / f"{recording.folder.name}.html").read_text(encoding="utf-8")
    assert "book a table" in page
    assert "data:audio/wav" in page


def test_what_is_no_recording_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"Error: {tmp_path}: neither a recording nor a folder of recordings\n"
