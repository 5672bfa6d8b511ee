"""The machine as a whole: every event in every state, and what it says of itself."""

from __future__ import annotations

import pytest

from antiphon.core.actions import CommitDraft, FlushRecogniser, StopReply
from antiphon.core.conversation import Conversation, ConversationSettings
from antiphon.core.endpointing import Endpointing
from antiphon.core.events import (
    CloseRequested,
    DraftCancelled,
    DraftUsage,
    Final,
    RecogniserFailed,
    ReplyEnded,
    ReplyStarved,
    SpeechStarted,
    Tick,
)
from antiphon.core.floor import Floor
from antiphon.core.notices import EndOfTurn, TranscriptChanged, Trouble, TurnStarted
from antiphon.core.speculation import Speculation

from .harness import MS, STATES, Driver, a_call, a_call_in


def finish(call: Driver) -> Driver:
    """Let whatever is going on come to its end: the caller falls silent, each reply is heard."""
    if call.voiced:
        call.pauses(call.now_ms)
    for _ in range(10):
        call.to(call.now_ms + 3_000)
        if call.playing is None:
            break
        if not call.playing.audible:
            call.audible()
        call.played()
    return call


def users(call: Driver) -> list[str]:
    return [text for role, text in call.history if role == "user"]


OPEN = [state for state in STATES if state != "closed"]


@pytest.mark.parametrize("state", OPEN)
def test_a_written_turn_is_answered_from_every_state(state: str) -> None:
    call = finish(a_call_in(state).writes("thank you"))
    assert call.machine.idle
    assert "thank you" in users(call)[-1]
    assert all(record.outcome in {"replied", "interrupted"} for record in call.records)


@pytest.mark.parametrize("state", OPEN)
def test_speech_is_heard_from_every_state_once_the_floor_is_free(state: str) -> None:
    call = finish(a_call_in(state).say("One moment."))
    assert call.machine.idle
    spoken = [draft.text for draft in call.drafts.values() if draft.text == "One moment."]
    assert len(spoken) == 1
    assert call.draft.text == "One moment."


@pytest.mark.parametrize("state", OPEN)
def test_a_recogniser_that_fails_ends_every_state_well(state: str) -> None:
    call = a_call_in(state)
    call.feed(RecogniserFailed("gone"))
    assert call.of(Trouble)[-1].message == "gone"
    call = finish(call)
    assert call.machine.idle
    said = state not in {"idle", "thinking of speech", "agent says"}
    assert users(call) == (["book a table"] if said else [])


@pytest.mark.parametrize("state", STATES)
def test_a_call_can_be_closed_in_every_state(state: str) -> None:
    call = a_call_in(state).close()
    assert call.floor is Floor.CLOSED
    assert call.machine.idle
    assert call.machine.next_deadline() is None
    assert call.playing is None
    assert set(call.states()) <= {"cancelled"}
    ended = {notice.turn_id for notice in call.of(EndOfTurn)}
    assert ended <= {record.turn_id for record in call.records}


@pytest.mark.parametrize("state", OPEN)
def test_whoever_speaks_is_heard_from_every_state(state: str) -> None:
    call = a_call_in(state)
    if call.floor is not Floor.CALLER:
        call.speaks(5_000)
    call = finish(call.pauses(6_000).final("for two please", 6_200))
    assert call.machine.idle
    assert users(call)[-1].endswith("for two please")


@pytest.mark.parametrize("state", STATES)
def test_a_tick_before_its_time_changes_nothing(state: str) -> None:
    call = a_call_in(state)
    before = call.floor, call.machine.next_deadline()
    assert call.feed(Tick()) == []
    assert (call.floor, call.machine.next_deadline()) == before


# --- closed --------------------------------------------------------------------------------------------


def test_after_the_end_only_what_was_under_way_is_taken_in() -> None:
    machine = Conversation(ConversationSettings())
    machine.handle(SpeechStarted(0), 64 * MS)
    machine.handle(CloseRequested(), 100 * MS)
    assert machine.handle(Final("book a table", 0, 1_000 * MS), 200 * MS) == []
    assert machine.handle(DraftCancelled(1, DraftUsage()), 200 * MS) == []
    assert machine.handle(ReplyEnded(1, "x", 1.0, complete=False), 200 * MS) == []


def test_a_reply_that_is_stopped_at_the_end_is_accounted_for_when_it_is_silent() -> None:
    machine = a_call_in("agent").machine
    actions = machine.handle(CloseRequested(), 5_000 * MS)
    assert StopReply(1, 60) in actions
    assert not machine.idle
    assert machine.handle(ReplyEnded(1, "Cert", 300.0, complete=False), 5_000 * MS)
    assert machine.idle
    assert [message.content for message in machine.history] == ["book a table", "Cert"]


# --- settings reach the parts that they are for --------------------------------------------------------


def test_an_agent_is_told_its_instructions() -> None:
    call = a_call(instructions="Be kind.").writes("hello")
    assert [message.role for message in call.draft.messages] == ["system", "user"]
    assert call.draft.messages[0].content == "Be kind."
    assert call.history == [], "instructions are no part of what was said"


def test_each_setting_is_heeded() -> None:
    call = a_call(
        flush_at_pause=False,
        endpointing=Endpointing(silence_ms=1_000, final_timeout_ms=200),
        speculation=Speculation(triggers=()),
    )
    call.speaks(1_000).interim("book a table", 1_900).pauses(2_000).to(3_199)
    assert call.when(FlushRecogniser) == [3_000]
    assert call.of(CommitDraft) == []
    call.to(3_200)
    assert len(call.of(CommitDraft)) == 1


def test_in_a_language_it_does_not_know_the_words_have_to_be_the_same() -> None:
    settings = Speculation(triggers=("stable",))  # type: ignore[arg-type]
    call = (
        a_call(language="tlh", speculation=settings).speaks(1_000).interim("book the table", 1_400).to(1_950)
    )
    call.pauses(2_000).final("book a table", 2_200).to(2_700)
    assert len(call.drafts) == 2


def test_notices_tell_a_turn_from_its_beginning_to_its_end() -> None:
    call = finish(a_call().says("book a table", 1_000, 2_000))
    kinds = [type(notice).__name__ for notice in call.notices]
    assert kinds == [
        *("TurnStarted", "TranscriptChanged", "DraftStarted", "EndOfTurn", "DraftCommitted"),
        *("ReplyAudible", "ReplyOver", "TurnEnded"),
    ]
    assert [notice.turn_id for notice in call.of(TurnStarted)] == [1]
    assert [notice.turn_id for notice in call.of(TranscriptChanged)] == [1]


def test_the_sooner_deadline_of_the_two_sides_is_the_machine_s() -> None:
    call = a_call_in("thinking")
    assert call.machine.next_deadline() == 14_600 * MS
    call = a_call_in("agent").speaks(5_000)
    assert call.machine.next_deadline() == 5_240 * MS
    call.feed(ReplyStarved(1), 5_080)
    assert call.machine.next_deadline() == 5_240 * MS
    call.pauses(5_100).to(5_300)
    assert call.machine.next_deadline() == 8_080 * MS
    assert a_call().machine.next_deadline() is None
