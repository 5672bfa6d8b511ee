"""Drafts in a call: what starts them, what ends them, what they cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antiphon.core.actions import AskSimilarity, CancelDraft, CommitDraft, StartDraft, UncommitDraft
from antiphon.core.call import Call
from antiphon.core.drafting import Drafting
from antiphon.core.ending import FINAL_SOON_MS
from antiphon.core.events import EagerEndOfTurn, SimilarityAnswered
from antiphon.core.floor import Floor
from antiphon.core.judge import Measure
from antiphon.core.notices import DraftDiscarded, DraftStarted, EndOfTurn, Ledger
from antiphon.core.preparing import Preparing
from antiphon.core.speculation import (
    DEFAULT_TRIGGERS,
    Ahead,
    Draft,
    DraftPool,
    Speculation,
    Strategy,
    Trigger,
)
from antiphon.core.tooling import Tooling

from .harness import MS, USAGE, Driver, a_call

NOT_EARLY = Speculation(openings=Ahead.OFF, predictions=Ahead.OFF, spend=100)
EVERYTHING = replace(NOT_EARLY, triggers=tuple(Trigger))
EVERYTHING_BUT_INTERIMS = replace(NOT_EARLY, triggers=(*DEFAULT_TRIGGERS, Trigger.STABLE))


def triggered(call: Driver) -> list[tuple[str, str]]:
    return [(notice.trigger, notice.transcript) for notice in call.of(DraftStarted)]


def discarded(call: Driver) -> list[tuple[int, str]]:
    return [(notice.draft_id, notice.reason) for notice in call.of(DraftDiscarded)]


# --- triggers ------------------------------------------------------------------------------------------


def an_utterance(call: Driver) -> Driver:
    """Gives every trigger its occasion with other words: interim, stable, eager, pause, final."""
    call.speaks(1_000).interim("book a", 1_300)
    call.interim("book a table", 1_500).to(2_100)
    call.interim("book a table for two", 2_200).feed(EagerEndOfTurn("book a table for two"), 2_300)
    call.pauses(2_400).interim("book a table for two people", 2_500 + FINAL_SOON_MS)
    return call.final("book a table for ten people", 2_950).to(2_990)


OCCASIONS = {
    Trigger.INTERIM: ["book a", "book a table", "book a table for two"],
    Trigger.STABLE: ["book a table"],
    Trigger.EAGER: ["book a table for two"],
    Trigger.PAUSE: ["book a table for two people"],
    Trigger.FINAL: ["book a table for ten people"],
}


@pytest.mark.parametrize("trigger", Trigger)
def test_a_trigger_alone_starts_its_drafts_and_no_others(trigger: Trigger) -> None:
    call = an_utterance(
        a_call(speculation=replace(NOT_EARLY, triggers=(trigger,), min_change=0.0, stable_ms=550))
    )
    assert triggered(call) == [(trigger.value, transcript) for transcript in OCCASIONS[trigger]]


@pytest.mark.parametrize("trigger", Trigger)
def test_without_a_trigger_its_occasion_is_let_pass(trigger: Trigger) -> None:
    others = tuple(each for each in Trigger if each is not trigger)
    call = an_utterance(
        a_call(speculation=replace(NOT_EARLY, triggers=others, min_change=0.0, stable_ms=550))
    )
    assert trigger.value not in dict(triggered(call))


def test_with_no_trigger_the_reply_is_made_at_the_end_of_the_turn() -> None:
    call = an_utterance(a_call(speculation=replace(NOT_EARLY, triggers=()))).to(3_100)
    assert triggered(call) == [("end-of-turn", "book a table for ten people")]
    assert not call.of(DraftStarted)[0].speculative


def test_an_interim_that_stops_changing_is_drafted_for_once() -> None:
    call = a_call(speculation=EVERYTHING_BUT_INTERIMS).speaks(1_000).interim("book a table", 1_500).to(1_999)
    assert triggered(call) == []
    call.to(5_000)
    assert triggered(call) == [("stable", "book a table")]


def test_words_that_were_known_at_the_pause_are_drafted_for_at_once() -> None:
    call = a_call().speaks(1_000).final("book a table", 1_850).pauses(2_000)
    assert triggered(call) == [("pause", "book a table")]


def test_a_final_that_comes_soon_is_drafted_for_rather_than_the_interim_before_it() -> None:
    call = a_call().speaks(1_000).interim("book a fable", 1_950, end_ms=2_050).pauses(2_000)
    call.interim("book a cable", 2_150).final("book a table", 2_200)
    assert triggered(call) == [("final", "book a table")]


def test_a_final_that_is_late_no_longer_holds_the_draft_back() -> None:
    call = a_call(speculation=Speculation(stable_ms=5_000))
    call.speaks(1_000).interim("book a table", 1_950, end_ms=2_050).pauses(2_000).to(2_096 + FINAL_SOON_MS)
    assert triggered(call) == [("pause", "book a table")]


def test_an_interim_that_lacks_the_last_words_is_not_drafted_for_at_the_pause() -> None:
    call = a_call(speculation=Speculation(stable_ms=5_000)).speaks(1_000).interim("book a", 1_500)
    call.pauses(2_000).interim("book a table", 2_400, end_ms=1_900).to(2_500)
    assert triggered(call) == []


# --- which stay and which go ---------------------------------------------------------------------------


def test_a_draft_that_the_caller_went_on_from_is_let_go() -> None:
    call = a_call(speculation=EVERYTHING).speaks(1_000).interim("book a table", 1_400)
    call.interim("book a table for two", 1_700)
    assert discarded(call) == [(1, "the caller went on")]
    assert call.states() == ["cancelled", "running"]


def test_a_finished_one_is_kept_and_revived_when_the_transcript_changes_back() -> None:
    call = (
        a_call(speculation=EVERYTHING)
        .speaks(1_000)
        .interim("book a table", 1_400)
        .ready(1)
        .finished(1, 1_500)
    )
    call.interim("book a table for ten", 1_700).interim("book a table", 1_900)
    call.pauses(2_000).final("book a table", 2_150).to(2_600)
    assert call.of(CommitDraft) == [CommitDraft(1, 1)]
    assert call.states() == ["finished", "cancelled"]
    assert discarded(call) == [(2, "another draft answers")]


def test_a_full_pool_lets_go_of_the_draft_least_like_the_newest_words() -> None:
    call = a_call(speculation=Speculation(triggers=tuple(Trigger), max_drafts=2)).speaks(1_000)
    for number, text in enumerate(["please cancel everything", "a table for three", "a table for one"]):
        call.interim(text, 1_300 + 100 * number)
    assert discarded(call) == [(1, "the pool is full")]


def test_a_draft_that_fails_is_forgotten_and_the_words_drafted_for_again() -> None:
    call = a_call(speculation=EVERYTHING_BUT_INTERIMS).speaks(1_000).interim("book a table", 1_400)
    call.to(1_900).failed(1)
    call.pauses(2_000).final("book a table", 2_200).to(2_600)
    assert triggered(call) == [("stable", "book a table"), ("final", "book a table")]
    assert call.of(CommitDraft) == [CommitDraft(2, 1)]
    assert call.of(CancelDraft) == [CancelDraft(1)], "its audio can go"


def test_one_that_is_unknown_by_now_is_no_matter() -> None:
    call = a_call(speculation=EVERYTHING).speaks(1_000).interim("book a table", 1_400)
    call.interim("book a table for two", 1_700)
    call.ready(1).to(1_800)
    assert call.floor is Floor.CALLER


def test_a_draft_on_nobody_s_account_is_let_go_without_a_word() -> None:
    state, settings = Call(""), Speculation()
    pool = DraftPool(settings, settings.judge())
    drafting = Drafting(state, pool, settings, Preparing(state, pool, Tooling(state, pool), None))
    drafting.pool.add(Draft(drafting.new_id(None), "book a table", 0, speculative=True))
    drafting.discard_all(None, "closed")
    assert state.actions == [CancelDraft(1)]


# --- strategies ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "committed", "answers"),
    [
        (Strategy.USE_IF_SIMILAR, 2, "book a table for ten"),
        (Strategy.ALWAYS_USE, 1, "book a table for two"),
        (Strategy.DISCARD, 1, "book a table for ten"),
    ],
)
def test_what_a_draft_for_other_words_may_be_used_for(
    strategy: Strategy, committed: int, answers: str
) -> None:
    call = a_call(speculation=Speculation(strategy=strategy, triggers=(Trigger.STABLE,)))
    call.speaks(1_000).interim("book a table for two", 1_400).pauses(2_000).final(
        "book a table for ten", 2_200
    )
    call.to(2_600)
    assert call.of(CommitDraft) == [CommitDraft(committed, 1)]
    assert call.drafts[committed].answers == answers


def test_discard_never_drafts_ahead() -> None:
    call = an_utterance(a_call(speculation=Speculation(strategy=Strategy.DISCARD, triggers=tuple(Trigger))))
    assert call.of(StartDraft) == []


def test_discard_makes_a_reply_that_was_taken_back_anew() -> None:
    call = (
        a_call(speculation=Speculation(strategy=Strategy.DISCARD))
        .says("book a table", 1_000, 2_000)
        .to(2_700)
    )
    call.speaks(2_700).pauses(2_800).final("", 3_000).to(3_500)
    assert call.of(CommitDraft) == [CommitDraft(1, 1), CommitDraft(2, 2)]
    assert call.states() == ["cancelled", "running"]


# --- an Embedder ---------------------------------------------------------------------------------------

ALIKE = ("book me a large table for ten", "a large table for ten book me")


def asked_at(final_ms: float) -> Driver:
    """A draft for other words of perhaps the same meaning, and a final."""
    settings = Speculation(measure=Measure.SEMANTIC, guard=False, triggers=(Trigger.STABLE, Trigger.FINAL))
    call = a_call(speculation=settings).speaks(1_000).interim(ALIKE[0], 1_400).pauses(2_000)
    return call.final(ALIKE[1], final_ms)


def asked(timeout_ms: int = 50) -> Driver:
    """The same when the turn is about to end, and a final starts no draft."""
    settings = Speculation(
        measure=Measure.SEMANTIC,
        guard=False,
        triggers=(Trigger.STABLE,),
        similarity_timeout_ms=timeout_ms,
    )
    call = a_call(speculation=settings).speaks(1_000).interim(ALIKE[0], 1_400).pauses(2_000)
    return call.to(2_590).final(ALIKE[1], 2_590)


@pytest.mark.parametrize(("similarity", "committed"), [(0.95, 1), (0.3, 2)])
def test_an_answer_in_time_decides(similarity: float, committed: int) -> None:
    call = asked().to(2_620)
    assert call.of(AskSimilarity) == [AskSimilarity(1, *ALIKE, 2_640 * MS)]
    assert call.floor is Floor.CALLER, "it is waited for"
    call.feed(SimilarityAnswered(1, similarity), 2_630)
    assert call.of(CommitDraft) == [CommitDraft(committed, 1)]


@pytest.mark.parametrize("comes", [True, False])
def test_an_answer_that_is_late_or_never_comes_is_not_waited_for(*, comes: bool) -> None:
    call = asked().to(2_640)
    assert call.floor is Floor.THINKING
    assert call.of(CommitDraft) == [CommitDraft(2, 1)], "in doubt it is made anew"
    if comes:
        call.feed(SimilarityAnswered(1, 0.99), 2_650)
    assert len(call.of(CommitDraft)) == 1


def test_with_no_time_to_answer_nothing_is_waited_for() -> None:
    call = asked(timeout_ms=0).to(2_600)
    assert call.floor is Floor.THINKING


def test_a_final_is_not_drafted_for_while_the_answer_may_spare_it() -> None:
    call = asked_at(2_200).to(2_240)
    assert call.of(StartDraft)[1:] == []
    call.feed(SimilarityAnswered(1, 0.95), 2_245)
    call.to(2_600)
    assert call.of(CommitDraft) == [CommitDraft(1, 1)]
    assert len(call.drafts) == 1


@pytest.mark.parametrize("similarity", [0.3, None])
def test_it_is_when_the_answer_says_otherwise_or_does_not_come(similarity: float | None) -> None:
    call = asked_at(2_200)
    if similarity is not None:
        call.feed(SimilarityAnswered(1, similarity), 2_245)
    call.to(2_260)
    assert triggered(call)[1:] == [("final", ALIKE[1])]


def test_an_answer_that_comes_while_the_caller_speaks_again_starts_nothing() -> None:
    settings = Speculation(measure=Measure.SEMANTIC, guard=False)
    call = a_call(speculation=settings).speaks(1_000).final(ALIKE[0], 1_950).pauses(2_000)
    call.speaks(2_200).final("and a chair", 2_300)
    assert len(call.of(AskSimilarity)) == 1
    call.feed(SimilarityAnswered(1, 0.2), 2_320)
    call.to(2_600)
    assert [transcript for _, transcript in triggered(call)] == [ALIKE[0]]


def test_an_answer_to_no_question_is_no_matter() -> None:
    assert a_call().feed(SimilarityAnswered(7, 1.0)) == []


def test_an_adopted_interim_is_still_there_when_no_answer_came() -> None:
    settings = Speculation(measure=Measure.SEMANTIC, guard=False, triggers=(Trigger.STABLE,), stable_ms=300)
    call = a_call(speculation=settings).speaks(1_000).interim(ALIKE[0], 1_400).to(1_750)
    call.interim(ALIKE[1], 1_850).pauses(1_900).to(4_020)
    assert call.floor is Floor.CALLER, "an answer is waited for"
    call.to(4_050)
    assert call.of(EndOfTurn)[0].text == ALIKE[1]


# --- the account ---------------------------------------------------------------------------------------


def test_the_ledger_counts_what_was_started_reused_let_go_and_spent() -> None:
    call = a_call(speculation=EVERYTHING).speaks(1_000).interim("book a table", 1_400)
    call.interim("book a table for two", 1_700).interim("book a table for two people", 1_850)
    call.pauses(2_000).final("book a table for two people", 2_150).to(2_600)
    call.audible(2_600).played(4_000)
    assert call.record.ledger == Ledger(
        started=3,
        reused=1,
        discarded=2,
        llm_requests=3,
        usage=type(USAGE)(300, 0, 30, 120, 3),
        saved_ms=750.0,
    )


def test_a_reply_made_for_the_final_is_no_speculation() -> None:
    call = a_call().writes("book a table", 2_000).audible(2_700).played(4_000)
    assert call.record.ledger == Ledger(llm_requests=1, usage=USAGE)


def test_a_turn_whose_reply_came_too_soon_pays_for_both() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_600).audible(2_600).speaks(2_700)
    call.pauses(3_000).final("for two", 3_200).to(3_600).audible(3_700).played(5_000)
    ledger = call.record.ledger
    assert (ledger.started, ledger.reused, ledger.discarded, ledger.llm_requests) == (2, 1, 1, 2)


def test_a_reply_taken_back_and_committed_again_counts_once() -> None:
    call = a_call().says("book a table", 1_000, 2_000).to(2_600).speaks(2_700).pauses(2_800).final("", 3_000)
    call.to(3_500).audible(3_600).played(5_000)
    assert len(call.of(UncommitDraft)) == 1
    ledger = call.record.ledger
    assert (ledger.started, ledger.reused, ledger.discarded, ledger.llm_requests) == (1, 1, 0, 1)


def test_one_made_for_the_final_counts_as_started_when_it_is_taken_back() -> None:
    call = a_call().writes("book a table", 2_000).speaks(2_200).pauses(2_300).final("", 2_500).to(3_000)
    call.audible(3_100).played(4_000)
    assert (call.record.ledger.started, call.record.ledger.reused) == (1, 1)
