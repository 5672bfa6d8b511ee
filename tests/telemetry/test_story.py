from __future__ import annotations

from antiphon.core import notices
from antiphon.core.notices import Notice
from antiphon.telemetry.story import MAX_DRAFTS, MAX_INTERIMS, MAX_OPEN_TURNS, StoryCollector, TurnStory

from .samples import DRAFTED, MS, STREAMED, call, turn_record


def stories(heard: list[Notice]) -> list[TurnStory]:
    collector = StoryCollector()
    return [story for notice in heard if (story := collector.observe(notice)) is not None]


def test_a_turn_is_told_when_it_ends() -> None:
    first, second = stories(list(call((DRAFTED, STREAMED))))
    assert (first.record.turn_id, second.record.turn_id) == (1, 2)
    assert first.started_ns is not None
    assert first.end_of_turn_reason == "silence 300 ms"
    assert len(first.interims_ns) == 9
    assert first.over_reason == "played"


def test_a_draft_begun_early_is_reused_and_one_begun_from_the_final_is_the_answer() -> None:
    first, second = stories(list(call((DRAFTED, STREAMED))))
    assert [(draft.fate, draft.trigger) for draft in first.drafts] == [
        ("discarded", "interim"),
        ("reused", "stable"),
    ]
    assert [draft.fate for draft in second.drafts] == ["answered"]
    assert first.drafts[0].reason == "only the final has 'two'"


def test_a_draft_still_running_when_the_turn_ends_is_unfinished() -> None:
    (story,) = stories(
        [
            notices.TurnStarted(1, 0),
            notices.DraftStarted(1, 7, 5, "a table", "pause", speculative=True),
            notices.TurnEnded(9, turn_record()),
        ]
    )
    assert [(draft.fate, draft.ended_ns) for draft in story.drafts] == [("unfinished", None)]


def test_a_draft_committed_and_taken_back_is_told_by_its_last_fate() -> None:
    (story,) = stories(
        [
            notices.TurnStarted(1, 0),
            notices.DraftStarted(1, 7, 5, "a table", "pause", speculative=True),
            notices.DraftCommitted(1, 7, 1, 6, "the same words"),
            notices.DraftDiscarded(1, 7, 8, "the caller went on"),
            notices.TurnEnded(9, turn_record()),
        ]
    )
    assert [(draft.fate, draft.ended_ns) for draft in story.drafts] == [("discarded", 8)]


def test_a_turn_whose_beginning_was_missed_is_told_from_its_record() -> None:
    record = turn_record()
    assert stories([notices.TurnEnded(9, record)]) == [TurnStory(record, 9)]


def test_what_is_said_of_no_turn_or_of_an_ended_one_is_passed_over() -> None:
    heard: list[Notice] = [
        notices.TurnStarted(1, 0),
        notices.TurnEnded(9, turn_record()),
        notices.DraftDiscarded(1, 7, 12, "late"),
        notices.ReplyAudible(None, 3, 14),
        notices.ReplyOver(None, 3, 15, "Hello.", complete=True, reason="played"),
        notices.Trouble(16, "stt", "gone"),
    ]
    assert len(stories(heard)) == 1


def test_what_is_held_of_open_turns_is_bounded() -> None:
    collector = StoryCollector()
    for turn_id in range(MAX_OPEN_TURNS + 5):
        collector.observe(notices.TurnStarted(turn_id, turn_id))
    forgotten = collector.observe(notices.TurnEnded(99, turn_record(0)))
    kept = collector.observe(notices.TurnEnded(99, turn_record(MAX_OPEN_TURNS)))
    assert forgotten is not None
    assert forgotten.started_ns is None
    assert kept is not None
    assert kept.started_ns == MAX_OPEN_TURNS


def test_what_is_held_of_one_turn_is_bounded() -> None:
    collector = StoryCollector()
    collector.observe(notices.TurnStarted(1, 0))
    for index in range(MAX_INTERIMS + MAX_DRAFTS + 9):
        collector.observe(notices.TranscriptChanged(1, index, "a", final=False))
        collector.observe(notices.DraftStarted(1, index, index, "a", "interim", speculative=True))
    story = collector.observe(notices.TurnEnded(99, turn_record()))
    assert story is not None
    assert (len(story.interims_ns), len(story.drafts)) == (MAX_INTERIMS, MAX_DRAFTS)


def test_a_withdrawn_reply_is_no_answer() -> None:
    assert TurnStory(turn_record(), 1).answered
    assert TurnStory(turn_record(outcome="interrupted"), 1).answered
    assert not TurnStory(turn_record(outcome="withdrawn"), 1).answered


def test_times_are_the_session_clocks_own() -> None:
    (story,) = stories(list(call((STREAMED,))))
    assert story.last_voiced_ns == story.record.marks_ns["last_voiced"]
    assert story.audible_ns == story.record.marks_ns["audible"]
    assert story.over_ns is not None
    assert story.audible_ns is not None
    assert story.over_ns - story.audible_ns == 2_600 * MS


def test_a_turn_that_was_handed_over_says_to_whom() -> None:
    (story,) = stories(
        [
            notices.TurnStarted(1, 0),
            notices.HandedOver(1, 5, "billing"),
            notices.HandedOver(None, 6, "nobody's turn"),
            notices.HistoryTrimmed(7, 4, 300, 100, summary=False),
            notices.TurnEnded(9, turn_record()),
        ]
    )
    assert story.handed_to == ("billing",)
