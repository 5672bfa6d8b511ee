from __future__ import annotations

import re
import stat
from pathlib import Path

import numpy as np
import pytest
import soundfile

from antiphon.recording.layout import EVENTS, MANIFEST
from antiphon.recording.writer import Batch, FolderWriter

MIDNIGHT_NS = 1_767_225_600_000_000_000


@pytest.fixture
def writer(tmp_path: Path) -> FolderWriter:
    return FolderWriter(tmp_path / "calls", MIDNIGHT_NS, 16_000, {"a": 0})


def a_batch(line: str, samples: int) -> Batch:
    batch = Batch(sound=np.full((samples, 2), 3, np.int16))
    batch.lines[EVENTS].append(line)
    return batch


def test_a_recording_is_named_for_when_it_began_and_nobody_else_may_read_it(writer: FolderWriter) -> None:
    assert re.fullmatch(r"20260101T000000Z-[0-9a-f]{8}", writer.folder.name)
    assert stat.S_IMODE(writer.folder.stat().st_mode) == 0o700
    writer.close()


def test_two_that_begin_at_once_do_not_share_a_folder(tmp_path: Path) -> None:
    one, two = (FolderWriter(tmp_path, MIDNIGHT_NS, 16_000, {"a": 0}) for _ in range(2))
    assert one.folder != two.folder
    one.close()
    two.close()


def test_all_that_was_written_can_be_read_at_every_moment(writer: FolderWriter) -> None:
    for number in (1, 2, 3):
        writer.write(a_batch(str(number), 100))
        assert (writer.folder / EVENTS).read_text().split() == ["1", "2", "3"][:number]
        assert soundfile.info(str(writer.folder / "call.wav")).frames == 100 * number
    writer.close()


def test_a_call_without_sound_has_a_file_that_can_be_played(writer: FolderWriter) -> None:
    writer.close()
    assert soundfile.info(str(writer.folder / "call.wav")).frames == 0


def test_a_folder_gets_its_name_once_it_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise OSError(5, "Input/output error")

    FolderWriter(tmp_path, MIDNIGHT_NS, 16_000, {"a": 0}).close()
    (whole,) = tmp_path.iterdir()
    assert (whole / MANIFEST).read_bytes() == b'{\n "a": 0\n}\n'
    for moment in ("rename", "touch", "replace", "write_bytes"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, moment, crash)
            with pytest.raises(OSError, match="Input/output"):
                FolderWriter(tmp_path, MIDNIGHT_NS, 16_000, {"a": 0})
    assert [one for one in tmp_path.iterdir() if not one.name.startswith(".")] == [whole]


def test_the_manifest_is_replaced_as_a_whole(writer: FolderWriter) -> None:
    writer.write(Batch(manifest={"a": 1}))
    writer.write(Batch())
    writer.write(Batch(manifest={"a": 2, "ü": "\ud800"}))
    writer.close()
    assert (writer.folder / MANIFEST).read_bytes().startswith(b'{\n "a": 2')
    assert {file.name for file in writer.folder.iterdir()} == {
        *("actions.jsonl", "call.wav", "events.jsonl", "recording.json", "timings.jsonl")
    }
