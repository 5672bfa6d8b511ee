"""Log-mel spectrograms as Whisper's feature extractor makes them, which audio turn models are trained on.

16 kHz, windows of 400 samples (Hann) every 160, 80 mel bands on Slaney's scale with bands of equal area; the
logarithm is cut off 8 decades below its peak and brought to about [-1, 1]. See Radford et al. 2022, section
2.2, and Slaney 1998 (Auditory Toolbox) for the scale.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
WINDOW = 400
HOP = 160
MELS = 80
_HIGHEST_HZ = 8_000.0
_LINEAR_HZ_PER_MEL = 200.0 / 3.0  # below 1 kHz
_BREAK_HZ = 1_000.0
_LOG_STEP = np.log(6.4) / 27.0  # above it
_LEAST_POWER = 1e-10
_DECADES = 8.0

Floats = npt.NDArray[np.float32]


def log_mel(sound: Floats) -> Floats:
    """The spectrogram of a sound.

    Args:
        sound: Mono at 16 kHz, a whole number of hops, in [-1, 1].

    Returns:
        Bands by hops: (80, samples / 160).
    """
    assert len(sound) % HOP == 0, "whole hops"
    around = np.pad(sound.astype(np.float64), WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(around, WINDOW)[::HOP][: len(sound) // HOP]
    power = np.abs(np.fft.rfft(frames * _hann(), axis=1)) ** 2
    bands = np.log10(np.maximum(_filters() @ power.T, _LEAST_POWER))
    bands = np.maximum(bands, bands.max() - _DECADES)
    scaled: Floats = ((bands + 4.0) / 4.0).astype(np.float32)
    return scaled


@cache
def _hann() -> npt.NDArray[np.float64]:
    """The periodic window: one sample longer, without its last."""
    return np.hanning(WINDOW + 1)[:-1]


@cache
def _filters() -> npt.NDArray[np.float64]:
    """Triangles over the spectrum, (80, 201), each as high as it is narrow."""
    edges_hz = _hz(np.linspace(0.0, _mel(_HIGHEST_HZ), MELS + 2))
    bins_hz = np.linspace(0.0, RATE_HZ / 2, WINDOW // 2 + 1)
    low, centre, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising, falling = (bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)
    triangles: npt.NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (high - low)
    return triangles


def _mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return float(_BREAK_HZ / _LINEAR_HZ_PER_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP)


def _hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    break_mel = _BREAK_HZ / _LINEAR_HZ_PER_MEL
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mel - break_mel))
    return np.where(mel < break_mel, mel * _LINEAR_HZ_PER_MEL, above)
