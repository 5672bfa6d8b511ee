from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.core.events import ReplyHeard
from antiphon.errors import PeerError
from antiphon.transports.websocket import REPLIES_KEPT, WebSocketTransport, read_hello
from antiphon.transports.websocket_wire import Hello, WireFrame, read_message, unpack, write_message


class Pacer:
    """Time that passes when it is waited for."""

    now = 7_000_000

    def now_ns(self) -> int:
        return self.now

    async def sleep_until(self, at_ns: int) -> None:
        self.now = at_ns


class Wire:
    """A socket with what a client sent, and what it is sent."""

    def __init__(self, *messages: str | bytes) -> None:
        self.messages = list(messages)
        self.sent: list[WireFrame] = []
        self.texts: list[dict[str, Any]] = []
        self.heard: list[ReplyHeard] = []
        self.pacer = Pacer()

    async def receive(self) -> str | bytes | None:
        return self.messages.pop(0) if self.messages else None

    async def send(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.sent.append(unpack(message, 48_000))
        elif len(self.texts) == 8:
            raise PeerError("the client is gone")
        else:
            self.texts.append(read_message(message))


def transport(wire: Wire, hello: Hello | None = None, told: list[Any] | None = None) -> WebSocketTransport:
    taken = told if told is not None else []
    return WebSocketTransport(wire, hello or Hello(), wire.pacer, taken.append, wire.heard.append)


def audio(*values: int) -> bytes:
    return WireFrame(np.array(values, np.int16), 0, 0).pack()


async def test_audio_comes_in_at_the_rate_agreed_on_and_texts_go_aside() -> None:
    told: list[Any] = []
    line = transport(Wire(audio(1, 2), '{"type":"a"}', audio(), audio(3)), Hello(input_hz=48_000), told)
    frames = [frame async for frame in line.frames()]
    assert [frame.samples.tolist() for frame in frames] == [[1, 2], [3]]
    assert {frame.rate_hz for frame in frames} == {48_000}
    assert line.input_format == AudioFormat(48_000)
    assert told == [{"type": "a"}]


async def test_what_the_protocol_does_not_allow_ends_the_audio() -> None:
    line = transport(Wire(audio(1), b"x"))
    frames = line.frames()
    await anext(frames)
    with pytest.raises(PeerError, match="no audio frame"):
        await anext(frames)


async def test_a_closed_transport_gives_no_more_audio() -> None:
    line = transport(Wire(audio(1), audio(2)))
    frames = line.frames()
    await anext(frames)
    await line.aclose()
    assert [frame async for frame in frames] == []


async def test_audio_goes_out_counted_and_with_the_time_it_was_sent() -> None:
    wire = Wire()
    line = transport(wire)
    for value in (5, 6):
        await line.play(AudioFrame(np.full(480, value, np.int16), 24_000))
    assert [(frame.sequence, frame.at_us, frame.samples[0]) for frame in wire.sent] == [
        (0, 7_000, 5),
        (1, 7_000, 6),
    ]


async def test_audio_of_another_rate_is_converted_as_one_stream() -> None:
    wire = Wire()
    line = transport(wire, Hello(output_hz=48_000))
    times = np.arange(4_000) / 16_000
    tone = np.round(8_000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
    for start in range(0, 4_000, 320):
        await line.play(AudioFrame(tone[start : start + 320], 16_000))
    heard = np.concatenate([frame.samples for frame in wire.sent])
    expected = 8_000 * np.sin(2 * np.pi * 440 * np.arange(len(heard)) / 48_000)
    assert len(heard) == pytest.approx(12_000, abs=48 * 2)
    assert np.abs(heard - expected)[200:-200].max() < 40


async def test_a_flush_says_so_and_begins_a_new_stream() -> None:
    wire = Wire()
    line = transport(wire, Hello(output_hz=48_000))
    await line.play(AudioFrame(np.full(480, 9_000, np.int16), 24_000))
    await line.play(AudioFrame(np.zeros(240, np.int16), 24_000, flush=True))
    assert [frame.flush for frame in wire.sent] == [False, True]
    assert not wire.sent[1].samples.any(), "nothing of what was before is in it"


# --- whose time it is ------------------------------------------------------------------------------------

MS = 1_000_000
AHEAD_MS = 1_000_000  # the client's clock


def client_us(own_ms: float) -> int:
    return round((own_ms + AHEAD_MS) * 1_000)


def pong(at_ms: int) -> str:
    return write_message("pong", at_us=at_ms * 1_000, client_us=client_us(at_ms))


async def test_the_client_is_asked_for_its_time_until_it_is_gone() -> None:
    wire = Wire()
    await transport(wire).keep_time()
    assert [message["at_us"] // 1_000 for message in wire.texts] == [
        7,
        107,
        207,
        407,
        807,
        1_607,
        3_607,
        5_607,
    ]
    assert {message["type"] for message in wire.texts} == {"ping"}


async def test_audio_says_when_it_was_captured_as_soon_as_the_client_s_clock_is_known() -> None:
    def spoken(at_ms: float) -> bytes:
        return WireFrame(np.ones(160, np.int16), 0, client_us(at_ms)).pack()

    wire = Wire(spoken(3), pong(7), spoken(3), spoken(-10_000), spoken(10_008))
    captured = [frame.captured_ns async for frame in transport(wire).frames()]
    assert captured == [None, 3 * MS, None, None], "what lies ten seconds off can't be"


def heard(frame: int, received: float, begun: float, rendered: float, audible: float) -> str:
    moments = {"received": received, "begun": begun, "rendered": rendered, "audible": audible}
    return write_message(
        "heard", frame=frame, **{f"{name}_us": client_us(at) for name, at in moments.items()}
    )


async def a_reply(wire: Wire) -> WebSocketTransport:
    """A reply whose first sound is in its second frame."""
    line = transport(wire, Hello(output_hz=48_000))
    await line.play(AudioFrame(np.zeros(480, np.int16), 24_000, begins=5))
    await line.play(AudioFrame(np.full(480, 9_000, np.int16), 24_000, audible=100))
    await line.play(AudioFrame(np.full(480, 9_000, np.int16), 24_000))
    return line


async def test_the_first_frame_and_the_first_sound_of_a_reply_are_marked() -> None:
    wire = Wire()
    await a_reply(wire)
    assert [frame.begins for frame in wire.sent] == [True, False, False]
    assert [frame.audible for frame in wire.sent] == [None, 200, None]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((9, 10, 12, 15), (9, 10, 12, 15)),
        ((6, 5, 12, 15), (7, 7, 12, 15)),
        ((9, 10, 16, 15), (9, 10, 15, 15)),
    ],
    ids=["as it is", "not before it was sent", "not after it was audible"],
)
async def test_a_client_says_when_a_reply_was_heard(said: tuple[int, ...], expected: tuple[int, ...]) -> None:
    wire = Wire(pong(7), heard(1, *said))
    line = await a_reply(wire)
    assert [frame async for frame in line.frames()] == []
    assert wire.heard == [ReplyHeard(5, *(at * MS for at in expected))]


@pytest.mark.parametrize(
    "messages",
    [
        (heard(1, 9, 10, 12, 15),),
        (pong(7), heard(0, 9, 10, 12, 15)),
        (pong(7), heard(1, 1, 2, 3, 4)),
        (pong(7), heard(1, 9, 10, 12, 20_000)),
    ],
    ids=["its clock is not known", "not of a first sound", "before it was sent", "in a far future"],
)
async def test_an_account_that_can_t_be_is_passed_over(messages: tuple[str, ...]) -> None:
    wire = Wire(*messages)
    line = await a_reply(wire)
    assert [frame async for frame in line.frames()] == []
    assert wire.heard == []


async def test_only_the_last_replies_are_remembered() -> None:
    wire = Wire(pong(7), heard(0, 9, 10, 12, 15), heard(REPLIES_KEPT, 9, 10, 12, 15))
    line = transport(wire)
    for reply_id in range(REPLIES_KEPT + 1):
        await line.play(AudioFrame(np.full(480, 9_000, np.int16), 24_000, begins=reply_id, audible=0))
    assert [frame async for frame in line.frames()] == []
    assert [each.reply_id for each in wire.heard] == [REPLIES_KEPT]


async def test_what_the_player_says_of_itself_is_kept() -> None:
    figures = {
        "buffer_ms": 80,
        "target_ms": 5,
        "late_ms": 0,
        "starved": 0,
        "stretched_ms": 0,
        "trimmed_ms": 0,
    }
    line = transport(Wire(write_message("played", frame=4, at_us=1, **figures)))
    assert [frame async for frame in line.frames()] == []
    assert line.played is not None
    assert line.played.buffer_ms == 80


async def test_a_hello_is_the_first_message() -> None:
    assert await read_hello(Wire(Hello(token="x").write())) == Hello(token="x")
    with pytest.raises(PeerError, match="not audio"):
        await read_hello(Wire(audio(1)))
    with pytest.raises(PeerError, match="went away"):
        await read_hello(Wire())
