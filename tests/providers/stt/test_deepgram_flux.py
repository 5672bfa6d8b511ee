"""v2/listen as a dialect: turns in, events out, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import AudioFormat
from antiphon.core.events import (
    EagerEndOfTurn,
    Final,
    Interim,
    TurnResumed,
    VendorEndOfTurn,
)
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ProviderError, ProviderProtocolError
from antiphon.providers.stt.deepgram_flux import FluxDialect

RATE_HZ = 16_000


@pytest.fixture
def dialect() -> FluxDialect:
    return FluxDialect("deepgram/flux-general-en", AudioFormat(RATE_HZ), chunk_samples=1)


def hear(dialect: FluxDialect, ms: int) -> None:
    dialect.audio(np.zeros(RATE_HZ // 1_000 * ms, np.int16))


def turn(event: str, text: str, end_ms: float, index: int = 0, **more: object) -> Mapping[str, object]:
    return {
        "type": "TurnInfo",
        "event": event,
        "turn_index": index,
        "audio_window_start": 0.0,
        "audio_window_end": end_ms / 1_000,
        "transcript": text,
        "words": [],
        "end_of_turn_confidence": 0.5,
        **more,
    }


def kinds(messages: Sequence[str | bytes]) -> list[str | int]:
    return [
        json.loads(message)["type"] if isinstance(message, str) else len(message) // 2 for message in messages
    ]


def test_a_turn_becomes_events(dialect: FluxDialect) -> None:
    hear(dialect, 1_000)
    assert dialect.received(turn("StartOfTurn", "two", 250)) == (Interim("two", 0, 250 * NS_PER_MS),)
    assert dialect.received(turn("Update", "two words", 500)) == (Interim("two words", 0, 500 * NS_PER_MS),)
    assert dialect.received(turn("EagerEndOfTurn", "two words", 750)) == (
        Interim("two words", 0, 750 * NS_PER_MS),
        EagerEndOfTurn("two words", 0.5),
    )
    assert dialect.received(turn("TurnResumed", "two words", 800)) == (
        TurnResumed(),
        Interim("two words", 0, 800 * NS_PER_MS),
    )
    assert dialect.received(turn("EndOfTurn", "two words more", 1_000)) == (
        Final("two words more", 0, 1_000 * NS_PER_MS),
        VendorEndOfTurn(0.5),
    )


def test_silence_between_turns_says_nothing(dialect: FluxDialect) -> None:
    hear(dialect, 500)
    assert not dialect.received({"type": "Connected", "request_id": "r", "sequence_id": 0})
    assert not dialect.received(turn("Update", "", 250))
    assert not dialect.received({"type": "Warning", "code": "X", "description": "x"})
    assert not dialect.received(turn("SomethingNew", "", 250))


def test_a_flush_ends_the_turn(dialect: FluxDialect) -> None:
    hear(dialect, 500)
    assert kinds(dialect.flush().messages) == ["ForceEndTurn"]
    assert dialect.received(turn("EndOfTurn", "yes", 480, trigger="manual")) == [
        Final("yes", 0, 500 * NS_PER_MS)
    ], "asked for: no evidence that the turn is over"


def test_an_end_of_turn_that_crosses_a_flush_answers_it(dialect: FluxDialect) -> None:
    hear(dialect, 500)
    dialect.flush()
    events = dialect.received(turn("EndOfTurn", "yes", 400, trigger="model"))
    assert [type(event) for event in events] == [Final]


def test_after_a_guess_only_the_words_beyond_it_are_news(dialect: FluxDialect) -> None:
    hear(dialect, 500)
    dialect.received(turn("StartOfTurn", "one two", 400))
    plan = dialect.flush()
    assert plan.number is not None
    assert dialect.flush_overdue(plan.number) == [Final("one two", 0, 500 * NS_PER_MS)]
    hear(dialect, 500)
    assert dialect.received(turn("Update", "one two three", 700)) == (
        Interim("three", 500 * NS_PER_MS, 700 * NS_PER_MS),
    )
    (final, _) = dialect.received(turn("EndOfTurn", "one two three four", 1_000))
    assert final == Final("three four", 500 * NS_PER_MS, 1_000 * NS_PER_MS)
    hear(dialect, 500)
    assert dialect.received(turn("StartOfTurn", "five", 1_250, index=1)) == (
        Interim("five", 1_000 * NS_PER_MS, 1_250 * NS_PER_MS),
    )


def test_the_end_leaves_the_last_update_as_the_final(dialect: FluxDialect) -> None:
    hear(dialect, 500)
    dialect.received(turn("Update", "yes", 400))
    assert kinds(dialect.end()) == ["CloseStream"]
    assert dialect.closed() == (Final("yes", 0, 500 * NS_PER_MS),)
    assert dialect.ends_abruptly
    assert not dialect.finished


def test_audio_goes_up_in_chunks() -> None:
    dialect = FluxDialect("x", AudioFormat(RATE_HZ), chunk_samples=1_280)
    assert not dialect.audio(np.zeros(1_000, np.int16))
    assert kinds(dialect.audio(np.zeros(2_000, np.int16))) == [1_280, 1_280]
    assert kinds(dialect.flush().messages) == [440, "ForceEndTurn"], "the rest goes before the request"


@given(
    lengths=st.lists(st.integers(0, 500), max_size=20),
    chunk=st.integers(1, 400),
)
def test_no_sample_is_lost_in_chunks(lengths: list[int], chunk: int) -> None:
    dialect = FluxDialect("x", AudioFormat(RATE_HZ), chunk_samples=chunk)
    sent = b""
    counter = 0
    for length in lengths:
        samples = (np.arange(counter, counter + length) % 30_000).astype(np.int16)
        counter += length
        for message in dialect.audio(samples):
            assert isinstance(message, bytes)
            assert len(message) == 2 * chunk
            sent += message
    sent += b"".join(message for message in dialect.end() if isinstance(message, bytes))
    assert np.array_equal(np.frombuffer(sent, "<i2"), np.arange(counter) % 30_000)


def test_a_pause_is_filled_with_silence_that_times_leave_out(dialect: FluxDialect) -> None:
    hear(dialect, 1_000)
    for _ in range(3):
        assert kinds(dialect.idle()) == [1_600]
    hear(dialect, 1_000)
    assert dialect.received(turn("StartOfTurn", "yes", 1_000)) == (Interim("yes", 0, 1_000 * NS_PER_MS),)
    assert dialect.received(turn("Update", "yes", 1_200)) == (Interim("yes", 0, 1_000 * NS_PER_MS),), (
        "within the silence"
    )
    assert dialect.received(turn("Update", "yes it is", 1_800)) == (
        Interim("yes it is", 0, 1_500 * NS_PER_MS),
    )
    dialect.idle()
    hear(dialect, 1_000)
    assert dialect.received(turn("Update", "yes it is", 3_000)) == (
        Interim("yes it is", 0, 2_600 * NS_PER_MS),
    )


def test_an_error_message_is_raised(dialect: FluxDialect) -> None:
    with pytest.raises(ProviderError, match="INTERNAL_SERVER_ERROR: it broke"):
        dialect.received({"type": "Error", "code": "INTERNAL_SERVER_ERROR", "description": "it broke"})


@pytest.mark.parametrize(
    "message",
    [{}, {"type": None}, {"type": "TurnInfo"}, {**turn("Update", "x", 1), "audio_window_end": "soon"}],
)
def test_what_the_protocol_does_not_allow_is_refused(
    dialect: FluxDialect, message: Mapping[str, object]
) -> None:
    with pytest.raises(ProviderProtocolError, match="deepgram/flux-general-en: sent"):
        dialect.received(message)
