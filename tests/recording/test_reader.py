from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from antiphon.core.events import Tick
from antiphon.recording.layout import ACTIONS, EVENTS, MANIFEST
from antiphon.recording.reader import Recording, RecordingError, read_manifest

MANIFEST_OF_A_CALL: dict[str, Any] = {
    "format": "antiphon-recording",
    "version": 1,
    "began_ns": 5,
    "core": None,
    "endpointer": None,
    "not_replayable": None,
    "ended": {"failure": None},
}


def folder(path: Path, events: str = "", actions: str = "", **changes: Any) -> Path:
    (path / MANIFEST).write_text(json.dumps(MANIFEST_OF_A_CALL | changes))
    (path / EVENTS).write_text(events)
    (path / ACTIONS).write_text(actions)
    return path


TICK = '{"at_ns":7,"event":{"type":"Tick"}}\n'


def test_each_event_comes_with_what_it_called_for(tmp_path: Path) -> None:
    recording = Recording.open(folder(tmp_path, TICK * 2, "[]\n[1]\n"))
    assert [(step.at_ns, step.event, step.actions) for step in recording.steps()] == [
        (7, Tick(), "[]"),
        (7, Tick(), "[1]"),
    ]
    assert recording.began_ns == 5
    assert recording.complete


@pytest.mark.parametrize(
    ("events", "actions", "steps"),
    [(TICK * 2 + TICK[:9], "[]\n[]\n[]\n", 2), (TICK * 3, "[]\n[", 1), ("", "", 0), (TICK, "", 0)],
)
def test_a_torn_last_line_is_left_out(tmp_path: Path, events: str, actions: str, steps: int) -> None:
    assert len(list(Recording.open(folder(tmp_path, events, actions)).steps())) == steps


@pytest.mark.parametrize(
    "line",
    ["x", "[]", "{}", '{"at_ns":"7","event":{"type":"Tick"}}', '{"at_ns":7,"event":{"type":"Tock"}}'],
)
def test_a_line_that_is_no_event_is_named(tmp_path: Path, line: str) -> None:
    recording = Recording.open(folder(tmp_path, f"{TICK}{line}\n", "[]\n[]\n"))
    with pytest.raises(RecordingError, match=r"events\.jsonl: line 2: "):
        list(recording.steps())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    recording = Recording.open(folder(tmp_path, TICK))
    (tmp_path / ACTIONS).unlink()
    with pytest.raises(RecordingError, match=r"actions\.jsonl: not there"):
        list(recording.steps())


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"format": "other"}', "\xff"])
def test_a_folder_that_is_no_recording_says_so(tmp_path: Path, manifest: str) -> None:
    (tmp_path / MANIFEST).write_bytes(manifest.encode("latin-1"))
    assert read_manifest(tmp_path) is None
    with pytest.raises(RecordingError, match="not a recording"):
        Recording.open(tmp_path)


def test_one_of_another_version_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="version 2 of the format; this Antiphon reads 1"):
        Recording.open(folder(tmp_path, version=2))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "the call never began"),
        ({"not_replayable": "a Foo can't be written down"}, "can't be replayed: a Foo"),
        ({"core": {"type": "CoreStart"}}, r"recording\.json: CoreStart: fields that are missing"),
    ],
)
def test_what_can_t_be_replayed_says_why(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordingError, match=message):
        Recording.open(folder(tmp_path, **changes)).core()


@pytest.mark.parametrize("ended", [None, {"failure": "full"}])
def test_one_that_was_cut_off_is_not_complete(tmp_path: Path, ended: dict[str, str] | None) -> None:
    assert not Recording.open(folder(tmp_path, ended=ended)).complete
