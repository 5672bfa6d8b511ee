"""What no client should send: messages made to break a server, the same again from the same seed."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from antiphon.transports.websocket_wire import Hello

_TYPES = (
    "hello",
    "text",
    "bye",
    "pong",
    "ping",
    "heard",
    "playout",
    "ready",
    "error",
    "dance",
    "",
    "__class__",
)
_FIELDS = (
    "text",
    "at_us",
    "client_us",
    "protocol",
    "input_hz",
    "call",
    "token",
    "reply_id",
    "type",
    "key",
    "to",
)
_ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1.5, 10**30, -(10**18), 2**63, "", " ", "\x00", "a" * 5_000, "\u202e\ud83d\ude00"),
    *([], {}, [[]], {"type": "text"}, "text", "1", "NaN", 1e308),
)


def hostile_messages(seed: int) -> Iterator[str | bytes]:
    """Messages without end: noise, broken audio, broken JSON, sound messages with something wrong in them."""
    random = Random(seed)  # noqa: S311 - to be the same again
    makers = (_noise, _audio, _audio, _broken_audio, _text, _json, _json, _message, _message, _message)
    while True:
        yield random.choice(makers)(random)


def hostile_hello(random: Random) -> str | bytes:
    """A first message: mostly a good one, so that the others are heard."""
    if random.random() < 0.9:
        return Hello().write()
    makers: tuple[Callable[[Random], str | bytes], ...] = (_noise, _text, _json, _message)
    return random.choice(makers)(random)


def _noise(random: Random) -> bytes:
    return random.randbytes(random.choice((0, 1, 7, 15, 16, 17, 100, 1_000, 9_000)))


def _audio(random: Random) -> bytes:
    header = struct.pack("<BBHIQ", 1, 0, 0xFFFF, random.getrandbits(32), random.getrandbits(63))
    return header + random.randbytes(2 * random.choice((0, 1, 160, 320, 3_200)))


def _broken_audio(random: Random) -> bytes:
    whole = bytearray(_audio(random))
    for _ in range(random.randint(1, 4)):
        whole[random.randrange(len(whole))] = random.getrandbits(8)
    return bytes(whole[: random.randint(0, len(whole))]) if random.random() < 0.5 else bytes(whole) * 2


def _text(random: Random) -> str:
    length = random.choice((0, 1, 10, 300))
    places = (random.choice((random.randrange(32, 127), random.randrange(0xD7FF))) for _ in range(length))
    return "".join(map(chr, places))


def _json(random: Random) -> str:
    depth = random.choice((1, 3, 200, 20_000))
    return random.choice(
        (
            "[" * depth,
            "[" * depth + "]" * depth,
            '{"type":' * min(depth, 5_000),
            '{"type": NaN}',
            '{"type": "text", "text": Infinity}',
            '{"type": "text", "text": "\\ud800"}',
            '{"type": "text", "type": 5}',
            f'{{"type": "text", "text": {"9" * 5_000}}}',
            json.dumps(random.choice(_ODD)),
        )
    )


def _message(random: Random) -> str:
    fields = {random.choice(_FIELDS): random.choice(_ODD) for _ in range(random.randint(0, 4))}
    return json.dumps({"type": random.choice(_TYPES)} | fields)
