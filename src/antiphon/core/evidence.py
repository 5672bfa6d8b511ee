"""What is known of a turn that may be over: the whole ground on which its end is decided."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.habits import USUAL, Habits


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a turn that may be over.

    Attributes:
        transcript: The words so far, with the recogniser's punctuation if it gives any.
        is_final: Nothing of the transcript may still change.
        reply_ready: A reply to it, or the opening of one, can be heard at once.
        vendor_end_of_turn: The recogniser is sure that the turn is over.
        silence_ns: Since the last voiced sample.
        stable_ns: Since the transcript last changed.
        drafting: A reply to it is being made whether the turn ends now or not, so that until it is ready
            nothing is lost by waiting.
        answers: The agent's last words asked for something.
        stability: The recogniser's own estimate, in [0, 1], that an interim will stand.
        vendor_probability: Its estimate that the turn is over, in [0, 1].
        sound_probability: A turn model's estimate of the same, from the sound of the last seconds.
        habits: What was learned of the caller before.
    """

    transcript: str
    is_final: bool
    reply_ready: bool
    vendor_end_of_turn: bool
    silence_ns: int = 0
    stable_ns: int = 0
    drafting: bool = False
    answers: bool = False
    stability: float | None = None
    vendor_probability: float | None = None
    sound_probability: float | None = None
    habits: Habits = USUAL
