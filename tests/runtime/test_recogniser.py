from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from antiphon.config import Mode
from antiphon.core.events import EagerEndOfTurn, Event, Final, Interim, RecogniserFailed, Word
from antiphon.errors import ProviderAuthError, ProviderConnectionError
from antiphon.runtime.recogniser import BACKLOG_FRAMES, FLUSH_TIMEOUT_MS, RecogniserLine, retry_delays_ms

from .fakes import MS, FakeSTT, FakeSTTStream, Reports, after, clock, now_ms, sound, virtually

STREAMING_MS, BATCH_MS = FLUSH_TIMEOUT_MS[Mode.STREAMING], FLUSH_TIMEOUT_MS[Mode.BATCH]


class Caller:
    """Somebody on a line: sends frames of 20 ms, the nth with samples of value n."""

    def __init__(self, stt: FakeSTT, mode: Mode) -> None:
        self.stt, self.reports = stt, Reports()
        self.line = RecogniserLine(stt, mode, clock(), self.reports)
        self.frames = 0

    async def hears(self, frames: int, *, every_ms: float = 20) -> None:
        for _ in range(frames):
            self.line.hear(self.frames * 20 * MS, sound(20, self.frames + 1))
            self.frames += 1
            await after(every_ms)

    def at(self, connection: int) -> FakeSTTStream:
        return self.stt.connections[connection]

    def audio(self, connection: int) -> list[int]:
        """The frames a connection was sent."""
        return [entry[1] for entry in self.at(connection).log if entry[0] == "audio"]

    def says(self, event: Event, connection: int = -1) -> None:
        self.at(connection).says.put_nowait(event)  # type: ignore[arg-type]


@asynccontextmanager
async def a_line(stt: FakeSTT | None = None, mode: Mode = Mode.STREAMING) -> AsyncIterator[Caller]:
    caller = Caller(stt or FakeSTT(), mode)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(caller.line.run())
        await after(0)
        yield caller
        await after(1)
        running.cancel()
    assert caller.stt.streams.open == 0


def final(text: str, start_ms: float, end_ms: float) -> Final:
    return Final(text, round(start_ms * MS), round(end_ms * MS))


LOST = ProviderConnectionError("fake/stt", "closed")


# --- in good order -------------------------------------------------------------------------------------


@virtually
async def test_audio_goes_in_and_events_come_out() -> None:
    async with a_line() as caller:
        await caller.hears(3)
        caller.says(Interim("hello", 0, 60 * MS, 0.5))
        caller.says(EagerEndOfTurn("hello"))
        await after(1)
        caller.says(Final("hello there", 0, 60 * MS, (Word("hello", 0, 30 * MS),), 0.9))
        await after(1)
        assert caller.audio(0) == [1, 2, 3]
        assert [event for _, event in caller.reports.events] == [
            Interim("hello", 0, 60 * MS, 0.5),
            EagerEndOfTurn("hello"),
            Final("hello there", 0, 60 * MS, (Word("hello", 0, 30 * MS),), 0.9),
        ]


@virtually
async def test_a_flush_keeps_its_place_between_the_audio() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        caller.line.flush()
        await caller.hears(1)
        assert [entry[0] for entry in caller.at(0).log] == ["audio", "audio", "flush", "audio"]


@virtually
async def test_it_returns_when_the_rest_is_final() -> None:
    caller = Caller(FakeSTT(), Mode.STREAMING)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(caller.line.run())
        await caller.hears(2)
        caller.line.end()
        caller.at(0).says.put_nowait(final("bye", 0, 40))
        await running
    assert caller.reports.of(Final) == [final("bye", 0, 40)]
    assert caller.at(0).log[-1] == ("end",)
    assert caller.stt.streams.open == 0


@virtually
async def test_of_a_slow_recogniser_s_audio_the_oldest_goes() -> None:
    stt = FakeSTT()
    stt.send_ms = 100_000
    async with a_line(stt) as caller:
        await caller.hears(BACKLOG_FRAMES + 5, every_ms=1)
        assert caller.line.channel.stats.dropped == 4, "one is on its way"


@virtually
async def test_in_batch_audio_waits_for_the_flush_and_interims_are_dropped() -> None:
    async with a_line(mode=Mode.BATCH) as caller:
        await caller.hears(3)
        assert caller.audio(0) == []
        caller.line.flush()
        await after(1)
        assert caller.audio(0) == [1, 2, 3]
        caller.says(Interim("hel", 0, 60 * MS))
        caller.says(final("hello", 0, 60))
        await after(1)
        assert caller.reports.kinds == ["Final"]


# --- connections that break ----------------------------------------------------------------------------


@virtually
async def test_a_new_connection_is_given_what_was_not_yet_final_again() -> None:
    async with a_line() as caller:
        await caller.hears(5)
        caller.says(final("hello", 0, 60))
        await after(1)
        caller.at(0).fail(LOST)
        await caller.hears(2)
        assert caller.audio(1) == [4, 5, 6, 7]
        caller.says(final("there", 0, 80))
        await after(1)
        assert caller.reports.of(Final)[1] == final("there", 60, 140), "on the call's scale"
        assert caller.reports.of(RecogniserFailed) == []


@virtually
async def test_words_and_interims_are_moved_to_the_call_s_scale_too() -> None:
    async with a_line() as caller:
        await caller.hears(5)
        caller.says(final("hello", 0, 60))
        await after(1)
        caller.at(0).fail(LOST)
        await after(1)
        caller.says(Interim("there", 10 * MS, 40 * MS))
        caller.says(Final("there", 0, 40 * MS, (Word("there", 10 * MS, 35 * MS),)))
        await after(1)
        assert caller.reports.of(Interim) == [Interim("there", 70 * MS, 100 * MS)]
        assert caller.reports.of(Final)[1].words == (Word("there", 70 * MS, 95 * MS),)


@virtually
async def test_a_final_in_the_middle_of_a_frame_keeps_that_frame() -> None:
    async with a_line() as caller:
        await caller.hears(3)
        caller.says(final("hello", 0, 50))
        await after(1)
        caller.at(0).fail(LOST)
        await after(1)
        assert caller.audio(1) == [3]


@virtually
async def test_a_flush_that_was_not_answered_is_made_again() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        caller.line.flush()
        await after(1)
        caller.at(0).fail(LOST)
        await after(1)
        assert [entry[0] for entry in caller.at(1).log] == ["audio", "audio", "flush"]
        caller.says(final("hello", 0, 40))
        await after(1)
        caller.at(1).fail(LOST)
        await after(1)
        assert caller.at(2).log == []


@pytest.mark.parametrize(("mode", "timeout_ms"), [(Mode.STREAMING, STREAMING_MS), (Mode.BATCH, BATCH_MS)])
def test_a_flush_that_is_not_answered_in_time_is_tried_on_a_new_connection(
    mode: Mode, timeout_ms: int
) -> None:
    @virtually
    async def main() -> None:
        async with a_line(mode=mode) as caller:
            await caller.hears(2)
            caller.line.flush()
            await after(timeout_ms - 1)
            assert len(caller.stt.connections) == 1
            await after(2)
            assert len(caller.stt.connections) == 2
            caller.says(final("hello", 0, 40))
            await after(10 * timeout_ms)
            assert len(caller.stt.connections) == 2

    main()


@virtually
async def test_a_flush_at_the_very_moment_the_last_one_is_given_up_breaks_nothing() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        clock().call_at((40 + STREAMING_MS) * MS, caller.line.flush)
        caller.line.flush()
        await after(STREAMING_MS + 100)
        assert len(caller.stt.connections) == 2
        assert [entry[0] for entry in caller.at(1).log].count("flush") >= 1


@virtually
async def test_a_final_at_that_very_moment_is_taken_all_the_same() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        answer = final("hello", 0, 40)
        clock().call_at((40 + STREAMING_MS) * MS, lambda: caller.says(answer, 0))
        caller.line.flush()
        await after(STREAMING_MS + 100)
        caller.says(answer)
        await after(10_000)
        assert caller.reports.of(Final)[-1] == answer
        assert len(caller.stt.connections) <= 2


@virtually
async def test_a_connection_that_ends_by_itself_is_made_again() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        caller.at(0).says.close()
        await caller.hears(2)
        assert len(caller.stt.connections) == 2
        assert caller.audio(1) == [1, 2, 3, 4]


@virtually
async def test_after_the_end_a_broken_connection_is_told_to_end_too() -> None:
    stt = FakeSTT()
    stt.on_end = lambda _: None
    async with a_line(stt) as caller:
        await caller.hears(2)
        caller.line.end()
        await after(1)
        caller.at(0).fail(LOST)
        await after(1)
        assert [entry[0] for entry in caller.at(1).log] == ["audio", "audio", "end"]
        caller.at(1).says.close()


@virtually
async def test_after_dropped_frames_times_are_still_the_call_s() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        caller.frames += 10  # lost on the way
        await caller.hears(2)
        caller.says(final("before", 0, 30))
        await after(1)
        caller.says(
            Final("across", 30 * MS, 80 * MS, (Word("a", 30 * MS, 38 * MS), Word("cross", 45 * MS, 80 * MS)))
        )
        await after(1)
        assert caller.reports.of(Final)[0] == final("before", 0, 30)
        across = caller.reports.of(Final)[1]
        assert (across.start_ns, across.end_ns) == (30 * MS, 280 * MS)
        assert across.words == (Word("a", 30 * MS, 38 * MS), Word("cross", 245 * MS, 280 * MS))


@virtually
async def test_what_ends_where_frames_were_dropped_ends_before_the_gap() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        caller.frames += 10
        await caller.hears(2)
        caller.says(final("before", 0, 40))
        caller.says(final("behind", 40, 80))
        await after(1)
        assert caller.reports.of(Final) == [final("before", 0, 40), final("behind", 240, 280)]


@virtually
async def test_no_more_than_a_while_of_audio_is_remembered() -> None:
    async with a_line() as caller:
        await caller.hears(2_000)
        caller.at(0).fail(LOST)
        await after(1)
        assert len(caller.audio(1)) == pytest.approx(1_500, abs=2), "30 s"
        caller.says(final("hello", 0, 20))
        await after(1)
        assert caller.reports.of(Final)[0].start_ns == pytest.approx(10_000 * MS, abs=40 * MS)


# --- connections that fail again and again -------------------------------------------------------------


def test_the_first_new_connection_is_made_at_once_later_ones_less_and_less_often() -> None:
    delays = retry_delays_ms()
    assert [next(delays) for _ in range(8)] == [0, 200, 500, 1_000, 2_000, 5_000, 5_000, 5_000]


@virtually
async def test_a_recogniser_that_refuses_is_reported_now_and_then_and_tried_for_ever() -> None:
    stt = FakeSTT()
    stt.refuses = [LOST] * 7
    async with a_line(stt) as caller:
        await caller.hears(1)
        await after(60_000)
        assert caller.reports.when(RecogniserFailed) == [200, 3_700]
        assert caller.reports.of(RecogniserFailed)[0].message == "fake/stt: closed"
        assert caller.audio(-1) == [1], "and then it is given what it missed"


@virtually
async def test_once_it_answers_again_it_starts_afresh() -> None:
    stt = FakeSTT()
    stt.refuses = [LOST] * 2
    async with a_line(stt) as caller:
        await caller.hears(1)
        await after(1_000)
        caller.says(final("hello", 0, 20))
        await after(1)
        began_ms = now_ms()
        caller.at(-1).fail(LOST)
        await after(1)
        assert len(stt.connections) == 4, f"at once, at {began_ms}"
        assert caller.reports.of(RecogniserFailed) == []


@virtually
async def test_one_that_breaks_each_time_after_the_same_words_has_not_recovered() -> None:
    async with a_line() as caller:
        await caller.hears(3)
        for delay_ms in (0, 200, 500, 1_000):
            caller.says(Interim("hello", 0, 60 * MS))
            await after(0)
            caller.at(-1).fail(LOST)
            await after(delay_ms + 1)
        assert len(caller.stt.connections) == 5
        assert len(caller.reports.of(RecogniserFailed)) == 1
        caller.says(Interim("hello there", 0, 70 * MS))
        await after(0)
        caller.at(-1).fail(LOST)
        await after(1)
        assert len(caller.stt.connections) == 6, "there was something new: again at once"


@virtually
@pytest.mark.parametrize("error", [LOST, ProviderAuthError("fake/stt", "no such key")])
async def test_after_the_end_it_is_not_tried_for_ever(error: Exception) -> None:
    stt = FakeSTT()
    stt.refuses = [error] * 20
    caller = Caller(stt, Mode.STREAMING)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(caller.line.run())
        await caller.hears(2)
        caller.line.end()
        await running
    assert len(caller.reports.of(RecogniserFailed)) >= 1
    assert now_ms() <= 5_100
    assert stt.streams.open == 0


@virtually
async def test_a_refusal_that_will_not_change_is_reported_at_once_and_tried_seldom() -> None:
    stt = FakeSTT()
    stt.refuses = [ProviderAuthError("fake/stt", "bad key", status=401)] * 2
    async with a_line(stt) as caller:
        await after(9_999)
        assert caller.reports.when(RecogniserFailed) == [0, 5_000]
        await after(2)
        assert stt.streams.open == 1


@virtually
async def test_a_connection_that_fails_in_more_than_one_way_is_reported_in_a_sentence() -> None:
    stt = FakeSTT()
    stt.refuses = [ExceptionGroup("many", [LOST])] * 3
    async with a_line(stt) as caller:
        await after(1_000)
        assert [event.message for event in caller.reports.of(RecogniserFailed)] == ["fake/stt: closed"]


@virtually
async def test_a_fault_that_is_no_provider_s_is_not_hidden() -> None:
    stt = FakeSTT()
    stt.refuses = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        await RecogniserLine(stt, Mode.STREAMING, clock(), Reports()).run()


@virtually
async def test_cancelled_in_whatever_it_does_it_lets_go_of_its_connection() -> None:
    for at_ms in (0, 1, 50, 1_100, 1_300):
        stt = FakeSTT()
        caller = Caller(stt, Mode.STREAMING)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(caller.line.run())
            await caller.hears(2)
            caller.line.flush()
            await after(at_ms)
            running.cancel()
        assert stt.streams.open == 0


@virtually
async def test_one_that_is_slow_rather_than_stuck_is_given_longer_each_time() -> None:
    async with a_line(answering_after(STREAMING_MS + 100)) as caller:
        await caller.hears(2)
        caller.line.flush()
        await after(STREAMING_MS + 10)
        assert len(caller.stt.connections) == 2
        await after(STREAMING_MS + 100)
        assert caller.reports.of(Final) == [final("hello", 0, 40)]
        await caller.hears(2)
        caller.line.flush()
        await after(STREAMING_MS + 10)
        assert len(caller.stt.connections) == 3, "a final sets it back"


@virtually
async def test_but_never_longer_than_a_while() -> None:
    async with a_line() as caller:
        await caller.hears(2)
        caller.line.flush()
        await after(200_000)
        assert len(caller.stt.connections) > 10


def answering_after(ms: float) -> FakeSTT:
    """A recogniser that takes this long to answer a flush."""

    def on_flush(stream: FakeSTTStream) -> None:
        text = Final("hello", 0, stream.sent_ns)
        clock().call_at(
            clock().now_ns() + round(ms * MS), lambda: stream.says.closed or stream.says.put_nowait(text)
        )

    return FakeSTT(on_flush)
