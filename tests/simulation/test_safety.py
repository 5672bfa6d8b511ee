"""What must never be heard, on calls put together by hand."""

from dataclasses import replace

from antiphon.core.endpointing import Endpointing
from antiphon.core.messages import Message
from antiphon.core.speculation import Speculation, Strategy
from antiphon.simulation.call import AppAction, CallResult
from antiphon.simulation.faults import Kind
from antiphon.simulation.listener import Heard
from antiphon.simulation.safety import (
    nothing_before_commit,
    one_reply_at_a_time,
    reply_answers_the_final,
)
from antiphon.simulation.vendor_log import Delivered

from .calls import MS, breaches, empty_result, replied, spoken, utterance


def asked(at_ms: int = 3_000, asked: str = "a table for two", said: str = "a table for two") -> CallResult:
    """Somebody speaks from 1,000 to 2,200 ms, and a reply to something is heard."""
    result = empty_result()
    spoken(result, utterance(said), 1_000)
    replied(result, asked, at_ms, "one two three four five")
    result.history = (Message("user", said), Message("assistant", result.log.syntheses[0].text))
    return result


def test_a_reply_after_the_wait_breaks_nothing() -> None:
    result = asked()
    assert breaches(nothing_before_commit, result) == []
    assert breaches(reply_answers_the_final, result) == []
    assert breaches(one_reply_at_a_time, result) == []


def test_a_reply_may_not_sound_before_the_silence_that_ends_a_turn() -> None:
    result = asked(2_700)
    result.settings = replace(result.settings, endpointing=Endpointing(silence_ms=600))
    assert breaches(nothing_before_commit, result) == [
        "a reply sounds 500 ms after the voice, 600 are the rule"
    ]


def test_nor_before_the_shortest_where_the_wait_is_decided_from_the_evidence() -> None:
    assert breaches(nothing_before_commit, asked(2_350)) == [
        "a reply sounds 150 ms after the voice, 160 are the rule"
    ]
    assert breaches(nothing_before_commit, asked(1_500)) == [
        "a reply sounds -700 ms after the voice, 160 are the rule"
    ]


def test_unless_the_caller_typed() -> None:
    result = asked(2_700)
    result.app.append(AppAction(Kind.TEXT, "typed t0", 2_300 * MS))
    assert breaches(nothing_before_commit, result) == []


def test_an_endpointer_may_be_allowed_less() -> None:
    result = asked(2_700)
    result.settings = replace(result.settings, least_silence_ms=300)
    assert breaches(nothing_before_commit, result) == []


def test_a_reply_may_not_sound_without_a_commit_of_its_draft() -> None:
    result = asked()
    result.notices.pop()
    assert breaches(nothing_before_commit, result) == ["reply k0 is heard before any commit of its draft"]


def test_a_reply_must_have_been_made_for_what_was_said() -> None:
    assert breaches(reply_answers_the_final, asked(asked="a table for ten")) == [
        "'a table for ten' was answered, 'a table for two' was said"
    ]
    assert breaches(reply_answers_the_final, asked(asked="a table for two please")) == []


def test_without_drafts_it_must_have_been_made_for_exactly_that() -> None:
    result = asked(asked="a table for two please")
    result.settings = replace(result.settings, speculation=Speculation(strategy=Strategy.DISCARD))
    assert breaches(reply_answers_the_final, result) != []


def test_always_use_takes_the_newest() -> None:
    result = asked(asked="a table")
    result.settings = replace(result.settings, speculation=Speculation(strategy=Strategy.ALWAYS_USE))
    assert breaches(reply_answers_the_final, result) == []
    newer = replace(result.log.model_calls[0], call_id=1, at_ns=2_900 * MS)
    result.log.model_calls.append(newer)
    assert breaches(reply_answers_the_final, result) == ["reply k0 is not the newest draft: k1 is"]


def test_a_reply_may_not_come_back_after_another() -> None:
    result = asked()
    replied(result, "a table for two", 6_000)
    result.heard.append(Heard(0, 8_000 * MS, 8_100 * MS))
    assert "'k0 one two three four five' is heard again after another" in breaches(
        one_reply_at_a_time, result
    )


def superseded(heard_ms: int) -> CallResult:
    """A reply to half of what was said; the other half is known 600 ms after the reply began."""
    result = asked(asked="a table")
    result.history = (Message("assistant", "k0 one", interrupted=True), Message("user", "a table for two"))
    result.heard[0] = replace(result.heard[0], stop_ns=(3_000 + heard_ms) * MS)
    result.log.transcripts.append(Delivered("for two", 0, 2_200 * MS, (2, 4), final=True, at_ns=3_600 * MS))
    return result


def test_a_superseded_reply_stops_when_that_is_known() -> None:
    assert breaches(one_reply_at_a_time, superseded(660)) == []
    assert breaches(one_reply_at_a_time, superseded(900)) == [
        "superseded reply k0 was heard until nothing stopped it"
    ]


def test_no_part_of_a_reply_may_be_heard_twice() -> None:
    result = asked()
    result.heard.append(replace(result.heard[0], start_ns=9_000 * MS, stop_ns=9_500 * MS))
    assert any("are heard of a reply of" in breach for breach in breaches(one_reply_at_a_time, result))
