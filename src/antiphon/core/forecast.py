"""When will the caller have finished? A forecast from the words to come and the caller's pace.

A reply that is begun now instead of at the end of the turn is earlier by as long as the turn still takes,
but never by more than the whole time it takes to be made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from antiphon.core.times import NS_PER_MS

_USUAL_WORD_MS: Final = 345.0  # 2.9 words a second
_USUAL_WORDS: Final = 24.0  # how many of a caller's own words weigh as much as what is usual
_KEPT: Final = 0.9  # of what was learned, at each turn: some ten turns are remembered
_USUAL_FIRST_AUDIO_MS: Final = 650.0  # first token, first clause, first byte of an ordinary cloud
_USUAL_DRAFTS: Final = 3.0  # how many drafts weigh as much as that
BEHIND_MS: Final = 200.0  # how long after it was spoken a word is in an interim, on average
KNOWN_MS: Final = 220.0  # how long after the voice the last words are final, where the recogniser is flushed


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a caller speaks and how fast replies come; enters a call, and leaves it changed.

    Attributes:
        words: Words heard, faded as they get old.
        voiced_ms: How long they took, pauses left out.
        drafts: Drafts whose first audio came, faded likewise.
        first_audio_ms: How long each took from its start, summed.
    """

    words: float = 0.0
    voiced_ms: float = 0.0
    drafts: float = 0.0
    first_audio_ms: float = 0.0

    def after_turn(self, words: int, voiced_ns: int) -> Pace:
        """What is known after a turn of some words, and how long the voice sounded."""
        return Pace(
            self.words * _KEPT + words,
            self.voiced_ms * _KEPT + voiced_ns / NS_PER_MS,
            self.drafts,
            self.first_audio_ms,
        )

    def after_draft(self, took_ns: int) -> Pace:
        """What is known after a draft's first audio came so long after its start."""
        return Pace(
            self.words,
            self.voiced_ms,
            self.drafts * _KEPT + 1,
            self.first_audio_ms * _KEPT + took_ns / NS_PER_MS,
        )

    @property
    def word_ms(self) -> float:
        """How long a word is expected to take."""
        return (self.voiced_ms + _USUAL_WORDS * _USUAL_WORD_MS) / (self.words + _USUAL_WORDS)

    @property
    def ready_ms(self) -> float:
        """How long a draft is expected to take to its first audio."""
        return (self.first_audio_ms + _USUAL_DRAFTS * _USUAL_FIRST_AUDIO_MS) / (self.drafts + _USUAL_DRAFTS)

    def ends_in_ms(self, words_to_come: int) -> float:
        """How long the voice will still sound after an interim, if so many words follow; never below 0."""
        return max(0.0, words_to_come * self.word_ms - BEHIND_MS)

    def saved_ms(self, words_to_come: int) -> float:
        """How much earlier a reply begun now is than one begun when the last words are final."""
        return min(self.ready_ms, self.ends_in_ms(words_to_come) + KNOWN_MS)


USUAL_PACE: Final = Pace()
"""A caller, and vendors, of whom nothing is known."""
