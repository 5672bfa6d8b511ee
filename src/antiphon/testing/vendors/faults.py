"""What can go wrong with a vendor, and in which request it does: scripted, or by seeded chance."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from antiphon.core.checks import as_choice, check_range


class FaultKind(StrEnum):
    """A kind of failure. ``at`` is the message before which it happens, counted from 0."""

    REFUSE = "refuse"  # the connection is dropped before a word is said
    SLOW_HANDSHAKE = "slow-handshake"  # the answer begins late by ``delay_ms``
    STATUS = "status"  # an HTTP error with ``status`` in place of the answer
    STALL = "stall"  # nothing comes for ``delay_ms``, or never again
    CLOSE = "close"  # the connection is dropped
    MALFORMED = "malformed"  # the message comes as garbage
    WRONG_ORDER = "wrong-order"  # the message comes after the next one


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of one request.

    Attributes:
        kind: What happens.
        at: Before which message of the answer, counted from 0.
        delay_ms: How long, for those that take time; ``None``: for ever.
        status: For ``STATUS``: 401, 403, 429, 500, 503 and their like.
    """

    kind: FaultKind
    at: int = 0
    delay_ms: float | None = None
    status: int = 503

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", as_choice("fault.kind", self.kind, FaultKind))
        check_range("fault.at", self.at, 0, 1_000_000)
        if self.delay_ms is not None:
            check_range("fault.delay_ms", self.delay_ms, 0, 3_600_000)
        check_range("fault.status", self.status, 400, 599)


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Which of a route's requests fail, and how.

    Attributes:
        scripted: By the request's number on its route, counted from 0.
        probability: Of every other request.
        mix: What those may suffer, each as likely as the others.
        seed: Makes the chances repeatable: request ``n`` always meets the same fate.
    """

    scripted: Mapping[int, Fault] = field(default_factory=dict)
    probability: float = 0.0
    mix: tuple[Fault, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("faults.probability", self.probability, 0, 1)

    def fault_of(self, index: int) -> Fault | None:
        """What happens to request number ``index``."""
        if index in self.scripted:
            return self.scripted[index]
        chance = random.Random(f"{self.seed}/{index}")  # noqa: S311 - repeatable on purpose
        if not self.mix or chance.random() >= self.probability:
            return None
        return chance.choice(self.mix)


NO_FAULTS = FaultPlan()
