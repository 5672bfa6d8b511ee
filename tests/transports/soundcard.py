"""A sound card that is not there: sounddevice as the microphone's transport uses it, driven by a test."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np


class PortAudioError(Exception):
    """As sounddevice's."""


class FakeStream:
    """A device that was opened; ``callback`` is what PortAudio's thread would call."""

    def __init__(self, card: FakeCard, kind: str, **settings: Any) -> None:
        if settings["device"] == "none":
            raise ValueError("No device matching 'none'")
        if card.busy == kind:
            raise PortAudioError("Device unavailable")
        self.settings = settings
        self.callback: Callable[..., None] = settings["callback"]
        self.started = self.closed = False
        card.streams[kind] = self

    def start(self) -> None:
        self.started = True

    def close(self) -> None:
        self.closed = True


class FakeCard:
    """What is plugged in, and what was opened of it."""

    def __init__(self, busy: str = "") -> None:
        self.busy = busy
        self.streams: dict[str, FakeStream] = {}

    def library(self) -> ModuleType:
        """The module ``sounddevice``."""
        module: Any = ModuleType("sounddevice")
        module.PortAudioError = PortAudioError
        module.InputStream = lambda **settings: FakeStream(self, "in", **settings)
        module.OutputStream = lambda **settings: FakeStream(self, "out", **settings)
        module.default = SimpleNamespace(device=[0, 1])
        module.query_devices = lambda: [
            {"name": "Microphone", "max_input_channels": 1, "max_output_channels": 0},
            {"name": "Loudspeaker", "max_input_channels": 0, "max_output_channels": 2},
            {"name": "Headset", "max_input_channels": 1, "max_output_channels": 2},
        ]
        checked: ModuleType = module
        return checked

    def captures(self, value: int, samples: int = 320) -> None:
        """The microphone hears something."""
        block = np.full((samples, 1), value, np.int16)
        self.streams["in"].callback(block, samples, None, None)

    def plays(self, samples: int = 480) -> list[int]:
        """What the loudspeaker is given next."""
        block = np.full((samples, 1), -1, np.int16)
        self.streams["out"].callback(block, samples, None, None)
        played: list[int] = block[:, 0].tolist()
        return played
