from __future__ import annotations

import builtins
import sys
from contextlib import aclosing
from typing import Any

import numpy as np
import pytest

from antiphon.audio import AudioFrame, level_dbfs
from antiphon.errors import MissingExtraError, PeerError, UserError
from antiphon.transports.microphone import (
    FRAMES_HELD,
    INPUT_HZ,
    OUTPUT_HZ,
    MicrophoneTransport,
    SoundDevice,
    sound_devices,
    sound_library,
)

from ..runtime.fakes import after, virtually
from .soundcard import FakeCard


def frame(value: int, samples: int = 480, *, flush: bool = False) -> AudioFrame:
    return AudioFrame(np.full(samples, value, np.int16), OUTPUT_HZ, flush=flush)


@virtually
async def test_what_is_captured_comes_as_frames_until_it_is_closed() -> None:
    card = FakeCard()
    async with MicrophoneTransport(card.library(), echo_guard=False) as line:
        assert line.input_format.rate_hz == INPUT_HZ
        card.captures(5)
        card.captures(6)
        await after(1)
        frames = line.frames()
        assert [(await anext(frames)).samples[0] for _ in range(2)] == [5, 6]
        assert line.level_dbfs == pytest.approx(level_dbfs(np.full(320, 6, np.int16)))
        await line.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(frames)
        card.captures(7)
    assert all(stream.started and stream.closed for stream in card.streams.values())


@virtually
async def test_what_nobody_takes_is_dropped_oldest_first_and_counted() -> None:
    card = FakeCard()
    async with MicrophoneTransport(card.library(), echo_guard=False) as line:
        for value in range(FRAMES_HELD + 3):
            card.captures(value)
        await after(1)
        assert line.dropped == 3
        async with aclosing(line.frames()) as frames:
            assert (await anext(frames)).samples[0] == 3


@virtually
async def test_audio_is_played_in_order_with_silence_where_there_is_none() -> None:
    card = FakeCard()
    async with MicrophoneTransport(card.library()) as line:
        assert card.plays() == [0] * 480
        await line.play(frame(3, 300))
        await line.play(frame(4, 300))
        assert card.plays() == [3] * 300 + [4] * 180
        assert card.plays() == [4] * 120 + [0] * 360


@virtually
async def test_a_flush_is_heard_instead_of_what_was_not_played() -> None:
    card = FakeCard()
    async with MicrophoneTransport(card.library()) as line:
        await line.play(frame(3, 1_000))
        card.plays(100)
        await line.play(frame(9, 50, flush=True))
        assert card.plays(100) == [9] * 50 + [0] * 50


@virtually
async def test_a_voice_at_another_rate_is_played_at_the_card_s() -> None:
    card = FakeCard()
    async with MicrophoneTransport(card.library()) as line:
        await line.play(AudioFrame(np.full(16_000, 1_000, np.int16), 16_000))
        assert card.plays(20_000)[1_000:20_000] == [1_000] * 19_000


@virtually
async def test_the_agent_does_not_hear_itself() -> None:
    card = FakeCard()
    async with MicrophoneTransport(card.library()) as line:
        await line.play(frame(10_000))
        card.captures(1_000)
        card.captures(9_000)
        await after(1)
        async with aclosing(line.frames()) as frames:
            assert [(await anext(frames)).samples[0] for _ in range(2)] == [0, 9_000]


@pytest.mark.parametrize("busy", ["in", "out"])
async def test_a_device_that_can_t_be_opened_is_one_line(busy: str) -> None:
    card = FakeCard(busy)
    with pytest.raises(PeerError, match="sound card can't be used: Device unavailable; see antiphon talk"):
        async with MicrophoneTransport(card.library()):
            """Never."""
    assert all(stream.closed for stream in card.streams.values())


async def test_one_that_there_is_not_is_one_line_too() -> None:
    with pytest.raises(PeerError, match="No device matching 'none'"):
        async with MicrophoneTransport(FakeCard().library(), microphone="none"):
            """Never."""


def test_the_devices_there_are_can_be_listed() -> None:
    assert sound_devices(FakeCard().library())[::2] == [
        SoundDevice(0, "Microphone", 1, 0, True),
        SoundDevice(2, "Headset", 1, 2, False),
    ]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MissingExtraError, match=r"antiphon\[talk\]"):
        sound_library()


def test_without_portaudio_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def no_portaudio(name: str, *arguments: Any) -> Any:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return original(name, *arguments)

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(builtins, "__import__", no_portaudio)
    with pytest.raises(UserError, match="apt install libportaudio2"):
        sound_library()


def test_with_both_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakeCard().library()
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    assert sound_library() is library
