"""The ten invariants, each as one check of a simulated call.

A check goes by what the listener heard and what the vendors were asked and made. Two invariants are about
the session's own account: 5 compares the history with what was heard, 10 the timeline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from antiphon.core.times import NS_PER_MS
from antiphon.simulation import accounts, interruptions, liveness, safety, tool_checks
from antiphon.simulation.call import CallResult
from antiphon.simulation.evidence import Evidence, Found


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of an invariant.

    Attributes:
        invariant: Its number.
        at_ms: When in the call.
        message: What was seen.
    """

    invariant: int
    at_ms: float
    message: str


def _history_is_what_happened(evidence: Evidence) -> Found:
    """5. The history holds what was heard, and what tools did for it."""
    yield from accounts.history_is_what_was_heard(evidence)
    yield from tool_checks.history_tells_what_tools_did(evidence)


CHECKERS: dict[int, Callable[[Evidence], Found]] = {
    1: safety.nothing_before_commit,
    2: safety.reply_answers_the_final,
    3: accounts.no_word_is_lost,
    4: safety.one_reply_at_a_time,
    5: _history_is_what_happened,
    6: tool_checks.tools_run_after_commit,
    7: interruptions.interruptions,
    8: liveness.everything_is_bounded,
    9: liveness.every_turn_ends,
    10: accounts.contributions_sum_exactly,
}
_AFTER_THE_END = {3, 5}  # words and history are compared when a call is over


def check_call(result: CallResult) -> list[Violation]:
    """Every breach of an invariant in a call, in the order of the invariants."""
    evidence = Evidence(result)
    return [
        Violation(number, at_ns / NS_PER_MS, message)
        for number, checker in CHECKERS.items()
        if result.failure is None or number not in _AFTER_THE_END
        for at_ns, message in checker(evidence)
    ]
