from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from antiphon.audio import write_wav
from antiphon.bench.figures import number
from antiphon.bench.result import Finding, Row
from antiphon.bench.scatter import Scatter
from antiphon.bench.turns import Way, measure, missed_targets, outcomes_of, run_turns, ways
from antiphon.bench.turns_script import Pause, Turn
from antiphon.core.evidence import Evidence

MS = 1_000_000
PAUSED = Turn(("book", "a", "table", "for", "two"), pause=Pause(4, 700, looks_complete=False))
PLAIN = Turn(("thank", "you"))


@pytest.fixture(scope="module")
def finding() -> Finding:
    return run_turns(lambda _: None, turns=3_000)


def row_of(finding: Finding, endpointing: str, ready_ms: int = 0) -> Row:
    return next(
        row for row in finding.rows if row["endpointing"] == endpointing and row["ready_ms"] == ready_ms
    )


def fixed(silence_ms: int) -> Way:
    return Way("fixed", lambda _: silence_ms * MS)


def test_a_pause_longer_than_the_wait_is_cut_in_on() -> None:
    row = measure(fixed(699), [PAUSED, PLAIN], 0)
    assert row["cut_ins_per_100"] == 50
    assert row["cut_ins_per_100_where_words_look_complete"] == 0
    assert row["wait_ms"] == {"p50": 699.0, "p95": 699.0, "mean": 699.0}
    assert measure(fixed(700), [PAUSED, PLAIN], 0)["cut_ins_per_100"] == 0


def test_a_pause_a_little_shorter_is_too_where_the_voice_is_known_late() -> None:
    assert measure(fixed(739), [PAUSED], 0)["cut_ins_per_100_onset_known_late"] == 100
    assert measure(fixed(740), [PAUSED], 0)["cut_ins_per_100_onset_known_late"] == 0


def test_no_reply_sounds_before_it_is_ready() -> None:
    row = measure(fixed(300), [PAUSED], 800)
    assert number(row, "wait_ms", "p50") == 800
    assert row["cut_ins_per_100"] == 0


def test_until_the_reply_is_ready_the_endpointer_knows_that_it_is_in_the_making() -> None:
    asked: list[Evidence] = []

    def decide(evidence: Evidence) -> int:
        asked.append(evidence)
        return (400 if evidence.reply_ready else 1_200) * MS

    assert [one.wait_ns for one in outcomes_of(Way("", decide), [PLAIN], 800)] == [800 * MS]
    assert [(one.drafting, one.reply_ready) for one in asked] == [(True, False), (True, True)]


def test_what_learns_learns_from_pauses_it_did_not_cut_in_on() -> None:
    heard = []

    def way(wait_ms: int) -> Way:
        return Way("", lambda evidence: heard.append(evidence.habits) or wait_ms * MS, learns=True)  # type: ignore[func-returns-value]

    list(outcomes_of(way(1_000), [PAUSED, PLAIN], 0))
    assert heard[-1].turns == 1
    assert sum(heard[-1].pauses) == pytest.approx(0.98)
    list(outcomes_of(way(500), [PAUSED, PLAIN], 0))
    assert heard[-1].turns == 1
    assert sum(heard[-1].pauses) == 0


def test_each_way_is_measured_with_the_reply_ready_at_once_and_later(finding: Finding) -> None:
    names = [way.name for way in ways()]
    assert names[:4] == ["eager", "balanced", "patient", "balanced, learning"]
    assert [row["endpointing"] for row in finding.rows] == names * 2
    assert [row["ready_ms"] for row in finding.rows] == [0] * len(names) + [800] * len(names)


@pytest.mark.parametrize("silence_ms", [300, 500, 700, 1_000])
def test_balanced_is_ahead_of_every_fixed_silence_on_both_axes(finding: Finding, silence_ms: int) -> None:
    balanced, silence = row_of(finding, "balanced"), row_of(finding, f"fixed {silence_ms} ms")
    for figure in (("wait_ms", "p50"), ("cut_ins_per_100",)):
        ours, theirs = number(balanced, *figure), number(silence, *figure)
        assert ours is not None
        assert theirs is not None
        assert ours < theirs


def test_presets_trade_waiting_against_cutting_in(finding: Finding) -> None:
    rows = [row_of(finding, name) for name in ("eager", "balanced", "patient")]
    waits = [number(row, "wait_ms", "mean") or 0 for row in rows]
    cut_ins = [number(row, "cut_ins_per_100") or 0 for row in rows]
    assert waits == sorted(waits)
    assert cut_ins == sorted(cut_ins, reverse=True)


def test_targets_that_are_missed_are_named(finding: Finding) -> None:
    met = {
        "speech": "synthesised",
        "noise_db": None,
        "endpointing": "balanced",
        "ready_ms": 0,
        "wait_ms": {"p50": 240, "p95": 1_200},
        "cut_ins_per_100": 2,
    }
    assert missed_targets([met]) == []
    assert missed_targets([{**met, "cut_ins_per_100": 2.1}]) == [
        "synthesised: cut_ins_per_100 = 2.1, at most 2"
    ]
    assert len(missed_targets([{**met, "wait_ms": {}}])) == 2
    noisy = {**met, "noise_db": 10.0, "wait_ms": {"p50": 351, "p95": 1_300}, "cut_ins_per_100": 4}
    assert missed_targets([noisy]) == ["synthesised, noise at 10 dB: p50_ms = 351, at most 350"]
    assert missed_targets([{**noisy, "noise_db": 5.0}, {**noisy, "endpointing": "eager"}]) == []
    assert finding.what["targets_missed"] == missed_targets(finding.rows)


def test_it_can_be_printed_and_drawn(finding: Finding) -> None:
    assert json.loads(json.dumps(finding.to_json(), allow_nan=False))["rows"]
    cells = [[column.show(row) for column in finding.columns] for row in finding.rows]
    assert all(all(row) for row in cells)
    assert isinstance(finding.chart, Scatter)
    assert [(series.name, len(series.points)) for series in finding.chart.series] == [
        ("presets", 3),
        ("fixed silences", 4),
    ]
    assert finding.chart.svg().startswith("<svg")


def test_what_it_found_is_told_in_words() -> None:
    told: list[str] = []
    eager = run_turns(told.append, turns=40)
    assert told == ["turns: 8 ways of endpointing, 40 turns as text …"]
    assert eager.remarks[-1].startswith(("All targets are met", "Targets missed"))


@pytest.mark.embedded
def test_turns_are_heard_too(tmp_path: Path) -> None:
    recorded = (np.random.default_rng(1).normal(0, 3_000, 16_000)).astype(np.int16)
    write_wav(tmp_path / "one.wav", recorded, 16_000)
    (tmp_path / "one.txt").write_text("i would like a table")
    finding = run_turns(lambda _: None, turns=40, spoken=3, recordings=tmp_path)
    heard = [row for row in finding.rows if row["speech"] != "text"]
    assert {(row["speech"], row["noise_db"]) for row in heard} == {
        (speech, noise_db) for speech in ("synthesised", "recorded") for noise_db in (None, 20.0, 10.0, 5.0)
    }
    assert isinstance(finding.chart, Scatter)
    assert [series.name for series in finding.chart.series][:2] == ["presets", "fixed silences"]
