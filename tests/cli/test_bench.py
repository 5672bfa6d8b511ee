"""``antiphon bench`` prints a table or one JSON object, and writes chart and figures where it is told to."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import antiphon.bench.ablation
import antiphon.bench.cloud
import antiphon.bench.density
import antiphon.bench.overhead
import antiphon.bench.strategies
import antiphon.bench.turns
from antiphon.bench.chart import Bar, Chart, Panel
from antiphon.bench.result import Column, Finding
from antiphon.cli.main import main

FINDING = Finding(
    "speed",
    {"units": "ms"},
    ({"p50": 1.5},),
    (Column("median", lambda row: str(row["p50"])),),
    Chart("Speed", "", [Panel("ms", [Bar("a", "1.5", {"stt": 1.5})])]),
    ("All is well.",),
)


def test_turns_are_measured_as_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[object, dict[str, object]]] = []

    def run_turns(note: object, sentences: object, **more: object) -> Finding:
        asked.append((sentences, more))
        return FINDING

    monkeypatch.setattr(antiphon.bench.turns, "run_turns", run_turns)
    said = tmp_path / "said.tsv"
    said.write_text("1\tbooking\tbook a table for two\n")
    assert main(["bench", "turns", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"p50": 1.5}]
    options = ["--turns", "5", "--spoken", "0", "--seed", "3", "--recordings", str(tmp_path)]
    assert main(["bench", "turns", "--sentences", str(said), *options]) == 0
    (none, usual), (sentences, given) = asked
    assert (none, usual) == (None, {"turns": 20_000, "spoken": 200, "recordings": None, "seed": 1})
    assert sentences is not None
    assert given == {"turns": 5, "spoken": 0, "recordings": tmp_path, "seed": 3}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the benchmarks were asked for; they take no time."""
    asked: list[tuple[object, ...]] = []

    def run(name: str) -> object:
        def measure(*arguments: object) -> Finding:
            *settings, note = arguments
            assert callable(note)
            note(f"measuring {name}")
            asked.append((name, *settings))
            return FINDING

        return measure

    for name in ("ablation", "cloud", "density", "overhead"):
        monkeypatch.setattr(getattr(antiphon.bench, name), f"run_{name}", run(name))
    return asked


@pytest.mark.parametrize("name", ["ablation", "cloud", "density", "overhead"])
def test_a_table_is_printed_and_progress_goes_to_stderr(
    name: str, asked: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", name]) == 0
    printed = capsys.readouterr()
    assert printed.out.split() == ["median", "1.5", "All", "is", "well."]
    assert printed.err == f"measuring {name}\n"
    assert [each[0] for each in asked] == [name]


@pytest.mark.parametrize("name", ["ablation", "cloud", "density", "overhead"])
@pytest.mark.usefixtures("asked")
def test_json_is_one_object_and_nothing_else(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"what": {"units": "ms"}, "rows": [{"p50": 1.5}]}


@pytest.mark.usefixtures("asked")
def test_chart_and_figures_are_written_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "cloud", "--json", "--out", str(tmp_path / "new")]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["rows"] == [{"p50": 1.5}]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["speed.json", "speed.svg"]
    assert str(tmp_path / "new" / "speed.svg") in printed.err


@pytest.mark.parametrize("profile", ["cloud", "embedded", "all"])
def test_the_ablation_asks_the_demos_questions_of_the_profile(
    profile: str, asked: list[tuple[object, ...]]
) -> None:
    assert main(["bench", "ablation", "--profile", profile]) == 0
    ((_, found, _, questions),) = asked
    assert found == profile
    assert isinstance(questions, list)
    assert "Can I bring my dog?" in questions


def test_the_strategies_are_asked_for_by_a_flag(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(antiphon.bench.strategies, "run_strategies", lambda _: FINDING)
    assert main(["bench", "ablation", "--strategies"]) == 0
    assert "All is well." in capsys.readouterr().out


def test_an_unknown_profile_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "ablation", "--profile", "moon"]) == 2
    assert "moon" in capsys.readouterr().err


def test_only_what_there_is_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--help"]) == 0
    commands = capsys.readouterr().out.partition("Commands:")[2]
    assert [line.split()[0] for line in commands.strip().splitlines() if line.startswith("  ")]
    assert all(name in commands for name in ("ablation", "cloud", "density", "overhead"))


@pytest.mark.usefixtures("asked")
def test_density_is_measured_with_as_many_calls_as_are_asked_for(asked: list[tuple[object, ...]]) -> None:
    assert main(["bench", "density", "--calls", "5", "--calls", "7", "--seconds", "3", "--cycles", "0"]) == 0
    assert asked == [("density", (5, 7), 3.0, 0)]


def test_density_without_the_server_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "antiphon.bench.density", None)
    assert main(["bench", "density"]) == 1
    assert "pip install 'antiphon[server]'" in capsys.readouterr().err
