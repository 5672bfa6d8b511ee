"""Barge-in: when the caller's voice or words stop the agent's."""

from __future__ import annotations

import pytest

from antiphon.core.actions import CommitDraft, StopReply, UncommitDraft
from antiphon.core.floor import Floor
from antiphon.core.interruption import Interruption
from antiphon.core.notices import ReplyOver, TurnStarted
from antiphon.errors import ConfigError

from .harness import MS, Driver, a_call_in


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("speech_ms", -1),
        ("speech_ms", 5_001),
        ("fade_ms", 1_001),
        ("grace_ms", 5_001),
        ("duck_db", 61),
        ("voice_ms", 10_001),
        ("floor_ms", 679),
        ("settle_ms", -1),
        ("thinking_ms", 5_001),
        ("echo_guard_ms", -1),
    ],
)
def test_a_time_out_of_range_is_refused(setting: str, value: int) -> None:
    with pytest.raises(ConfigError, match=rf"interruption\.{setting} = {value}"):
        Interruption(**{setting: value})


def test_what_a_reply_does_on_suspicion_is_one_of_three_things() -> None:
    with pytest.raises(ConfigError, match=r'on_suspicion = \'stop\': expected one of "duck", "pause"'):
        Interruption(on_suspicion="stop")  # type: ignore[arg-type]


@pytest.fixture
def call() -> Driver:
    """The agent has been answering "book a table" since 4,700 ms."""
    return a_call_in("agent")


def test_voice_and_words_stop_the_reply(call: Driver) -> None:
    call.speaks(5_500).interim("no wait", 5_700).to(5_739)
    assert call.of(StopReply) == []
    call.to(5_740)
    assert call.of(StopReply) == [StopReply(1, fade_ms=60)]
    assert call.floor is Floor.CALLER
    assert call.record.outcome == "interrupted"
    assert call.record.interrupted
    assert call.history == [("user", "book a table"), ("assistant", "Certainly")]
    assert call.machine.history[-1].interrupted


def test_short_noise_stops_nothing(call: Driver) -> None:
    call.speaks(5_500).pauses(5_600).final("", 5_800)
    call.speaks(6_000).pauses(6_100).final("", 6_300)
    assert call.floor is Floor.AGENT
    call.played(8_000)
    assert call.of(StopReply) == []
    assert call.of(ReplyOver)[0].complete
    assert call.record.outcome == "replied"
    assert call.floor is Floor.IDLE


def test_noise_at_the_end_of_a_reply_gives_the_floor_back_when_nothing_was_said(call: Driver) -> None:
    call.speaks(5_500).played(5_600)
    assert call.floor is Floor.CALLER
    call.pauses(5_700).final("", 5_900).to(6_400)
    assert call.floor is Floor.IDLE
    assert call.machine.idle


def test_words_stop_the_reply_however_short_the_voice(call: Driver) -> None:
    call.speaks(5_500).pauses(5_600).interim("no", 5_720)
    assert call.of(StopReply) == [], "the newest word of an interim is often wrong"
    call.final("no", 5_780)
    assert call.of(StopReply) == [StopReply(1, 60)]
    assert call.floor is Floor.CALLER


def test_words_that_no_voice_was_heard_for_stop_nothing(call: Driver) -> None:
    call.interim("no", 5_500)
    assert call.of(StopReply) == []
    call.final("no", 5_700)
    assert call.of(StopReply) == []
    call.played(6_500).to(7_200)
    assert len(call.of(CommitDraft)) == 2, "they are answered when the reply is over"


def test_written_words_stop_the_reply_at_once(call: Driver) -> None:
    call.writes("no, stop", 5_500)
    assert call.of(StopReply) == [StopReply(1, 60)]
    assert call.floor is Floor.THINKING
    assert call.of(CommitDraft)[-1].draft_id == call.draft.draft_id


def test_the_model_is_shown_what_was_heard_when_written_words_stop_a_reply(call: Driver) -> None:
    call.writes("no, stop", 5_500)
    assert [message.content for message in call.draft.messages] == ["book a table", "Certainly", "no, stop"]


def test_the_model_is_shown_what_was_heard_when_the_last_words_stop_a_reply(call: Driver) -> None:
    call.speaks(5_500).pauses(5_600).to(6_300).final("no thanks", 6_300)
    assert [message.content for message in call.draft.messages] == ["book a table", "Certainly", "no thanks"]


def test_what_was_said_over_the_reply_is_the_next_turn(call: Driver) -> None:
    call.says("no, cancel it", 5_500, 6_200).to(6_900).audible(7_000)
    assert call.history[-1] == ("user", "no, cancel it")
    assert [notice.turn_id for notice in call.of(TurnStarted)] == [1, 2]


def test_speech_that_must_be_heard_goes_on_over_voice_words_and_text() -> None:
    call = a_call_in("idle").say("This call is recorded.", 5_000, interruptible=False).audible(5_200)
    call.says("book a table", 5_500, 6_500).to(7_500).writes("for two", 7_600)
    assert call.of(StopReply) == []
    assert call.floor is Floor.AGENT
    call.played(8_000)
    assert call.of(CommitDraft)[-1].draft_id == call.draft.draft_id
    assert call.draft.answers == "book a table for two"


def test_voice_that_outlasts_speech_that_must_be_heard_takes_the_floor_after_it() -> None:
    call = a_call_in("idle").say("This call is recorded.", 5_000, interruptible=False).audible(5_200)
    call.speaks(5_500).played(6_500)
    assert call.floor is Floor.CALLER
    call.pauses(7_000).final("book a table", 7_200).to(7_600)
    assert call.floor is Floor.THINKING


def test_where_voice_may_not_interrupt_written_words_still_do() -> None:
    call = a_call_in("agent", interruption=Interruption(enabled=False))
    call.says("no stop", 5_500, 6_500).to(6_900)
    assert call.of(StopReply) == []
    call.writes("please", 7_000)
    assert call.of(StopReply) == [StopReply(1, 60)]


# --- while the agent is thinking -----------------------------------------------------------------------


def test_a_cough_while_the_agent_is_thinking_may_be_let_pass() -> None:
    call = a_call_in("thinking", interruption=Interruption(thinking_ms=200))
    call.speaks(5_000).pauses(5_100).to(5_500)
    assert call.of(UncommitDraft) == []
    assert call.audible(5_600).played(7_000).record.outcome == "replied"


def test_a_voice_that_goes_on_while_the_agent_is_thinking_takes_the_reply_back() -> None:
    call = a_call_in("thinking", interruption=Interruption(thinking_ms=200)).speaks(5_000)
    assert call.machine.next_deadline() == 5_200 * MS
    call.to(5_199)
    assert call.of(UncommitDraft) == []
    call.to(5_200)
    assert len(call.of(UncommitDraft)) == 1
    call.pauses(5_800).final("for two", 6_000).to(6_500)
    assert call.draft.answers == "book a table for two"


def test_a_reply_heard_before_that_is_known_withdraws() -> None:
    call = a_call_in("thinking", interruption=Interruption(thinking_ms=200)).speaks(5_000).audible(5_120)
    assert call.of(ReplyOver)[0].reason == "withdrawn"


def test_words_take_it_back_however_short_the_voice() -> None:
    call = a_call_in("thinking", interruption=Interruption(thinking_ms=1_000)).speaks(5_000)
    call.interim("for two", 5_300)
    assert len(call.of(UncommitDraft)) == 1


# --- so soon that the caller had not finished ----------------------------------------------------------


def test_a_reply_that_came_too_soon_withdraws_and_the_turn_goes_on(call: Driver) -> None:
    call = a_call_in("thinking").audible(5_000).speaks(5_200)
    assert call.of(StopReply) == [StopReply(1, 60)]
    assert call.of(ReplyOver)[0].reason == "withdrawn"
    call.pauses(5_900).final("for two", 6_100).to(6_500)
    assert call.draft.answers == "book a table for two"
    call.audible(6_600).played(8_000)
    assert call.history[0] == ("assistant", "Certainly"), "it was heard"
    assert call.history[1:] == [("user", "book a table for two"), ("assistant", "Certainly, I can do that.")]
    assert [(record.turn_id, record.user) for record in call.records] == [(1, "book a table for two")]


def test_a_reply_that_withdrew_counts_as_a_cut_in() -> None:
    call = a_call_in("thinking").audible(5_000).speaks(5_200).pauses(5_900).final("for two", 6_100).to(6_500)
    call.audible(6_600).played(8_000)
    assert call.record.cut_ins == 1


def test_the_grace_ends(call: Driver) -> None:
    late = a_call_in("thinking").audible(5_000).speaks(5_251)
    assert late.of(StopReply) == []


def test_speech_the_application_asked_for_has_no_grace() -> None:
    call = a_call_in("agent says", interruption=Interruption(grace_ms=5_000)).speaks(5_000).to(5_100)
    assert call.of(StopReply) == []
    call.interim("no wait", 5_240)
    assert call.of(ReplyOver)[0].reason == "barge-in"


def test_an_apology_to_nobody_knows_what_withdraws_without_a_trace() -> None:
    call = a_call_in("idle").speaks(5_000).pauses(6_000).to(8_200)
    assert call.draft.text is not None
    call.audible(8_300).speaks(8_400)
    assert call.of(ReplyOver)[0].reason == "withdrawn"
    assert call.history == [("assistant", "Certainly")]
    call.pauses(9_000).final("book a table", 9_200).to(9_700)
    assert call.draft.answers == "book a table"


def test_an_apology_that_withdraws_leaves_the_turn_before_it_alone() -> None:
    call = a_call_in("agent").played(5_500)
    call.speaks(6_000).pauses(7_000).to(9_200).audible(9_300).speaks(9_400)
    assert call.history[0] == ("user", "book a table")


def test_words_said_over_the_reply_are_not_lost_when_it_withdraws(call: Driver) -> None:
    call = a_call_in("thinking").audible(5_000).final("for two", 5_200).speaks(5_230)
    call.pauses(5_900).final("at seven", 6_100).to(6_500)
    assert call.draft.answers == "book a table for two at seven"
