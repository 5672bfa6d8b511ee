"""From one representation of the same sound to another: float and int16, many channels and one.

Full scale is 32,768: float 1.0 is one step above the loudest int16, as in libsndfile and the Web Audio API,
so that int16 to float and back is exact.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from antiphon.audio.frames import Samples
from antiphon.errors import AudioError

FULL_SCALE = 32_768

FloatSamples: TypeAlias = npt.NDArray[np.float32]
SampleType = TypeVar("SampleType", np.int16, np.float32)


def to_float(samples: Samples) -> FloatSamples:
    """Samples as floats in [-1, 1)."""
    return samples.astype(np.float32) * np.float32(1 / FULL_SCALE)


def to_int16(values: npt.NDArray[np.floating]) -> Samples:
    """Floats as samples: rounded to the nearest, and held at the limits where they exceed [-1, 1).

    Raises:
        AudioError: If a value is not a finite number.
    """
    if not np.isfinite(values).all():
        bad = int(np.flatnonzero(~np.isfinite(values))[0])
        raise AudioError(f"sample {bad} is {values.flat[bad]}: audio must be finite numbers")
    return quantise(values)


def quantise(values: npt.NDArray[np.floating]) -> Samples:
    """``to_int16`` for values already known to be finite."""
    scaled = np.rint(values * FULL_SCALE)
    np.maximum(scaled, -FULL_SCALE, out=scaled)
    np.minimum(scaled, FULL_SCALE - 1, out=scaled)
    samples: Samples = scaled.astype(np.int16)
    return samples


def downmix(frames: npt.NDArray[SampleType]) -> npt.NDArray[SampleType]:
    """One channel that is the mean of all.

    The mean can't clip, and a sound that is in one channel only stays audible.

    Args:
        frames: Shape (n, channels) or already (n,).

    Raises:
        AudioError: If there is no channel.
    """
    if frames.ndim == 1:
        return frames
    if frames.ndim != 2 or frames.shape[1] == 0:
        raise AudioError(f"audio of shape {frames.shape}: expected (samples, channels)")
    if frames.shape[1] == 1:
        return frames[:, 0]
    mean = frames.mean(axis=1, dtype=np.float64)
    mono: npt.NDArray[SampleType] = (np.rint(mean) if frames.dtype == np.int16 else mean).astype(frames.dtype)
    return mono
