from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.errors import PeerError
from antiphon.transports.websocket_wire import (
    HEADER_BYTES,
    MAX_TEXT_CHARS,
    Heard,
    Hello,
    Played,
    Pong,
    WireFrame,
    read_keys,
    read_message,
    read_text,
    time_us,
    unpack,
    write_message,
)

SAMPLES = st.lists(st.integers(-32_768, 32_767), max_size=100).map(lambda values: np.array(values, np.int16))
FRAMES = st.builds(
    WireFrame,
    SAMPLES,
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**64 - 1),
    st.booleans(),
    st.none() | st.integers(0, 0xFFFE),
    st.booleans(),
)


@given(FRAMES)
def test_a_frame_comes_out_as_it_went_in(frame: WireFrame) -> None:
    read = unpack(frame.pack(), 16_000)
    assert read.samples.tolist() == frame.samples.tolist()
    for name in ("sequence", "at_us", "begins", "audible", "flush"):
        assert getattr(read, name) == getattr(frame, name)


def test_the_header_is_as_the_reference_says() -> None:
    frame = WireFrame(np.array([1, -2], np.int16), 0x01020304, 0x05, begins=True, audible=0x0607, flush=True)
    assert frame.pack() == bytes([1, 3, 7, 6, 4, 3, 2, 1, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0xFE, 0xFF])


def test_the_sequence_begins_again_after_four_thousand_million_frames() -> None:
    assert unpack(WireFrame(np.zeros(1, np.int16), 2**32 + 3, 0).pack(), 16_000).sequence == 3


@given(st.binary(max_size=64))
def test_bytes_are_a_frame_or_an_error_of_the_peer(message: bytes) -> None:
    try:
        frame = unpack(message, 16_000)
    except PeerError:
        return
    assert len(frame.samples) * 2 + HEADER_BYTES == len(message)


def test_a_frame_longer_than_a_fifth_of_a_second_is_refused() -> None:
    unpack(WireFrame(np.zeros(3_200, np.int16), 0, 0).pack(), 16_000)
    with pytest.raises(PeerError, match="3201 samples: at most 200 ms"):
        unpack(WireFrame(np.zeros(3_201, np.int16), 0, 0).pack(), 16_000)


def test_an_unknown_kind_of_binary_message_is_refused() -> None:
    with pytest.raises(PeerError, match="kind 2 are unknown"):
        unpack(b"\x02" + bytes(HEADER_BYTES - 1), 16_000)


@given(st.text(max_size=40))
def test_a_text_is_a_message_or_an_error_of_the_peer(text: str) -> None:
    with suppress(PeerError):
        assert isinstance(read_message(text)["type"], str)


@pytest.mark.parametrize(
    "text", ['{"type": NaN}', '{"type": "a", "x": Infinity}', '{"a": 1}', "[" * 100_000, "3"]
)
def test_a_text_that_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(PeerError, match="must be a JSON object"):
        read_message(text)


def test_a_message_is_written_in_one_line_with_its_type_first() -> None:
    assert write_message("error", message="zu spät\n") == '{"type":"error","message":"zu sp\\u00e4t\\n"}'


def test_half_a_surrogate_pair_goes_over_the_wire_and_does_not_come_in() -> None:
    message = write_message("transcript_changed", text="a \ud800 b")
    assert read_message(message.encode().decode())["text"] == "a \ud800 b"
    with pytest.raises(PeerError, match="holds half a surrogate pair"):
        read_text({"text": "a \ud800 b"})


@given(
    st.builds(Hello, st.sampled_from([16_000, 48_000]), st.sampled_from([24_000]), st.none() | st.just("c"))
)
def test_a_hello_comes_out_as_it_went_in(hello: Hello) -> None:
    assert Hello.read(read_message(hello.write())) == hello


def test_a_hello_without_rates_gets_those_that_suit_speech() -> None:
    assert Hello.read({"type": "hello", "protocol": 1}) == Hello(16_000, 24_000)


@pytest.mark.parametrize(
    "wrong", [{"input_hz": True}, {"output_hz": "24000"}, {"token": 3}, {"call": "x" * 5_000}]
)
def test_a_hello_that_asks_for_what_there_is_not_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PeerError, match=next(iter(wrong))):
        Hello.read({"type": "hello", "protocol": 1, **wrong})


def test_a_pong_gives_both_times() -> None:
    assert Pong.read({"type": "pong", "at_us": 3, "client_us": 2**40}) == Pong(3, 2**40)


HEARD = {"frame": 7, "received_us": 1, "begun_us": 2, "rendered_us": 3, "audible_us": 4}
PLAYED = {
    "frame": -1,
    "at_us": 9,
    "buffer_ms": 1.5,
    "target_ms": 5,
    "late_ms": 0,
    "starved": 1,
    "stretched_ms": 0.5,
    "trimmed_ms": 12.5,
}


def test_a_client_s_account_of_a_reply_is_read() -> None:
    assert Heard.read({"type": "heard", **HEARD}) == Heard(7, 1, 2, 3, 4)
    assert Played.read({"type": "played", **PLAYED}) == Played(-1, 9, 1.5, 5, 0, 1, 0.5, 12.5)


@pytest.mark.parametrize("name", HEARD)
def test_an_account_that_lacks_a_moment_is_refused(name: str) -> None:
    with pytest.raises(PeerError, match=name):
        Heard.read({"type": "heard", **HEARD, name: None})


@pytest.mark.parametrize("name", PLAYED)
@pytest.mark.parametrize("value", [None, "1", True, -2, 2**70])
def test_a_player_s_figure_that_is_none_is_refused(name: str, value: object) -> None:
    with pytest.raises(PeerError, match=f'"played": {name}'):
        Played.read({"type": "played", **PLAYED, name: value})


@pytest.mark.parametrize("value", [None, True, -1, 1.5, "3", 2**63])
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(PeerError, match="expected a time in whole microseconds"):
        time_us({"type": "pong", "at_us": value}, "at_us")


def test_typed_words_are_taken_up_to_a_length() -> None:
    assert read_text({"text": "x" * MAX_TEXT_CHARS}) == "x" * MAX_TEXT_CHARS
    with pytest.raises(PeerError, match="at most 4000"):
        read_text({"text": "x" * (MAX_TEXT_CHARS + 1)})


@pytest.mark.parametrize("text", [None, 3, "", " \n"])
def test_a_text_without_words_is_refused(text: object) -> None:
    with pytest.raises(PeerError, match="expected words"):
        read_text({"text": text})


def test_a_stranger_s_value_is_quoted_short_and_on_one_line() -> None:
    with pytest.raises(PeerError) as error:
        Hello.read({"type": json.loads('"\\n' + "x" * 500 + '"')})
    assert len(str(error.value)) < 120
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("keys", [None, 4, "", "x", "1 2", "1" * 65])
def test_what_are_no_keys_is_refused(keys: object) -> None:
    with pytest.raises(PeerError, match="expected up to 64 of 0-9"):
        read_keys({"type": "keys", "keys": keys})


def test_keys_are_read() -> None:
    assert read_keys({"type": "keys", "keys": "42*#A"}) == "42*#A"
