"""``antiphon speakable``: what a voice is given, as text or with what is said for what."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from antiphon.cli.main import main


def test_a_text_is_printed_as_a_voice_gets_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speakable", "**It** is $5."]) == 0
    assert capsys.readouterr().out == "It is five dollars.\n"


def test_without_a_text_each_line_of_standard_input_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("It is $5.\nAt 5 km\n"))
    assert main(["speakable"]) == 0
    assert capsys.readouterr().out == "It is five dollars.\nAt five kilometers\n"


def test_as_json_it_tells_what_is_said_for_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speakable", "It is $5.", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "written": "It is $5.",
        "spoken": "It is five dollars.",
        "words": [
            {"written": "It", "spoken": "It"},
            {"written": "is", "spoken": "is"},
            {"written": "$5.", "spoken": "five dollars."},
        ],
    }


def test_an_agent_has_a_manner_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "agent.toml"
    config.write_text('language = "en-GB"\n[speakable.pronunciation]\nNguyen = "win"\n')
    assert main(["speakable", "Nguyen on 3/5/2024", "--config", str(config)]) == 0
    assert capsys.readouterr().out == "win on May third, twenty twenty-four\n"
    assert main(["speakable", "Nguyen on 3/5/2024", "--config", str(config), "--language", "de"]) == 0
    assert capsys.readouterr().out == "win on 3/5/2024\n"
