"""``antiphon run``: a recorded caller is answered in real time."""

from __future__ import annotations

from pathlib import Path

import click

from antiphon.cli.call import CallLog, carry_out
from antiphon.cli.output import config_option, json_option, read_agent
from antiphon.cli.recording import recording_options, recording_settings
from antiphon.config import Agent
from antiphon.core.continuous_wait import longest_wait_ms
from antiphon.runtime.clock import Clock
from antiphon.runtime.session import Session
from antiphon.transports.file import FileCaller

PATIENCE_MS = 500  # longer than the longest wait for the end of the last turn


@click.command()
@click.argument("caller", metavar="IN.WAV", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("recording", metavar="OUT.WAV", type=click.Path(dir_okay=False, path_type=Path))
@config_option
@click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write report.html and report.json there.",
)
@recording_options
@json_option
def run(
    caller: Path,
    recording: Path,
    config: str | None,
    folder: Path | None,
    record_to: Path | None,
    keep_days: float,
    *,
    as_json: bool,
) -> None:
    """Answer the caller in IN.WAV in real time, and write both sides to OUT.WAV: caller left, agent right.

    IN.WAV is any audio file, of any rate.
    """
    agent = read_agent(config)

    async def call(log: CallLog, session: Session) -> None:
        clock = Clock()
        who = await FileCaller.open(caller, clock, tail_ms=tail_ms(agent))
        await log.hold(session, who, clock)

    title, record = f"Call of {caller.name}", recording_settings(record_to, keep_days)
    carry_out(agent, title, recording, folder, call, as_json=as_json, record=record)


def tail_ms(agent: Agent) -> int:
    """How long a recorded caller stays on the line in silence, so that the last turn ends as any other."""
    longest_ms = longest_wait_ms(agent.endpointing, agent.language)
    return longest_ms + agent.endpointing.final_timeout_ms + PATIENCE_MS
