"""What the session holds against what happened, on calls put together by hand."""

from dataclasses import replace

from antiphon.core.messages import Message
from antiphon.core.notices import TurnEnded
from antiphon.simulation.accounts import (
    contributions_sum_exactly,
    history_is_what_was_heard,
    no_word_is_lost,
)
from antiphon.simulation.call import AppAction, CallResult
from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.vendor_log import Delivered

from .calls import MS, a_call, breaches, empty_result, replied, spoken, utterance


def delivered(text: str, words: tuple[int, int], *, final: bool = True, at_ms: int = 2_400) -> Delivered:
    return Delivered(text, words[0] * 300 * MS, words[1] * 300 * MS, words, final=final, at_ns=at_ms * MS)


def told() -> CallResult:
    """A turn of two finals, its reply heard, all of it in the history."""
    result = empty_result()
    spoken(result, utterance("a table for two"), 1_000)
    result.log.transcripts += [delivered("a table", (0, 2), at_ms=2_000), delivered("for two", (2, 4))]
    replied(result, "a table for two", 3_000, "very well")
    result.history = (Message("user", "a table for two"), Message("assistant", "k0 very well"))
    result.ended_ns = 20_000 * MS
    return result


def test_a_call_told_as_it_was_breaks_nothing() -> None:
    assert breaches(no_word_is_lost, told()) == []
    assert breaches(history_is_what_was_heard, told()) == []


def test_a_final_that_is_missing_is_found() -> None:
    result = told()
    result.history = (Message("user", "a table"), result.history[1])
    assert breaches(no_word_is_lost, result) == ["final and not in the history, or out of order: 'for two'"]


def test_finals_out_of_order_are_found() -> None:
    result = told()
    result.history = (Message("user", "for two a table"), result.history[1])
    assert breaches(no_word_is_lost, result) != []


def test_words_told_twice_are_found() -> None:
    result = told()
    result.history = (Message("user", "a table for two for two"), result.history[1])
    assert breaches(no_word_is_lost, result) == [
        "in the history, and not said (or not that often): 'for two'"
    ]


def test_an_interim_stands_for_a_final_that_does_not_come() -> None:
    result = told()
    result.log.transcripts[1] = delivered("four two", (2, 4), final=False)
    result.history = (Message("user", "a table four two"), result.history[1])
    result.script = replace(result.script, faults=(Fault(Where.STT, Kind.STALL),))
    assert breaches(no_word_is_lost, result) == []


def test_words_that_the_recogniser_was_never_given_are_found() -> None:
    result = told()
    del result.log.transcripts[1]
    result.history = (Message("user", "a table"), result.history[1])
    assert breaches(no_word_is_lost, result) == ["said and never final: 'a table for two'"]


def test_typed_words_count_too() -> None:
    result = told()
    result.app.append(AppAction(Kind.TEXT, "typed t0 tomorrow", 4_000 * MS))
    assert breaches(no_word_is_lost, result) == ["typed and lost: 'typed t0 tomorrow'"]
    result.history += (Message("user", "typed t0 tomorrow"),)
    assert breaches(no_word_is_lost, result) == []


def test_words_that_nobody_heard_are_found() -> None:
    result = told()
    result.history += (Message("assistant", "anything else?"),)
    assert breaches(history_is_what_was_heard, result) == [
        "in the history, and never heard: 'anything else?'"
    ]
    result = told()
    result.history = (result.history[0], Message("assistant", "k0 very well indeed"))
    assert breaches(history_is_what_was_heard, result) == [
        "history: 'k0 very well indeed', heard: 'k0 very well'"
    ]


def test_words_that_were_heard_and_not_kept_are_found() -> None:
    result = told()
    result.history = result.history[:1]
    assert breaches(history_is_what_was_heard, result) == ["heard, and not in the history: 'k0 very well'"]


def test_what_was_cut_short_is_marked_so() -> None:
    result = told()
    result.heard[0] = replace(result.heard[0], stop_ns=result.heard[0].start_ns + 600 * MS)
    result.history = (result.history[0], Message("assistant", "k0 very", interrupted=True))
    assert breaches(history_is_what_was_heard, result) == []
    result.history = (result.history[0], Message("assistant", "k0 very"))
    assert breaches(history_is_what_was_heard, result) == [
        "history: interrupted is False; heard whole: False"
    ]


def test_a_reply_is_not_the_caller_s_words() -> None:
    result = told()
    result.history += (Message("user", "k0 very well"),)
    assert breaches(history_is_what_was_heard, result) != []


def test_a_voice_that_lies_about_what_it_speaks_is_not_the_session_s_fault() -> None:
    result = told()
    result.history = (result.history[0], Message("assistant", "k0 very well indeed"))
    result.script = replace(result.script, faults=(Fault(Where.TTS, Kind.DUPLICATE),))
    assert breaches(history_is_what_was_heard, result) == []


def with_record(**changes: object) -> CallResult:
    """A whole call whose first turn's account is changed."""
    result = a_call()
    index, ended = next((i, one) for i, one in enumerate(result.notices) if isinstance(one, TurnEnded))
    assert isinstance(ended, TurnEnded)
    result.notices[index] = replace(ended, record=replace(ended.record, **changes))  # type: ignore[arg-type]
    return result


def test_a_timeline_sums_exactly() -> None:
    assert breaches(contributions_sum_exactly, a_call()) == []
    (found,) = breaches(contributions_sum_exactly, with_record(contributions_ns={"endpointing": 1}))
    assert found.startswith("contributions sum to 1")


def test_its_ends_are_the_true_ones() -> None:
    marks = dict(a_call().records[0].marks_ns)
    for mark, found in (("audible", "nothing began then"), ("last_voiced", "it was not")):
        (message,) = breaches(
            contributions_sum_exactly, with_record(marks_ns={**marks, mark: marks[mark] + 5 * MS})
        )
        assert message.endswith(found)
