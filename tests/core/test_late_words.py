"""Finals that come after a reply was chosen: the same words, others, a split turn."""

from __future__ import annotations

import pytest

from antiphon.core.actions import CommitDraft, StopReply, UncommitDraft
from antiphon.core.floor import Floor
from antiphon.core.notices import EndOfTurn, ReplyOver, TranscriptChanged
from antiphon.core.speculation import Speculation, Strategy

from .harness import Driver, a_call

USE, ALWAYS, DISCARD = Strategy


def unfinal(text: str = "a table for two", strategy: Strategy = USE) -> Driver:
    """A turn of which only an interim came: the agent thinks about it since 4,100 ms."""
    call = a_call(speculation=Speculation(strategy=strategy))
    return call.speaks(1_000).interim(text, 1_900).pauses(2_000).to(4_200)


def late(call: Driver, text: str, at_ms: float) -> Driver:
    return call.final(text, at_ms, start_ms=0, end_ms=2_100)


def answered(call: Driver) -> list[str]:
    return [notice.text for notice in call.of(EndOfTurn)]


# --- before the reply is audible -----------------------------------------------------------------------


def test_the_same_words_leave_the_reply_alone() -> None:
    call = late(unfinal(), "A table for two.", 4_300)
    assert call.of(UncommitDraft) == []
    assert call.of(TranscriptChanged)[-1].final
    call.audible(4_400)
    assert call.history == [("user", "A table for two.")]


def test_other_words_take_the_reply_back_and_are_answered_instead() -> None:
    call = late(unfinal(), "a table for ten", 4_300)
    assert answered(call) == ["a table for two", "a table for ten"]
    assert call.draft.answers == "a table for ten"
    assert call.states() == ["cancelled", "running"]
    call.audible(4_500).played(6_000)
    assert call.history[0] == ("user", "a table for ten")
    assert len(call.records) == 1


def test_with_always_use_the_reply_stays_whatever_the_words() -> None:
    call = late(unfinal(strategy=ALWAYS), "a table for ten", 4_300)
    assert len(call.of(CommitDraft)) == 1
    call.audible(4_400)
    assert call.history == [("user", "a table for ten")]


@pytest.mark.parametrize(("text", "replies"), [("a table for two", 1), ("A table for two.", 2)])
def test_with_discard_only_the_very_words_are_the_same(text: str, replies: int) -> None:
    call = late(unfinal(strategy=DISCARD), text, 4_300)
    assert len(call.of(CommitDraft)) == replies
    assert call.draft.answers == text


# --- while it is audible -------------------------------------------------------------------------------


def test_the_same_words_are_put_right_in_the_history() -> None:
    call = late(unfinal().audible(4_300), "A table for two.", 4_500)
    assert call.of(StopReply) == []
    assert call.history == [("user", "A table for two.")]


def test_other_words_stop_the_reply_and_are_answered() -> None:
    call = late(unfinal().audible(4_300), "a table for ten", 4_500)
    assert [notice.reason for notice in call.of(ReplyOver)] == ["superseded"]
    assert answered(call) == ["a table for two", "a table for ten"]
    call.audible(5_000).played(6_000)
    assert call.history == [
        ("assistant", "Certainly"),
        ("user", "a table for ten"),
        ("assistant", "Certainly, I can do that."),
    ]
    assert [record.user for record in call.records] == ["a table for ten"]


def test_the_model_is_not_shown_the_words_that_were_superseded() -> None:
    call = late(unfinal().audible(4_300), "a table for ten", 4_500)
    assert [message.content for message in call.draft.messages] == ["Certainly", "a table for ten"]


def test_a_caller_who_speaks_meanwhile_is_heard_out_before_the_superseding_answer() -> None:
    call = unfinal().audible(4_300).speaks(5_000)
    late(call, "a table for ten", 5_100)
    assert len(call.of(CommitDraft)) == 1, "the caller is speaking"
    call.pauses(6_000).final("please", 6_200, start_ms=2_100).to(6_700)
    assert answered(call)[-1] == "a table for ten please"


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("over", [False, True])
def test_the_final_of_an_utterance_that_ended_in_the_apology_is_answered_after_all(
    strategy: Strategy, *, over: bool
) -> None:
    call = (
        a_call(speculation=Speculation(strategy=strategy))
        .speaks(1_000)
        .pauses(2_000)
        .to(4_200)
        .audible(4_300)
    )
    if over:
        call.played(4_400, "Certainly")
    late(call, "a table for ten", 4_500).to(5_200)
    assert answered(call)[-1] == "a table for ten"
    call.audible(5_300).played(6_000)
    assert call.history == [
        ("assistant", "Certainly"),
        ("user", "a table for ten"),
        ("assistant", "Certainly, I can do that."),
    ]


# --- when it is over -----------------------------------------------------------------------------------


def test_the_same_words_are_put_right_even_then() -> None:
    call = late(unfinal().audible(4_300).played(5_000), "A table for two.", 5_500)
    assert call.history[0] == ("user", "A table for two.")
    assert call.floor is Floor.IDLE


def test_other_words_are_a_turn_of_their_own() -> None:
    call = late(unfinal().audible(4_300).played(5_000), "a table for ten", 5_500).to(6_200)
    assert call.draft.answers == "a table for ten"
    call.audible(6_500).played(7_000)
    assert [text for role, text in call.history if role == "user"] == ["a table for two", "a table for ten"]
    assert [record.turn_id for record in call.records] == [1, 2]


def test_an_empty_final_that_comes_then_is_no_turn() -> None:
    call = late(unfinal().audible(4_300).played(5_000), "", 5_500)
    assert call.floor is Floor.IDLE


def test_other_words_that_come_while_the_caller_speaks_again_are_part_of_that() -> None:
    call = unfinal().audible(4_300).played(5_000).speaks(5_500)
    late(call, "a table for ten", 5_700).pauses(6_000).final("please", 6_200).to(6_700)
    assert call.draft.answers == "a table for ten please"


def test_other_words_that_come_while_something_else_is_to_be_said_come_first() -> None:
    call = unfinal().audible(4_300).played(5_000).say("By the way.", 5_400)
    late(call, "a table for ten", 5_500).to(6_200)
    assert call.draft.answers == "a table for ten"
    call.audible(6_300).played(7_000)
    assert call.draft.text == "By the way."


# --- a split turn --------------------------------------------------------------------------------------


@pytest.mark.parametrize("audible", [False, True])
def test_a_final_that_goes_on_makes_one_turn_of_both(*, audible: bool) -> None:
    call = (
        a_call().speaks(1_000).pauses(2_000).final("for two", 2_150, start_ms=1_500, end_ms=2_100).to(2_700)
    )
    assert answered(call) == ["for two"]
    if audible:
        call.audible(2_800)
    call.final("book a table", 3_000, start_ms=0, end_ms=1_500)
    assert answered(call)[-1] == "book a table for two"
    call.audible(3_500).played(5_000)
    assert [text for role, text in call.history if role == "user"] == ["book a table for two"]
    assert len(call.records) == 1


def test_a_recogniser_whose_finals_end_at_the_last_word_is_heard_in_the_next_turn() -> None:
    call = a_call().speaks(1_000).pauses(2_100).final("a table", 2_200, end_ms=2_000).to(2_800)
    call.audible(2_900).played(4_000)
    call.speaks(5_000).interim("for two", 5_600, start_ms=2_000)
    assert call.of(TranscriptChanged)[-1].text == "for two"
    call.pauses(6_000).final("for two people", 6_200, start_ms=2_000).to(6_700)
    assert [(notice.turn_id, notice.text) for notice in call.of(TranscriptChanged)[1:]] == [
        (2, "for two"),
        (2, "for two people"),
    ]


def test_such_a_recogniser_s_words_over_the_reply_are_the_next_turn() -> None:
    call = a_call().speaks(1_000).pauses(2_100).final("a table", 2_200, end_ms=2_000).to(2_800).audible(2_900)
    call.speaks(4_000).pauses(4_100).final("no thanks", 4_300, start_ms=2_000)
    assert [notice.reason for notice in call.of(ReplyOver)] == ["barge-in"]
    call.to(5_000)
    assert call.draft.answers == "no thanks"


def test_its_words_that_no_voice_was_heard_for_are_as_old_as_they_are_and_no_older() -> None:
    call = a_call().speaks(1_000).pauses(2_100).final("a table", 2_200, end_ms=2_000).to(2_800)
    call.audible(2_900).played(4_000).final("for two people", 6_000, start_ms=2_000)
    assert call.floor is Floor.CALLER, "they have only just come"
    call.to(6_600)
    assert call.draft.answers == "for two people"
    call.audible(6_800).played(8_000)
    assert call.record.glass_to_glass_ns == 800_000_000


def test_words_of_a_voice_that_was_taken_for_noise_are_as_old_as_the_voice() -> None:
    call = a_call().speaks(1_000).pauses(1_300).to(5_000)
    assert call.floor is Floor.IDLE
    call.final("yes", 5_100, start_ms=0, end_ms=1_400)
    assert call.floor is Floor.THINKING
    call.audible(5_300).played(6_000)
    assert call.record.glass_to_glass_ns == 4_000_000_000


def test_a_turn_that_turns_out_to_have_been_nothing_is_accounted_for_as_withdrawn() -> None:
    call = late(unfinal(), "", 4_300)
    assert (call.floor, call.states()) == (Floor.IDLE, ["cancelled"])
    assert call.history == []
    (record,) = call.records
    assert (record.turn_id, record.outcome, record.user, record.reply) == (1, "withdrawn", "", None)


def test_so_is_one_that_turns_out_to_have_been_nothing_while_the_reply_is_heard() -> None:
    call = late(unfinal().audible(4_300), "", 4_500)
    assert call.floor is Floor.IDLE
    assert call.history == [("assistant", "Certainly")]
    assert [record.outcome for record in call.records] == ["withdrawn"]
