"""Reads a recording back, also one that a crash cut off in the middle of a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antiphon.core.events import Event
from antiphon.errors import UserError
from antiphon.recording.codec import CodecError, decode
from antiphon.recording.layout import (
    ACTIONS,
    AUDIO,
    ENCODING,
    ERRORS,
    EVENTS,
    FORMAT,
    MANIFEST,
    VERSION,
    CoreStart,
)


def recordings_in(parent: Path) -> list[Path]:
    """The recordings' folders in one, by when they began; not what a crash left half made."""
    return sorted(
        path.parent for path in parent.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(".")
    )


class RecordingError(UserError):
    """A folder that is no recording, or one that can't be read or replayed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a call.

    Attributes:
        at_ns: When, on the session's clock.
        event: What happened.
        actions: The line of ``actions.jsonl`` that says what it called for.
    """

    at_ns: int
    event: Event
    actions: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A call that was written down.

    Attributes:
        folder: Where.
        manifest: ``recording.json`` as it stands there.
    """

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Recording:
        """The recording in a folder.

        Raises:
            RecordingError: If there is none, or one of a version that can't be read.
        """
        manifest = read_manifest(folder)
        if manifest is None:
            raise RecordingError(f"{folder}: not a recording: there is no {MANIFEST} of Antiphon's in it")
        if manifest.get("version") != VERSION:
            raise RecordingError(
                f"{folder}: version {manifest.get('version')} of the format; this Antiphon reads {VERSION}"
            )
        return cls(folder, manifest)

    @property
    def audio(self) -> Path:
        """The stereo WAV: the caller left, the agent right."""
        return self.folder / AUDIO

    @property
    def began_ns(self) -> int:
        """Where the sound begins, on the session's clock."""
        began_ns: int = self.manifest["began_ns"]
        return began_ns

    @property
    def endpointer(self) -> str | None:
        """The class of an endpointer of the application's own: it has to be given again for a replay."""
        kind: str | None = self.manifest["endpointer"]
        return kind

    @property
    def complete(self) -> bool:
        """Whether all of the call is there: no crash and no full disk ended it before its time."""
        ended = self.manifest.get("ended")
        return ended is not None and ended["failure"] is None

    def core(self) -> CoreStart:
        """What the core of the call was made with.

        Raises:
            RecordingError: If it was made with something that can't be written down, or never was made.
        """
        if self.manifest["not_replayable"] is not None:
            raise RecordingError(f"{self.folder}: can't be replayed: {self.manifest['not_replayable']}")
        if self.manifest["core"] is None:
            raise RecordingError(f"{self.folder}: the call never began: there is nothing to replay")
        try:
            start: CoreStart = decode(CoreStart, self.manifest["core"])
        except CodecError as error:
            raise RecordingError(f"{self.folder / MANIFEST}: {error}") from None
        return start

    def steps(self) -> Iterator[Step]:
        """Every event with what it called for, in order, as far as both are there.

        Raises:
            RecordingError: If a line other than a torn last one is not what it should be.
        """
        events, actions = self.folder / EVENTS, self.folder / ACTIONS
        both = zip(_lines(events), _lines(actions), strict=False)
        for number, (line, called_for) in enumerate(both, 1):
            try:
                step = json.loads(line)
                at_ns, event = decode(int, step["at_ns"]), decode(Event, step["event"])
            except (ValueError, KeyError, TypeError, CodecError) as error:
                raise RecordingError(f"{events}: line {number}: {error}") from None
            yield Step(at_ns, event, called_for)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder says of itself; ``None`` if it is no recording.

    Raises:
        OSError: If it can't be read for another reason than that it is not there.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes().decode(ENCODING, ERRORS))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("format") == FORMAT else None


def _lines(path: Path) -> Iterator[str]:
    """The whole lines of a file, without their ends."""
    try:
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1].decode(ENCODING, ERRORS)
    except FileNotFoundError:
        raise RecordingError(f"{path}: not there: the recording is not whole") from None
