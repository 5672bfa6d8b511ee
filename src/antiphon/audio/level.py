"""How loud audio is, and where in it there is something to hear.

A sample is loud from -50 dBFS, and audio is audible where a quarter of the samples within 4 ms are loud.
-50 dBFS is some 25 dB below quiet speech on a telephone and above the noise of an ordinary line; a sine of
-50 dBFS RMS, half of whose samples are above that amplitude, is audible. A click shorter than 1 ms is not.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from antiphon.audio.convert import FULL_SCALE
from antiphon.audio.frames import Samples

SILENCE_DBFS = -120.0  # the level of nothing at all: a finite number, so that levels can be averaged
AUDIBLE_DBFS = -50.0

_LOUD = round(FULL_SCALE * 10 ** (AUDIBLE_DBFS / 20))
_WINDOW_S = 0.004
_LOUD_SHARE = 0.25


def level_dbfs(samples: Samples) -> float:
    """RMS relative to full scale: a square wave of full scale is 0 dBFS, a sine -3; silence is -120."""
    if len(samples) == 0:
        return SILENCE_DBFS
    values = samples.astype(np.float64)
    return power_dbfs(float(np.dot(values, values)) / (len(values) * FULL_SCALE * FULL_SCALE))


def power_dbfs(power: float) -> float:
    """A mean square as a level; full scale is 1."""
    return max(SILENCE_DBFS, 10 * math.log10(power)) if power > 0 else SILENCE_DBFS


def first_audible(samples: Samples, rate_hz: int) -> int | None:
    """Index of the first sample that can be heard, or ``None``.

    In a stream cut into blocks the answer is late by less than 4 ms where sound sets in at a block's end.
    """
    loud, starts = _audible_runs(samples, rate_hz)
    return int(loud[starts[0]]) if len(starts) else None


def last_audible(samples: Samples, rate_hz: int) -> int | None:
    """Index of the last sample that can be heard, or ``None``."""
    loud, starts = _audible_runs(samples, rate_hz)
    return int(loud[starts[-1] + _needed(rate_hz) - 1]) if len(starts) else None


def _audible_runs(samples: Samples, rate_hz: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where the loud samples are, and which of them begin a window that holds enough of them."""
    # Two comparisons, not abs(): the absolute value of -32,768 does not fit into 16 bits.
    loud = np.flatnonzero((samples >= _LOUD) | (samples <= -_LOUD))
    more = _needed(rate_hz) - 1
    if len(loud) <= more:
        return loud, np.empty(0, np.intp)
    spans = loud[more:] - loud[: len(loud) - more]
    return loud, np.flatnonzero(spans < max(more + 1, round(_WINDOW_S * rate_hz)))


def _needed(rate_hz: int) -> int:
    """How many loud samples within a window make it audible."""
    return max(2, round(_WINDOW_S * _LOUD_SHARE * rate_hz))
