"""The cloud benchmark adds up what its calls were like, and says which targets were missed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from antiphon.bench import cloud
from antiphon.bench.cloud import AIMED_AT, TARGETS, VARIANTS, measured, missed_targets, run_cloud
from antiphon.bench.cloud_call import CallAccount, Variant
from antiphon.bench.cloud_script import LINES, MS_PER_CHARACTER, Timetable
from antiphon.bench.ear import Sound
from antiphon.bench.result import Row
from antiphon.bench.speech import Speech
from antiphon.core.messages import Message
from antiphon.core.notices import Ledger
from antiphon.simulation.vendor_log import ModelCall, Synthesis

from ..telemetry.samples import turn_record
from .test_cloud_script import speech

MS = 1_000_000
GOOD: Row = {
    "variant": AIMED_AT,
    "turns": 24,
    "right_replies": 24,
    "glass_to_glass_ms": {"p50": 820.0, "p95": 900.0},
    "virtual_ms": {"p50": 810.0},
    "unaccounted_sounds": 0,
    "requests_per_turn": 1.3,
}
DELAYS_MS = {"batch": 2_300, "streaming": 1_200, "drafts": 800}


def perfect_call(plan: Timetable, variant: Variant) -> CallAccount:
    """A call in which each turn is answered right, always after the same time, by one request."""
    account = CallAccount(plan)
    for number, turn in enumerate(plan.turns):
        audible_ns = turn.end_ns + DELAYS_MS[variant.name] * MS
        stop_ns = audible_ns + len(turn.answer) * MS_PER_CHARACTER * MS
        account.sounds.append(Sound(audible_ns, stop_ns))
        account.replies_ns[number] = audible_ns
        account.committed.add(number)
        record = turn_record(
            number,
            user=turn.text,
            reply=turn.answer,
            contributions_ms={"endpointing": DELAYS_MS[variant.name]},
            ledger=Ledger(started=1, reused=1) if variant.name == "drafts" else Ledger(),
        )
        account.records.append(replace(record, marks_ns={"audible": audible_ns}))
        messages = (Message("user", turn.text),)
        account.log.model_calls.append(ModelCall(number, 0, messages, turn.answer, output_tokens=12))
        account.log.syntheses.append(Synthesis(number, 0, turn.answer))
    return account


@pytest.fixture
def perfect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls without sound, sockets or waiting."""

    async def speeches() -> list[Speech]:
        return [speech(line.text) for line in LINES]

    async def hold_call(plan: Timetable, variant: Variant, seed: int) -> CallAccount:
        return perfect_call(plan, variant)

    monkeypatch.setattr(cloud, "_speeches", speeches)
    monkeypatch.setattr(cloud, "hold_call", hold_call)


@pytest.mark.usefixtures("perfect")
def test_each_variant_is_a_row_and_all_that_was_asked_is_in_it() -> None:
    told: list[str] = []
    finding = run_cloud(told.append)
    batch, streaming, drafts = finding.rows
    assert [row["variant"] for row in finding.rows] == [variant.name for variant in VARIANTS]
    assert drafts["glass_to_glass_ms"] == {"p50": 800.0, "p95": 800.0}
    assert drafts["contributions_ms"] == {"endpointing": 800}
    assert (drafts["turns"], drafts["answered"], drafts["right_replies"]) == (24, 24, 24)
    assert (drafts["cut_ins"], drafts["unaccounted_sounds"], drafts["troubles"]) == (0, 0, 0)
    assert drafts["drafts"] == {"started": 24, "reused": 24, "discarded": 0}
    assert [row["requests_per_turn"] for row in finding.rows] == [1, 1, 1]
    assert [row["spend_ratio"] for row in finding.rows] == [1, 1, 1]
    assert batch["glass_to_glass_ms"] == {"p50": 2300.0, "p95": 2300.0}
    assert streaming["virtual_ms"] != drafts["virtual_ms"]
    assert len(told) == len(VARIANTS)


@pytest.mark.usefixtures("perfect")
def test_it_says_what_it_measured_on_what_and_how_it_was_told() -> None:
    finding = run_cloud(lambda _: None)
    assert {"machine", "units", "profile", "calls_at_a_time", "targets", "targets_missed"} <= set(
        finding.what
    )
    assert {"batch", "streaming", "drafts"} <= set(finding.chart.svg().replace("<", ">").split(">"))
    assert [column.show(finding.rows[2]) for column in finding.columns][:3] == ["drafts", "800 ms", "800 ms"]
    assert finding.remarks[-1].startswith("drafts: ")


def test_a_row_that_keeps_all_targets_misses_none() -> None:
    assert missed_targets(GOOD) == []


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"glass_to_glass_ms": {"p50": 841.0, "p95": 900.0}, "virtual_ms": {"p50": 841.0}}, "p50_ms"),
        ({"glass_to_glass_ms": {"p50": 820.0, "p95": 1_001.0}}, "p95_ms"),
        ({"virtual_ms": {"p50": 790.0}}, "p50_from_virtual_ms"),
        ({"right_replies": 23}, "wrong_replies"),
        ({"unaccounted_sounds": 1}, "unaccounted_sounds"),
        ({"requests_per_turn": 1.417}, "requests_per_turn"),
    ],
)
def test_each_target_can_be_missed(change: Row, missed: str) -> None:
    (told,) = missed_targets({**GOOD, **change})
    assert told.startswith(f"{missed} ")
    assert told.endswith(f"> {TARGETS[missed]:g}")


def test_what_could_not_be_measured_is_missed() -> None:
    assert measured({**GOOD, "glass_to_glass_ms": {"p50": None, "p95": None}})["p50_ms"] == math.inf
