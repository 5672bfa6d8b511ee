"""``antiphon simulate``."""

from __future__ import annotations

import json

import pytest

from antiphon.cli.main import main


def test_one_object_with_the_keys_that_tools_depend_on(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "simulate",
        "--population",
        "echo",
        "--calls",
        "3",
        "--seed",
        "5",
        "--processes",
        "1",
        "--json",
    ]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"seed", "calls", "turns", "violations", "turns_per_s", "populations"}
    assert (told["seed"], told["calls"], told["violations"]) == (5, 3, [])
    figures = {"glass_to_glass_ms", "substance_ms", "seam_gap_ms", "hit_rate"}
    figures |= {"llm_calls_per_turn", "spend_ratio", "cut_ins_per_100"}
    assert set(told["populations"]["echo"]) == figures


def test_the_core_alone_may_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--calls", "4", "--core-only", "--processes", "1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["populations"]) == 4


def test_the_agent_may_have_tools(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--calls", "4", "--tools", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["violations"] == []
    assert main(["simulate", "--calls", "4", "--tools", "--core-only"]) != 0
    assert capsys.readouterr().err == "Error: --tools: tools run in whole calls; leave out --core-only\n"


def test_one_call_may_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--population", "echo", "--seed", "5", "--calls", "2", "--replay", "5:1"]) == 0
    assert "history" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--population", "nobody"], ["--replay", "first"], ["--threshold", "2"]])
def test_what_is_wrong_is_said_in_one_line(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--calls", "1", *wrong]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert wrong[1] in told
