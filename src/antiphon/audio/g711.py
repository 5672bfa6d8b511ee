"""G.711, the telephone's eight bits a sample: ITU-T recommendation G.711 (11/88), tables 1 and 2.

Both laws cut the magnitude into eight segments, each twice as steep as the one before, of sixteen equal
steps. The code is sign, segment and step; the tables here are computed from that. Where a 16-bit value
lies exactly on a decision level, a negative one goes to the smaller magnitude, as in the reference encoder
of ITU-T G.191 (which takes the one's complement of negative values).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from antiphon.audio.frames import Samples

Codes = npt.NDArray[np.uint8]

# mu-law counts magnitudes in 1/4 of a 14-bit step from a bias of 33 of these; both in 16-bit units:
_MU_BIAS = 33 << 2
_MU_LIMIT = 8_191 << 2


def decode_mulaw(codes: bytes | Codes) -> Samples:
    """µ-law codes as 16-bit samples."""
    return _MU_DECODE[_as_codes(codes)]


def encode_mulaw(samples: Samples) -> Codes:
    """16-bit samples as µ-law codes."""
    return _MU_ENCODE[samples.view(np.uint16)]


def decode_alaw(codes: bytes | Codes) -> Samples:
    """A-law codes as 16-bit samples."""
    return _A_DECODE[_as_codes(codes)]


def encode_alaw(samples: Samples) -> Codes:
    """16-bit samples as A-law codes."""
    return _A_ENCODE[samples.view(np.uint16)]


def _as_codes(codes: bytes | Codes) -> Codes:
    return np.frombuffer(codes, np.uint8) if isinstance(codes, bytes) else codes


def _mu_decode_table() -> Samples:
    code = ~np.arange(256, dtype=np.uint8)  # all bits are sent inverted
    segment, step = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = (((step << 1) + 33) << segment + 2) - _MU_BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _mu_encode_table() -> Codes:
    value, magnitude = _every_int16()
    biased = np.minimum(magnitude + _MU_BIAS, _MU_LIMIT)
    segment = np.frexp(biased)[1] - 8  # the highest set bit, from bit 7 on
    step = biased >> segment + 3 & 15
    code = np.where(value < 0, 0x80 | segment << 4 | step, segment << 4 | step)
    codes: Codes = ~code.astype(np.uint8)
    return codes


def _a_decode_table() -> Samples:
    code = np.arange(256, dtype=np.uint8) ^ 0x55  # every other bit is sent inverted
    segment, step = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _a_encode_table() -> Codes:
    value, magnitude = _every_int16()
    segment = np.maximum(np.frexp(magnitude)[1] - 8, 0)  # the highest set bit, from bit 8 on
    step = magnitude >> np.maximum(segment, 1) + 3 & 15
    code = segment << 4 | step
    codes: Codes = np.where(value < 0, code, 0x80 | code).astype(np.uint8) ^ np.uint8(0x55)
    return codes


def _every_int16() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Every 16-bit value in the order of its bits read as unsigned, and its magnitude (see the module)."""
    value = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    return value, np.where(value < 0, ~value, value)


_MU_DECODE = _mu_decode_table()
_MU_ENCODE = _mu_encode_table()
_A_DECODE = _a_decode_table()
_A_ENCODE = _a_encode_table()
