"""What streaming is worth, stage by stage: all combinations of streaming and batch, on the same talk."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from typing import cast

from antiphon.bench.chart import Chart, Panel
from antiphon.bench.embedded import LLM, STT, TTS, VAD, converse, embedded_parts, speak_all
from antiphon.bench.figures import delay_bar, mean_spent_ms, median_ms, number, percentiles_ms
from antiphon.bench.result import Column, Finding, Note, Row, machine, machine_text
from antiphon.bench.steady import STEADY
from antiphon.config import NO_PHRASES, Agent, Mode, Modes
from antiphon.core.speculation import Speculation, Strategy
from antiphon.providers.spec import ProviderSpec
from antiphon.simulation.ablation import SILENCE_MS, ablation_rows, cloud_profile
from antiphon.telemetry.wording import about_ms, share_text

TARGET = 0.65  # below batch everywhere, on cloud vendors
EVERYWHERE_BATCH, EVERYWHERE_STREAMING = "batch everywhere", "streaming everywhere"
CALLS = 2  # at a time, on the embedded parts
COMBINATIONS = tuple(Modes(*modes) for modes in itertools.product((Mode.BATCH, Mode.STREAMING), repeat=3))

_TITLES = {
    "cloud": "Cloud vendors, scripted, in virtual time",
    "embedded": "Embedded parts, in real time",
}


def run_ablation(profile: str, voice: str | ProviderSpec, questions: Sequence[str], note: Note) -> Finding:
    """Measure the eight combinations.

    Args:
        profile: ``"cloud"``: scripted cloud vendors in virtual time; ``"embedded"``: the embedded parts in
            real time; ``"all"``: both.
        voice: The caller's, on the embedded parts.
        questions: What is asked there.
        note: Told how far it is.

    Raises:
        MissingExtraError: If an extra that the embedded parts need is not installed.
    """
    rows: list[Row] = []
    if profile != "embedded":
        note("ablation: cloud vendors in virtual time …")
        rows += (cast("Row", row) for row in ablation_rows())
    if profile != "cloud":
        rows += asyncio.run(embedded_rows(voice, questions, note))
    return _finding(tuple(rows))


async def embedded_rows(voice: str | ProviderSpec, questions: Sequence[str], note: Note) -> list[Row]:
    """The eight combinations on the embedded parts, in real time, without drafts.

    Args:
        voice: The caller's.
        questions: What the caller says, in every combination.
        note: Told how far it is.
    """
    handbook = resources.files("antiphon").joinpath("data", "kiosk.md").read_text(encoding="utf-8")
    spoken = await speak_all(voice, questions)
    rows: list[Row] = []
    async with embedded_parts(handbook) as parts:
        for modes in COMBINATIONS:
            note(f"ablation: embedded parts, {_label(modes)} …")
            agent = Agent(
                stt=parts.stt,
                llm=parts.llm,
                tts=parts.tts,
                vad=parts.vad,
                modes=modes,
                speculation=Speculation(strategy=Strategy.DISCARD),
                phrases=NO_PHRASES,
                endpointing=STEADY,
            )
            async with asyncio.TaskGroup() as group:
                calls = [
                    group.create_task(converse(agent, parts, spoken[first::CALLS])) for first in range(CALLS)
                ]
            answered = [record for call in calls for record in call.result().answered]
            delays_ns = [record.glass_to_glass_ns for record in answered]
            rows.append(
                {
                    "profile": "embedded",
                    **_names(modes),
                    "turns": len(answered),
                    "glass_to_glass_ms": percentiles_ms([each for each in delays_ns if each is not None]),
                    "contributions_ms": mean_spent_ms(answered),
                }
            )
    return _with_gain(rows)


def _names(modes: Modes) -> dict[str, str]:
    return {"stt": modes.stt.value, "llm": modes.llm.value, "tts": modes.tts.value}


def _label(modes: Modes | Row) -> str:
    """Which stages are batch, for people."""
    names = _names(modes) if isinstance(modes, Modes) else modes
    batch = [stage for stage in ("stt", "llm", "tts") if names[stage] == Mode.BATCH]
    if len(batch) == 3:
        return EVERYWHERE_BATCH
    return f"{' and '.join(batch)} batch" if batch else EVERYWHERE_STREAMING


def _with_gain(rows: Sequence[Row]) -> list[Row]:
    """The rows with how far each median is below that of batch everywhere, as a share of it."""
    batch_ms = next(median_ms(row) for row in rows if _label(row) == EVERYWHERE_BATCH)
    return [{**row, "below_batch": _gain(median_ms(row), batch_ms)} for row in rows]


def _gain(p50_ms: float | None, batch_ms: float | None) -> float | None:
    return None if p50_ms is None or not batch_ms else round(1 - p50_ms / batch_ms, 4)


def missed_target(rows: Sequence[Row]) -> str | None:
    """What is said when streaming everywhere gains less than it should on cloud vendors."""
    for row in rows:
        gain = number(row, "below_batch")
        if row["profile"] == "cloud" and _label(row) == EVERYWHERE_STREAMING:
            return None if gain is not None and gain >= TARGET else f"{share_text(gain)} < {TARGET:.0%}"
    return None


def _finding(rows: tuple[Row, ...]) -> Finding:
    described = machine()
    panels = [
        Panel(_TITLES[profile], [delay_bar(_label(row), row) for row in found])
        for profile in _TITLES
        if (found := [row for row in rows if row["profile"] == profile])
    ]
    missed = missed_target(rows)
    remarks = (
        "No drafts: nothing but the stages' own overlap is measured. Below batch: how far the median is "
        "below that of batch everywhere.",
        *((f"streaming everywhere below batch everywhere: missed: {missed}.",) if missed else ()),
    )
    chart = Chart(
        "What streaming is worth, stage by stage",
        "The caller’s last sound to the reply’s first. Bars: the mean turn; figures: medians; whiskers: p95.",
        panels,
        (remarks[0], machine_text(described)),
    )
    what: Row = {
        "benchmark": "ablation",
        "machine": described,
        "units": "milliseconds; below_batch is a share of the median with batch everywhere",
        "profiles": {
            "cloud": asdict(cloud_profile()) | {"endpointing_silence_ms": SILENCE_MS},
            "embedded": {"stt": STT, "llm": LLM, "tts": TTS, "vad": VAD, "calls_at_a_time": CALLS},
        },
        "targets": {"cloud": {"streaming_below_batch": TARGET}},
        "targets_missed": [missed] if missed else [],
    }
    return Finding("ablation", what, rows, COLUMNS, chart, remarks)


COLUMNS = (
    Column("profile", lambda row: str(row["profile"]), figures=False),
    Column("stt", lambda row: str(row["stt"]), figures=False),
    Column("llm", lambda row: str(row["llm"]), figures=False),
    Column("tts", lambda row: str(row["tts"]), figures=False),
    Column("p50", lambda row: about_ms(median_ms(row))),
    Column("p95", lambda row: about_ms(number(row, "glass_to_glass_ms", "p95"))),
    Column("below batch", lambda row: share_text(number(row, "below_batch"))),
)
