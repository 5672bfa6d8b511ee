"""Drafts before the last words: expected continuations, and first clauses that are heard while the rest is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from antiphon.core.actions import CancelDraft, CommitDraft, StartDraft
from antiphon.core.events import DraftFinished, DraftReady, OpeningReady
from antiphon.core.messages import ToolSpec
from antiphon.core.notices import DraftCommitted, DraftDiscarded, DraftStarted
from antiphon.core.speculation import Ahead, Speculation, Strategy
from antiphon.core.tools import ToolPolicy

from .harness import USAGE, Driver, a_call

KNOWN = ("what time do you close on sundays", "book a table for two")
NOTHING_EARLY = Speculation(openings=Ahead.OFF, predictions=Ahead.OFF)


def begun(call: Driver) -> list[tuple[str, str]]:
    return [(notice.trigger, notice.transcript) for notice in call.of(DraftStarted)]


def speaking(*words: str, **settings: Any) -> Driver:
    """A caller whose every interim comes twice, 200 ms after each other."""
    call = a_call(**settings).speaks(1_000)
    for number, text in enumerate(words):
        call.interim(text, 1_300 + 400 * number).interim(text + " the", 1_500 + 400 * number)
    return call


def opened(opening: str = "Sure, a table for two –", audio_ms: float = 1_200, **settings: Any) -> Driver:
    """A caller who asks for a table for two and goes on; the first clause is there."""
    call = speaking("book a table for two", **settings)
    (start,) = call.of(StartDraft)
    call.feed(DraftReady(start.draft_id), 2_200)
    call.feed(OpeningReady(start.draft_id, opening, audio_ms), 2_300)
    return call


# --- openings ------------------------------------------------------------------------------------------


def test_a_first_clause_is_made_while_the_caller_is_still_talking() -> None:
    call = speaking("book a table for two")
    assert begun(call) == [("opening", "book a table for two")]
    assert call.of(StartDraft)[0].ahead_ms == 1, "the voice is given no more than the first clause"


@pytest.mark.parametrize(
    "speculation",
    [
        NOTHING_EARLY,
        Speculation(strategy=Strategy.ALWAYS_USE),
        Speculation(strategy=Strategy.DISCARD),
    ],
    ids=["off", "always-use", "discard"],
)
def test_not_where_that_is_not_wanted(speculation: Speculation) -> None:
    call = speaking("book a table for two", speculation=speculation)
    assert "opening" not in dict(begun(call))


def test_not_in_a_language_whose_first_clauses_are_not_known() -> None:
    assert begun(speaking("ein tisch für zwei personen", language="sw")) == []


def test_not_for_words_that_were_seen_once() -> None:
    call = a_call().speaks(1_000).interim("book a table for two", 1_300)
    assert begun(call) == []


def test_it_is_heard_where_it_holds_and_the_rest_is_made_from_the_final() -> None:
    call = opened().pauses(2_600).final("book a table for two at eight", 2_750).to(3_200)
    first, rest = call.of(StartDraft)
    assert (rest.begun, rest.opens_with) == ("Sure, a table for two –", first.draft_id)
    assert rest.messages is not None
    assert rest.messages[-1].content == "book a table for two at eight"
    assert CancelDraft(first.draft_id) in call.of(CancelDraft)
    assert [commit.draft_id for commit in call.of(CommitDraft)] == [rest.draft_id]
    call.audible(3_200).feed(DraftFinished(rest.draft_id, "Sure, a table for two – at eight.", USAGE), 3_900)
    call.played(5_000)
    assert (call.record.ledger.opened, call.record.ledger.reused) == (1, 0)
    assert call.of(DraftDiscarded) == []


@pytest.mark.parametrize(
    "final",
    [
        "book a table for two no three",
        "book a table for ten",
        "do not book a table for two",
        "book a table for two actually cancel that",
    ],
)
def test_it_is_not_heard_where_the_final_says_something_else(final: str) -> None:
    call = opened().pauses(2_600).final(final, 2_750).to(3_400)
    assert all(start.opens_with is None for start in call.of(StartDraft))
    assert call.of(CommitDraft)[0].draft_id != call.of(StartDraft)[0].draft_id


def test_one_too_short_to_cover_the_rest_is_not_used() -> None:
    call = opened("Sure,", audio_ms=300).pauses(2_600).final("book a table for two at eight", 2_750).to(3_400)
    assert all(start.opens_with is None for start in call.of(StartDraft))


TOOLS = (ToolPolicy(ToolSpec("book", "Book a table.")),)


@pytest.mark.parametrize(
    ("opening", "heard"), [("Sure, a table for two –", False), ("One moment please –", True)]
)
def test_where_a_tool_may_tell_otherwise_it_says_no_more_than_that_it_was_heard(
    opening: str, heard: bool
) -> None:
    call = opened(opening, tools=TOOLS).pauses(2_600).final("book a table for two at eight", 2_750).to(3_400)
    assert any(start.begun == opening for start in call.of(StartDraft)) is heard


def test_nothing_is_predicted_where_a_draft_may_ask_for_tools() -> None:
    call = speaking("what time do you", tools=TOOLS, known_turns=KNOWN)
    assert "predicted" not in dict(begun(call))


def test_a_caller_who_goes_on_takes_the_whole_reply_back_and_what_is_known_then_counts() -> None:
    call = opened().pauses(2_600).final("book a table for two", 2_750).to(3_250)
    assert len(call.of(CommitDraft)) == 1
    call.speaks(3_260).interim("no for three", 3_700).pauses(3_900).final("no for three", 4_050).to(4_900)
    commits = call.of(CommitDraft)
    assert len(commits) == 2
    last = next(start for start in call.of(StartDraft) if start.draft_id == commits[-1].draft_id)
    assert last.begun == ""
    assert last.messages is not None
    assert last.messages[-1].content == "book a table for two no for three"


def test_one_that_comes_in_the_silence_is_taken_at_once() -> None:
    call = speaking("book a table for two").pauses(1_800).final("book a table for two at eight", 1_950)
    first = call.of(StartDraft)[0]
    call.feed(OpeningReady(first.draft_id, "Sure, a table for two –", 1_200), 2_050)
    assert call.of(StartDraft)[-1].opens_with == first.draft_id


def test_a_reply_whose_rest_fails_before_it_is_heard_is_made_anew() -> None:
    call = opened().pauses(2_600).final("book a table for two at eight", 2_750).to(3_200)
    call.failed(call.of(StartDraft)[-1].draft_id, 3_210)
    assert call.of(StartDraft)[-1].begun == ""
    assert [notice.reason for notice in call.of(DraftCommitted)][-1] == "made for the final"


# --- predictions ---------------------------------------------------------------------------------------


def test_what_is_known_to_follow_is_drafted_for_before_it_is_said() -> None:
    call = speaking("what time do you", known_turns=KNOWN, speculation=Speculation(openings=Ahead.OFF))
    assert begun(call)[0] == ("predicted", KNOWN[0])
    call.pauses(3_000).final("what time do you close on sundays", 3_150).to(3_700)
    assert [commit.draft_id for commit in call.of(CommitDraft)] == [1]


def test_it_is_let_go_where_the_caller_says_something_else() -> None:
    call = speaking("what time do you", known_turns=KNOWN, speculation=Speculation(openings=Ahead.OFF))
    call.interim("what time do you open on mondays", 2_500).interim(
        "what time do you open on mondays then", 2_700
    )
    assert 1 in [notice.draft_id for notice in call.of(DraftDiscarded)]


def test_nothing_is_where_that_is_off_or_nothing_is_known() -> None:
    off = replace(NOTHING_EARLY, spend=5)
    assert begun(speaking("what time do you", known_turns=KNOWN, speculation=off)) == []
    assert begun(speaking("what time do you", speculation=replace(off, predictions=Ahead.AUTO))) == []
