from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from antiphon.errors import ConfigError
from antiphon.recording.layout import MANIFEST
from antiphon.recording.retention import Retention, sweep

DAY_NS = 86_400_000_000_000
NOW_NS = 1_000 * DAY_NS


def recording(parent: Path, days_old: float, *, size: int = 0, ended: bool = True) -> Path:
    folder = parent / f"call-{days_old}-{size}-{ended}"
    folder.mkdir()
    manifest: dict[str, Any] = {
        "format": "antiphon-recording",
        "began_epoch_ns": NOW_NS - round(days_old * DAY_NS),
        "ended": {} if ended else None,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / "call.wav").write_bytes(b"\0" * size)
    return folder


def test_those_too_old_are_removed_and_the_others_stay(tmp_path: Path) -> None:
    new, old, older = (recording(tmp_path, days) for days in (29, 31, 400))
    assert sweep(tmp_path, Retention(max_days=30), NOW_NS) == [older, old]
    assert list(tmp_path.iterdir()) == [new]


def test_the_oldest_make_room(tmp_path: Path) -> None:
    three, two, one = (recording(tmp_path, days, size=400_000) for days in (3, 2, 1))
    assert sweep(tmp_path, Retention(max_megabytes=1), NOW_NS) == [three]
    assert sweep(tmp_path, Retention(max_megabytes=0), NOW_NS) == [two, one]


def test_a_call_that_goes_on_makes_no_room(tmp_path: Path) -> None:
    going_on = recording(tmp_path, 0.01, size=2_000_000, ended=False)
    assert sweep(tmp_path, Retention(max_megabytes=1), NOW_NS) == []
    assert going_on.exists()


def test_one_that_a_crash_cut_off_goes_by_its_age(tmp_path: Path) -> None:
    crashed = recording(tmp_path, 31, ended=False)
    assert sweep(tmp_path, Retention(), NOW_NS) == [crashed]


def test_what_is_no_recording_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / MANIFEST).write_text('{"format": "other", "began_epoch_ns": 0}')
    (tmp_path / "file").write_text("x")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = recording(elsewhere, 90)
    calls = tmp_path / "calls"
    calls.mkdir()
    (calls / "link").symlink_to(kept)
    assert sweep(tmp_path, Retention(0), NOW_NS) == sweep(calls, Retention(0), NOW_NS) == []


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert sweep(tmp_path / "none", Retention(), NOW_NS) == []


@pytest.mark.parametrize("wrong", [{"max_days": -1}, {"max_megabytes": -1}, {"max_days": float("nan")}])
def test_limits_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Retention(**wrong)
