from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.notices import Trouble, TurnEnded, TurnRecord
from antiphon.telemetry import report as module
from antiphon.telemetry.report import Report, ReportBuilder, percentile

from .samples import DRAFTED, STREAMED, call, report, turn_record, turn_records


def built(records: list[TurnRecord]) -> Report:
    builder = ReportBuilder()
    for at_ns, record in enumerate(records):
        builder.observe(TurnEnded(at_ns, record))
    return builder.build()


def as_json(records: list[TurnRecord]) -> Any:
    return json.loads(json.dumps(built(records).to_json(), allow_nan=False))


# --- percentiles --------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10**10), min_size=1), st.floats(0, 1))
def test_a_percentile_is_what_numpy_says(values: list[int], share: float) -> None:
    assert percentile(values, share) == pytest.approx(float(np.quantile(values, share)), rel=1e-9, abs=1e-6)


@given(st.lists(st.integers(-(10**9), 10**10), min_size=1))
def test_percentiles_rise_and_stay_within_the_values(values: list[int]) -> None:
    found = [percentile(values, share) for share in (0, 0.25, 0.5, 0.95, 1)]
    assert found[0] == min(values)
    assert found[-1] == max(values)
    assert all(low <= high for low, high in pairwise(found))  # type: ignore[operator]


def test_of_no_values_there_is_no_percentile() -> None:
    assert percentile([], 0.5) is None


# --- JSON ---------------------------------------------------------------------------------------------


def test_the_json_has_the_keys_that_tools_depend_on_first_and_in_order() -> None:
    found = report().to_json()
    assert list(found)[:2] == ["turns", "glass_to_glass_ms"]
    turns = found["turns"]
    assert isinstance(turns, list)
    assert list(turns[0])[:8] == [
        "user",
        "reply",
        "glass_to_glass_ms",
        "substance_ms",
        "contributions_ms",
        "drafts",
        "llm_calls",
        "interrupted",
    ]
    assert turns[0]["drafts"] == {"started": 2, "reused": 1, "opened": 0, "discarded": 1}


def test_the_json_of_a_call_says_what_was_measured() -> None:
    found = as_json([turn_record(contributions_ms=DRAFTED), turn_record(contributions_ms=STREAMED)])
    assert [turn["glass_to_glass_ms"] for turn in found["turns"]] == [333.0, 1028.0]
    assert found["turns"][0]["contributions_ms"] == {**DRAFTED}
    assert found["glass_to_glass_ms"] == {"p50": 680.5, "p95": pytest.approx(993.25)}


@given(st.lists(turn_records(), max_size=4))
def test_any_call_gives_valid_finite_json(records: list[TurnRecord]) -> None:
    found = as_json(records)
    assert len(found["turns"]) == len(records)
    for numbers in found["glass_to_glass_ms"].values():
        assert numbers is None or math.isfinite(numbers)


@given(turn_records())
def test_contributions_in_json_sum_to_the_delay(record: TurnRecord) -> None:
    (turn,) = as_json([record])["turns"]
    if turn["glass_to_glass_ms"] is None:
        assert turn["contributions_ms"] == {}
        assert turn["substance_ms"] is None
    else:
        assert sum(turn["contributions_ms"].values()) == pytest.approx(turn["glass_to_glass_ms"], abs=1e-5)


def test_a_turn_without_a_reply_has_null_times_and_does_not_count() -> None:
    silent = turn_record(reply=None, outcome="failed", error="tts: gone")
    silent = TurnRecord(1, "hello", None, None, {}, {}, silent.ledger, False, "failed", "tts: gone")
    found = as_json([silent, turn_record(contributions_ms=DRAFTED)])
    assert found["turns"][0]["glass_to_glass_ms"] is None
    assert found["turns"][0]["error"] == "tts: gone"
    assert found["glass_to_glass_ms"]["p50"] == 333.0


def test_a_withdrawn_reply_does_not_pass_for_a_quick_answer() -> None:
    found = as_json([turn_record(contributions_ms=DRAFTED, outcome="withdrawn"), turn_record()])
    assert found["turns"][0]["glass_to_glass_ms"] is None
    assert found["glass_to_glass_ms"] == {"p50": 1028.0, "p95": 1028.0}


def test_a_call_without_turns_has_nulls() -> None:
    found = as_json([])
    assert found["turns"] == []
    assert found["glass_to_glass_ms"] == {"p50": None, "p95": None}
    assert found["hit_rate"] is None


# --- gathering ----------------------------------------------------------------------------------------


def test_ledgers_are_added_up() -> None:
    found = report((DRAFTED, DRAFTED, STREAMED))
    assert (found.ledger.started, found.ledger.reused, found.ledger.llm_requests) == (5, 2, 5)
    assert found.ledger.usage.tts_characters == 88 + 88 + 44
    assert found.hit_rate == pytest.approx(2 / 3)
    assert found.llm_calls_per_turn == pytest.approx(5 / 3)


def test_troubles_are_kept() -> None:
    builder = ReportBuilder()
    builder.observe(Trouble(3, "stt", "gone"))
    assert builder.build().to_json()["troubles"] == [{"where": "stt", "message": "gone"}]


def test_a_report_can_be_built_again_as_the_call_goes_on() -> None:
    builder = ReportBuilder()
    lengths = []
    for notice in call((DRAFTED, STREAMED)):
        builder.observe(notice)
        lengths.append(len(builder.build().turns))
    assert lengths[0] == 0
    assert lengths[-1] == 2


def test_a_long_call_keeps_its_newest_turns_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TURNS", 3)
    found = built([turn_record(turn_id) for turn_id in range(5)])
    assert [turn.record.turn_id for turn in found.turns] == [2, 3, 4]
    assert found.left_out == 2
