"""Figures are what they are called: percentiles, the turn in the middle, and none where none was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antiphon.bench.figures import delay_bar, mean_spent_ms, median_ms, number, percentiles_ms

from ..telemetry.samples import MS, turn_record


def test_percentiles_are_in_milliseconds_to_a_tenth() -> None:
    assert percentiles_ms([100 * MS, 200 * MS, 300_061_000]) == {"p50": 200.0, "p95": 290.1}


def test_of_nothing_there_are_no_percentiles() -> None:
    assert percentiles_ms([]) == {"p50": None, "p95": None}


def test_the_mean_turn_is_made_of_mean_contributions_and_adds_up_to_the_mean_delay() -> None:
    one = turn_record(contributions_ms={"endpointing": 600, "llm_first_token": 400, "tts_first_byte": 150})
    other = turn_record(contributions_ms={"endpointing": 600, "runtime": 2, "tts_first_byte": 100})
    spent_ms = mean_spent_ms([one, other])
    assert spent_ms == {"endpointing": 600, "runtime": 1, "llm_first_token": 200, "tts_first_byte": 125}
    assert list(spent_ms) == ["endpointing", "runtime", "llm_first_token", "tts_first_byte"]
    assert sum(spent_ms.values()) == (1_150 + 702) / 2


def test_turns_without_a_reply_have_no_part_in_it() -> None:
    silent = replace(turn_record(contributions_ms={}), glass_to_glass_ns=None)
    heard = turn_record(contributions_ms={"endpointing": 600})
    assert mean_spent_ms([silent, heard]) == {"endpointing": 600}
    assert mean_spent_ms([silent]) == {}


def test_a_contribution_that_nobody_has_described_comes_last() -> None:
    assert list(mean_spent_ms([turn_record(contributions_ms={"novelty": 1, "device": 2})])) == [
        "device",
        "novelty",
    ]


@pytest.mark.parametrize(
    ("path", "found"), [(("a",), 1), (("b", "c"), 2.5), (("b",), None), (("x",), None), (("t",), None)]
)
def test_a_figure_is_found_by_its_keys(path: tuple[str, ...], found: float | None) -> None:
    assert number({"a": 1, "b": {"c": 2.5}, "t": True}, *path) == found


def test_a_row_becomes_a_bar_with_its_tail() -> None:
    row = {
        "glass_to_glass_ms": {"p50": 800.4, "p95": 900},
        "contributions_ms": {"endpointing": 600, "stt": 200},
    }
    bar = delay_bar("drafts", row, target_ms=840)
    assert (bar.label, bar.value, bar.length_ms, bar.tail_ms, bar.target_ms) == (
        "drafts",
        "800 ms",
        800,
        900,
        840,
    )
    assert median_ms(row) == 800.4
