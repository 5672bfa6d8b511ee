"""``antiphon demo`` holds its conversation and leaves a recording and a report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from antiphon.cli import demo as command
from antiphon.cli.demo import LINES, demo
from antiphon.cli.demo_caller import Line
from antiphon.cli.main import main
from antiphon.config import Agent
from antiphon.providers.spec import choices


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch, easy_agent: Agent) -> None:
    """The demo with engines of a few lines, and a caller of few words."""

    monkeypatch.setattr(command, "read_agent", lambda config: easy_agent)
    monkeypatch.setattr(command, "create_tts", lambda name, context: choices("tts", easy_agent.tts)[0])
    monkeypatch.setattr(command, "LINES", (Line(("one",)), Line(("two", "three"), hesitation_ms=20)))


@pytest.mark.usefixtures("short")
def test_each_line_is_answered_and_the_call_is_written_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path / "out"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [turn["reply"] for turn in report["turns"]] == ["Good morning.", "Good morning."]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"call.wav", "report.html", "report.json"}


@pytest.mark.usefixtures("short")
def test_the_conversation_is_shown_as_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert (
        printed.index("How can I help you?") < printed.index("hello there") < printed.index("Good morning.")
    )
    assert str(tmp_path / "report.html") in printed.splitlines()[-1]


def test_the_script_shows_a_hesitation_and_an_interruption() -> None:
    assert any(line.hesitation_ms for line in LINES)
    assert any(line.interrupts_after_ms for line in LINES[1:])


def test_what_it_writes_goes_where_version_control_does_not_look() -> None:
    folder = next(option.default for option in demo.params if option.name == "folder")
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{folder}/" in ignored
