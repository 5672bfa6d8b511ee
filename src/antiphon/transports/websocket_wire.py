"""What goes over an Antiphon WebSocket: audio as binary messages, everything else as JSON texts.

Version 1 of the protocol; docs/reference/websocket.md is its description. Both ends, the server's and the
Python client's, read and write it here. Times on the wire are integer microseconds on the sender's own
monotonic clock, whose zero means nothing to the other end.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from antiphon.audio import Samples
from antiphon.errors import PeerError

PROTOCOL: Final = 1
RATES_HZ: Final = (16_000, 24_000, 48_000)
MAX_FRAME_MS: Final = 200  # of audio in one message
MAX_TEXT_CHARS: Final = 4_000  # of a turn that is typed

_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_HEADER = struct.Struct("<BBHIQ")
HEADER_BYTES: Final = _HEADER.size
_AUDIO = 1
_BEGINS, _FLUSH = 1, 2
_UNMARKED = 0xFFFF
_SEQUENCE = 1 << 32
_TIME = 1 << 64


@dataclass(frozen=True, slots=True)
class WireFrame:
    """A stretch of audio on the wire.

    Attributes:
        samples: Mono, int16, at the rate agreed on; at most ``MAX_FRAME_MS`` of them.
        sequence: Counts the sender's frames from 0, modulo 2**32.
        at_us: When the first sample was captured (from a client), or when the frame was sent (to one).
        begins: To a client: a reply begins with this frame.
        audible: To a client: which sample is the reply's first that can be heard, in the frame that has it.
        flush: To a client: it replaces whatever of the earlier frames has not been played yet.
    """

    samples: Samples
    sequence: int
    at_us: int
    begins: bool = False
    audible: int | None = None
    flush: bool = False

    def pack(self) -> bytes:
        """The binary message."""
        mark = _UNMARKED if self.audible is None else self.audible
        flags = _BEGINS * self.begins | _FLUSH * self.flush
        header = _HEADER.pack(_AUDIO, flags, mark, self.sequence % _SEQUENCE, self.at_us % _TIME)
        return header + self.samples.astype("<i2", copy=False).tobytes()


def unpack(message: bytes, rate_hz: int) -> WireFrame:
    """Read a binary message.

    Args:
        message: What came.
        rate_hz: The rate agreed on.

    Raises:
        PeerError: If it is no audio frame, or a longer one than is allowed.
    """
    if len(message) < HEADER_BYTES or len(message) % 2:
        raise PeerError(f"a binary message of {len(message)} bytes is no audio frame")
    kind, flags, mark, sequence, at_us = _HEADER.unpack_from(message)
    if kind != _AUDIO:
        raise PeerError(f"binary messages of kind {kind} are unknown; audio is kind {_AUDIO}")
    samples = np.frombuffer(message, "<i2", offset=HEADER_BYTES).astype(np.int16, copy=False)
    if len(samples) * 1_000 > rate_hz * MAX_FRAME_MS:
        raise PeerError(f"a frame of {len(samples)} samples: at most {MAX_FRAME_MS} ms are allowed in one")
    audible = None if mark == _UNMARKED else mark
    return WireFrame(samples, sequence, at_us, bool(flags & _BEGINS), audible, bool(flags & _FLUSH))


def read_message(text: str) -> dict[str, Any]:
    """Read a text message: a JSON object with its ``type``.

    Raises:
        PeerError: If it is anything else.
    """
    try:
        message = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise PeerError("a text message must be a JSON object") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise PeerError('a text message must be a JSON object with a "type"')
    return message


def write_message(kind: str, **fields: Any) -> str:
    """A text message; in ASCII, so that half a surrogate pair that a vendor made goes over the wire too."""
    return json.dumps({"type": kind, **fields}, allow_nan=False, separators=(",", ":"))


def _no_number(constant: str) -> None:
    raise ValueError(constant)


@dataclass(frozen=True, slots=True)
class Hello:
    """A client's first message: what it speaks and hears.

    Attributes:
        input_hz: Of the audio it sends.
        output_hz: Of the audio it is to be sent.
        call: The call to go on with, where it was cut off.
        token: Its right to call, where one is asked for.
    """

    input_hz: int = 16_000
    output_hz: int = 24_000
    call: str | None = None
    token: str | None = None

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> Hello:
        """Read a ``hello``.

        Raises:
            PeerError: If it is none, or asks for what there is not.
        """
        if message["type"] != "hello":
            raise PeerError(f'the first message must be "hello", not {_shown(message["type"])}')
        if (version := message.get("protocol")) != PROTOCOL:
            raise PeerError(f"protocol {_shown(version)} is not spoken here; this server speaks {PROTOCOL}")
        return cls(
            _rate(message, "input_hz", 16_000),
            _rate(message, "output_hz", 24_000),
            _name(message, "call"),
            _name(message, "token"),
        )

    def write(self) -> str:
        """The message."""
        optional = {name: value for name in ("call", "token") if (value := getattr(self, name)) is not None}
        return write_message(
            "hello", protocol=PROTOCOL, input_hz=self.input_hz, output_hz=self.output_hz, **optional
        )


@dataclass(frozen=True, slots=True)
class Pong:
    """A client's answer to a ``ping``: the server's time as it was sent, and its own."""

    at_us: int
    client_us: int

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> Pong:
        """Read a ``pong``.

        Raises:
            PeerError: If a field is missing or no time.
        """
        return cls(time_us(message, "at_us"), time_us(message, "client_us"))


@dataclass(frozen=True, slots=True)
class Heard:
    """A client's account of a reply's beginning, on its own clock.

    Attributes:
        frame: The frame in which it is first audible, by its ``sequence``.
        received_us: When the reply's first frame came.
        begun_us: When that began to be played.
        rendered_us: When the first audible sample was handed to the sound card.
        audible_us: When it left it.
    """

    frame: int
    received_us: int
    begun_us: int
    rendered_us: int
    audible_us: int

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> Heard:
        """Read a ``heard``.

        Raises:
            PeerError: If a field is missing, or no time.
        """
        frame = time_us(message, "frame")
        return cls(
            frame, *(time_us(message, f"{name}_us") for name in ("received", "begun", "rendered", "audible"))
        )


@dataclass(frozen=True, slots=True)
class Played:
    """How a client's player fares.

    Attributes:
        frame: The newest frame of which anything was played, by its ``sequence``; -1 before the first.
        at_us: When this was so, on the client's clock.
        buffer_ms: Audio in hand.
        target_ms: The delay that the network's jitter asks for.
        late_ms: By how much what is played is later than it might be.
        starved: How often a reply broke off because nothing had come.
        stretched_ms: Audio added to bridge a lack of it.
        trimmed_ms: Audio left out to catch up.
    """

    frame: int
    at_us: int
    buffer_ms: float
    target_ms: float
    late_ms: float
    starved: int
    stretched_ms: float
    trimmed_ms: float

    @classmethod
    def read(cls, message: Mapping[str, Any]) -> Played:
        """Read a ``played``.

        Raises:
            PeerError: If a field is missing, or no number.
        """
        number = partial(_number, message)
        return cls(
            int(number("frame", least=-1)),
            time_us(message, "at_us"),
            number("buffer_ms"),
            number("target_ms"),
            number("late_ms"),
            int(number("starved")),
            number("stretched_ms"),
            number("trimmed_ms"),
        )


def time_us(message: Mapping[str, Any], name: str) -> int:
    """A time in a message.

    Raises:
        PeerError: If it is missing, or not an integer of microseconds.
    """
    value = message.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _TIME // 2:
        kind = _shown(message["type"])
        raise PeerError(f"{kind}: {name} = {_shown(value)}: expected a time in whole microseconds")
    return value


def read_keys(message: Mapping[str, Any]) -> str:
    """The keys of a ``keys`` message.

    Raises:
        PeerError: If there are none, too many, or something that is no key.
    """
    keys = message.get("keys")
    if not isinstance(keys, str) or not re.fullmatch(r"[0-9*#A-D]{1,64}", keys):
        raise PeerError('"keys": expected up to 64 of 0-9, *, # and A-D in "keys"')
    return keys


def read_text(message: Mapping[str, Any]) -> str:
    """The words of a ``text`` message.

    Raises:
        PeerError: If there are none, or too many.
    """
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        raise PeerError('"text": expected words in "text"')
    if _HALF_A_CHARACTER.search(text):
        raise PeerError('"text": holds half a surrogate pair')
    if len(text) > MAX_TEXT_CHARS:
        raise PeerError(f'"text": {len(text)} characters; at most {MAX_TEXT_CHARS} are taken at once')
    return text


def _number(message: Mapping[str, Any], name: str, *, least: float = 0) -> float:
    value = message.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value < _SEQUENCE:
        kind = _shown(message["type"])
        raise PeerError(f"{kind}: {name} = {_shown(value)}: expected a number from {least:g}")
    return value


def _rate(message: Mapping[str, Any], name: str, default: int) -> int:
    rate_hz = message.get(name, default)
    if isinstance(rate_hz, bool) or rate_hz not in RATES_HZ:
        choices = ", ".join(map(str, RATES_HZ))
        raise PeerError(f'"hello": {name} = {_shown(rate_hz)}: expected one of {choices}')
    return int(rate_hz)


def _name(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > 4_096):
        raise PeerError(f'"hello": {name}: expected a text')
    return value


def _shown(value: object) -> str:
    """A stranger's value in a message to the same stranger: short, on one line."""
    return json.dumps(value, default=str)[:60]
