"""The reply: committed, heard, failed, taken back, stopped, accounted for."""

from __future__ import annotations

import pytest

from antiphon.core.actions import CancelDraft, CommitDraft, StartSpeech, StopReply, UncommitDraft
from antiphon.core.endpointing import Wait
from antiphon.core.events import (
    DraftFailed,
    DraftMarks,
    DraftUsage,
    ReplyEnded,
    ReplyFed,
    ReplyHeard,
    ReplyStarted,
    ReplyStarved,
)
from antiphon.core.evidence import Evidence
from antiphon.core.floor import Floor
from antiphon.core.notices import DraftDiscarded, EndOfTurn, ReplyAudible, ReplyOver, Trouble
from antiphon.core.patience import Patience
from antiphon.core.replying import MAX_QUEUED_SPEECH
from antiphon.errors import ConfigError

from .harness import MS, Driver, a_call, a_call_in

APOLOGY = "Sorry."


def troubles(call: Driver) -> list[str]:
    return [notice.message for notice in call.of(Trouble)]


def said(call: Driver) -> list[str]:
    return [action.text for action in call.of(StartSpeech)]


@pytest.mark.parametrize(
    ("setting", "value"), [("reply_timeout_ms", 99), ("starved_timeout_ms", 120_001), ("max_attempts", 0)]
)
def test_patience_out_of_range_is_refused(setting: str, value: int) -> None:
    with pytest.raises(ConfigError, match=rf"patience\.{setting} = {value}"):
        Patience(**{setting: value})


# --- heard ---------------------------------------------------------------------------------------------


def test_a_reply_is_heard_and_accounted_for() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_600).audible(2_900)
    assert call.floor is Floor.AGENT
    assert call.history == [("user", "book a table")], "its words are not yet heard"
    call.played(4_000, "For how many?")
    assert call.floor is Floor.IDLE
    assert call.history == [("user", "book a table"), ("assistant", "For how many?")]
    assert call.of(ReplyAudible) == [ReplyAudible(1, 1, 2_900 * MS)]
    assert call.of(ReplyOver) == [
        ReplyOver(1, 1, 4_000 * MS, "For how many?", complete=True, reason="played")
    ]
    record = call.record
    assert (record.outcome, record.reply, record.error) == ("replied", "For how many?", None)
    assert record.glass_to_glass_ns == 900 * MS == sum(record.contributions_ns.values())
    assert call.of(CancelDraft) == [CancelDraft(1)], "its audio can go"
    assert call.machine.idle


@pytest.mark.parametrize(
    "event",
    [
        ReplyStarted(9, 0, 0, DraftMarks()),
        ReplyEnded(9, "x", 1.0, complete=True),
        ReplyStarved(9),
        ReplyFed(9),
        ReplyHeard(9, 0, 0, 0, 0),
        DraftFailed(9, "gone", "", DraftUsage()),
    ],
    ids=lambda event: type(event).__name__,
)
@pytest.mark.parametrize("state", ["idle", "thinking", "agent"])
def test_what_is_heard_of_another_reply_changes_nothing(state: str, event: ReplyStarted) -> None:
    call = a_call_in(state)
    before = call.floor, call.machine.next_deadline(), call.history
    call.feed(event)
    assert (call.floor, call.machine.next_deadline(), call.history) == before


def heard_ms(received: int, begun: int, rendered: int, audible: int) -> ReplyHeard:
    return ReplyHeard(1, received * MS, begun * MS, rendered * MS, audible * MS)


def test_the_listener_s_own_account_is_taken_for_when_the_reply_was_heard() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_600).audible(2_900)
    call.feed(heard_ms(2_910, 2_930, 2_940, 2_965), 2_970)
    record = call.played(4_000).record
    assert record.glass_to_glass_ns == 965 * MS == sum(record.contributions_ns.values())
    names = ("network", "client_buffer", "leading_silence", "device")
    assert [record.contributions_ns[name] // MS for name in names] == [10, 20, 10, 25]
    assert record.marks_ns["received"] == 2_910 * MS


def test_an_account_of_a_reply_that_is_not_heard_yet_is_passed_over() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_600)
    call.feed(heard_ms(2_600, 2_610, 2_620, 2_630), 2_700)
    record = call.audible(2_900).played(4_000).record
    assert record.glass_to_glass_ns == 900 * MS
    assert "received" not in record.marks_ns


# --- fails before anything was heard -------------------------------------------------------------------


def test_a_reply_that_fails_is_attempted_once_more() -> None:
    call = a_call().writes("book a table", 2_000).failed(1, 2_500)
    assert call.of(CommitDraft) == [CommitDraft(1, 1), CommitDraft(2, 2)]
    call.audible(3_000).played(4_000)
    assert (call.record.outcome, call.record.error) == ("replied", None)
    assert call.record.contributions_ns["failed_attempt"] == 500 * MS
    assert call.record.ledger.llm_requests == 2


def test_a_draft_that_fails_at_the_end_of_the_turn_is_no_attempt() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).failed(1).failed(2, 2_800).failed(3, 2_900)
    assert len(call.of(CommitDraft)) == 4
    assert len(said(call)) == 1


def test_then_the_turn_ends_in_the_apology() -> None:
    call = a_call(apology=APOLOGY).writes("book a table", 2_000).failed(1, 2_500).failed(2, 3_000)
    assert said(call) == [APOLOGY]
    call.audible(3_200).played(4_000, APOLOGY)
    record = call.record
    assert (record.outcome, record.reply, record.error) == ("failed", APOLOGY, "the model is down")
    assert call.history == [("user", "book a table"), ("assistant", APOLOGY)]
    assert record.contributions_ns == {"failed_attempt": 1_000 * MS, "tts_first_byte": 200 * MS}


def test_an_apology_that_fails_too_leaves_a_report() -> None:
    call = a_call(apology=APOLOGY).writes("book a table", 2_000)
    for draft_id in (1, 2, 3):
        call.failed(draft_id)
    assert call.floor is Floor.IDLE
    record = call.record
    assert (record.outcome, record.reply, record.glass_to_glass_ns) == ("failed", None, None)
    assert record.error == "the model is down"
    assert call.history == [("user", "book a table")]
    assert len(call.records) == 1


def test_without_an_apology_the_report_comes_at_once() -> None:
    call = a_call(apology="").writes("book a table", 2_000).failed(1).failed(2)
    assert said(call) == []
    assert (call.record.outcome, call.floor) == ("failed", Floor.IDLE)


def test_without_an_apology_what_was_not_heard_is_reported_too() -> None:
    call = a_call(apology="").speaks(1_000).pauses(2_000).to(5_000)
    assert (call.record.user, call.record.outcome, call.floor) == ("", "failed", Floor.IDLE)
    assert call.history == []


def test_an_empty_reply_has_failed() -> None:
    call = a_call(apology="").writes("book a table", 2_000).played(2_500, "").played(2_600, "")
    assert troubles(call) == ["the reply was empty"] * 2
    assert call.record.error == "the reply was empty"


def test_a_reply_that_does_not_come_has_failed() -> None:
    call = (
        a_call(apology="", patience=Patience(reply_timeout_ms=4_000)).writes("book a table", 2_000).to(5_999)
    )
    assert troubles(call) == []
    call.to(6_000)
    assert troubles(call) == ["nothing to hear within 4000 ms"]
    call.to(10_000)
    assert call.record.error == "nothing to hear within 4000 ms"


def test_more_attempts_may_be_asked_for() -> None:
    call = a_call(apology="", patience=Patience(max_attempts=4)).writes("book a table", 2_000)
    for draft_id in (1, 2, 3, 4):
        call.failed(draft_id)
    assert len(call.of(CommitDraft)) == 4


def test_every_speculative_draft_is_accounted_for_when_its_reply_fails() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).failed(1).audible(3_000).played(4_000)
    ledger = call.record.ledger
    assert (ledger.started, ledger.reused, ledger.discarded) == (1, 0, 1)


# --- fails half-way ------------------------------------------------------------------------------------


def test_a_reply_that_fails_half_way_keeps_what_was_heard_and_the_apology_follows() -> None:
    call = a_call(apology=APOLOGY).writes("book a table", 2_000).audible(2_500).failed(1, 2_600)
    assert call.floor is Floor.AGENT, "what is there is still played"
    call.played(3_000, "For how", complete=False)
    assert (call.record.outcome, call.record.reply, call.record.error) == (
        "failed",
        "For how",
        "the model is down",
    )
    assert said(call) == [APOLOGY]
    call.audible(3_200).played(4_000, APOLOGY)
    assert call.history == [("user", "book a table"), ("assistant", "For how"), ("assistant", APOLOGY)]
    assert call.machine.idle


def test_one_that_fails_half_way_without_an_apology_is_over() -> None:
    call = (
        a_call(apology="")
        .writes("book a table", 2_000)
        .audible(2_500)
        .failed(1)
        .played(3_000, complete=False)
    )
    assert (call.record.outcome, call.floor) == ("failed", Floor.IDLE)


def test_an_apology_that_fails_half_way_is_not_apologised_for() -> None:
    call = (
        a_call(apology=APOLOGY)
        .writes("book a table", 2_000)
        .audible(2_500)
        .failed(1)
        .played(3_000, complete=False)
    )
    call.audible(3_200).failed(2).played(3_500, "Sor", complete=False)
    assert call.floor is Floor.IDLE
    assert said(call) == [APOLOGY]


def test_nor_is_one_that_followed_speech_the_application_asked_for() -> None:
    call = (
        a_call(apology=APOLOGY)
        .say("Welcome to us.", 2_000)
        .audible(2_100)
        .failed(1)
        .played(2_300, complete=False)
    )
    assert said(call)[1:] == [APOLOGY]
    call.audible(2_500).failed(2).played(2_600, "Sor", complete=False)
    assert said(call)[2:] == []


def test_an_apology_for_what_was_not_heard_that_fails_half_way_is_the_end_of_it() -> None:
    call = (
        a_call(apology=APOLOGY).speaks(1_000).pauses(2_000).to(4_200).audible().failed(1).played(5_000, "Sor")
    )
    assert (call.record.outcome, call.record.reply, call.floor) == ("failed", "Sor", Floor.IDLE)
    assert said(call) == [APOLOGY]


def test_a_starved_reply_is_waited_for_then_stopped() -> None:
    call = a_call(apology=APOLOGY, patience=Patience(starved_timeout_ms=2_000)).writes("book a table", 2_000)
    call.audible(2_500).feed(ReplyStarved(1), 3_000)
    call.to(4_999)
    assert call.of(StopReply) == []
    call.to(5_000)
    assert call.of(StopReply) == [StopReply(1, 0)]
    assert (call.record.outcome, call.record.error) == ("failed", "no audio for 2000 ms")
    assert said(call) == [APOLOGY]


def test_a_reply_that_is_fed_in_time_goes_on() -> None:
    call = a_call().writes("book a table", 2_000).audible(2_500)
    call.feed(ReplyStarved(1), 3_000)
    call.feed(ReplyFed(1), 5_500)
    call.to(20_000).played(20_000)
    assert call.record.outcome == "replied"


# --- taken back ----------------------------------------------------------------------------------------


def test_a_caller_who_goes_on_takes_the_reply_back_and_makes_one_turn_of_both() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).speaks(2_700)
    assert call.of(UncommitDraft) == [UncommitDraft(1, 1)]
    assert call.floor is Floor.CALLER
    call.pauses(3_200).final("for two", 3_400).to(3_800)
    assert [notice.text for notice in call.of(EndOfTurn)] == ["book a table", "book a table for two"]
    call.audible(4_000).played(5_000)
    assert call.history[0] == ("user", "book a table for two")
    assert call.of(CommitDraft)[-1] == CommitDraft(2, 2)
    assert [notice.draft_id for notice in call.of(DraftDiscarded)] == [1]


def test_where_nothing_new_is_said_the_draft_is_the_reply_again() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).speaks(2_700).pauses(2_800).final("", 3_000)
    call.to(3_500)
    assert call.of(CommitDraft) == [CommitDraft(1, 1), CommitDraft(1, 2)]
    assert call.states() == ["running"]


def test_words_without_a_voice_take_it_back_too() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).final("for two", 2_800)
    assert call.of(CommitDraft)[-1].draft_id == 2
    assert call.draft.answers == "book a table for two"


def test_a_draft_taken_back_is_as_ready_as_it_was() -> None:
    class Patient:
        """Waits for a reply that can be heard at once."""

        def wait(self, evidence: Evidence) -> Wait:
            return Wait(300 * MS, "ready") if evidence.reply_ready else Wait(1_500 * MS, "not ready")

    call = a_call(Patient()).says("book a table", 1_000, 2_000).to(2_300).ready(1).to(2_400)
    assert call.floor is Floor.THINKING
    call.speaks(2_500).pauses(2_600).final("", 2_700).to(2_900)
    assert call.of(CommitDraft) == [CommitDraft(1, 1), CommitDraft(1, 2)]


def test_a_draft_taken_back_is_as_finished_as_it_was() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_700).finished(1).speaks(2_750)
    call.interim("for two", 3_000).interim("", 3_100).pauses(3_200).final("", 3_400).to(3_900)
    assert call.of(CommitDraft)[-1] == CommitDraft(1, 2), "its words came back, and it was kept"


def test_an_apology_is_not_taken_up_again() -> None:
    call = a_call(apology=APOLOGY).writes("book a table", 2_000).failed(1).failed(2).speaks(2_500)
    assert call.states() == ["failed", "failed", "cancelled"]
    call.pauses(3_000).final("for two", 3_200).to(3_600)
    assert call.draft.answers == "book a table for two"


# --- the application's words ---------------------------------------------------------------------------


def test_speech_is_heard_at_once_when_the_floor_is_free() -> None:
    call = a_call().say("Welcome.", 2_000)
    assert call.floor is Floor.THINKING
    call.audible(2_100).played(3_000, "Welcome.")
    assert call.history == [("assistant", "Welcome.")]
    assert call.records == [], "it answers no turn"
    assert call.of(ReplyOver)[0].turn_id is None


def test_blank_speech_is_none() -> None:
    call = a_call().say("  ", 2_000)
    assert call.floor is Floor.IDLE


def test_speech_waits_its_turn_in_order() -> None:
    call = a_call_in("agent").say("One.").say("Two.")
    assert said(call) == []
    call.played(5_500)
    assert said(call) == ["One."]
    call.audible(5_600).played(6_000)
    assert said(call) == ["One.", "Two."]
    assert not call.machine.idle


def test_no_more_waits_than_a_few() -> None:
    call = a_call_in("agent")
    for number in range(MAX_QUEUED_SPEECH + 2):
        call.say(f"Number {number}.")
    assert troubles(call) == [
        f"refused, {MAX_QUEUED_SPEECH} are waiting already: 'Number {number}.'"
        for number in (MAX_QUEUED_SPEECH, MAX_QUEUED_SPEECH + 1)
    ]
    call.played(6_000)
    for number in range(MAX_QUEUED_SPEECH):
        assert call.draft.text == f"Number {number}."
        call.audible().played()
    assert call.machine.idle


def test_speech_that_the_caller_comes_before_is_said_after() -> None:
    call = a_call_in("thinking of speech").says("book a table", 5_000, 5_900)
    assert call.states()[0] == "cancelled"
    call.to(6_600).audible(6_700).played(8_000)
    assert said(call) == ["Welcome.", "Welcome."]


def test_speech_that_fails_is_reported_and_the_next_is_said() -> None:
    call = a_call_in("thinking of speech").say("Two.").failed(1)
    assert troubles(call) == ["the model is down"]
    assert said(call) == ["Welcome.", "Two."]


# --- closed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "outcome", "heard"),
    [
        ("caller speaking", "closed", None),
        ("caller pausing", "closed", None),
        ("thinking", "closed", None),
        ("agent", "closed", "Certainly"),
    ],
)
def test_a_turn_in_hand_is_accounted_for_at_the_end(state: str, outcome: str, heard: str | None) -> None:
    call = a_call_in(state).close()
    assert (call.record.outcome, call.record.reply, call.record.user) == (outcome, heard, "book a table")
    assert call.history[0] == ("user", "book a table")
    assert call.floor is Floor.CLOSED


def test_a_turn_whose_words_were_not_heard_is_accounted_for_at_the_end() -> None:
    call = a_call().speaks(1_000).pauses(2_000).to(5_000).close()
    assert [(record.turn_id, record.outcome) for record in call.records] == [(1, "closed")]


def test_what_was_said_over_the_reply_comes_after_it_at_the_end() -> None:
    call = a_call_in("agent").interim("no", 5_100).close(5_200)
    assert call.history == [("user", "book a table"), ("assistant", "Certainly"), ("user", "no")]


def test_the_account_of_a_closed_turn_knows_what_its_reply_was() -> None:
    ledger = a_call_in("thinking").close().record.ledger
    assert (ledger.started, ledger.reused, ledger.discarded) == (1, 0, 1)


def test_a_turn_taken_back_whose_words_were_not_heard_is_accounted_for_at_the_end() -> None:
    call = a_call().speaks(1_000).pauses(2_000).to(5_000).speaks(5_000).close()
    assert [(record.turn_id, record.outcome) for record in call.records] == [(1, "closed")]
