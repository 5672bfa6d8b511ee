"""The caller's voice over the agent's: what is suspected, what confirms it, what does not count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from antiphon.core.checks import as_choice, check_range


class Suspicion(StrEnum):
    """What a reply does while it is not known whether the caller means to interrupt."""

    DUCK = "duck"  # goes on, more quietly
    PAUSE = "pause"  # falls silent, and goes on where it was if that was nothing
    NOTHING = "nothing"  # goes on as it was


@dataclass(frozen=True, slots=True)
class Interruption:
    """When the caller's voice stops the agent's.

    Attributes:
        enabled: Whether voice and words stop replies at all. Written words and keys do in any case.
        on_suspicion: What the reply does from the voice's onset until it is known what that is.
        duck_db: How much quieter a ducked reply is.
        speech_ms: Voiced sound from which words, other than backchannels, are a barge-in.
        voice_ms: Voiced sound without words at which the reply pauses: until the words come and it is
            stopped, or silence comes and it goes on.
        floor_ms: Voiced sound that is a barge-in whatever the recogniser makes of it.
        settle_ms: How long after such a sound its words are waited for before the reply goes on.
        fade_ms: How long the reply takes to fall silent.
        grace_ms: A reply interrupted this soon after its start is withdrawn: the caller had not finished,
            and what was said before and after is one turn.
        thinking_ms: Voiced sound that takes a reply back which is committed and not heard yet.
        backchannels: Whether "mm-hm" and "okay" over a reply let it go on.
        echo_guard_ms: For so long after the agent is first heard in a call, a microphone may pick it up
            before echo is cancelled: its own words count for nothing and voice alone for little.
        protect_greeting: Whether the greeting can't be interrupted.
    """

    enabled: bool = True
    on_suspicion: Suspicion = Suspicion.DUCK
    duck_db: float = 18.0
    speech_ms: int = 240
    voice_ms: int = 680
    floor_ms: int = 2_500
    settle_ms: int = 200
    fade_ms: int = 60
    grace_ms: int = 250
    thinking_ms: int = 0
    backchannels: bool = True
    echo_guard_ms: int = 2_000
    protect_greeting: bool = False

    def __post_init__(self) -> None:
        suspicion = as_choice("interruption.on_suspicion", self.on_suspicion, Suspicion)
        object.__setattr__(self, "on_suspicion", suspicion)
        check_range("interruption.duck_db", self.duck_db, 0, 60)
        check_range("interruption.speech_ms", self.speech_ms, 0, 5_000)
        check_range("interruption.voice_ms", self.voice_ms, 0, 10_000)
        check_range("interruption.floor_ms", self.floor_ms, self.voice_ms, 60_000)
        check_range("interruption.settle_ms", self.settle_ms, 0, 5_000)
        check_range("interruption.fade_ms", self.fade_ms, 0, 1_000)
        check_range("interruption.grace_ms", self.grace_ms, 0, 5_000)
        check_range("interruption.thinking_ms", self.thinking_ms, 0, 5_000)
        check_range("interruption.echo_guard_ms", self.echo_guard_ms, 0, 3_600_000)
