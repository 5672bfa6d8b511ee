"""A transcription session is a pure function of audio and commits."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from antiphon.testing.vendors.realtime_engine import RealtimeEngine
from antiphon.testing.vendors.speech_source import ScriptedSpeech, spoken

Message = Mapping[str, Any]


def session(model: str = "gpt-live-transcribe") -> Message:
    audio_input = {"format": {"type": "audio/pcm", "rate": 24_000}, "transcription": {"model": model}}
    return {"type": "session.update", "session": {"type": "transcription", "audio": {"input": audio_input}}}


def engine(model: str = "gpt-live-transcribe") -> RealtimeEngine:
    made = RealtimeEngine(lambda _: ScriptedSpeech(spoken("one two three", 0, 200)), 0)
    assert made.created()["type"] == "session.created"
    assert made.update(session(model))["type"] == "session.updated"
    return made


def append(ms: int) -> Message:
    return {"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(48 * ms)).decode()}


def told(messages: Iterable[Message]) -> list[tuple[str, str]]:
    """The kind's last word, and the text."""
    return [
        (message["type"].rpartition(".")[2], message.get("delta", message.get("transcript", "")))
        for message in messages
    ]


def test_a_live_model_tells_words_as_they_are_said() -> None:
    realtime = engine()
    assert told(realtime.append(append(450))) == [("delta", "one"), ("delta", " two")]
    at_once, transcribed = realtime.commit()
    assert told(at_once) == [("committed", "")]
    assert told(transcribed) == [("completed", "one two")]
    assert told(realtime.append(append(200))) == [("delta", "three")], "of the next item"


def test_another_model_tells_them_after_the_commit() -> None:
    realtime = engine("gpt-4o-transcribe")
    assert not told(realtime.append(append(450)))
    _, transcribed = realtime.commit()
    assert told(transcribed) == [("delta", "one"), ("delta", " two"), ("completed", "one two")]


def test_items_are_named_and_know_the_one_before() -> None:
    realtime = engine()
    items = []
    for _ in range(2):
        list(realtime.append(append(200)))
        (committed,), transcribed = realtime.commit()
        assert transcribed[-1]["item_id"] == committed["item_id"]
        items.append((committed["item_id"], committed["previous_item_id"]))
    assert items == [("item_0", None), ("item_1", "item_0")]


def test_less_than_100_ms_is_not_committed() -> None:
    realtime = engine()
    list(realtime.append(append(99)))
    (error,), transcribed = realtime.commit()
    assert error["error"]["code"] == "input_audio_buffer_commit_empty"
    assert not transcribed


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"session": {"type": "realtime"}},
        {"session": {"type": "transcription"}},
        {"session": {"type": "transcription", "audio": {"input": {"format": {"type": "audio/pcm"}}}}},
    ],
)
def test_settings_that_can_not_be_are_an_error(wrong: Message) -> None:
    assert engine().update(wrong)["type"] == "error"


def test_audio_that_is_no_base64_and_events_that_are_none_are_errors() -> None:
    assert [message["type"] for message in engine().append({"audio": "?"})] == ["error"]
    assert engine().unknown("response.create")["error"]["type"] == "invalid_request_error"
