"""A recording's folder on the disk: all is appended, so that a crash costs no more than the last second."""

from __future__ import annotations

import json
import secrets
import threading
import wave
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from antiphon.core.times import NS_PER_S
from antiphon.recording.codec import Plain
from antiphon.recording.layout import ACTIONS, AUDIO, ENCODING, ERRORS, EVENTS, MANIFEST, TIMINGS


@dataclass(slots=True)
class Batch:
    """What is to be written next.

    Attributes:
        lines: By file, without their ends.
        sound: Shape (n, 2): the caller left, the agent right.
        manifest: What is known of the call by now; ``None`` where that has not changed.
    """

    lines: dict[str, list[str]] = field(default_factory=lambda: {EVENTS: [], ACTIONS: [], TIMINGS: []})
    sound: npt.NDArray[np.int16] = field(default_factory=lambda: np.empty((0, 2), np.int16))
    manifest: Mapping[str, Plain] | None = None


class FolderWriter:
    """Writes one recording. Blocks: call it from a thread, from any but one at a time."""

    def __init__(self, parent: Path, epoch_ns: int, rate_hz: int, manifest: Mapping[str, Plain]) -> None:
        """Make the recording's folder, named for when it began, and the files in it.

        It is made under a hidden name and gets its own when it is whole: no crash leaves one that can't be
        read.

        Args:
            parent: Where recordings are kept.
            epoch_ns: When the recording begins, in nanoseconds since 1970.
            rate_hz: Of its sound.
            manifest: What is known of the call before it begins.

        Raises:
            OSError: If that can't be done.
        """
        began = datetime.fromtimestamp(epoch_ns // NS_PER_S, UTC)
        name = f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self.folder = parent / f".{name}.part"
        self.folder.mkdir(mode=0o700, parents=True)  # what people said is nobody else's business
        self._in_hand = threading.Lock()
        for file in (EVENTS, ACTIONS, TIMINGS):
            (self.folder / file).touch()
        with wave.open(str(self.folder / AUDIO), "wb") as sound:
            _describe(sound, rate_hz)
        self._replace_manifest(manifest)
        self.folder = self.folder.rename(parent / name)
        with ExitStack() as files:
            self._lines: dict[str, BinaryIO] = {
                name: files.enter_context((self.folder / name).open("ab"))
                for name in (EVENTS, ACTIONS, TIMINGS)
            }
            self._sound = files.enter_context(
                wave.open(files.enter_context((self.folder / AUDIO).open("r+b")), "wb")
            )
            _describe(self._sound, rate_hz)
            self._files = files.pop_all()

    def write(self, batch: Batch) -> None:
        """Append a batch; what was written before stays readable at every moment.

        Raises:
            OSError: If the disk refuses.
        """
        with self._in_hand:
            if batch.manifest is not None:
                self._replace_manifest(batch.manifest)
            for name, lines in batch.lines.items():
                file = self._lines[name]
                file.write("".join(f"{line}\n" for line in lines).encode(ENCODING, ERRORS))
                file.flush()
            # Puts the length into the header as well, so that a player knows of it.
            self._sound.writeframes(batch.sound.astype("<i2", copy=False).tobytes())

    def close(self) -> None:
        """Let go of the files, once nobody writes."""
        with self._in_hand:
            self._files.close()

    def _replace_manifest(self, manifest: Mapping[str, Plain]) -> None:
        part = self.folder / f".{MANIFEST}.part"
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        part.write_bytes(text.encode(ENCODING, ERRORS))
        part.replace(self.folder / MANIFEST)


def _describe(sound: wave.Wave_write, rate_hz: int) -> None:
    """Write the header."""
    sound.setparams((2, 2, rate_hz, 0, "NONE", "not compressed"))
    sound.writeframes(b"")
