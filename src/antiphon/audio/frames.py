"""Audio as the project hands it around: mono signed 16-bit samples, counted as integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from antiphon.errors import AudioError

Samples: TypeAlias = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """Mono signed 16-bit audio at a sampling rate."""

    rate_hz: int

    def __post_init__(self) -> None:
        if not 1_000 <= self.rate_hz <= 384_000:
            raise AudioError(f"sampling rate {self.rate_hz} Hz: expected 1,000 to 384,000")

    def samples_to_ns(self, samples: int) -> int:
        """Duration of a number of samples, rounded to the nearest nanosecond."""
        return (samples * 1_000_000_000 + self.rate_hz // 2) // self.rate_hz

    def ns_to_samples(self, duration_ns: int) -> int:
        """Whole samples that fit into a duration."""
        return duration_ns * self.rate_hz // 1_000_000_000


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A stretch of audio of any length.

    On the way out a frame with ``flush`` replaces whatever of the earlier frames has not been played yet, and
    a reply's first frame and its first sound are marked, so that a transport can have the listener's end say
    when they were heard. On the way in a transport that knows says when the audio was captured.
    """

    samples: Samples  # shape (n,), int16
    rate_hz: int
    flush: bool = False
    begins: int | None = None  # out: the reply whose first frame this is
    audible: int | None = None  # out: index of a reply's first audible sample, in the frame that has it
    captured_ns: int | None = None  # in: when the first sample was captured, on the session's clock

    @property
    def duration_ns(self) -> int:
        """How long it sounds."""
        return (len(self.samples) * 1_000_000_000 + self.rate_hz // 2) // self.rate_hz
