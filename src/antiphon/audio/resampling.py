"""From one sampling rate to another: whole buffers by soxr, live streams by a filter with 1.5 ms of delay.

soxr's streams filter by FFT in blocks: at their lowest quality that has a filter at all they hold audio
back for 11 ms in the mean and 60 at worst, and their quickest quality only interpolates, so that a caller's
sibilants at 48 kHz fold over into the speech band at 16 kHz. A live call can afford neither.

The stream is a polyphase FIR: a sinc windowed by Kaiser's formula (J. F. Kaiser, "Nonrecursive digital
filter design using the I0-sinh window function", 1974), evaluated only where an output sample falls.
Output sample m is at the time of input sample m * from / to exactly: a stream is held back, never shifted.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt
import soxr

from antiphon.audio.convert import FloatSamples, quantise, to_float
from antiphon.audio.frames import AudioFormat, Samples

# Zero crossings of the sinc on either side: 1.5 ms at a lower rate of 16 kHz, and -1.5 dB at 7 kHz.
_ZERO_CROSSINGS = 24
_STOP_BAND_DB = 70.0
# Odd pairs of rates have more phases than are worth a table: those share the nearest row (at 256 KiB).
_TABLE_VALUES = 65_536
# Outputs computed at once: bounds the memory of one push.
_BLOCK = 4_096


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """A whole buffer at another rate, at high quality; ``len(samples) * to_hz / from_hz`` samples, rounded.

    Raises:
        AudioError: If a rate is out of range.
    """
    _check_rates(from_hz, to_hz)
    if from_hz == to_hz or len(samples) == 0:
        return samples.copy()
    # In float: soxr dithers int16, which makes noise out of digital silence.
    return quantise(soxr.resample(to_float(samples), from_hz, to_hz, quality="HQ"))


class Resampler:
    """A live stream at another rate.

    However the stream is cut into pushes, the output is the same.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        """Make a resampler.

        Raises:
            AudioError: If a rate is out of range.
        """
        _check_rates(from_hz, to_hz)
        divisor = math.gcd(from_hz, to_hz)
        self._up, self._down = to_hz // divisor, from_hz // divisor
        self._passes = from_hz == to_hz
        self._filter = _filter(self._up, self._down)
        self._half = self._filter.shape[1] // 2
        self._from_hz = from_hz
        self._received = 0
        self._produced = 0
        self._buffer = self._history()
        self._buffer_start = 1 - self._half  # index of the buffer's first sample in the input

    @property
    def delay_ns(self) -> int:
        """How long it holds audio back: input that must follow a sample before the sample can come out."""
        return 0 if self._passes else AudioFormat(self._from_hz).samples_to_ns(self._half)

    def push(self, samples: Samples) -> Samples:
        """Take the next input, any length; give the output that it completes, perhaps none."""
        if self._passes:
            return samples
        self._received += len(samples)
        self._buffer = np.concatenate((self._buffer, to_float(samples)))
        # Output m needs input up to floor(m * down / up) + half.
        return self._produce(-(-(self._received - self._half) * self._up // self._down))

    def flush(self) -> Samples:
        """The rest of the output, as if silence followed; the resampler is then as new."""
        if self._passes:
            return np.empty(0, np.int16)
        self._buffer = np.concatenate((self._buffer, np.zeros(self._half, np.float32)))
        rest = self._produce(-(-self._received * self._up // self._down))
        self._received = self._produced = 0
        self._buffer, self._buffer_start = self._history(), 1 - self._half
        return rest

    def _history(self) -> FloatSamples:
        """The silence before the first sample."""
        return np.zeros(self._half - 1, np.float32)

    def _produce(self, end: int) -> Samples:
        """Output from where it stands up to ``end``, exclusive."""
        blocks = []
        while self._produced < end:
            block_end = min(end, self._produced + _BLOCK)
            blocks.append(self._produce_block(self._produced, block_end))
            self._produced = block_end
        next_start = self._produced * self._down // self._up - self._half + 1
        if next_start > self._buffer_start:
            self._buffer = self._buffer[next_start - self._buffer_start :].copy()
            self._buffer_start = next_start
        return np.concatenate(blocks) if blocks else np.empty(0, np.int16)

    def _produce_block(self, start: int, end: int) -> Samples:
        # Times in steps of 1/up of an input sample, counted from the input sample before the first output.
        step, phase = divmod(start * self._down, self._up)
        times = np.arange(phase, phase + (end - start) * self._down, self._down)
        inputs = times // self._up
        rows = times - inputs * self._up
        if len(self._filter) < self._up:
            rows = rows * len(self._filter) // self._up
        inputs += step - self._half + 1 - self._buffer_start
        # Every window of the buffer as a row, without a copy (sliding_window_view takes 15 us to say this).
        windows = np.ndarray(
            (len(self._buffer) - 2 * self._half + 1, 2 * self._half),
            np.float32,
            self._buffer,
            strides=2 * self._buffer.strides,
        )
        weights = self._filter.take(rows, axis=0) if len(self._filter) > 1 else self._filter
        return quantise(np.einsum("ij,ij->i", windows[inputs], weights))


@functools.lru_cache(maxsize=32)
def _filter(up: int, down: int) -> npt.NDArray[np.float32]:
    """Filter table of shape (phases, taps): one row for each place between two input samples."""
    ratio = min(1.0, up / down)
    half = math.ceil(_ZERO_CROSSINGS / ratio)
    rows = min(up, max(1, _TABLE_VALUES // (2 * half)))
    # Kaiser's formulas: shape and transition width for the stop band's depth.
    beta = 0.1102 * (_STOP_BAND_DB - 8.7)
    width = (_STOP_BAND_DB - 8) / (2.285 * 2 * _ZERO_CROSSINGS) / math.pi  # of the lower Nyquist frequency
    cutoff = ratio * (1 - width / 2)
    offset = np.arange(1 - half, half + 1) - np.arange(rows)[:, np.newaxis] / rows
    window = np.i0(beta * np.sqrt(np.clip(1 - (offset / half) ** 2, 0, 1)))
    table = np.sinc(cutoff * offset) * window
    normalised: npt.NDArray[np.float32] = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    return normalised


def _check_rates(*rates_hz: int) -> None:
    for rate_hz in rates_hz:
        AudioFormat(rate_hz)  # refuses a rate that is out of range
