from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from antiphon.audio import Samples, decode_alaw, decode_mulaw, encode_alaw, encode_mulaw

Codes: TypeAlias = npt.NDArray[np.uint8]
Encoder: TypeAlias = Callable[[Samples], Codes]
Decoder: TypeAlias = Callable[[Codes], Samples]

CODES = np.arange(256, dtype=np.uint8)
EVERY = np.arange(-32_768, 32_768).astype(np.int16)


def test_mulaw_values_are_those_of_the_recommendation() -> None:
    # Table 2: y = 2**segment * (2 * step + 33) - 33 in 14 bits; the loudest is 8,031, or 32,124 in 16.
    assert decode_mulaw(bytes([0x80, 0x00, 0xFF, 0x7F, 0x8F, 0xF0])).tolist() == [
        32_124,
        -32_124,
        0,
        0,
        16_764,
        120,
    ]
    assert encode_mulaw(np.array([32_767, -32_768, 0, 4, 3, -4], np.int16)).tolist() == [
        0x80,
        0x00,
        0xFF,
        0xFE,
        0xFF,
        0x7F,
    ]


def test_alaw_values_are_those_of_the_recommendation() -> None:
    # Table 1: the smallest is half a step of 16, the loudest 4,032 of 4,096, or 32,256 in 16 bits.
    assert decode_alaw(bytes([0xD5, 0x55, 0xAA, 0x2A, 0xD4])).tolist() == [8, -8, 32_256, -32_256, 24]
    assert encode_alaw(np.array([32_767, -32_768, 0, -1, 15, 16], np.int16)).tolist() == [
        0xAA,
        0x2A,
        0xD5,
        0x55,
        0xD5,
        0xD4,
    ]


@pytest.mark.parametrize(("law", "decode"), [("ULAW", decode_mulaw), ("ALAW", decode_alaw)])
def test_an_independent_decoder_hears_the_same(law: str, decode: Decoder, tmp_path: Path) -> None:
    raw = tmp_path / "codes"
    raw.write_bytes(CODES.tobytes())
    reference, _ = soundfile.read(raw, dtype="int16", format="RAW", subtype=law, samplerate=8_000, channels=1)
    assert np.array_equal(decode(CODES), reference)


def test_every_code_survives_the_way_there_and_back() -> None:
    # Only mu-law has two zeros, and sends the positive one.
    assert encode_mulaw(decode_mulaw(CODES)).tolist() == [
        0xFF if code == 0x7F else code for code in range(256)
    ]
    assert encode_alaw(decode_alaw(CODES)).tolist() == CODES.tolist()


@pytest.mark.parametrize(
    ("encode", "decode", "unit", "loudest"),
    [(encode_mulaw, decode_mulaw, 8, 32_124), (encode_alaw, decode_alaw, 16, 32_256)],
)
def test_every_sample_is_off_by_half_a_step_of_its_segment_at_most(
    encode: Encoder, decode: Decoder, unit: int, loudest: int
) -> None:
    sample = EVERY.astype(int)
    error = np.abs(decode(encode(EVERY)).astype(int) - sample)
    bias = 132 if unit == 8 else 0
    # Segments begin at powers of two of the biased magnitude; each has sixteen steps.
    highest_bit = np.floor(np.log2(np.maximum(np.abs(sample) + bias, 256 >> (unit == 8))))
    step = 2.0 ** (highest_bit - 4)
    step = np.maximum(step, unit)
    inside = np.abs(sample) <= loudest
    assert (error[inside] <= step[inside] / 2).all()


@pytest.mark.parametrize(("encode", "decode"), [(encode_mulaw, decode_mulaw), (encode_alaw, decode_alaw)])
def test_louder_never_decodes_softer(encode: Encoder, decode: Decoder) -> None:
    assert (np.diff(decode(encode(EVERY)).astype(int)) >= 0).all()


@given(hnp.arrays(np.int16, st.integers(0, 100)))
def test_coding_twice_changes_nothing_more(samples: npt.NDArray[np.int16]) -> None:
    for encode, decode in ((encode_mulaw, decode_mulaw), (encode_alaw, decode_alaw)):
        once = decode(encode(samples))
        assert once.dtype == np.int16
        assert np.array_equal(decode(encode(once)), once)
