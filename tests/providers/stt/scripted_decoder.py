"""A decoder for tests that hears what it is told to, and audio to feed it with."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from antiphon.audio import Samples
from antiphon.providers.stt.hearing import FRAME, RATE_HZ

SCRIPT = ["what", "time", "do", "you", "open", "on", "sunday"]
FRAMES_PER_WORD = 30


@dataclass
class Said:
    hypstr: str


@dataclass
class Place:
    word: str
    start_frame: int
    end_frame: int


class ScriptedDecoder:
    """Hears the next word of a script with every 300 ms it is given."""

    def __init__(self, script: list[str] = SCRIPT) -> None:
        self.script = script
        self.audio = b""
        self.utterances: list[int] = []  # bytes of each
        self.means: list[str] = []
        self.running = False

    def start_utt(self) -> None:
        assert not self.running
        self.running = True
        self.audio = b""

    def process_raw(self, data: bytes, no_search: bool, full_utt: bool) -> int:
        assert self.running
        assert not no_search
        assert not full_utt
        self.audio += data
        return len(data)

    def end_utt(self) -> None:
        assert self.running
        self.running = False
        self.utterances.append(len(self.audio))

    def hyp(self) -> Said | None:
        words = self._heard()
        return Said(" ".join(words)) if words else None

    def seg(self) -> Iterable[Place]:
        yield Place("<s>", 0, 0)
        for index, word in enumerate(self._heard()):
            yield Place(f"{word}(2)", index * FRAMES_PER_WORD, (index + 1) * FRAMES_PER_WORD - 1)
            yield Place("[NOISE]", 0, 0)
        yield Place("</s>", 0, 0)

    def set_cmn(self, cmn: str) -> None:
        self.means.append(cmn)

    def _heard(self) -> list[str]:
        return self.script[: len(self.audio) // (2 * FRAME * FRAMES_PER_WORD)]


def voice(seconds: float, rms: float = 3_000) -> Samples:
    return np.random.default_rng(0).normal(0, rms, round(seconds * RATE_HZ)).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.int16)
