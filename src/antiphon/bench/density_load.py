"""Callers over real WebSockets: each speaks, hears the answer out and speaks again, in real time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from antiphon.audio import Samples
from antiphon.bench.speech import FORMAT
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.runtime.clock import Clock
from antiphon.transports.websocket_wire import Hello, WireFrame, write_message

FRAME_MS = 20
FRAME_SAMPLES = FORMAT.rate_hz * FRAME_MS // 1_000
AFTER_ANSWER_MS = 700
GIVE_UP_MS = 15_000
SILENCE = np.zeros(FRAME_SAMPLES, np.int16)


@dataclass(slots=True)
class Told:
    """What callers were told.

    Attributes:
        records: Each finished turn, as the server reports it.
        errors: Codes of errors.
        late_ms: How late this process was with each frame: its own shortcoming, not the server's.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)


class LoadCaller:
    """One caller."""

    def __init__(self, port: int, utterances: Sequence[Samples], told: Told) -> None:
        """Make a caller.

        Args:
            port: Of the server, on the loopback address.
            utterances: What is said, over and over, in ``antiphon.bench.speech.FORMAT``.
            told: Where what is told goes.
        """
        self._url = f"ws://127.0.0.1:{port}/ws"
        self._utterances = utterances
        self._told = told
        self._clock = Clock()
        self._answered = 0
        self._sequence = 0
        self._due_ns = 0

    async def call(self, duration_s: float) -> None:
        """Talk for so long, then hang up."""
        async with connect(self._url, compression=None, ping_interval=None, max_queue=None) as socket:
            await socket.send(Hello(FORMAT.rate_hz).write())
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(self._listen(socket))
                await self._talk(socket, duration_s)
                await self._try_to_send(socket, write_message("bye"))
                listening.cancel()

    async def drop(self, frames: int) -> None:
        """Say a few words and be gone, without a word of farewell."""
        async with connect(self._url, compression=None, ping_interval=None, max_queue=None) as socket:
            await socket.send(Hello(FORMAT.rate_hz).write())
            await socket.recv()
            for start in range(frames):
                piece = self._utterances[0][start * FRAME_SAMPLES : (start + 1) * FRAME_SAMPLES]
                await self._send_frame(socket, piece)
            await socket.send(write_message("text", text="are you open"))
            await socket.recv()
            socket.transport.abort()

    async def _talk(self, socket: ClientConnection, duration_s: float) -> None:
        self._due_ns = self._clock.now_ns()
        over_ns = self._due_ns + round(duration_s * NS_PER_S)
        turn = 0
        while self._due_ns < over_ns:
            said = self._utterances[turn % len(self._utterances)]
            before = self._answered
            for start in range(0, len(said), FRAME_SAMPLES):
                await self._speak(socket, said[start : start + FRAME_SAMPLES])
            await self._be_silent(socket, before, over_ns)
            turn += 1

    async def _be_silent(self, socket: ClientConnection, before: int, over_ns: int) -> None:
        """Until the answer was heard out, and a moment longer."""
        give_up_ns = self._due_ns + GIVE_UP_MS * NS_PER_MS
        while self._answered == before and self._due_ns < min(give_up_ns, over_ns):
            await self._speak(socket, SILENCE)
        for _ in range(AFTER_ANSWER_MS // FRAME_MS):
            await self._speak(socket, SILENCE)

    async def _speak(self, socket: ClientConnection, samples: Samples) -> None:
        """A frame, when its last sample has been spoken."""
        self._due_ns += FRAME_MS * NS_PER_MS
        await self._clock.sleep_until(self._due_ns)
        self._told.late_ms.append((self._clock.now_ns() - self._due_ns) / NS_PER_MS)
        await self._send_frame(socket, samples)

    async def _send_frame(self, socket: ClientConnection, samples: Samples) -> None:
        frame = WireFrame(samples, self._sequence, self._clock.now_ns() // 1_000)
        self._sequence += 1
        await self._try_to_send(socket, frame.pack())

    async def _try_to_send(self, socket: ClientConnection, message: str | bytes) -> None:
        try:
            await socket.send(message)
        except ConnectionClosed:
            """The server says why in an error, which is counted."""

    async def _listen(self, socket: ClientConnection) -> None:
        async for message in socket:
            if isinstance(message, bytes):
                continue
            told = json.loads(message)
            if told["type"] == "turn_ended":
                self._answered += 1
                self._told.records.append(told["record"])
            elif told["type"] == "error":
                self._told.errors.append(told["code"])


async def hold_calls(port: int, utterances: Sequence[Samples], calls: int, duration_s: float) -> Told:
    """Have callers talk at the same time, begun one after another within two seconds."""
    told, clock = Told(), Clock()

    async def one(number: int) -> None:
        await clock.sleep_until(began_ns + number * 2 * NS_PER_S // calls)
        await LoadCaller(port, utterances, told).call(duration_s)

    began_ns = clock.now_ns()
    async with asyncio.TaskGroup() as group:
        for number in range(calls):
            group.create_task(one(number))
    return told


async def drop_calls(port: int, utterances: Sequence[Samples], cycles: int, at_a_time: int = 10) -> None:
    """Connect, talk, drop, again and again."""
    left = iter(range(cycles))

    async def some() -> None:
        for _ in left:
            await LoadCaller(port, utterances, Told()).drop(10)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_a_time):
            group.create_task(some())
