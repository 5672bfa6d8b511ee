from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from antiphon.config import Mode
from antiphon.core.events import EagerEndOfTurn, Final, Interim
from antiphon.runtime.helpers import closing
from antiphon.runtime.stage import HELD_NS, BatchSTTStream, in_mode

from .fakes import MS, FakeSTT, after, now_ms, silence, sound, virtually


class Numbers:
    """A provider's stream: a number each 10 ms."""

    def __init__(self, count: int = 3, *, breaks: bool = False) -> None:
        self.count, self.breaks, self.closed = count, breaks, False

    async def stream(self) -> AsyncIterator[int]:
        try:
            for number in range(self.count):
                await after(10)
                yield number
            if self.breaks:
                raise OSError("gone")
        finally:
            self.closed = True


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(Mode.STREAMING, [(0, 10), (1, 20), (2, 30)]), (Mode.BATCH, [(0, 30), (1, 30), (2, 30)])],
)
def test_a_stage_hands_on_each_piece_or_all_when_it_is_complete(
    mode: Mode, expected: list[tuple[int, float]]
) -> None:
    @virtually
    async def main() -> None:
        numbers = Numbers()
        assert [(number, now_ms()) async for number in in_mode(numbers.stream(), mode)] == expected
        assert numbers.closed

    main()


@pytest.mark.parametrize("mode", Mode)
def test_a_stage_that_is_left_closes_what_it_reads_at_once(mode: Mode) -> None:
    @virtually
    async def main() -> None:
        numbers = Numbers()
        async with closing(in_mode(numbers.stream(), mode)) as stream:
            async for _ in stream:
                break
        assert numbers.closed

    main()


@pytest.mark.parametrize(("mode", "seen"), [(Mode.STREAMING, [0, 1, 2]), (Mode.BATCH, [])])
def test_an_error_comes_through_after_what_came_before_it_if_that_was_handed_on(
    mode: Mode, seen: list[int]
) -> None:
    @virtually
    async def main() -> None:
        got: list[int] = []

        async def read() -> None:
            async for number in in_mode(Numbers(breaks=True).stream(), mode):
                got.append(number)

        with pytest.raises(OSError, match="gone"):
            await read()
        assert got == seen

    main()


# --- the recogniser in batch ---------------------------------------------------------------------------


@virtually
async def test_audio_is_held_back_until_a_flush() -> None:
    stt = FakeSTT()
    async with BatchSTTStream(stt.open()) as stream:
        (connection,) = stt.connections
        await stream.send(sound(20, 1))
        await stream.send(sound(30, 2))
        assert connection.log == []
        await stream.flush()
        assert connection.log == [("audio", 1, 20), ("audio", 2, 30), ("flush",)]
        await stream.send(sound(40, 3))
        await stream.flush()
        assert connection.log[3:] == [("audio", 3, 40), ("flush",)]
    assert (stt.streams.opened, stt.streams.open) == (1, 0)


@virtually
async def test_the_rest_is_sent_at_the_end() -> None:
    stt = FakeSTT()
    async with BatchSTTStream(stt.open()) as stream:
        await stream.send(sound(20, 1))
        await stream.end()
    assert stt.connections[0].log == [("audio", 1, 20), ("end",)]


@virtually
async def test_of_a_caller_who_never_pauses_no_more_is_held_than_a_while() -> None:
    stt = FakeSTT()
    async with BatchSTTStream(stt.open()) as stream:
        for _ in range(HELD_NS // MS // 1_000):
            await stream.send(silence(1_000))
        assert stt.connections[0].log == []
        await stream.send(silence(1))
        assert len(stt.connections[0].log) == 121


@virtually
async def test_only_finals_come_of_it() -> None:
    stt = FakeSTT()
    async with BatchSTTStream(stt.open()) as stream:
        says = stt.connections[0].says
        for event in (Interim("a", 0, 1), Final("a b", 0, 2), EagerEndOfTurn("a b"), Final("c", 2, 3)):
            says.put_nowait(event)
        await stream.end()
        assert [event async for event in stream] == [Final("a b", 0, 2), Final("c", 2, 3)]


@virtually
async def test_a_broken_connection_is_passed_on() -> None:
    stt = FakeSTT()
    async with BatchSTTStream(stt.open()) as stream:
        stt.connections[0].fail(OSError("gone"))
        with pytest.raises(OSError, match="gone"):
            async for _ in stream:
                pass
