"""How simulated callers speak and simulated vendors answer: the values behind every simulated figure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A positive quantity: its median, and the standard deviation of its logarithm."""

    median: float
    sigma: float = 0.0

    def draw(self, random: Random) -> float:
        """One value."""
        return self.median * math.exp(random.gauss(0, self.sigma)) if self.sigma else self.median


@dataclass(frozen=True, slots=True)
class Speech:
    """The caller's voice."""

    rate_words_per_s: LogNormal = LogNormal(2.9, 0.20)  # drawn per caller
    turns_with_pause: float = 0.25  # share of turns with one pause inside
    pause_low_ms: int = 300
    pause_high_ms: int = 1_200
    pause_where_words_look_complete: float = 0.5  # the others after a function word or in a phrase
    short_turns: float = 0.20  # three words or fewer
    short_turns_answer_agents_question: float = 0.6


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The speech-to-text vendor."""

    interim_every_ms: int = 120
    behind_voice_ms: int = 150  # a word can be in an interim this long after it ended
    newest_word_revised: float = 0.30  # misheard when first seen, right at the next interim
    older_word_revised: float = 0.02
    final_after_silence_ms: int = 300
    final_after_flush_ms: int = 80  # but never sooner than behind_voice_ms after the last word
    final_differs_from_last_interim: float = 0.05
    flushes: bool = True  # whether a flush hurries the final at all
    faster_than_real_time: float = 25  # at which speech is read that is given all at once


@dataclass(frozen=True, slots=True)
class Model:
    """The language model vendor."""

    first_token_ms: LogNormal = LogNormal(400, 0.25)
    tokens_per_s: float = 60
    prompt_tokens: int = 1_000
    reply_tokens_low: int = 25
    reply_tokens_high: int = 60
    can_continue_a_begun_reply: float = 0.5
    repeats_the_opening_when_instructed: float = 0.15
    contradicts_the_opening_when_instructed: float = 0.02


@dataclass(frozen=True, slots=True)
class Voice:
    """The text-to-speech vendor."""

    first_byte_ms: LogNormal = LogNormal(150, 0.25)
    faster_than_real_time: float = 5
    audio_ms_per_character: int = 60


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars."""

    input_per_million_tokens: float = 0.40
    cached_input_per_million_tokens: float = 0.10
    output_per_million_tokens: float = 1.60
    tts_per_million_characters: float = 15.0


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything a simulated call is drawn from."""

    speech: Speech = field(default_factory=Speech)
    stt: Recogniser = field(default_factory=Recogniser)
    llm: Model = field(default_factory=Model)
    tts: Voice = field(default_factory=Voice)
    prices: Prices = field(default_factory=Prices)
