"""The messages between an engine's worker process and its parent: how they look on a pipe.

A message is a header of nine bytes (kind, stream, length of the payload; little-endian) and its payload:
JSON for what is told, raw bytes for data (audio, or text to be spoken). Data may be sent only while there
is credit: that bounds what waits on either side, stream by stream. Stream 0 is the worker itself; the
others are opened by the parent, which never uses a number twice.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

HEADER = struct.Struct("<BII")
MAX_PAYLOAD_BYTES = 1 << 24  # a handbook is the longest
WORKER = 0  # the stream that is the worker itself

Facts: TypeAlias = Mapping[str, Any]  # what a JSON payload says


class Kind(IntEnum):
    """What a message is."""

    # to the worker
    CONFIGURE = 1  # the first message: what the engine is to be
    OPEN = 2  # a stream begins
    CLOSE = 3  # forget a stream, at once
    # from the worker
    READY = 4  # the engine can be used
    REFUSED = 5  # it never will be: the settings are wrong, or a package is missing
    UPDATE = 6  # replaces an UPDATE before it that has not been read yet
    ENDED = 7  # a stream's last message
    # both ways
    TELL = 8
    DATA = 9
    CREDIT = 10  # so many bytes of data were taken, as many more may be sent


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    kind: Kind
    stream: int
    payload: bytes = b""

    @property
    def facts(self) -> Facts:
        """The payload of a message that is no data."""
        facts: Facts = json.loads(self.payload) if self.payload else {}
        return facts


def pack(kind: Kind, stream: int, payload: bytes | Facts = b"") -> bytes:
    """A message as it goes over the pipe."""
    if not isinstance(payload, bytes):
        payload = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"payload of {len(payload)} bytes: at most {MAX_PAYLOAD_BYTES} fit into a message")
    return HEADER.pack(kind, stream, len(payload)) + payload


class Unpacker:
    """Finds the messages in what a pipe gives, however it is cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take more bytes; answer the messages they completed.

        Raises:
            ValueError: If this is no message: whatever wrote it does not speak this protocol.
        """
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            kind, stream, length = HEADER.unpack_from(self._buffer)
            if length > MAX_PAYLOAD_BYTES:
                raise ValueError(f"a message of {length} bytes: expected at most {MAX_PAYLOAD_BYTES}")
            end = HEADER.size + length
            if len(self._buffer) < end:
                return
            message = Message(Kind(kind), stream, bytes(self._buffer[HEADER.size : end]))
            del self._buffer[:end]
            yield message
