"""``antiphon run`` answers a recording in real time and writes down what came of it."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile

from antiphon.cli import run as command
from antiphon.cli.main import main
from antiphon.cli.run import tail_ms
from antiphon.config import Agent
from antiphon.core.endpointing import Endpointing


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch, easy_agent: Agent) -> None:
    monkeypatch.setattr(command, "read_agent", lambda config: easy_agent)


def heard(recording: Path) -> tuple[bool, bool]:
    """Whether there is a sound on the caller's track, and on the agent's."""
    samples, _ = soundfile.read(recording, dtype="int16", always_2d=True)
    caller, agent = samples.T
    return bool(np.abs(caller).max() > 1_000), bool(np.abs(agent).max() > 1_000)


def test_both_sides_are_recorded_and_the_turn_is_told(
    caller_wav: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.wav"
    assert main(["run", str(caller_wav), str(out)]) == 0
    assert heard(out) == (True, True)
    printed = capsys.readouterr().out
    assert "hello there" in printed
    assert "Good morning." in printed
    assert printed.splitlines()[-1].startswith("1 turn; glass to glass ")
    assert printed.splitlines()[-1].endswith(f"written: {out}")
    assert {path.name for path in tmp_path.iterdir()} == {"in.wav", "out.wav"}


def test_json_is_one_object_with_the_promised_keys(
    caller_wav: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "deep" / "report"
    arguments = ["run", str(caller_wav), str(tmp_path / "out.wav"), "--report", str(folder), "--json"]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    turn = report["turns"][0]
    assert (turn["user"], turn["reply"], turn["interrupted"]) == ("hello there", "Good morning.", False)
    assert turn["llm_calls"] == 1
    assert {*turn["drafts"]} == {"started", "reused", "opened", "discarded"}
    assert turn["glass_to_glass_ms"] == pytest.approx(sum(turn["contributions_ms"].values()))
    assert report["glass_to_glass_ms"]["p50"] == turn["glass_to_glass_ms"]
    assert json.loads((folder / "report.json").read_text(encoding="utf-8")) == report
    assert "hello there" in (folder / "report.html").read_text(encoding="utf-8")


def test_ctrl_c_keeps_what_there_is(
    caller_wav: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def stop_early(self: object) -> object:  # the caller's third frame is the last
        frames = 0
        async for frame in real_frames(self):
            frames += 1
            if frames == 3:
                signal.raise_signal(signal.SIGINT)
            yield frame

    real_frames = command.FileCaller.frames
    monkeypatch.setattr(command.FileCaller, "frames", stop_early)
    out = tmp_path / "out.wav"
    assert main(["run", str(caller_wav), str(out)]) == 130
    assert capsys.readouterr().err.strip() == f"Stopped: 0 turns; written: {out}"
    assert soundfile.info(out).duration < 0.2


@pytest.mark.parametrize(
    ("caller", "out", "code", "complaint"),
    [
        ("none.wav", "out.wav", 2, "File 'none.wav' does not exist"),
        ("in.wav", "no/such/out.wav", 1, "Error: no/such/out.wav: there is no folder no/such"),
        ("text.wav", "out.wav", 1, "Error: text.wav"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(
    caller: str,
    out: str,
    code: int,
    complaint: str,
    caller_wav: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(caller_wav.parent)
    Path("text.wav").write_text("no audio", encoding="utf-8")
    assert main(["run", caller, out]) == code
    assert complaint in capsys.readouterr().err


def test_the_caller_stays_until_the_last_turn_must_have_ended() -> None:
    endpointing = Endpointing(silence_ms=900, final_timeout_ms=2_000)
    assert tail_ms(Agent(endpointing=endpointing)) > 2_900
    assert tail_ms(Agent(endpointing=Endpointing(longest_ms=1_600, final_timeout_ms=2_000))) > 3_600
    assert tail_ms(Agent(endpointing=Endpointing(longest_ms=1_600), language="fr")) > 3_500
