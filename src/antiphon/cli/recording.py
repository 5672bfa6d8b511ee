"""What the commands that hold calls share about recording them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from antiphon.recording.recorder import RecordingSettings
from antiphon.recording.retention import Retention, sweep
from antiphon.runtime.clock import epoch_ns

Command = TypeVar("Command", bound=Callable[..., Any])

CONSENT = "stated by whoever ran the command, with --record"

_record = click.option(
    "--record",
    "record_to",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Record each call there, for replay; by this you state that the callers have agreed.",
)
_keep_days = click.option(
    "--keep-days",
    metavar="DAYS",
    type=click.FloatRange(0, 36_500),
    default=30,
    show_default=True,
    help="Remove recordings there that are older.",
)


def recording_options(command: Command) -> Command:
    """The options of a command that may record its calls: arguments ``record_to`` and ``keep_days``."""
    return _record(_keep_days(command))


def recording_settings(record_to: Path | None, keep_days: float) -> RecordingSettings | None:
    """How calls are to be recorded; what is too old by now is removed.

    Raises:
        OSError: If the folder can't be made, or a recording can't be removed.
    """
    if record_to is None:
        return None
    record_to.mkdir(parents=True, exist_ok=True)
    sweep(record_to, Retention(keep_days), epoch_ns())
    return RecordingSettings(record_to, CONSENT)
