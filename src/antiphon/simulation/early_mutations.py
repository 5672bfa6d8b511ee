"""Bugs on purpose in what is begun before the caller's last words."""

from __future__ import annotations

from typing import Final

from antiphon.core.budget import Signs
from antiphon.core.drafting import Drafting
from antiphon.core.replying import Replying
from antiphon.core.speculation import DraftPool, Opening
from antiphon.core.turn import Reply, Turn
from antiphon.core.unsaid import Unsaid
from antiphon.simulation.mutations import Method, Mutation


def _whatever_was_said(_: Method) -> Method:
    def holds(self: DraftPool, opening: Opening, transcript: str) -> bool:
        return True

    return holds


def _said_again(_: Method) -> Method:
    def push(self: Unsaid, text: str) -> str:
        return text

    return push


def _not_stopped(stop: Method) -> Method:
    """A reply with an opening that is withdrawn is forgotten, and sounds on."""

    def wrong(self: Replying, reply: Reply, reason: str) -> None:
        if reason == "withdrawn" and reply.draft is not None and reply.draft.begun is not None:
            self._call.reply = None
        else:
            stop(self, reply, reason)

    return wrong


def _told(start_early: Method) -> Method:
    """What was only expected stands in the history."""

    def wrong(self: Drafting, turn: Turn, transcript: str, signs: Signs) -> None:
        start_early(self, turn, transcript, signs)
        if signs.probability is not None:
            self._call.history.add_caller(transcript)

    return wrong


EARLY_MUTATIONS: Final = (
    Mutation(
        "an opening is said whatever the final",
        frozenset({2}),
        DraftPool,
        "holds",
        _whatever_was_said,
    ),
    Mutation("an opening is said twice", frozenset({4}), Unsaid, "push", _said_again),
    Mutation(
        "a withdrawn opening goes on",
        frozenset({4, 7, 9}),
        Replying,
        "_stop",
        _not_stopped,
        fault_rate=0.1,
    ),
    Mutation("what was expected is in the history", frozenset({3}), Drafting, "start_early", _told),
)
