"""``antiphon replay``: the core decides recorded calls again; the same, or where it goes otherwise?"""

from __future__ import annotations

from dataclasses import replace as changed
from pathlib import Path

import click

from antiphon.cli.main import FAILED
from antiphon.cli.output import json_option, print_json
from antiphon.core.actions import Action, Notify
from antiphon.core.events import Event
from antiphon.core.times import NS_PER_MS
from antiphon.recording.reader import Recording, RecordingError, recordings_in
from antiphon.recording.replay import Replay
from antiphon.recording.replay import replay as decide_again
from antiphon.telemetry.page import write_page
from antiphon.telemetry.report import JsonValue, Report, ReportBuilder
from antiphon.telemetry.wording import quantity

SHOWN_CHARACTERS = 400


@click.command()
@click.argument(
    "recordings",
    metavar="RECORDING...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write a report of each call there, with its sound.",
)
@json_option
@click.pass_context
def replay(
    context: click.Context, recordings: tuple[Path, ...], folder: Path | None, *, as_json: bool
) -> None:
    """Have the core decide recorded calls again, and compare what it decides byte for byte.

    RECORDING is a folder that --record wrote, or one of such folders. Exit code 1 if a call goes otherwise.
    """
    found = [Recording.open(path) for given in recordings for path in _folders(given)]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    rows: list[JsonValue] = []
    same = True
    for recording in found:
        result, report = _replayed(recording)
        same = same and result.difference is None
        rows.append(_row(recording, result))
        if not as_json:
            click.echo(_told(recording, result))
        if folder is not None:
            page = folder / f"{recording.folder.name}.html"
            write_page(page, report, recording=recording.audio, title=f"Call {recording.folder.name}")
    if as_json:
        print_json({"recordings": rows})
    if not same:
        context.exit(FAILED)


def _folders(given: Path) -> list[Path]:
    """The recordings that a folder is or holds."""
    if (given / "recording.json").exists():
        return [given]
    inside = recordings_in(given)
    if not inside:
        raise RecordingError(f"{given}: neither a recording nor a folder of recordings")
    return inside


def _replayed(recording: Recording) -> tuple[Replay, Report]:
    builder = ReportBuilder()

    def watch(at_ns: int, event: Event, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Notify):
                builder.observe(action.notice)

    result = decide_again(recording, watch=watch)
    return result, changed(builder.build(), began_ns=recording.began_ns)


def _told(recording: Recording, result: Replay) -> str:
    name = recording.folder.name
    whole = "" if recording.complete else " (cut off: not all of the call is there)"
    counts = f"{quantity(result.events, 'event')}, {quantity(result.actions, 'action')}"
    difference = result.difference
    if difference is None:
        return f"{name}: {counts}: the same, byte for byte{whole}; SHA-256 {result.digest[:16]}"
    at_ms = (difference.at_ns - recording.began_ns) / NS_PER_MS
    return (
        f"{name}: {counts}: goes otherwise at event {difference.event}, {at_ms:.0f} ms into the call{whole}\n"
        f"  recorded: {difference.recorded[:SHOWN_CHARACTERS]}\n"
        f"  replayed: {difference.replayed[:SHOWN_CHARACTERS]}"
    )


def _row(recording: Recording, result: Replay) -> dict[str, JsonValue]:
    difference = result.difference
    return {
        "recording": str(recording.folder),
        "complete": recording.complete,
        "events": result.events,
        "actions": result.actions,
        "sha256": result.digest,
        "same": difference is None,
        "differs_at_event": None if difference is None else difference.event,
    }
