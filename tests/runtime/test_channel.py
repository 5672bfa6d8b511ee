from __future__ import annotations

import asyncio
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.runtime.channel import SHRINK_AFTER_ITEMS, Channel, ChannelClosedError, WhenFull
from antiphon.simulation.loop import run

from .fakes import after, virtually

# --- against a model -----------------------------------------------------------------------------------


@given(
    st.integers(1, 6),
    st.integers(0, 20),
    st.sampled_from(WhenFull),
    st.lists(st.sampled_from(["put", "put", "put", "take", "take all"]), max_size=400),
)
def test_what_comes_out_is_what_went_in_but_for_the_oldest_that_had_no_room(
    capacity: int, more: int, when_full: WhenFull, operations: list[str]
) -> None:
    async def main() -> None:
        channel: Channel[int] = Channel("c", capacity, when_full=when_full, max_capacity=capacity + more)
        model: deque[int] = deque()
        dropped = taken = 0
        for number, operation in enumerate(operations):
            if operation == "put":
                depth = len(model)
                accepted = channel.put_nowait(number)
                if accepted:
                    model.append(number)
                    if len(model) > channel.capacity:
                        model.popleft()
                        dropped += 1
                else:
                    assert when_full is WhenFull.WAIT
                    assert depth == channel.capacity == capacity + more, "only where it may grow no more"
            elif operation == "take all":
                assert channel.take_all() == list(model)
                taken += len(model)
                model.clear()
            elif model:
                assert await channel.take() == model.popleft()
                taken += 1
            assert len(channel) == len(model)
            assert capacity <= channel.capacity <= capacity + more
            assert len(channel) <= channel.capacity
        assert (channel.stats.dropped, channel.stats.taken) == (dropped, taken)
        assert channel.stats.put == taken + dropped + len(model)
        assert channel.stats.max_depth <= capacity + more

    run(main)


@given(
    st.integers(1, 4),
    st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=4),
    st.lists(st.integers(0, 5), min_size=1, max_size=30),
    st.sets(st.integers(0, 3)),
    st.integers(0, 30),
)
def test_producers_that_wait_lose_and_double_nothing_and_none_is_forgotten(
    capacity: int, producers: list[list[int]], pauses: list[int], cancelled: set[int], cancel_ms: int
) -> None:
    """Producers and the consumer pause as they like; some producers are cancelled on the way."""

    async def main() -> None:
        channel: Channel[tuple[int, int]] = Channel("c", capacity)
        put: list[tuple[int, int]] = []
        got: list[tuple[int, int]] = []

        async def produce(number: int) -> None:
            for count, pause in enumerate(producers[number]):
                await after(pause)
                await channel.put((number, count))
                put.append((number, count))

        async def consume() -> None:
            async for item in channel:
                got.append(item)
                await after(pauses[len(got) % len(pauses)])

        async with asyncio.TaskGroup() as group:
            consumer = group.create_task(consume())
            tasks = [group.create_task(produce(number)) for number in range(len(producers))]
            await after(cancel_ms)
            for number in cancelled:
                if number < len(tasks):
                    tasks[number].cancel()
            await asyncio.wait(tasks)
            channel.close()
            await consumer
        assert sorted(got) == sorted(put)
        for number in range(len(producers)):
            mine = [count for who, count in got if who == number]
            assert mine == list(range(len(mine))), "in order"
            if number not in cancelled:
                assert len(mine) == len(producers[number]), "all of it"

    run(main)


# --- waiting -------------------------------------------------------------------------------------------


@virtually
async def test_a_consumer_waits_for_an_item() -> None:
    channel: Channel[str] = Channel("c")
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(channel.take())
        await after(10)
        assert not taking.done()
        channel.put_nowait("a")
        assert await taking == "a"


@virtually
async def test_a_producer_waits_for_room_and_is_counted() -> None:
    channel: Channel[int] = Channel("c", 1)
    await channel.put(1)
    async with asyncio.TaskGroup() as group:
        putting = group.create_task(channel.put(2))
        await after(10)
        assert not putting.done()
        assert await channel.take() == 1
        await putting
    assert channel.stats.waits == 1
    assert channel.take_all() == [2]


@virtually
async def test_a_cancelled_producer_that_was_woken_leaves_its_room_to_the_next() -> None:
    channel: Channel[str] = Channel("c", 1)
    channel.put_nowait("first")
    async with asyncio.TaskGroup() as group:
        woken = group.create_task(channel.put("woken"))
        waiting = group.create_task(channel.put("waiting"))
        await after(1)
        assert await channel.take() == "first"
        woken.cancel()
        await waiting
    assert channel.take_all() == ["waiting"]


@virtually
async def test_a_cancelled_producer_that_still_waited_is_forgotten() -> None:
    channel: Channel[str] = Channel("c", 1)
    channel.put_nowait("first")
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(channel.put("gone"))
        waiting = group.create_task(channel.put("waiting"))
        await after(1)
        gone.cancel()
        await after(1)
        assert await channel.take() == "first"
        await waiting
    assert channel.take_all() == ["waiting"]


@virtually
async def test_a_cancelled_producer_whose_room_was_taken_wakes_nobody_in_vain() -> None:
    channel: Channel[str] = Channel("c", 1)
    channel.put_nowait("first")
    async with asyncio.TaskGroup() as group:
        woken = group.create_task(channel.put("woken"))
        waiting = group.create_task(channel.put("waiting"))
        await after(1)
        assert await channel.take() == "first"
        assert channel.put_nowait("quicker")
        woken.cancel()
        await after(1)
        assert not waiting.done()
        assert channel.take_all() == ["quicker"]
        await waiting
    assert channel.take_all() == ["waiting"]


@virtually
async def test_a_cancelled_consumer_loses_nothing() -> None:
    channel: Channel[str] = Channel("c")
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(channel.take())
        await after(1)
        channel.put_nowait("a")
        taking.cancel()
    assert channel.take_all() == ["a"]


# --- closed --------------------------------------------------------------------------------------------


@virtually
async def test_what_is_in_a_closed_channel_can_still_be_taken() -> None:
    channel: Channel[int] = Channel("c")
    channel.put_nowait(1)
    channel.close()
    assert channel.closed
    assert [item async for item in channel] == [1]
    with pytest.raises(ChannelClosedError, match="c"):
        await channel.take()


@virtually
async def test_nothing_can_be_put_into_it() -> None:
    channel: Channel[int] = Channel("c")
    channel.close()
    with pytest.raises(ChannelClosedError):
        channel.put_nowait(1)
    with pytest.raises(ChannelClosedError):
        await channel.put(1)


@virtually
async def test_closing_wakes_whoever_waits() -> None:
    empty: Channel[int] = Channel("empty")
    full: Channel[int] = Channel("full", 1)
    full.put_nowait(1)
    async with asyncio.TaskGroup() as group:
        waiting = [
            group.create_task(_closed(empty.take())),
            *(group.create_task(_closed(full.put(n))) for n in (2, 3)),
        ]
        await after(1)
        empty.close()
        full.close()
        assert [await task for task in waiting] == [True] * 3
    assert full.take_all() == [1]


async def _closed(waiting: object) -> bool:
    with pytest.raises(ChannelClosedError):
        await waiting  # type: ignore[misc]
    return True


# --- full ----------------------------------------------------------------------------------------------


@virtually
async def test_of_captured_audio_the_oldest_goes_and_is_counted() -> None:
    channel: Channel[int] = Channel("c", 3, when_full=WhenFull.DROP_OLDEST)
    for number in range(5):
        assert channel.put_nowait(number)
    assert channel.take_all() == [2, 3, 4]
    assert (channel.stats.dropped, channel.stats.max_depth) == (2, 3)


@virtually
async def test_a_channel_grows_with_bursts_up_to_its_limit() -> None:
    channel: Channel[int] = Channel("c", 2, max_capacity=7)
    assert [channel.put_nowait(number) for number in range(8)] == [True] * 7 + [False]
    assert (channel.capacity, channel.stats.grown) == (7, 2)


@virtually
async def test_it_shrinks_again_when_the_bursts_have_stopped() -> None:
    channel: Channel[int] = Channel("c", 2, max_capacity=8)
    for number in range(8):
        channel.put_nowait(number)
    channel.take_all()
    for _ in range(2 * SHRINK_AFTER_ITEMS):
        channel.put_nowait(0)
        await channel.take()
    assert (channel.capacity, channel.stats.shrunk) == (2, 2)


@virtually
async def test_a_burst_in_between_keeps_it_large() -> None:
    channel: Channel[int] = Channel("c", 2, max_capacity=4)
    for _ in range(SHRINK_AFTER_ITEMS // 2):
        for number in range(4):
            channel.put_nowait(number)
        channel.take_all()
    assert (channel.capacity, channel.stats.shrunk) == (4, 0)
