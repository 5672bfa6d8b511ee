"""The runtime's costs are told measure by measure, and a target that was missed is told as missed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antiphon.audio import Samples
from antiphon.bench import overhead
from antiphon.bench.embedded import Conversation
from antiphon.bench.meter import LoopAccount, LoopMeter, LoopPass
from antiphon.bench.overhead import HANDBOOK, QUESTIONS, Costs, cost_rows, run_overhead
from antiphon.bench.result import Note
from antiphon.core.messages import Message
from antiphon.providers.base import LLMRequest, ProviderContext, TextDelta
from antiphon.providers.registry import create_llm

from ..telemetry.samples import turn_record

MS = 1_000_000
RECORDS = [
    turn_record(number, contributions_ms={"endpointing": 600, "runtime": number}) for number in (1, 2, 9)
]
COSTS = Costs(
    conversation=Conversation(RECORDS, duration_ns=30_000 * MS),
    loop=LoopAccount(
        [LoopPass(3 * MS, worked_ns=1 * MS), LoopPass(8 * MS, worked_ns=2 * MS)], [MS, MS, 4 * MS]
    ),
    own_cpu_s=0.5,
    engines_cpu_s=0.25,
    own_bytes=300_000.0,
    engines_bytes=None,
)


def rows() -> dict[str, dict[str, object]]:
    return {str(row["metric"]): dict(row) for row in cost_rows(COSTS)}


def test_the_runtimes_share_is_taken_from_every_answered_turn() -> None:
    row = rows()["runtime's share of a reply's delay"]
    assert (row["samples"], row["p50"], row["max"]) == (3, 2, 9)
    assert row["met"] is False, "the 99th percentile is above 5 ms"


def test_a_turn_in_which_the_runtime_took_no_time_counts_too() -> None:
    idle = turn_record(contributions_ms={"endpointing": 600})
    costs = replace(COSTS, conversation=Conversation([idle], 1))
    assert next(iter(cost_rows(costs)))["p50"] == 0


def test_what_a_pass_took_and_what_it_worked_are_told_apart_and_work_has_the_target() -> None:
    took, worked = (rows()[f"pass of the event loop, as it {what}"] for what in ("took", "worked"))
    assert (took["max"], took["met"]) == (8, None)
    assert (worked["max"], worked["met"]) == (2, True)


def test_what_the_machine_adds_of_its_own_is_told_without_a_target() -> None:
    row = rows()["woken late by the machine"]
    assert (row["p50"], row["max"], row["met"]) == (1, 4, None)


def test_processor_time_is_told_by_the_minute() -> None:
    assert rows()["processor, this process"]["value"] == 1.0
    assert rows()["processor, engines"]["value"] == 0.5


def test_memory_is_told_in_megabytes_and_is_unknown_where_the_system_does_not_say() -> None:
    assert rows()["memory, this process"]["value"] == 0.3
    assert rows()["memory, engines"]["value"] is None


def test_a_finding_is_made_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    async def speak_all(*asked_for: object) -> list[Samples]:
        asked.append(asked_for)
        return []

    async def measure(questions: list[Samples], meter: LoopMeter, note: Note) -> Costs:
        return COSTS

    monkeypatch.setattr(overhead, "speak_all", speak_all)
    monkeypatch.setattr(overhead, "_measure", measure)
    finding = run_overhead(lambda _: None)
    assert asked == [("espeak/en-us+f3", QUESTIONS)]
    assert finding.rows == tuple(cost_rows(COSTS))
    assert finding.what["turns_answered"] == 3
    shown = [[column.show(row) for column in finding.columns] for row in finding.rows]
    assert shown[0] == [
        "runtime's share of a reply's delay",
        "2",
        "8.86",
        "9",
        "ms",
        "p50 ≤ 2, p99 ≤ 5: missed",
    ]
    assert shown[-1] == ["memory, engines", "", "", "–", "MB per session", ""]
    assert "What the runtime takes" in finding.chart.svg()


async def test_every_question_has_a_short_answer_in_the_handbook() -> None:
    model = create_llm("handbook", ProviderContext(handbook=HANDBOOK))
    for question in QUESTIONS:
        request = LLMRequest((Message("user", question),))
        reply = "".join([event.text async for event in model.stream(request) if isinstance(event, TextDelta)])
        assert reply in HANDBOOK
        assert len(reply.split()) <= 6
