from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.turn.log_mel import HOP, MELS, RATE_HZ, WINDOW, log_mel


def tone(hz: float, seconds: float = 1.0, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(round(RATE_HZ * seconds)) / RATE_HZ)).astype(
        np.float32
    )


def hz_to_mel(hz: float) -> float:
    """Slaney's scale, written another way."""
    return 3 * hz / 200 if hz < 1_000 else 15 + 27 * np.log(hz / 1_000) / np.log(6.4)


def mel_to_hz(mel: float) -> float:
    return 200 * mel / 3 if mel < 15 else 1_000 * 6.4 ** ((mel - 15) / 27)


def slowly(sound: np.ndarray) -> np.ndarray:
    """Sample by sample, band by band, as the definition has it."""
    edges = [mel_to_hz(mel) for mel in np.linspace(0, hz_to_mel(8_000), MELS + 2)]
    hann = [0.5 - 0.5 * np.cos(2 * np.pi * n / WINDOW) for n in range(WINDOW)]
    padded = np.concatenate((sound[WINDOW // 2 : 0 : -1], sound, sound[-2 : -WINDOW // 2 - 2 : -1]))
    bands = np.empty((MELS, len(sound) // HOP))
    for frame in range(bands.shape[1]):
        power = np.abs(np.fft.rfft(padded[frame * HOP : frame * HOP + WINDOW] * hann)) ** 2
        for band in range(MELS):
            low, centre, high = edges[band : band + 3]
            total = 0.0
            for number, value in enumerate(power):
                hz = number * RATE_HZ / WINDOW
                weight = max(0.0, min((hz - low) / (centre - low), (high - hz) / (high - centre)))
                total += weight * 2 / (high - low) * value
            bands[band, frame] = np.log10(max(total, 1e-10))
    return (np.maximum(bands, bands.max() - 8) + 4) / 4


def test_it_is_what_the_definition_says() -> None:
    sound = (np.random.default_rng(1).normal(0, 0.1, 8 * HOP) + tone(700, 8 * HOP / RATE_HZ)).astype(
        np.float32
    )
    assert log_mel(sound) == pytest.approx(slowly(sound), abs=1e-4)


@pytest.mark.parametrize("hz", [200.0, 440.0, 1_500.0, 5_000.0])
def test_a_tone_is_in_its_band(hz: float) -> None:
    loudest = int(log_mel(tone(hz)).mean(axis=1).argmax())
    centre = mel_to_hz(hz_to_mel(8_000) * (loudest + 1) / (MELS + 1))
    assert abs(hz_to_mel(centre) - hz_to_mel(hz)) < 0.6


@given(st.integers(3, 60), st.floats(1e-4, 1.0))
def test_it_has_a_column_for_each_hop_and_a_range_of_two(hops: int, amplitude: float) -> None:
    found = log_mel(tone(300, hops * HOP / RATE_HZ, amplitude))
    assert found.shape == (MELS, hops)
    assert found.dtype == np.float32
    assert found.max() - found.min() <= 2 + 1e-6


def test_nothing_at_all_is_even() -> None:
    assert np.ptp(log_mel(np.zeros(10 * HOP, np.float32))) == 0
