"""The ablation holds the same talk in all eight combinations and tells what each stage's streaming gains."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from antiphon.audio import Samples
from antiphon.bench import ablation
from antiphon.bench.ablation import COMBINATIONS, embedded_rows, missed_target, run_ablation
from antiphon.bench.embedded import Conversation
from antiphon.config import Agent, Mode
from antiphon.core.speculation import Strategy
from antiphon.runtime.providers import Providers

from ..telemetry.samples import turn_record
from .test_embedded import made


@pytest.fixture
def agents(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Agent, int]]:
    """The agents that were called, and how many questions each was asked; batch stages take 100 ms longer."""
    agents: list[tuple[Agent, int]] = []

    async def speak_all(voice: object, texts: Sequence[str]) -> list[Samples]:
        return [np.zeros(1, np.int16) for _ in texts]

    @asynccontextmanager
    async def embedded_parts(handbook: str) -> AsyncIterator[Providers]:
        assert "Saltmarsh" in handbook
        yield made()

    async def converse(agent: Agent, parts: Providers, utterances: Sequence[Samples]) -> Conversation:
        agents.append((agent, len(utterances)))
        batch = [agent.modes.stt, agent.modes.llm, agent.modes.tts].count(Mode.BATCH)
        return Conversation(
            [turn_record(contributions_ms={"endpointing": 600 + 100 * batch}) for _ in utterances]
        )

    monkeypatch.setattr(ablation, "speak_all", speak_all)
    monkeypatch.setattr(ablation, "embedded_parts", embedded_parts)
    monkeypatch.setattr(ablation, "converse", converse)
    return agents


def test_there_are_all_eight_combinations() -> None:
    assert len({(each.stt, each.llm, each.tts) for each in COMBINATIONS}) == 8


async def test_each_combination_is_asked_everything_without_drafts(agents: list[tuple[Agent, int]]) -> None:
    rows = await embedded_rows("espeak/en-us", ["one", "two", "three"], lambda _: None)
    assert len(rows) == 8
    assert {row["turns"] for row in rows} == {3}
    assert {agent.speculation.strategy for agent, _ in agents} == {Strategy.DISCARD}
    assert {agent.modes for agent, _ in agents} == set(COMBINATIONS)


@pytest.mark.usefixtures("agents")
async def test_a_row_tells_its_gain_over_batch_everywhere() -> None:
    rows = await embedded_rows("espeak/en-us", ["one"], lambda _: None)
    streaming = next(row for row in rows if {row["stt"], row["llm"], row["tts"]} == {"streaming"})
    assert streaming["glass_to_glass_ms"] == {"p50": 600.0, "p95": 600.0}
    assert streaming["contributions_ms"] == {"endpointing": 600}
    assert streaming["below_batch"] == pytest.approx(1 / 3, abs=1e-4)
    assert sorted(float(str(row["below_batch"])) for row in rows)[0] == 0


def test_cloud_vendors_are_in_virtual_time_and_streaming_gains_what_it_should() -> None:
    told: list[str] = []
    finding = run_ablation("cloud", "espeak/en-us", [], told.append)
    assert [row["profile"] for row in finding.rows] == ["cloud"] * 8
    assert missed_target(finding.rows) is None
    assert finding.what["targets_missed"] == []
    p50 = {
        (row["stt"], row["llm"], row["tts"]): float(str(row["glass_to_glass_ms"]["p50"]))  # type: ignore[index, call-overload]
        for row in finding.rows
    }
    for modes, slower in p50.items():
        for stage in range(3):
            if modes[stage] == "batch":
                quicker = p50[(*modes[:stage], "streaming", *modes[stage + 1 :])]
                assert slower - quicker > 150, f"streaming stage {stage} of {modes} is not seen"
    assert len(told) == 1


@pytest.mark.usefixtures("agents")
def test_both_profiles_are_in_one_picture() -> None:
    finding = run_ablation("all", "espeak/en-us", ["one"], lambda _: None)
    assert [row["profile"] for row in finding.rows] == ["cloud"] * 8 + ["embedded"] * 8
    assert len(finding.chart.panels) == 2
    assert [len(panel.bars) for panel in finding.chart.panels] == [8, 8]
    labels = [bar.label for bar in finding.chart.panels[0].bars]
    assert labels[0] == "batch everywhere"
    assert labels[-1] == "streaming everywhere"
    assert "stt and tts batch" in labels


@pytest.mark.usefixtures("agents")
def test_the_embedded_parts_alone_have_no_target() -> None:
    finding = run_ablation("embedded", "espeak/en-us", ["one"], lambda _: None)
    assert [row["profile"] for row in finding.rows] == ["embedded"] * 8
    assert len(finding.remarks) == 1


def test_a_gain_that_is_too_small_is_told() -> None:
    row = {"profile": "cloud", "stt": "streaming", "llm": "streaming", "tts": "streaming", "below_batch": 0.6}
    assert missed_target([row]) == "60% < 65%"
