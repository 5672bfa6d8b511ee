"""Has the user finished? Evidence in, one wait out, with its reason.

The wait is counted from the last voiced sample. It is asked for again at each new piece of evidence, so
it may grow and shrink while the caller is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from antiphon.core.checks import as_choice, check_range
from antiphon.core.evidence import Evidence
from antiphon.core.stopping import Preset
from antiphon.core.times import NS_PER_MS


@dataclass(frozen=True, slots=True)
class Endpointing:
    """When the caller has finished.

    Attributes:
        preset: How much a cut-in matters against a wait: ``"eager"``, ``"balanced"`` or ``"patient"``.
        longest_ms: No silence is longer before the turn ends, whatever the evidence; a quarter more in a
            language whose words are not read.
        silence_ms: Silence after the last voiced sample that ends the turn, the same for every turn.
            ``None``: each turn's wait is decided from the evidence, by ``preset``.
        final_timeout_ms: How much longer than the wait a final is waited for; then the newest interim is
            taken for one.
        manual: Whether only the application ends turns (``session.commit_turn()``, or a button that is let
            go of): no silence does.
    """

    preset: Preset = Preset.BALANCED
    longest_ms: int = 1_200
    silence_ms: int | None = None
    final_timeout_ms: int = 1_500
    manual: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "preset", as_choice("endpointing.preset", self.preset, Preset))
        check_range("endpointing.longest_ms", self.longest_ms, 100, 10_000)
        if self.silence_ms is not None:
            check_range("endpointing.silence_ms", self.silence_ms, 0, 10_000)
        check_range("endpointing.final_timeout_ms", self.final_timeout_ms, 0, 30_000)


@dataclass(frozen=True, slots=True)
class Wait:
    """How much silence ends the turn, and why."""

    wait_ns: int
    reason: str


class Endpointer(Protocol):
    """Decides the wait."""

    def wait(self, evidence: Evidence) -> Wait:
        """How long after the last voiced sample the turn is over, as far as is known now."""
        ...


class FixedSilence:
    """The same wait for everybody; none where the recogniser itself is sure."""

    def __init__(self, silence_ms: int) -> None:
        self._fixed = Wait(silence_ms * NS_PER_MS, f"silence {silence_ms} ms")
        self._sure = Wait(0, "the recogniser's end of turn")

    def wait(self, evidence: Evidence) -> Wait:
        """The fixed wait."""
        return self._sure if evidence.vendor_end_of_turn else self._fixed
