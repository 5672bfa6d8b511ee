"""v1/listen as a dialect: messages in, events and messages out, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from antiphon.audio import AudioFormat
from antiphon.core.events import Final, Interim, Word
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ProviderError, ProviderProtocolError
from antiphon.providers.stt.deepgram_nova import NovaDialect


@pytest.fixture
def dialect() -> NovaDialect:
    return NovaDialect("deepgram/nova-3", AudioFormat(16_000))


def hear(dialect: NovaDialect, ms: int) -> None:
    dialect.audio(np.zeros(16 * ms, np.int16))


def results(text: str, start: float, end: float, **flags: Any) -> Mapping[str, object]:
    """Words of equal length between two times in seconds."""
    words = text.split()
    step = (end - start) / max(1, len(words))
    return {
        "type": "Results",
        "start": start,
        "duration": end - start,
        "channel": {
            "alternatives": [
                {
                    "transcript": text,
                    "confidence": 0.9,
                    "words": [
                        {
                            "word": word.lower().strip("."),
                            "punctuated_word": word,
                            "start": start + index * step,
                            "end": start + (index + 1) * step,
                        }
                        for index, word in enumerate(words)
                    ],
                }
            ]
        },
        **flags,
    }


def types(messages: Sequence[str | bytes]) -> list[str]:
    return [json.loads(message)["type"] if isinstance(message, str) else "audio" for message in messages]


def test_audio_goes_up_as_little_endian_bytes(dialect: NovaDialect) -> None:
    assert dialect.audio(np.array([1, -2], np.int16)) == (b"\x01\x00\xfe\xff",)
    assert not dialect.audio(np.empty(0, np.int16)), "an empty frame would end the stream"


def test_control_messages_are_the_vendors(dialect: NovaDialect) -> None:
    hear(dialect, 500)
    assert not dialect.opened()
    assert types(dialect.flush().messages) == ["Finalize"]
    assert types(dialect.idle()) == ["KeepAlive"]
    assert types(dialect.end()) == ["CloseStream"]
    assert not dialect.finished


def test_results_become_interims_and_finals_with_their_times(dialect: NovaDialect) -> None:
    hear(dialect, 1_000)
    assert dialect.received(results("Two", 0, 0.5)) == (Interim("Two", 0, 500 * NS_PER_MS),)
    assert dialect.received(results("Two words.", 0, 1.0, is_final=True)) == (
        Final(
            "Two words.",
            0,
            1_000 * NS_PER_MS,
            (Word("Two", 0, 500 * NS_PER_MS), Word("words.", 500 * NS_PER_MS, 1_000 * NS_PER_MS)),
            0.9,
        ),
    )


def test_a_word_without_punctuation_is_taken_as_it_is(dialect: NovaDialect) -> None:
    message = results("yes", 0, 1.0, is_final=True)
    del message["channel"]["alternatives"][0]["words"][0]["punctuated_word"]  # type: ignore[index]
    (final,) = dialect.received(message)
    assert isinstance(final, Final)
    assert final.words[0].text == "yes"


def test_a_flush_is_answered_by_what_comes_from_finalize(dialect: NovaDialect) -> None:
    hear(dialect, 1_000)
    plan = dialect.flush()
    assert plan.number is not None
    (answer,) = dialect.received(results("yes", 0, 1.0, is_final=True, from_finalize=True))
    assert isinstance(answer, Final)
    assert answer.text == "yes"
    assert not dialect.flush_overdue(plan.number)


def test_a_result_without_alternatives_is_silence(dialect: NovaDialect) -> None:
    hear(dialect, 1_000)
    dialect.flush()
    message = {**results("", 0, 1.0, is_final=True, from_finalize=True), "channel": {"alternatives": []}}
    assert dialect.received(message) == [Final("", 1_000 * NS_PER_MS, 1_000 * NS_PER_MS)]


def test_after_a_guess_only_the_words_beyond_it_are_news(dialect: NovaDialect) -> None:
    hear(dialect, 1_000)
    dialect.received(results("one two", 0, 1.0))
    plan = dialect.flush()
    assert plan.number is not None
    (guess,) = dialect.flush_overdue(plan.number)
    assert guess == Final("one two", 0, 1_000 * NS_PER_MS)
    hear(dialect, 1_000)
    assert dialect.received(results("one two three", 0, 1.5)) == (
        Interim("three", 1_000 * NS_PER_MS, 1_500 * NS_PER_MS),
    )
    (final,) = dialect.received(results("one two three four", 0, 2.0, is_final=True))
    assert isinstance(final, Final)
    assert (final.text, final.start_ns) == ("three four", 1_000 * NS_PER_MS)


def test_at_the_end_the_last_interim_is_not_lost(dialect: NovaDialect) -> None:
    hear(dialect, 1_000)
    dialect.received(results("one two", 0, 0.9))
    dialect.end()
    assert dialect.closed() == (Final("one two", 0, 1_000 * NS_PER_MS),)


@pytest.mark.parametrize("kind", ["Metadata", "SpeechStarted", "UtteranceEnd", "SomethingNew"])
def test_other_messages_tell_nothing(dialect: NovaDialect, kind: str) -> None:
    assert not dialect.received({"type": kind})


def test_an_error_message_is_raised(dialect: NovaDialect) -> None:
    with pytest.raises(ProviderError, match="deepgram/nova-3: could not parse"):
        dialect.received({"type": "Error", "variant": "SchemaError", "description": "could not\nparse"})


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": 3},
        {"type": "Results"},
        {**results("yes", 0, 1), "start": "now"},
        {**results("yes", 0, 1), "channel": {}},
        {**results("yes", 0, 1), "channel": {"alternatives": [{"words": []}]}},
    ],
)
def test_what_the_protocol_does_not_allow_is_refused(
    dialect: NovaDialect, message: Mapping[str, object]
) -> None:
    with pytest.raises(ProviderProtocolError, match="deepgram/nova-3: sent"):
        dialect.received(message)
