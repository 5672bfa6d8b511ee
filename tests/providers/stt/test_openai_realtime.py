"""Realtime transcription as a dialect: items in, events out, no network."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from antiphon.core.events import Final, Interim
from antiphon.core.times import NS_PER_MS
from antiphon.errors import (
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
)
from antiphon.providers.stt.openai_realtime import RealtimeDialect


@pytest.fixture
def dialect() -> RealtimeDialect:
    return RealtimeDialect("openai/gpt-live-transcribe", {"model": "gpt-live-transcribe", "language": "en"})


def hear(dialect: RealtimeDialect, ms: int) -> None:
    dialect.audio(np.zeros(24 * ms, np.int16))


def parsed(messages: Sequence[str | bytes]) -> list[Mapping[str, object]]:
    return [json.loads(message) for message in messages]


def types(messages: Sequence[str | bytes]) -> list[object]:
    return [message["type"] for message in parsed(messages)]


def committed(item: str) -> Mapping[str, object]:
    return {"type": "input_audio_buffer.committed", "item_id": item}


def delta(item: str, text: str) -> Mapping[str, object]:
    return {
        "type": "conversation.item.input_audio_transcription.delta",
        "item_id": item,
        "delta": text,
    }


def completed(item: str, text: str) -> Mapping[str, object]:
    return {
        "type": "conversation.item.input_audio_transcription.completed",
        "item_id": item,
        "transcript": text,
    }


def test_the_session_is_told_its_model_its_format_and_to_leave_turns_to_us(dialect: RealtimeDialect) -> None:
    (update,) = parsed(dialect.opened())
    assert update["type"] == "session.update"
    assert update["session"] == {
        "type": "transcription",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24_000},
                "transcription": {"model": "gpt-live-transcribe", "language": "en"},
                "turn_detection": None,
            }
        },
    }


def test_audio_goes_up_in_base64(dialect: RealtimeDialect) -> None:
    (append,) = parsed(dialect.audio(np.array([1, -2], np.int16)))
    assert append["type"] == "input_audio_buffer.append"
    assert base64.b64decode(str(append["audio"])) == b"\x01\x00\xfe\xff"
    assert not dialect.audio(np.empty(0, np.int16))


def test_deltas_before_the_commit_are_interims(dialect: RealtimeDialect) -> None:
    hear(dialect, 500)
    assert dialect.received(delta("a", "two")) == (Interim("two", 0, 500 * NS_PER_MS),)
    hear(dialect, 500)
    assert dialect.received(delta("a", " words")) == (Interim("two words", 0, 1_000 * NS_PER_MS),)


def test_a_flush_commits_and_the_completed_item_answers_it(dialect: RealtimeDialect) -> None:
    hear(dialect, 500)
    dialect.received(delta("a", "two"))
    assert types(dialect.flush().messages) == ["input_audio_buffer.commit"]
    dialect.received(committed("a"))
    assert dialect.received(completed("a", "Two words.")) == [Final("Two words.", 0, 500 * NS_PER_MS)]
    hear(dialect, 500)
    assert dialect.received(delta("b", "more")) == (Interim("more", 500 * NS_PER_MS, 1_000 * NS_PER_MS),)


def test_items_that_are_completed_out_of_order_are_told_in_order(dialect: RealtimeDialect) -> None:
    for item in ("a", "b"):
        hear(dialect, 500)
        dialect.flush()
        dialect.received(committed(item))
    assert not dialect.received(completed("b", "second"))
    assert dialect.received(completed("a", "first")) == [
        Final("first", 0, 500 * NS_PER_MS),
        Final("second", 500 * NS_PER_MS, 1_000 * NS_PER_MS),
    ]


def test_a_very_short_stretch_is_made_long_enough_to_commit(dialect: RealtimeDialect) -> None:
    hear(dialect, 30)
    padding, commit = parsed(dialect.flush().messages)
    assert len(base64.b64decode(str(padding["audio"]))) == 2 * 24 * 70
    assert commit["type"] == "input_audio_buffer.commit"
    dialect.received(committed("a"))
    assert dialect.received(completed("a", "")) == [Final("", 30 * NS_PER_MS, 30 * NS_PER_MS)]


def test_nothing_new_needs_no_commit(dialect: RealtimeDialect) -> None:
    plan = dialect.flush()
    assert not plan.messages
    assert plan.events == (Final("", 0, 0),)


def test_an_overdue_flush_takes_the_deltas_and_what_comes_late_is_known(dialect: RealtimeDialect) -> None:
    hear(dialect, 500)
    dialect.received(delta("a", "two words"))
    plan = dialect.flush()
    assert plan.number is not None
    assert dialect.flush_overdue(plan.number) == [Final("two words", 0, 500 * NS_PER_MS)]
    dialect.received(committed("a"))
    assert not dialect.received(completed("a", "Two words."))


def test_a_late_item_does_not_answer_a_later_flush(dialect: RealtimeDialect) -> None:
    hear(dialect, 500)
    first = dialect.flush()
    assert first.number is not None
    dialect.flush_overdue(first.number)
    dialect.received(committed("a"))
    hear(dialect, 500)
    dialect.flush()
    dialect.received(committed("b"))
    assert not dialect.received(completed("a", "first")), "held: it becomes part of the answer"
    (answer,) = dialect.received(completed("b", "second"))
    assert isinstance(answer, Final)
    assert answer.text == "first second"


def test_the_end_commits_what_is_left_and_waits_for_it(dialect: RealtimeDialect) -> None:
    hear(dialect, 500)
    assert types(dialect.end()) == ["input_audio_buffer.commit"]
    assert not dialect.finished
    dialect.received(committed("a"))
    assert list(dialect.received(completed("a", "bye"))) == [Final("bye", 0, 500 * NS_PER_MS)]
    assert dialect.finished
    assert not dialect.closed()


def test_the_end_with_nothing_left_is_the_end(dialect: RealtimeDialect) -> None:
    assert not dialect.end()
    assert dialect.finished


def test_other_messages_tell_nothing_and_silence_needs_no_word(dialect: RealtimeDialect) -> None:
    assert not dialect.received({"type": "session.created", "session": {}})
    assert not dialect.received(
        {"type": "conversation.item.input_audio_transcription.segment", "item_id": "a"}
    )
    assert not dialect.idle()
    assert not dialect.ends_abruptly


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "invalid_request_error", "code": "invalid_model", "message": "no"}, ProviderRequestError),
        (
            {"type": "invalid_request_error", "code": "session_expired", "message": "old"},
            ProviderConnectionError,
        ),
        ({"type": "server_error", "message": "oops"}, ProviderConnectionError),
        ({"type": "tokens", "code": "rate_limit_exceeded", "message": "slow down"}, ProviderRateLimitError),
        ({"type": "odd"}, ProviderError),
        (None, ProviderError),
    ],
)
def test_errors_are_raised_by_whose_fault_they_are(
    dialect: RealtimeDialect, error: object, kind: type[ProviderError]
) -> None:
    for message in (
        {"type": "error", "error": error},
        {
            "type": "conversation.item.input_audio_transcription.failed",
            "item_id": "a",
            "error": error,
        },
    ):
        with pytest.raises(kind) as caught:
            dialect.received(message)
        assert type(caught.value) is kind


@pytest.mark.parametrize("message", [{}, {"type": 1}, {"type": "input_audio_buffer.committed"}])
def test_what_the_protocol_does_not_allow_is_refused(
    dialect: RealtimeDialect, message: Mapping[str, object]
) -> None:
    with pytest.raises(ProviderProtocolError, match="openai/gpt-live-transcribe: sent"):
        dialect.received(message)
