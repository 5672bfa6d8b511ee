"""The demo's caller speaks when it is its turn, hesitates, and interrupts when its script says so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest

from antiphon.audio import AudioFormat
from antiphon.cli.demo_caller import GAP_MS, PATIENCE_MS, DemoCaller, Line, SpokenLine, speak
from antiphon.core.notices import ReplyAudible, ReplyOver
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import SpeechChunk
from antiphon.runtime.clock import Clock
from antiphon.simulation.loop import run

RATE_HZ = 8_000
SAMPLES_PER_MS = RATE_HZ // 1000


def line(length_ms: int, interrupts_after_ms: int | None = None) -> SpokenLine:
    return SpokenLine(np.full(length_ms * SAMPLES_PER_MS, 9_000, np.int16), interrupts_after_ms)


def over(at_ms: int, reason: str = "played") -> ReplyOver:
    return ReplyOver(1, 1, at_ms * NS_PER_MS, "Yes.", complete=reason == "played", reason=reason)


def speech(
    lines: Sequence[SpokenLine], notices: Sequence[ReplyAudible | ReplyOver], *, greeted: bool
) -> tuple[list[int], int]:
    """When each stretch of voice began, and when the caller hung up, in ms of virtual time."""

    async def call() -> tuple[list[int], int]:
        clock = Clock()
        caller = DemoCaller(lines, RATE_HZ, clock, greeted=greeted)
        pending = sorted(notices, key=lambda notice: notice.at_ns)
        started: list[int] = []
        voiced = False
        async for frame in caller.frames():
            now_ms = clock.now_ns() // NS_PER_MS
            if (sounds := bool(frame.samples.any())) and not voiced:
                started.append(now_ms - 20)
            voiced = sounds
            while pending and pending[0].at_ns <= clock.now_ns():
                caller.observe(pending.pop(0))
        return started, clock.now_ns() // NS_PER_MS

    return run(call)


def test_a_caller_who_is_not_greeted_begins() -> None:
    assert speech([line(200)], [], greeted=False)[0] == pytest.approx([GAP_MS], abs=20)


def test_a_caller_who_is_greeted_waits_for_the_greetings_end() -> None:
    assert speech([line(200)], [over(2_000)], greeted=True)[0] == pytest.approx([2_000 + GAP_MS], abs=20)


def test_each_line_follows_the_reply_before_it_and_the_call_ends_after_the_last() -> None:
    started, ended = speech([line(200), line(200)], [over(3_000), over(6_000)], greeted=False)
    assert started == pytest.approx([GAP_MS, 3_000 + GAP_MS], abs=20)
    assert ended == pytest.approx(6_000 + GAP_MS, abs=20)


def test_a_line_may_interrupt_the_reply_before_it() -> None:
    audible = ReplyAudible(1, 1, 1_500 * NS_PER_MS)
    started, _ = speech(
        [line(200), line(200, interrupts_after_ms=700)], [audible, over(4_000)], greeted=False
    )
    assert started[1] == pytest.approx(2_200, abs=20)


def test_a_reply_that_was_spoken_over_and_ended_by_itself_answers_nothing() -> None:
    audible = ReplyAudible(1, 1, 1_500 * NS_PER_MS)
    answer = ReplyOver(2, 2, 6_000 * NS_PER_MS, "Yes.", complete=True, reason="played")
    lines = [line(200), line(200, interrupts_after_ms=700), line(200)]
    started, _ = speech(lines, [audible, over(2_600), answer], greeted=False)
    assert started[1:] == pytest.approx([2_200, 6_000 + GAP_MS], abs=20)


def test_a_reply_shorter_than_the_interruption_is_simply_answered() -> None:
    audible = ReplyAudible(1, 1, 1_500 * NS_PER_MS)
    notices = [audible, over(1_700)]
    started, _ = speech([line(200), line(200, interrupts_after_ms=5_000)], notices, greeted=False)
    assert started[1] == pytest.approx(1_700 + GAP_MS, abs=20)


@pytest.mark.parametrize("reason", ["withdrawn", "barge-in", "superseded"])
def test_a_reply_that_was_taken_back_is_not_answered(reason: str) -> None:
    started, _ = speech([line(200), line(200)], [over(1_000, reason), over(3_000)], greeted=False)
    assert started[1] == pytest.approx(3_000 + GAP_MS, abs=20)


def test_without_a_reply_the_caller_goes_on_and_hangs_up() -> None:
    started, ended = speech([line(200), line(200)], [], greeted=False)
    assert started == pytest.approx([GAP_MS, GAP_MS + 200 + PATIENCE_MS], abs=40)
    assert ended == pytest.approx(GAP_MS + 400 + 2 * PATIENCE_MS, abs=60)


class Beep:
    """A voice: 50 ms of tone in 100 ms of silence for each segment."""

    name = "beep"
    format = AudioFormat(RATE_HZ)

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        silence = np.zeros(100 * SAMPLES_PER_MS, np.int16)
        async for _ in segments:
            yield SpeechChunk(silence, 0)
            yield SpeechChunk(np.full(50 * SAMPLES_PER_MS, 9_000, np.int16), 0)
            yield SpeechChunk(silence, 0)

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


@pytest.mark.parametrize(
    ("spoken", "length_ms"), [(Line(("a",)), 50), (Line(("a", "b"), hesitation_ms=300), 50 + 300 + 50)]
)
async def test_a_line_is_its_parts_without_the_silence_around_them(spoken: Line, length_ms: int) -> None:
    made = await speak(spoken, Beep())
    assert len(made.samples) == pytest.approx(length_ms * SAMPLES_PER_MS, abs=SAMPLES_PER_MS)
    assert made.interrupts_after_ms == spoken.interrupts_after_ms
