"""What the machine gathers on a turn that may be over, and when it asks again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antiphon.core.actions import AskTurnModel
from antiphon.core.ending import SUSPECTED_MS
from antiphon.core.endpointing import Endpointing, Wait
from antiphon.core.events import (
    EagerEndOfTurn,
    Interim,
    TurnModelAnswered,
    TurnResumed,
    VendorEndOfTurn,
    VoiceDismissed,
    VoiceSuspected,
)
from antiphon.core.evidence import Evidence
from antiphon.core.floor import Floor
from antiphon.core.listening import SOUND_ANSWER_MS
from antiphon.core.notices import EndOfTurn
from antiphon.core.speculation import Speculation, Strategy

from .harness import MS, Driver, a_call


class Witness:
    """Never ends a turn, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[Evidence] = []

    def wait(self, evidence: Evidence) -> Wait:
        self.told.append(evidence)
        return Wait(100_000 * MS, "for ever")

    @property
    def last(self) -> Evidence:
        return self.told[-1]


@pytest.fixture
def witness() -> Witness:
    return Witness()


def pausing(witness: Witness, **settings: object) -> Driver:
    return a_call(witness, **settings).speaks(1_000).interim("book a table", 1_900).pauses(2_000)


def test_time_is_counted_from_the_last_voiced_sample_and_the_last_change(witness: Witness) -> None:
    call = pausing(witness)
    assert (witness.last.silence_ns, witness.last.stable_ns) == (96 * MS, 196 * MS)
    call.interim("book a table for", 2_150)
    assert (witness.last.silence_ns, witness.last.stable_ns) == (150 * MS, 0)


def test_words_are_final_when_all_that_was_voiced_is(witness: Witness) -> None:
    call = a_call(witness).speaks(1_000).final("book a table", 1_400).pauses(2_000)
    assert (witness.last.transcript, witness.last.is_final) == ("book a table", False)
    call.interim("for two", 2_150)
    assert (witness.last.transcript, witness.last.is_final) == ("book a table for two", False)
    call.final("for two", 2_180)
    assert (witness.last.transcript, witness.last.is_final) == ("book a table for two", True)


def test_a_draft_in_the_making_is_told_and_then_that_it_is_ready(witness: Witness) -> None:
    call = pausing(witness)
    assert (witness.last.drafting, witness.last.reply_ready) == (False, False)
    call.final("book a table", 2_180)
    assert (witness.last.drafting, witness.last.reply_ready) == (True, False)
    call.ready(1)
    assert (witness.last.drafting, witness.last.reply_ready) == (False, True)


def test_a_draft_that_does_not_answer_what_was_said_since_is_nothing(witness: Witness) -> None:
    call = pausing(witness).final("book a table", 2_180).ready(1)
    call.speaks(2_500).pauses(3_000).interim("for two", 3_100)
    assert (witness.last.drafting, witness.last.reply_ready) == (False, False)


def test_where_no_drafts_are_made_none_is_waited_for(witness: Witness) -> None:
    pausing(witness, speculation=Speculation(Strategy.DISCARD)).final("book a table", 2_180)
    assert (witness.last.drafting, witness.last.reply_ready) == (False, False)


def test_what_the_recogniser_thinks_is_told(witness: Witness) -> None:
    call = pausing(witness)
    assert (witness.last.stability, witness.last.vendor_probability) == (None, None)
    call.feed(Interim("book a table for", 0, 2_050 * MS, stability=0.9))
    call.feed(EagerEndOfTurn("book a table for", 0.6))
    assert (witness.last.stability, witness.last.vendor_probability) == (0.9, 0.6)
    call.feed(TurnResumed())
    assert (witness.last.vendor_end_of_turn, witness.last.vendor_probability) == (False, None)
    call.feed(VendorEndOfTurn(0.8))
    assert (witness.last.vendor_end_of_turn, witness.last.vendor_probability) == (True, 0.8)


def test_it_holds_until_the_caller_goes_on(witness: Witness) -> None:
    call = pausing(witness)
    call.feed(VendorEndOfTurn(0.8))
    call.speaks(2_300).pauses(2_600)
    assert (witness.last.vendor_end_of_turn, witness.last.vendor_probability) == (False, None)


def test_before_anything_is_said_the_recogniser_thinks_in_vain(witness: Witness) -> None:
    call = a_call(witness)
    for event in (EagerEndOfTurn("", 0.6), TurnResumed(), VendorEndOfTurn(0.8)):
        call.feed(event)
    assert witness.told == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("For how many?", True),
        ("“For how many?” ", True),
        ("何名様ですか？", True),
        ("Your table is booked.", False),
    ],
)
def test_whether_the_agent_asked_is_told(witness: Witness, said: str, *, asked: bool) -> None:
    call = a_call(witness).say(said, 1_000).audible(1_100).played(2_000, said)
    call.speaks(3_000).pauses(3_500)
    assert witness.last.answers is asked


def test_the_first_words_of_a_call_answer_nothing(witness: Witness) -> None:
    pausing(witness)
    assert witness.last.answers is False


def test_habits_are_those_learned_so_far(witness: Witness) -> None:
    call = pausing(witness).speaks(2_450).pauses(2_600)
    assert witness.last.habits == call.machine.habits
    assert sum(witness.last.habits.pauses) == 1


# --- in a call, the default way --------------------------------------------------------------------------


CONTINUOUS = Endpointing()


def test_a_finished_reply_to_complete_words_waits_no_longer() -> None:
    call = a_call(endpointing=CONTINUOUS).says("book a table for two people on friday", 1_000, 2_000)
    call.to(2_700)
    assert call.of(EndOfTurn) == []
    call.ready(1)
    (end,) = call.of(EndOfTurn)
    assert end.at_ns == 2_700 * MS
    assert end.reason.startswith("wait ")
    assert "complete request, final" in end.reason


def test_a_draft_that_is_not_ready_is_waited_for_no_longer_than_the_longest_wait() -> None:
    call = a_call(endpointing=CONTINUOUS).says("book a table for two people on friday", 1_000, 2_000)
    call.to(5_000)
    (end,) = call.of(EndOfTurn)
    assert end.at_ns == 3_200 * MS
    assert end.reason.endswith("nothing to say yet")


def test_words_that_look_unfinished_are_waited_for_although_a_reply_is_ready() -> None:
    call = a_call(endpointing=CONTINUOUS).says("book a table for two people at the", 1_000, 2_000)
    call.ready(1, 2_500).to(3_199)
    assert call.of(EndOfTurn) == []
    assert len(call.to(3_200).of(EndOfTurn)) == 1


def test_the_wait_is_accounted_for_as_what_the_decision_alone_took() -> None:
    call = a_call(endpointing=CONTINUOUS).says("book a table for two people on friday", 1_000, 2_000)
    call.ready(1, 2_700).audible(2_710).played(4_000)
    spent = call.record.contributions_ns
    assert spent["endpointing"] < 300 * MS
    assert sum(spent.values()) == 710 * MS
    assert spent.get("runtime", 0) <= 10 * MS


def test_so_is_the_longest_wait_where_the_draft_came_later_still() -> None:
    call = a_call(endpointing=CONTINUOUS).says("book a table for two people on friday", 1_000, 2_000)
    call.to(3_300).audible(3_400).played(4_000)
    assert call.record.contributions_ns["endpointing"] < 300 * MS
    assert call.record.ledger.saved_ms < 100, "it was begun little before the decision could fall"


def test_text_ends_a_turn_at_once_while_a_draft_is_in_the_making() -> None:
    call = a_call(endpointing=CONTINUOUS).says("book a table for", 1_000, 2_000).writes("two", 2_300)
    assert [end.reason for end in call.of(EndOfTurn)] == ["text"]


def test_a_voice_that_settles_is_asked_about_at_each_change(witness: Witness) -> None:
    call = pausing(witness)
    asked = len(witness.told)
    call.final("book a table", 2_180)
    assert len(witness.told) > asked
    assert replace(witness.last, silence_ns=0, stable_ns=0) != witness.told[asked - 1]


# --- a sound that may be the caller going on ------------------------------------------------------------

DONE = "book a table for two people on friday"


def ready_at(ready_ms: float) -> Driver:
    """A call whose turn may end at once from then on."""
    return a_call(endpointing=CONTINUOUS).says(DONE, 1_000, 2_000).to(ready_ms)


def test_no_turn_ends_while_a_voice_is_suspected() -> None:
    call = ready_at(2_600)
    call.feed(VoiceSuspected(), 2_690)
    call.ready(1, 2_700)
    call.speaks(2_670)
    assert call.of(EndOfTurn) == []
    assert call.floor is Floor.CALLER


def test_it_ends_when_that_was_none() -> None:
    call = ready_at(2_600)
    call.feed(VoiceSuspected(), 2_690)
    call.ready(1, 2_700)
    call.feed(VoiceDismissed(), 2_730)
    assert [end.at_ns for end in call.of(EndOfTurn)] == [2_730 * MS]


def test_a_suspicion_that_nothing_comes_of_is_forgotten() -> None:
    call = ready_at(2_600)
    call.feed(VoiceSuspected(), 2_690)
    call.ready(1, 2_700).to(3_000)
    assert [end.at_ns for end in call.of(EndOfTurn)] == [(2_690 + SUSPECTED_MS) * MS]


def test_words_that_were_typed_are_not_held_up_by_it() -> None:
    call = ready_at(2_600)
    call.feed(VoiceSuspected(), 2_690)
    call.writes("please", 2_700)
    assert [end.at_ns for end in call.of(EndOfTurn)] == [2_700 * MS]


def test_a_sound_before_anybody_spoke_is_nothing() -> None:
    call = a_call()
    call.feed(VoiceSuspected(), 1_200)
    assert call.feed(VoiceDismissed(), 1_300) == []
    assert call.machine.next_deadline() is None


# --- a turn model ---------------------------------------------------------------------------------------


def test_a_turn_model_is_asked_at_each_pause_and_its_answer_is_evidence(witness: Witness) -> None:
    call = pausing(witness, asks_sound=True)
    (asked,) = call.of(AskTurnModel)
    assert asked.deadline_ns == (2_096 + SOUND_ANSWER_MS) * MS
    assert witness.last.sound_probability is None
    call.feed(TurnModelAnswered(asked.request_id, 0.8), 2_140)
    assert witness.last.sound_probability == 0.8
    call.speaks(2_450).pauses(2_600)
    assert witness.last.sound_probability is None
    assert len(call.of(AskTurnModel)) == 2


def test_an_answer_about_a_pause_that_is_over_tells_nothing(witness: Witness) -> None:
    call = pausing(witness, asks_sound=True).speaks(2_450)
    call.feed(TurnModelAnswered(call.of(AskTurnModel)[0].request_id, 0.8))
    call.pauses(2_600)
    assert witness.last.sound_probability is None


def test_nobody_is_asked_while_the_agent_speaks_or_where_there_is_no_model(witness: Witness) -> None:
    assert pausing(witness).of(AskTurnModel) == []
    call = a_call(asks_sound=True).say("Welcome.", 1_000).audible(1_100).speaks(1_200).pauses(1_300)
    assert call.of(AskTurnModel) == []
    assert call.feed(TurnModelAnswered(9, 0.5)) == []
