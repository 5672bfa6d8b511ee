"""``antiphon demo``: a spoken conversation on the embedded parts, live, and a report of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from antiphon.cli.call import CallLog, carry_out
from antiphon.cli.demo_caller import DemoCaller, Line, SpokenLine, speak
from antiphon.cli.demo_variants import BASELINES, DRAFTS, at_cloud_speed, baseline
from antiphon.cli.output import json_option, read_agent
from antiphon.cli.recording import recording_options, recording_settings
from antiphon.providers.registry import create_tts
from antiphon.providers.spec import ProviderSpec
from antiphon.runtime.clock import Clock
from antiphon.runtime.session import Session
from antiphon.telemetry.report import Report

GREETING = "Saltmarsh Harbour Museum, good morning. How can I help you?"
CALLERS_VOICE = ProviderSpec("espeak/en-us+f2", {"rate": 155})
LINES = (
    Line(("When are you open on Thursday?",)),
    Line(("Do you have", "guided tours?"), hesitation_ms=400),
    Line(("Can I bring my dog?",)),
    Line(("Where can I park?",), interrupts_after_ms=1_500),
    Line(("Do you have boat trips?",)),
)


@click.command()
@click.option(
    "--out",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("antiphon-out"),
    show_default=True,
    help="Where the recording and the report go.",
)
@click.option(
    "--as-is",
    is_flag=True,
    help="Leave the embedded model and voice as fast as they are, not as slow as cloud ones.",
)
@recording_options
@json_option
def demo(folder: Path, record_to: Path | None, keep_days: float, *, as_is: bool, as_json: bool) -> None:
    """Hold a spoken conversation on the embedded parts, offline and in real time, and write a report of it.

    The caller is a second voice that reads its lines: it hesitates once in mid-sentence, and once it
    interrupts. It is recognised, answered from a handbook, and heard like any other. The model and the
    voice are slowed to what ordinary cloud ones take. Two more calls are held at the same time, unseen:
    every stage in batch, and streaming without drafts; the same turns of all three end in one picture.
    """
    agent = read_agent(None).replace(greeting=GREETING)
    if not as_is:
        agent = at_cloud_speed(agent)
    others = {name: CallLog() for name in BASELINES}

    async def call(log: CallLog, session: Session) -> None:
        voice = create_tts(CALLERS_VOICE, agent.context())
        try:
            lines = [await speak(line, voice) for line in LINES]
        finally:
            await voice.aclose()
        async with asyncio.TaskGroup() as calls:
            for name, other in others.items():
                unseen = Session(baseline(agent, name))
                calls.create_task(_converse(other, unseen, lines, voice.format.rate_hz), name=name)
            await _converse(log, session, lines, voice.format.rate_hz)

    def compared(report: Report) -> dict[str, Report]:
        return {name: other.report() for name, other in others.items()} | {DRAFTS: report}

    folder.mkdir(parents=True, exist_ok=True)
    record = recording_settings(record_to, keep_days)
    wav = folder / "call.wav"
    carry_out(agent, "Demo", wav, folder, call, as_json=as_json, variants=compared, record=record)


async def _converse(log: CallLog, session: Session, lines: Sequence[SpokenLine], rate_hz: int) -> None:
    clock = Clock()
    caller = DemoCaller(lines, rate_hz, clock, greeted=True)
    session.observe(caller.observe, at_once=True)
    await log.hold(session, caller, clock)
