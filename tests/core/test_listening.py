"""The caller's turn, from its first sound to its end."""

from __future__ import annotations

import pytest

from antiphon.core.actions import CommitDraft, FlushRecogniser, ReadAhead, StartSpeech
from antiphon.core.endpointing import Endpointing, Wait
from antiphon.core.events import (
    EagerEndOfTurn,
    InputEnded,
    RecogniserFailed,
    TextReceived,
    TurnResumed,
    VendorEndOfTurn,
)
from antiphon.core.evidence import Evidence
from antiphon.core.floor import Floor
from antiphon.core.listening import READ_AHEAD_EVERY_MS
from antiphon.core.notices import EndOfTurn, TranscriptChanged, Trouble, TurnStarted

from .harness import MS, Driver, a_call


def answered(call: Driver) -> list[str]:
    """The transcripts that a reply was chosen for, in order."""
    return [notice.text for notice in call.of(EndOfTurn)]


# --- a turn opens and is heard -------------------------------------------------------------------------


def test_voice_opens_a_turn_at_its_first_sound() -> None:
    call = a_call().speaks(1_000)
    assert call.of(TurnStarted) == [TurnStarted(1, 1_000 * MS)]
    assert call.floor is Floor.CALLER


def test_words_open_a_turn_where_no_voice_was_heard() -> None:
    call = a_call().final("book a table", 2_000)
    assert call.of(TurnStarted) == [TurnStarted(1, 2_000 * MS)]
    call.to(2_600)
    assert answered(call) == ["book a table"]


def test_words_of_nothing_open_no_turn() -> None:
    call = a_call().interim("", 2_000).final("", 2_100)
    assert call.floor is Floor.IDLE
    assert call.notices == []


def test_a_stale_interim_opens_no_turn() -> None:
    call = a_call().speaks(1_000).pauses(1_100).final("", 1_300).to(2_000)
    assert call.floor is Floor.IDLE
    call.interim("uh", 2_100, start_ms=900, end_ms=1_200)
    assert call.floor is Floor.IDLE
    assert len(call.of(TurnStarted)) == 1


def test_every_change_of_the_transcript_is_told() -> None:
    call = a_call().speaks(1_000).interim("book", 1_300).interim("book", 1_400).interim("book a", 1_500)
    call.interim("look", 1_600).interim("", 1_650).pauses(1_700).final("book a table", 1_900)
    assert [(notice.text, notice.final) for notice in call.of(TranscriptChanged)] == [
        ("book", False),
        ("book a", False),
        ("look", False),
        ("", True),
        ("book a table", True),
    ]


def test_an_interim_of_audio_that_is_final_changes_nothing() -> None:
    call = a_call().speaks(1_000).final("book a", 1_800).interim("book", 1_850, start_ms=0, end_ms=1_700)
    assert [notice.text for notice in call.of(TranscriptChanged)] == ["book a"]


@pytest.mark.parametrize(
    "finals",
    [
        pytest.param([("book a table for two", 0, 2_100)], id="one"),
        pytest.param([("book a table", 0, 1_500), ("for two", 1_500, 2_100)], id="split"),
        pytest.param([("for two", 1_500, 2_100), ("book a table", 0, 1_500)], id="out of order"),
        pytest.param([("book a table for two", 0, 2_100)] * 3, id="repeated"),
        pytest.param([("book a table for two", 0, 2_100), ("a table", 500, 1_500)], id="repeated in part"),
        pytest.param(
            [("", 0, 900), ("book a table for two", 900, 2_100), ("", 2_100, 2_150)], id="with empty ones"
        ),
    ],
)
def test_however_its_finals_come_a_turn_is_answered_once_with_all_its_words(
    finals: list[tuple[str, int, int]],
) -> None:
    call = a_call().speaks(1_000).pauses(2_000)
    for number, (text, start_ms, end_ms) in enumerate(finals):
        call.final(text, 2_150 + number * 20, start_ms=start_ms, end_ms=end_ms)
    call.to(9_000)
    assert answered(call) == ["book a table for two"]
    call.audible(9_000).played(9_500)
    assert call.history[0] == ("user", "book a table for two")


# --- it ends -------------------------------------------------------------------------------------------


def test_a_turn_ends_after_the_silence_when_its_words_are_final() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_599)
    assert call.floor is Floor.CALLER
    call.to(2_600)
    assert call.of(EndOfTurn) == [EndOfTurn(1, 2_600 * MS, "book a table", "silence 600 ms")]
    assert call.floor is Floor.THINKING


def test_the_silence_counts_from_the_last_voiced_sample_of_all() -> None:
    call = a_call().says("book a table", 1_000, 2_000).says("for two", 2_400, 3_000)
    call.to(3_599)
    assert answered(call) == []
    call.to(3_600)
    assert answered(call) == ["book a table for two"]


def test_a_recogniser_that_is_sure_spares_the_silence() -> None:
    call = a_call().says("book a table", 1_000, 2_000)
    call.feed(VendorEndOfTurn(), 2_200)
    assert [(notice.text, notice.reason) for notice in call.of(EndOfTurn)] == [
        ("book a table", "the recogniser's end of turn")
    ]


def test_a_recogniser_that_takes_its_end_of_turn_back_does_not() -> None:
    call = a_call().speaks(1_000)
    call.feed(VendorEndOfTurn(), 1_500)
    call.feed(TurnResumed(), 1_600)
    call.pauses(2_000).final("book a table", 2_200)
    assert answered(call) == []


def test_a_recogniser_s_end_of_turn_does_not_outlive_more_voice() -> None:
    call = a_call().says("book a", 1_000, 1_500).speaks(1_700)
    call.feed(VendorEndOfTurn(), 1_600 + 200)
    call.pauses(1_900).speaks(2_000).pauses(2_300).final("table", 2_500)
    assert answered(call) == []


@pytest.mark.parametrize("event", [EagerEndOfTurn("x"), TurnResumed(), VendorEndOfTurn()], ids=repr)
def test_what_a_recogniser_thinks_of_the_turn_means_nothing_without_one(event: VendorEndOfTurn) -> None:
    call = a_call()
    assert call.feed(event, 2_000) == []


def test_noise_without_words_gives_the_floor_back() -> None:
    call = a_call().speaks(1_000).pauses(1_200).final("", 1_400).to(1_800)
    assert call.floor is Floor.IDLE
    assert call.drafts == {}
    assert answered(call) == []


def test_noise_that_looked_like_a_word_leaves_no_draft() -> None:
    call = a_call().speaks(1_000).pauses(1_300).interim("hello there", 1_600).final("", 1_700).to(3_000)
    assert call.floor is Floor.IDLE
    assert call.states() == ["cancelled"]


def test_speech_that_the_recogniser_says_nothing_about_ends_in_the_apology() -> None:
    call = a_call().speaks(1_000).pauses(1_500).to(3_600)
    assert call.of(Trouble) == [Trouble(3_600 * MS, "stt", "the recogniser did not answer in time")]
    assert len(call.of(StartSpeech)) == 1
    call.audible(3_700).played(5_000, "Sorry.")
    assert (call.record.outcome, call.record.reply, call.record.user) == ("failed", "Sorry.", "")
    assert call.record.error == "the recogniser did not answer in time"


def test_a_short_sound_that_it_says_nothing_about_was_noise() -> None:
    call = a_call().speaks(1_000).pauses(1_399).to(4_000)
    assert call.floor is Floor.IDLE
    assert call.of(Trouble) == []


def test_the_end_of_the_callers_audio_ends_voice_too() -> None:
    call = a_call().speaks(1_000).interim("book a table", 1_900)
    call.feed(InputEnded(2_000 * MS, 2_000 * MS), 2_000)
    call.final("book a table", 2_080).to(2_600)
    assert answered(call) == ["book a table"]


def test_the_end_of_the_callers_audio_means_nothing_in_silence() -> None:
    call = a_call()
    assert call.feed(InputEnded(2_000 * MS, 2_000 * MS), 2_000) == []


# --- words are waited for ------------------------------------------------------------------------------


def test_the_recogniser_is_flushed_at_each_pause_once() -> None:
    call = a_call().speaks(1_000).pauses(1_500).to(1_700).speaks(1_700).pauses(2_000).to(2_900)
    assert call.when(FlushRecogniser) == [1_596, 2_096]


def test_where_the_words_are_final_already_there_is_nothing_to_flush() -> None:
    call = a_call().speaks(1_000).final("book a table", 1_900).pauses(2_000).to(3_000)
    assert call.of(FlushRecogniser) == []


def test_a_recogniser_that_gets_whole_utterances_is_flushed_when_the_wait_is_over() -> None:
    call = a_call(flush_at_pause=False).speaks(1_000).pauses(1_500).to(3_000)
    assert call.when(FlushRecogniser) == [2_100]


def test_a_final_that_does_not_come_is_replaced_by_the_interim() -> None:
    call = (
        a_call(endpointing=Endpointing(silence_ms=600, final_timeout_ms=1_500))
        .speaks(1_000)
        .interim("book a table", 1_900)
        .pauses(2_000)
    )
    call.to(4_099)
    assert answered(call) == []
    call.to(4_100)
    assert answered(call) == ["book a table"]


def test_the_interim_behind_a_final_is_waited_for_and_taken_too() -> None:
    call = (
        a_call().speaks(1_000).final("book a table", 1_700).interim("for two", 1_900).pauses(2_000).to(4_100)
    )
    assert answered(call) == ["book a table for two"]


def test_a_final_that_comes_in_time_is_answered_when_it_comes() -> None:
    call = a_call().speaks(1_000).interim("book a fable", 1_900).pauses(2_000).final("book a table", 3_500)
    assert answered(call) == ["book a table"]
    assert call.floor is Floor.THINKING


def test_an_adopted_interim_survives_noise_before_the_reply() -> None:
    call = a_call().speaks(1_000).interim("book a table", 1_900).pauses(2_000).to(4_200)
    call.speaks(4_300).pauses(4_400).to(9_000)
    assert answered(call) == ["book a table", "book a table"]
    assert call.draft.answers == "book a table"


def test_the_wait_may_grow_and_shrink_while_the_caller_is_silent() -> None:
    class WaitsForTheReply:
        """Ends the turn soon where a reply is ready, late where none is."""

        def wait(self, evidence: Evidence) -> Wait:
            return Wait(300 * MS, "ready") if evidence.reply_ready else Wait(2_000 * MS, "not ready")

    call = a_call(WaitsForTheReply()).says("book a table", 1_000, 2_000).to(3_000)
    assert answered(call) == []
    call.ready(1)
    assert [notice.reason for notice in call.of(EndOfTurn)] == ["ready"]


# --- a model of one's own reads ahead ------------------------------------------------------------------


def test_a_model_that_reads_ahead_is_sent_the_words_so_far_now_and_then() -> None:
    call = a_call(reads_ahead=True, instructions="Be kind.").speaks(1_000)
    for number, text in enumerate(["book", "book a", "book a table"]):
        call.interim(text, 1_200 + number * READ_AHEAD_EVERY_MS * 2 // 3)
    sent = [[message.content for message in action.messages] for action in call.of(ReadAhead)]
    assert sent == [["Be kind.", "book"], ["Be kind.", "book a table"]]


def test_it_is_sent_nothing_in_a_pause_when_a_draft_reads_the_same() -> None:
    call = a_call(reads_ahead=True).speaks(1_000).pauses(1_500).interim("book a table", 1_900)
    assert call.of(ReadAhead) == []


def test_a_model_that_does_not_read_ahead_is_sent_nothing() -> None:
    call = a_call().speaks(1_000).interim("book a table", 1_500)
    assert call.of(ReadAhead) == []


# --- the recogniser fails ------------------------------------------------------------------------------


def test_a_recogniser_that_fails_in_a_pause_leaves_the_words_it_had() -> None:
    call = a_call().speaks(1_000).interim("book a table", 1_900).pauses(2_000)
    call.feed(RecogniserFailed("gone"), 2_300)
    call.to(2_600)
    assert answered(call) == ["book a table"], "no final is waited for"
    assert call.of(Trouble) == [Trouble(2_300 * MS, "stt", "gone")]


def test_a_recogniser_that_fails_before_any_word_ends_in_the_apology() -> None:
    call = a_call().speaks(1_000).pauses(2_000)
    call.feed(RecogniserFailed("gone"), 2_300)
    assert len(call.to(2_600).of(StartSpeech)) == 1
    call.audible(2_700).played(3_000)
    assert (call.record.outcome, call.record.error) == ("failed", "gone")


def test_a_recogniser_that_fails_while_the_caller_speaks_does_not_make_the_agent_cut_in() -> None:
    call = a_call().speaks(1_000).interim("book a table", 1_900)
    call.feed(RecogniserFailed("gone"), 2_000)
    assert call.of(CommitDraft) == []
    call.pauses(3_000).to(6_000)
    assert answered(call) == ["book a table"]
    call.audible(6_000).played(7_000)
    assert call.record.glass_to_glass_ns == 3_000 * MS


# --- written turns -------------------------------------------------------------------------------------


def test_a_written_turn_is_answered_at_once() -> None:
    call = a_call().writes("  book a table ", 2_000)
    assert call.of(EndOfTurn) == [EndOfTurn(1, 2_000 * MS, "book a table", "text")]
    assert len(call.of(CommitDraft)) == 1


def test_a_blank_one_is_none() -> None:
    call = a_call()
    assert call.feed(TextReceived(" \n")) == []


def test_written_words_join_what_is_being_said() -> None:
    call = a_call().speaks(1_000).interim("book a table", 1_800).writes("for two", 1_900)
    assert answered(call) == []
    call.pauses(2_000).final("book a table", 2_200).to(2_600)
    assert len(answered(call)) == 1
    assert sorted(answered(call)[0].split()) == ["a", "book", "for", "table", "two"]


def test_voice_after_written_words_is_heard_out_like_any_other() -> None:
    call = a_call().writes("book a table", 2_000).says("for two", 2_100, 2_800)
    assert answered(call) == ["book a table"]
    call.to(3_399)
    assert len(answered(call)) == 1
    call.to(3_400)
    assert answered(call)[1:] == ["book a table for two"]


def test_written_words_end_a_pause() -> None:
    call = a_call().says("book a table", 1_000, 2_000).writes("for two", 2_300)
    assert answered(call) == ["book a table for two"]
