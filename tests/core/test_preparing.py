from __future__ import annotations

from typing import Any

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.floor import Floor
from antiphon.core.messages import Message
from antiphon.core.notices import DraftDiscarded, Trouble
from antiphon.core.preparation import NOTHING_ADDED, Document, Preparation
from antiphon.core.speculation import Speculation, Strategy

from .harness import MS, Driver, a_call

NOON = Preparation((Document("Open from noon."),))
ONE = Preparation((Document("Open from one."),))
NOON_AGAIN = Preparation((Document("Open from noon.", {"found": "again"}),))


def a_draft(**settings: Any) -> Driver:
    """A draft for "book a table", made while the caller may go on; its hook is out."""
    settings = {"prepare_timeout_ms": 200} | settings
    return a_call(**settings).says("book a table", 1_000, 2_000)


def asked(call: Driver) -> list[tuple[str, bool]]:
    return [(each.transcript, each.draft) for each in call.of(do.PrepareReply)]


def answers(call: Driver, request_id: int, added: Preparation = NOON, error: str | None = None) -> Driver:
    call.feed(on.ReplyPrepared(request_id, added, error))
    return call


def end(call: Driver) -> Driver:
    """Go on to where the turn's wait is over."""
    while call.floor is Floor.CALLER and len(asked(call)) < 2:
        call.to(call.now_ms + 10)
    return call


def test_without_a_hook_nothing_is_asked() -> None:
    call = a_draft(prepare_timeout_ms=None).to(2_700)
    assert asked(call) == []
    assert call.draft.messages == (Message("user", "book a table"),)


def test_a_drafts_model_is_asked_when_it_is_known_what_to_add() -> None:
    call = a_draft()
    assert asked(call) == [("book a table", True)]
    (start,) = call.of(do.StartDraft)
    assert start.messages is None
    assert call.of(do.AskModel) == []
    answers(call, 1)
    (ask,) = call.of(do.AskModel)
    assert ask.messages == (*NOON.messages, Message("user", "book a table"))


def test_at_the_end_of_the_turn_it_is_asked_once_more_and_the_draft_is_used() -> None:
    call = end(answers(a_draft(), 1))
    assert asked(call) == [("book a table", True), ("book a table", False)]
    assert call.of(do.CommitDraft) == []
    answers(call, 2, NOON_AGAIN)
    assert [commit.draft_id for commit in call.of(do.CommitDraft)] == [1]


def test_a_change_that_matters_makes_the_reply_anew_without_asking_again() -> None:
    call = end(answers(a_draft(), 1))
    answers(call, 2, ONE)
    (discarded,) = call.of(DraftDiscarded)
    assert discarded.reason == "what was added for it has changed"
    assert [commit.draft_id for commit in call.of(do.CommitDraft)] == [2]
    assert call.draft.messages == (*ONE.messages, Message("user", "book a table"))
    assert len(asked(call)) == 2


def test_a_draft_that_still_waits_is_given_what_the_end_of_the_turn_found() -> None:
    call = end(a_draft(prepare_timeout_ms=2_000))
    answers(call, 2, ONE)
    (ask,) = call.of(do.AskModel)
    assert (ask.draft_id, ask.messages[0]) == (1, ONE.messages[0])
    assert [commit.draft_id for commit in call.of(do.CommitDraft)] == [1]
    answers(call, 1)
    assert len(call.of(do.AskModel)) == 1


def test_without_a_draft_it_is_asked_once_for_the_reply_itself() -> None:
    call = a_draft(speculation=Speculation(strategy=Strategy.DISCARD)).to(2_700)
    assert asked(call) == [("book a table", False)]
    assert call.floor is Floor.THINKING
    answers(call, 1)
    assert call.of(do.AskModel)[0].messages[0] == NOON.messages[0]


def test_a_hook_that_is_late_for_a_draft_is_not_waited_for() -> None:
    call = a_draft()
    call.to(call.now_ms + 199)
    assert call.of(do.AskModel) == []
    call.to(call.now_ms + 2)
    assert call.of(do.AskModel)[0].messages == (Message("user", "book a table"),)
    answers(call, 1)
    assert len(call.of(do.AskModel)) == 1


def test_nor_is_one_that_is_late_at_the_end_and_the_draft_is_as_good() -> None:
    call = end(answers(a_draft(), 1))
    at_ms = call.when(do.PrepareReply)[1]
    call.to(at_ms + 199)
    assert call.of(do.CommitDraft) == []
    call.to(at_ms + 201)
    assert [commit.draft_id for commit in call.of(do.CommitDraft)] == [1]


def test_one_that_fails_is_reported_and_nothing_is_added() -> None:
    call = answers(a_draft(), 1, NOTHING_ADDED, "KeyError: 'day'")
    assert [(each.where, each.message) for each in call.of(Trouble)] == [("before_reply", "KeyError: 'day'")]
    assert call.of(do.AskModel)[0].messages == (Message("user", "book a table"),)


def test_a_caller_who_goes_on_is_asked_about_anew() -> None:
    call = end(answers(a_draft(), 1))
    call.speaks(call.now_ms + 10)
    answers(call, 2, ONE)
    assert call.of(do.CommitDraft) == []
    call.pauses(call.now_ms + 500).final("for ten", call.now_ms + 650)
    assert asked(call)[2] == ("book a table for ten", True)


def test_an_answer_for_a_draft_that_was_let_go_is_no_matter() -> None:
    call = a_draft(prepare_timeout_ms=5_000)
    call.speaks(2_300).interim("and a taxi to the airport", 3_000)
    assert call.states() == ["cancelled"]
    answers(call, 1)
    assert call.of(do.AskModel) == []


def test_the_next_turn_with_the_same_words_is_another_matter() -> None:
    call = answers(end(answers(a_draft(), 1)), 2, NOON_AGAIN)
    call.audible(call.now_ms + 100).played(call.now_ms + 1_000)
    from_ms = call.now_ms + 500
    call.says("book a table", from_ms, from_ms + 1_000)
    assert asked(call)[2:] == [("book a table", True)]


def test_a_strategy_that_uses_a_draft_whatever_comes_does_not_ask_again() -> None:
    call = answers(a_draft(speculation=Speculation(strategy=Strategy.ALWAYS_USE)), 1)
    call.to(3_500)
    assert asked(call) == [("book a table", True)]
    assert [commit.draft_id for commit in call.of(do.CommitDraft)] == [1]


def test_its_time_has_a_name_of_its_own_and_nothing_is_left_over() -> None:
    call = end(answers(a_draft(), 1)).ready(1)
    answers(call.to(call.when(do.PrepareReply)[1] + 120), 2, NOON_AGAIN)
    call.audible(call.now_ms + 20).played(call.now_ms + 1_000)
    spent = call.record.contributions_ns
    assert spent["before_reply"] == 120 * MS
    assert sum(spent.values()) == call.record.glass_to_glass_ns


def test_a_hook_is_not_waited_for_when_the_call_is_over() -> None:
    call = a_call(prepare_timeout_ms=1_000).writes("book a table", 1_000).close(1_100)
    assert call.machine.next_deadline() is None
