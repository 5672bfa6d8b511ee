"""Turns as tones whose words' places are known, and a detector that only looks at the level."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame, level_dbfs
from antiphon.bench.speech import FORMAT, Speech
from antiphon.bench.turns_call import Timed, hear
from antiphon.bench.turns_script import Pause, Turn
from antiphon.bench.turns_spoken import SpokenTurn
from antiphon.core.events import Word
from antiphon.providers.base import VoiceWindow

MS = 1_000_000
CHUNK = 512
WORD_MS = 300


class LevelVAD:
    """Takes what is loud for a voice."""

    name = "level"
    format: AudioFormat = FORMAT

    def open(self) -> LevelVAD:
        return self

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        windows = []
        for first in range(0, len(frame.samples) - CHUNK + 1, CHUNK):
            level = level_dbfs(frame.samples[first : first + CHUNK])
            windows.append(VoiceWindow(first + CHUNK, CHUNK, 0.99 if level > -50 else 0.01, level))
        return windows

    def close(self) -> None:
        """Nothing is held."""

    async def aclose(self) -> None:
        """Nothing is held."""


def spoken(text: str, *, pause: Pause | None = None, answers: bool = False) -> SpokenTurn:
    words = text.split()
    speech = said(words if pause is None else words[: pause.after])
    if pause is not None:
        speech = speech.then(said(words[pause.after :]), pause.ms)
    return SpokenTurn(Turn(tuple(words), answers, pause), speech)


def said(words: list[str]) -> Speech:
    """Words of equal length, as a tone."""
    length = FORMAT.ns_to_samples(len(words) * WORD_MS * MS)
    tone = 8_000 * np.sin(np.arange(length) / 9)
    placed = (
        Word(word, index * WORD_MS * MS, (index + 1) * WORD_MS * MS) for index, word in enumerate(words)
    )
    return Speech(" ".join(words), tone.astype(np.int16), tuple(placed))


def heard(turn: SpokenTurn, noise_db: float | None = None) -> list[Timed]:
    return asyncio.run(hear(LevelVAD(), turn.staged(-20.0, noise_db, seed=1)))


DONE = "book a table for two people on friday"
HESITATES = Pause(3, 700, looks_complete=True)
