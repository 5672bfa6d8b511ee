"""What the runtime itself takes: of each reply's delay, of the event loop, of processor and memory."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from antiphon.audio import Samples
from antiphon.bench.chart import Chart, Panel
from antiphon.bench.embedded import (
    LLM,
    STT,
    TTS,
    VAD,
    Conversation,
    converse,
    embedded_parts,
    speak_all,
    worker_ids,
)
from antiphon.bench.figures import number
from antiphon.bench.meter import LoopAccount, LoopMeter, cpu_s, memory_bytes, metered_loop, own_cpu_s
from antiphon.bench.result import Column, Finding, Note, Row, machine, machine_text
from antiphon.bench.speech import FORMAT
from antiphon.bench.spread import METRIC, TARGET, UNIT, figure_text, share_column, spread_bars, spread_row
from antiphon.bench.steady import STEADY
from antiphon.config import NO_PHRASES, Agent
from antiphon.core.times import NS_PER_S
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.transports.file import FileCaller

CALLERS_VOICE = "espeak/en-us+f3"
REPEATS = 4  # of the questions, in one call
MORE_SESSIONS = 16  # open at a time, to see what one more takes
LISTENED_S = 4  # in each of them
HANDBOOK = """\
# The ferry

## Hours
- When are you open?
- Are you open today?

From six until ten.

## Fares
- What is the fare?
- How much is a ticket?

Two pounds.

## Dogs
- Can I bring my dog?

Yes, on a lead.

## Bicycles
- Can I bring my bicycle?

Yes, for a pound.

## Cards
- Can I pay by card?

Yes, you can.

## Weather
- Do you sail in winter?

Every day but Sunday.

## Food
- Is there any food?

Only tea and cake.

## Parking
- Where can I park?

Behind the church.
"""
QUESTIONS = (
    "When are you open?",
    "What is the fare?",
    "Can I bring my dog?",
    "Can I bring my bicycle?",
    "Can I pay by card?",
    "Do you sail in winter?",
    "Is there any food?",
    "Where can I park?",
)


@dataclass(frozen=True, slots=True)
class Costs:
    """What one call cost, and one more session.

    Attributes:
        conversation: The call.
        loop: What the event loop did while it went on.
        own_cpu_s: Processor time of this process, the caller and its frames included.
        engines_cpu_s: Of the engines' processes; ``None`` where the system does not say.
        own_bytes: Memory that one more session takes in this process; ``None`` as above.
        engines_bytes: ... and in the engines' processes.
    """

    conversation: Conversation
    loop: LoopAccount
    own_cpu_s: float
    engines_cpu_s: float | None
    own_bytes: float | None
    engines_bytes: float | None


def run_overhead(note: Note) -> Finding:
    """Hold one call of short turns on the embedded parts and add up what it took.

    Args:
        note: Told how far it is.

    Raises:
        MissingExtraError: If an extra that it needs is not installed.
    """
    questions = asyncio.run(speak_all(CALLERS_VOICE, QUESTIONS))
    note(f"overhead: {len(questions) * REPEATS} turns in one call …")
    meter = LoopMeter()
    with asyncio.Runner(loop_factory=lambda: metered_loop(meter)) as runner:
        costs = runner.run(_measure(questions, meter, note))
    return _finding(tuple(cost_rows(costs)), len(costs.conversation.answered))


async def _measure(questions: list[Samples], meter: LoopMeter, note: Note) -> Costs:
    async with embedded_parts(HANDBOOK) as parts:
        agent = Agent(
            stt=parts.stt, llm=parts.llm, tts=parts.tts, vad=parts.vad, phrases=NO_PHRASES, endpointing=STEADY
        )
        engines = worker_ids(parts)
        await converse(agent, parts, questions[:1])  # whatever is done once is done
        own_before, engines_before = own_cpu_s(), cpu_s(engines)
        meter.start(Clock())
        conversation = await converse(agent, parts, questions * REPEATS)
        loop = meter.stop()
        own_after, engines_after = own_cpu_s(), cpu_s(engines)
        note(f"overhead: {MORE_SESSIONS} sessions at a time …")
        own_bytes, engines_bytes = await _memory_of_one_more(agent, parts, questions[0])
    return Costs(
        conversation,
        loop,
        own_after - own_before,
        _less(engines_after, engines_before),
        own_bytes,
        engines_bytes,
    )


async def _memory_of_one_more(
    agent: Agent, parts: Providers, question: Samples
) -> tuple[float | None, float | None]:
    """Memory that a session takes that has heard a question and answered it: here, and in the engines."""

    async def listen(session: Session) -> None:
        caller = FileCaller(question, FORMAT.rate_hz, session.clock, tail_ms=None)
        async for _ in session.process(caller.frames()):
            pass

    own, engines = (os.getpid(),), worker_ids(parts)
    gc.collect()
    own_before, engines_before = memory_bytes(own), memory_bytes(engines)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        sessions = [
            await stack.enter_async_context(Session(agent, providers=parts)) for _ in range(MORE_SESSIONS)
        ]
        for session in sessions:
            group.create_task(listen(session))
        clock = sessions[0].clock
        await clock.sleep_until(clock.now_ns() + LISTENED_S * NS_PER_S)
        gc.collect()
        own_after, engines_after = memory_bytes(own), memory_bytes(engines)
        for session in sessions:
            session.close()
    return _each(own_after, own_before), _each(engines_after, engines_before)


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _each(after: int | None, before: int | None) -> float | None:
    return None if after is None or before is None else (after - before) / MORE_SESSIONS


def cost_rows(costs: Costs) -> Iterable[Row]:
    """What a call cost, measure by measure."""
    runtime_ns = [record.contributions_ns.get("runtime", 0) for record in costs.conversation.answered]
    passes = costs.loop.passes
    yield _spread("runtime's share of a reply's delay", runtime_ns, {"p50": 2, "p99": 5})
    yield _spread("woken late by the machine", costs.loop.late_ns, {})
    yield _spread("pass of the event loop, as it took", [one.took_ns for one in passes], {})
    yield _spread("pass of the event loop, as it worked", [one.worked_ns for one in passes], {"max": 5})
    minutes = costs.conversation.duration_ns / (60 * NS_PER_S)
    yield _single("processor, this process", "s per call-minute", costs.own_cpu_s / minutes)
    engines_cpu_s = None if costs.engines_cpu_s is None else costs.engines_cpu_s / minutes
    yield _single("processor, engines", "s per call-minute", engines_cpu_s)
    yield _single("memory, this process", "MB per session", _megabytes(costs.own_bytes))
    yield _single("memory, engines", "MB per session", _megabytes(costs.engines_bytes))


def _spread(metric: str, values_ns: Sequence[int], targets: dict[str, float]) -> Row:
    return spread_row(metric, values_ns, targets, ("p50", "p99", "max"))


def _single(metric: str, unit: str, value: float | None) -> Row:
    return {"metric": metric, "unit": unit, "value": None if value is None else round(value, 3)}


def _megabytes(size: float | None) -> float | None:
    return None if size is None else size / 1e6


def _finding(rows: tuple[Row, ...], turns: int) -> Finding:
    described = machine()
    remarks = (
        f"{turns} turns answered in one call on {STT}, {LLM}, {TTS} and {VAD}. A pass is the stretch in "
        "which the event loop takes no notice of anything new: what it took includes waiting for a busy "
        "machine, what it worked does not.",
        "A turn's end waits for a timer: a machine that wakes the loop late adds to the runtime's share.",
        f"Memory is what one more session takes, of {MORE_SESSIONS} that share the engines.",
    )
    single = "; ".join(
        f"{row['metric']}: {figure_text(number(row, 'value'))} {row['unit']}"
        for row in rows
        if "value" in row
    )
    chart = Chart(
        "What the runtime takes",
        "One call on the embedded parts, in real time. The lines are targets.",
        [Panel(str(row["metric"]), spread_bars(row)) for row in rows if "value" not in row],
        (f"{single}.", *remarks, machine_text(described)),
    )
    what: Row = {
        "benchmark": "overhead",
        "machine": described,
        "units": "as each row has it",
        "profile": {"stt": STT, "llm": LLM, "tts": TTS, "vad": VAD},
        "turns_answered": turns,
    }
    return Finding("overhead", what, rows, COLUMNS, chart, remarks)


COLUMNS = (
    METRIC,
    share_column("p50"),
    share_column("p99"),
    Column("max", lambda row: figure_text(number(row, "max") if "max" in row else number(row, "value"))),
    UNIT,
    TARGET,
)
