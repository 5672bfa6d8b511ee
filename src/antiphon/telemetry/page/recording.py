"""A call's recording as a page needs it: where the player finds it, how long it is, what it looks like."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
import soundfile

from antiphon.errors import AudioError
from antiphon.telemetry.page.markup import Html, escape

EMBED_BELOW_BYTES = 8_000_000  # as base64 a third more; beyond that a page opens slowly
COLUMNS = 480  # of the outline: enough for a wide screen, 10 KB of markup
_FULL_SCALE = 32_768
_QUIET_PEAK = 0.05  # an outline is not magnified beyond this, or silence would look like speech
_LOUDNESS_EXPONENT = 0.7  # lifts soft sounds, so that they are seen beside loud ones


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording, ready for a page.

    Attributes:
        source: What the player is given: a ``data:`` URL or a relative one, ready for an attribute.
        embedded: Whether it is the former.
        duration_s: Its length.
        peaks: For each channel (the caller's, then the agent's) ``COLUMNS`` heights in [0, 1].
    """

    source: Html
    embedded: bool
    duration_s: float
    peaks: tuple[tuple[float, ...], ...]


def load_recording(path: Path, page: Path) -> Recording:
    """Read a recording for a page that is to be written to ``page``.

    A file below ``EMBED_BELOW_BYTES`` goes into the page; a larger one is named relative to it.

    Raises:
        AudioError: If the file is missing or is no audio.
    """
    try:
        with soundfile.SoundFile(path) as file:
            duration_s = file.frames / file.samplerate
            peaks = _peaks(file)
        embedded = path.stat().st_size < EMBED_BELOW_BYTES
        if embedded:
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            source = Html(f"data:audio/wav;base64,{data}")
        else:
            relative = Path(os.path.relpath(path.resolve(), page.resolve().parent)).as_posix()
            source = escape(quote(relative))
    except (OSError, soundfile.LibsndfileError) as error:
        raise AudioError(f"{path} can't be read as a recording: {error}") from error
    return Recording(source, embedded, duration_s, peaks)


def _peaks(file: soundfile.SoundFile) -> tuple[tuple[float, ...], ...]:
    """The loudest sample of each of ``COLUMNS`` equal stretches, for at most two channels."""
    channels = min(2, file.channels)
    heights = np.zeros((channels, COLUMNS))
    if file.frames:
        stretch = -(-file.frames // COLUMNS)
        blocks = file.blocks(blocksize=stretch, dtype="int16", always_2d=True)
        for column, block in enumerate(blocks):
            loudest = np.abs(block[:, :channels].astype(np.int32)).max(axis=0)
            heights[:, column] = loudest / _FULL_SCALE
    scaled = heights / max(_QUIET_PEAK, float(heights.max()))
    lifted = np.round(scaled**_LOUDNESS_EXPONENT, 3)
    return tuple(tuple(channel) for channel in lifted.tolist())
