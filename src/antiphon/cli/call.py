"""What a command makes of a call: printed as it goes, recorded, and written down when it is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import click

from antiphon.audio import AudioFrame
from antiphon.cli.output import console, note, print_json
from antiphon.config import Agent
from antiphon.errors import UserError
from antiphon.providers.spec import choices
from antiphon.recording.recorder import CallRecorder, RecordingSettings
from antiphon.runtime.clock import Clock
from antiphon.runtime.session import Session
from antiphon.telemetry.live import LivePrinter
from antiphon.telemetry.page import write_page
from antiphon.telemetry.report import JsonValue, Report, ReportBuilder
from antiphon.telemetry.waterfall import comparison
from antiphon.telemetry.wording import about_ms, quantity
from antiphon.transports.file import StereoRecorder

RECORDING_HZ = 24_000  # both sides; voices sound as they are up to here


class Caller(Protocol):
    """Whoever calls."""

    def frames(self) -> AsyncIterator[AudioFrame]:
        """What they say, in real time, until they hang up."""
        ...


class CallLog:
    """What is kept of one call: its notices as a report, its two voices as a recording."""

    def __init__(self, written_to: CallRecorder | None = None) -> None:
        """Keep a call.

        Args:
            written_to: Where it is also written down as it happens, for replay.
        """
        self._written_to = written_to
        self._builder = ReportBuilder()
        self._recorder: StereoRecorder | None = None
        self._began_ns = 0

    async def hold(self, session: Session, caller: Caller, clock: Clock) -> None:
        """Have a caller and an agent talk, and keep what comes of it."""
        session.observe(self._builder.observe, at_once=True)
        async with AsyncExitStack() as stack:
            written_to = self._written_to
            if written_to is not None:
                await stack.enter_async_context(written_to)
                written_to.attach(session)
            await stack.enter_async_context(session)
            self._began_ns = clock.now_ns()
            recorder = self._recorder = StereoRecorder(RECORDING_HZ, self._began_ns)

            async def heard() -> AsyncIterator[AudioFrame]:
                async for frame in caller.frames():
                    recorder.add_caller(frame, clock.now_ns())
                    if written_to is not None:
                        written_to.add_caller(frame)
                    yield frame

            async for frame in session.process(heard()):
                recorder.add_agent(frame, clock.now_ns())
                if written_to is not None:
                    written_to.add_agent(frame)

    def report(self) -> Report:
        """The turns that are over."""
        return replace(self._builder.build(), began_ns=self._began_ns)

    def write(
        self,
        recording: Path,
        folder: Path | None,
        title: str,
        details: Mapping[str, str],
        variants: Mapping[str, Report] | None = None,
    ) -> list[Path]:
        """Write the recording and, into ``folder``, the report; answers what was written.

        Raises:
            AudioError: If the recording can't be written.
            OSError: If the report can't.
        """
        if self._recorder is None:
            return []
        self._recorder.write(recording)
        if folder is None:
            return [recording]
        report, page, data = self.report(), folder / "report.html", folder / "report.json"
        write_page(page, report, recording=recording, title=title, details=details, variants=variants)
        as_json = json.dumps(_to_json(report, variants), ensure_ascii=False, indent=1)
        data.write_text(as_json + "\n", encoding="utf-8")
        return [recording, page, data]


def carry_out(
    agent: Agent,
    title: str,
    recording: Path,
    folder: Path | None,
    call: Callable[[CallLog, Session], Coroutine[None, None, None]],
    *,
    as_json: bool,
    variants: Callable[[Report], Mapping[str, Report]] | None = None,
    record: RecordingSettings | None = None,
) -> None:
    """Hold a call and give its results, also those of one that Ctrl-C has cut short.

    Args:
        agent: Who answers.
        title: Of the report's page.
        recording: The stereo WAV to write: the caller left, the agent right.
        folder: Where the report goes; ``None``: nowhere.
        call: Holds the call by ``CallLog.hold``.
        as_json: Print one JSON object instead of the call as it goes.
        variants: From the call's report to what it is compared with, itself among them.
        record: How it is also written down for replay.

    Raises:
        UserError: If the recording's folder is not there.
        KeyboardInterrupt: Saying what was finished.
    """
    if not recording.parent.is_dir():
        raise UserError(f"{recording}: there is no folder {recording.parent}")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    written_to = None if record is None else CallRecorder(record, agent)
    log, session = CallLog(written_to), Session(agent)
    details = _details(agent)
    try:
        with nullcontext() if as_json else LivePrinter(console()) as printer:
            if printer is not None:
                session.observe(printer.observe, at_once=True)
            asyncio.run(call(log, session))
    except KeyboardInterrupt:
        written = log.write(recording, folder, title, details)
        raise KeyboardInterrupt(_finished(log.report(), written)) from None
    compared = variants(log.report()) if variants is not None else None
    written = log.write(recording, folder, title, details, compared)
    if written_to is not None:
        written.append(written_to.folder)
        if written_to.failure is not None:
            note(f"Warning: {written_to.failure}")
    if as_json:
        print_json(_to_json(log.report(), compared))
    else:
        if compared is not None:
            console().print(comparison(compared))
        click.echo(_finished(log.report(), written))


def _to_json(report: Report, variants: Mapping[str, Report] | None) -> dict[str, JsonValue]:
    """The report's own JSON and, where it was compared, the figures of each variant."""
    if variants is None:
        return report.to_json()
    figures = {name: variant.to_json()["glass_to_glass_ms"] for name, variant in variants.items()}
    return {**report.to_json(), "variants": {name: {"glass_to_glass_ms": ms} for name, ms in figures.items()}}


def _finished(report: Report, written: list[Path]) -> str:
    """What there is now, in one line."""
    parts = [quantity(len(report.turns), "turn")]
    p50, p95 = report.percentile_ms(0.5), report.percentile_ms(0.95)
    if p50 is not None:
        parts.append(f"glass to glass {about_ms(p50)} at the median, {about_ms(p95)} at the 95th percentile")
    if written:
        parts.append(f"written: {', '.join(map(str, written))}")
    return "; ".join(parts)


def _details(agent: Agent) -> dict[str, str]:
    return {
        "Recogniser": choices("stt", agent.stt)[0].name,
        "Model": choices("llm", agent.llm)[0].name,
        "Voice": choices("tts", agent.tts)[0].name,
        "Drafts": agent.speculation.strategy.value,
    }
