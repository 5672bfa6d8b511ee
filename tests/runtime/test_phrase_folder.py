"""Phrases that outlast the process."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from antiphon.core.events import Word
from antiphon.errors import AudioError
from antiphon.runtime.phrase_folder import PhraseFolder
from antiphon.runtime.phrases import Phrase, PhraseCache

RATE_HZ = 16_000


def cache(limit_s: float = 60) -> PhraseCache:
    return PhraseCache(RATE_HZ, limit_s, 80)


def phrase(text: str, samples: int = 1_600) -> Phrase:
    return Phrase(text, np.arange(samples, dtype=np.int16), (Word(text, 0, 5),))


def used(*phrases: Phrase, limit_s: float = 60) -> PhraseCache:
    kept = cache(limit_s)
    for each in phrases:
        kept.put(each)
        kept.get(each.text)
    return kept


def test_a_phrase_that_was_used_is_there_in_the_next_process(tmp_path: Path) -> None:
    folder = PhraseFolder(tmp_path / "made", "voice")
    kept = used(phrase("Of course."))
    kept.put(phrase("Never again."))
    folder.write(kept)
    folder.write(kept)
    later = cache()
    folder.read(later)
    found = later.get("Of  course.")
    assert found is not None
    assert found.samples.tolist() == phrase("Of course.").samples.tolist()
    assert found.words == (Word("Of course.", 0, 5),)
    assert later.get("Never again.") is None


def test_another_voice_and_another_rate_get_nothing(tmp_path: Path) -> None:
    PhraseFolder(tmp_path, "voice").write(used(phrase("Yes.")))
    other, slower = cache(), PhraseCache(8_000, 60, 80)
    PhraseFolder(tmp_path, "other").read(other)
    PhraseFolder(tmp_path, "voice").read(slower)
    assert len(other) == len(slower) == 0


def test_files_that_cannot_be_read_are_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = PhraseFolder(tmp_path, "voice")
    folder.write(used(phrase("Yes."), phrase("No."), phrase("Maybe."), phrase("Fine.")))
    files = {json.loads(file.read_text())["text"]: file for file in tmp_path.rglob("*.json")}
    files["No."].write_text("{")
    files["Maybe."].with_suffix(".wav").write_bytes(b"no audio")
    files["Fine."].write_text('{"text": "Fine."}')
    later = cache()
    folder.read(later)
    assert len(later) == 1
    assert caplog.text.count("passed over") == 3


def test_the_folder_holds_no_more_than_a_cache(tmp_path: Path) -> None:
    folder = PhraseFolder(tmp_path, "voice")
    folder.write(used(phrase("One.", 10_000), phrase("Two.", 10_000)))
    folder.write(used(phrase("Three.", 10_000), limit_s=2))
    assert 2 <= len(list(tmp_path.rglob("*.json"))) <= 3
    folder.write(used(phrase("Four.", 10_000), limit_s=0.7))
    assert len(list(tmp_path.rglob("*.json"))) == len(list(tmp_path.rglob("*.wav"))) == 1
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_cannot_be_written_to_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((OSError, AudioError)):
        PhraseFolder(tmp_path / "file", "voice").write(used(phrase("Yes.")))


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError("no")

    kept = used(phrase("Yes."))
    folder = PhraseFolder(tmp_path, "voice")
    monkeypatch.setattr("antiphon.runtime.phrase_folder.write_wav", lambda *_: None)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        folder.write(kept)
    assert not list(tmp_path.rglob("*.part"))
