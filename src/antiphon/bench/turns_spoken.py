"""Turns as sound whose last voiced sample and pauses are known: synthesised voices, or recordings joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from antiphon.audio import Samples, read_audio, to_float, to_int16
from antiphon.bench.speech import FORMAT, Speech, say
from antiphon.bench.turns_script import Pause, Turn
from antiphon.core.events import Word
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ConfigError
from antiphon.providers.base import TTS, ProviderContext
from antiphon.providers.registry import create_tts
from antiphon.simulation.profile import Speech as Habit

VOICES = ("espeak/en-us", "espeak/en-gb", "espeak/en-us+f2")
LEVELS_DBFS = (-35.0, -25.0, -15.0)  # RMS of a turn's voice; its peaks are some 12 dB above
LEAD_MS, TAIL_MS = 1_000, 3_200  # before and after the turn: a reply that does not come by then is missed
QUIET_DBFS = -72.0  # a line without added noise
_LETTERS = 2  # a word takes as long as its letters and this many more


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn as a caller says it, without anything around it.

    Attributes:
        turn: The words, and where the pause is.
        speech: How it sounds, from its first audible sample to its last.
    """

    turn: Turn
    speech: Speech

    def staged(self, level_dbfs: float, noise_db: float | None, seed: int) -> Samples:
        """The turn at a loudness between silences, with pink noise throughout.

        Args:
            level_dbfs: RMS of the voice.
            noise_db: How far the noise is below it; ``None`` for hardly any.
            seed: Of the noise.
        """
        voice = to_float(self.speech.samples).astype(np.float64)
        gain = 10 ** (level_dbfs / 20) / np.sqrt(np.mean(voice[np.abs(voice) > 0] ** 2))
        around = (FORMAT.ns_to_samples(LEAD_MS * NS_PER_MS), FORMAT.ns_to_samples(TAIL_MS * NS_PER_MS))
        sound = np.concatenate((np.zeros(around[0]), voice * gain, np.zeros(around[1])))
        noise_dbfs = QUIET_DBFS if noise_db is None else level_dbfs - noise_db
        return to_int16(sound + pink_noise(len(sound), noise_dbfs, seed))


def pink_noise(samples: int, level_dbfs: float, seed: int) -> npt.NDArray[np.float64]:
    """Noise with as much power in each octave, as rooms and streets have it."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=samples))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise: npt.NDArray[np.float64] = np.fft.irfft(spectrum, samples)
    noise *= 10 ** (level_dbfs / 20) / np.sqrt(np.mean(noise**2))
    return noise


async def speak_turns(turns: Sequence[Turn]) -> list[SpokenTurn]:
    """Turns spoken by synthesised voices, one after the other.

    Raises:
        MissingExtraError: If the embedded voices are not installed.
    """
    voices = [create_tts(name, ProviderContext()) for name in VOICES]
    try:
        return [await _speak(turn, voices[index % len(voices)]) for index, turn in enumerate(turns)]
    finally:
        for voice in voices:
            await voice.aclose()


async def _speak(turn: Turn, voice: TTS) -> SpokenTurn:
    if turn.pause is None:
        return SpokenTurn(turn, await say(voice, turn.text()))
    before, after = turn.words[: turn.pause.after], turn.words[turn.pause.after :]
    first, second = await say(voice, " ".join(before)), await say(voice, " ".join(after))
    return SpokenTurn(turn, first.then(second, turn.pause.ms))


# --- recordings ---------------------------------------------------------------------------------------


def join_recordings(folder: Path, number: int, seed: int, habit: Habit) -> list[SpokenTurn]:
    """Turns made of recordings: one alone, or two with a silence of known length between them.

    Args:
        folder: WAV files, each with its words in a ``.txt`` beside it.
        number: Of turns.
        seed: What they are drawn from.
        habit: How often, and for how long, callers pause.

    Raises:
        ConfigError: If there is no such pair of files.
        AudioError: If a recording can't be read.
    """
    paths = [path for path in sorted(folder.glob("*.wav")) if path.with_suffix(".txt").is_file()]
    if not paths:
        raise ConfigError(f"{folder}: expected recordings (.wav), each with its words in a .txt beside it")
    recordings = [_read(path) for path in paths]
    random = Random(f"recordings {seed}")  # noqa: S311 - repeatable
    turns = []
    for _ in range(number):
        speech, pause = random.choice(recordings), None
        if random.random() < habit.turns_with_pause:
            pause_ms = random.randint(habit.pause_low_ms, habit.pause_high_ms)
            pause = Pause(len(speech.words), pause_ms, looks_complete=False)
            speech = speech.then(random.choice(recordings), pause_ms)
        turns.append(SpokenTurn(Turn(tuple(speech.text.split()), pause=pause), speech))
    return turns


def _read(path: Path) -> Speech:
    samples, _ = read_audio(path, FORMAT.rate_hz)
    first, last = voiced_span(to_float(samples))
    words = path.with_suffix(".txt").read_text(encoding="utf-8").split()
    letters = [0, *accumulate(len(word) + _LETTERS for word in words)]
    length_ns = FORMAT.samples_to_ns(last + 1 - first)
    places = [length_ns * so_far // letters[-1] for so_far in letters]
    placed = tuple(Word(word, *places[index : index + 2]) for index, word in enumerate(words))
    return Speech(" ".join(words), samples[first : last + 1], placed)


def voiced_span(sound: npt.NDArray[np.float32]) -> tuple[int, int]:
    """First and last voiced sample of a recording.

    They are where the RMS of 10 ms is within 25 dB of the recording's loud parts (its 90th percentile), and
    10 dB above its own noise where it begins with any.
    """
    window = FORMAT.rate_hz // 100
    power = np.convolve(sound.astype(np.float64) ** 2, np.ones(window) / window, "same")
    loud, start = np.percentile(power, 90), np.median(power[: FORMAT.rate_hz // 5])
    noise = start if start < loud / 100 else 0.0
    voiced = np.flatnonzero(power > max(loud * 10**-2.5, noise * 10))
    return int(voiced[0]), int(voiced[-1])
