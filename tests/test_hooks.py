from __future__ import annotations

from antiphon.core.messages import Message
from antiphon.core.preparation import NOTHING_ADDED, Document, Preparation
from antiphon.hooks import ReplyContext

EARLIER = (Message("user", "hello"), Message("assistant", "Hello."))


def a_turn() -> ReplyContext[None]:
    return ReplyContext("book a table", draft=True, turn_id=3, state=None, history=EARLIER)


def test_a_hook_that_does_nothing_adds_nothing() -> None:
    assert a_turn().preparation == NOTHING_ADDED


def test_documents_and_instructions_are_kept_in_their_order() -> None:
    turn = a_turn()
    turn.add("Open from noon.", Document("Closed on Mondays.", {"page": 3}))
    turn.instruct("Answer in one sentence.")
    turn.add("Twelve tables.")
    assert turn.preparation == Preparation(
        (Document("Open from noon."), Document("Closed on Mondays."), Document("Twelve tables.")),
        ("Answer in one sentence.",),
    )


def test_a_history_is_changed_by_assigning_to_it() -> None:
    turn = a_turn()
    turn.history = EARLIER[1:]
    assert turn.preparation.history == EARLIER[1:]
    turn.history = EARLIER
    assert turn.preparation.history is None, "as it was"
