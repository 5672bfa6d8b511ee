"""How long a reply may fail to come."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.checks import check_range


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a reply may fail to come before something is done about it.

    Attributes:
        reply_timeout_ms: How long a committed reply may take to be audible before it has failed.
        starved_timeout_ms: How long an audible reply may go without audio before it has failed.
        max_attempts: Replies begun for one turn before it ends in the apology.
    """

    reply_timeout_ms: int = 10_000
    starved_timeout_ms: int = 3_000
    max_attempts: int = 2

    def __post_init__(self) -> None:
        check_range("patience.reply_timeout_ms", self.reply_timeout_ms, 100, 120_000)
        check_range("patience.starved_timeout_ms", self.starved_timeout_ms, 100, 120_000)
        check_range("patience.max_attempts", self.max_attempts, 1, 10)
