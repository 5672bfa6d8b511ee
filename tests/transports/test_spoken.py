"""A caller who waits for each answer."""

import numpy as np
import pytest

from antiphon.audio import AudioFrame
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ConfigError
from antiphon.runtime.clock import Clock
from antiphon.simulation.loop import run
from antiphon.transports.spoken import SpokenCaller

RATE_HZ = 1_000  # one sample is one millisecond


def utterance(length_ms: int) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    return np.full(length_ms, 9_000, np.int16)


def listen(answers_after_ms: int | None, answer_ms: int = 1_000) -> list[tuple[int, int]]:
    """When each stretch of the caller's voice began and ended, in ms, with an agent that answers each."""

    async def main() -> list[tuple[int, int]]:
        clock = Clock()
        caller = SpokenCaller([utterance(400), utterance(300)], RATE_HZ, clock, give_up_ms=5_000)
        stretches: list[tuple[int, int]] = []
        loud = False
        ended_ms = None
        async for frame in caller.frames():
            now_ms = clock.now_ns() // NS_PER_MS
            if frame.samples.any():
                start = stretches.pop()[0] if loud else now_ms - len(frame.samples)
                stretches.append((start, now_ms))
            elif loud:
                ended_ms = now_ms - len(frame.samples)
            loud = bool(frame.samples.any())
            due = ended_ms is not None and answers_after_ms is not None
            if due and now_ms >= ended_ms + answers_after_ms:
                caller.hears(AudioFrame(utterance(answer_ms), RATE_HZ), clock.now_ns())
                ended_ms = None
        return stretches

    return run(main)


def test_the_next_utterance_waits_for_the_answer_to_end() -> None:
    first, second = listen(answers_after_ms=500)
    assert first == (500, 900)
    assert second[0] == 900 + 500 + 1_000 + 700


def test_without_an_answer_the_caller_gives_up_waiting_and_goes_on() -> None:
    _, second = listen(answers_after_ms=None)
    assert second[0] == 900 + 5_000


def test_frames_come_in_their_time_and_are_all_equally_long() -> None:
    async def main() -> None:
        clock = Clock()
        caller = SpokenCaller([utterance(50)], RATE_HZ, clock, give_up_ms=1_000)
        at_ns = 0
        async for frame in caller.frames():
            at_ns += 20 * NS_PER_MS
            assert clock.now_ns() == at_ns
            assert len(frame.samples) == 20

    run(main)


def test_a_flush_ends_what_was_heard_before() -> None:
    async def main() -> None:
        clock = Clock()
        caller = SpokenCaller([utterance(20)], RATE_HZ, clock)
        caller.hears(AudioFrame(utterance(10_000), RATE_HZ), 0)
        caller.hears(AudioFrame(utterance(0), RATE_HZ, flush=True), 0)
        spoken = [frame async for frame in caller.frames() if frame.samples.any()]
        assert len(spoken) == 1
        assert clock.now_ns() < 8_000 * NS_PER_MS + 15_000 * NS_PER_MS

    run(main)


@pytest.mark.parametrize("setting", ["first_after_ms", "after_ms", "give_up_ms", "frame_ms"])
def test_a_length_out_of_range_is_refused_by_name(setting: str) -> None:
    async def main() -> None:
        SpokenCaller([], RATE_HZ, Clock(), **{setting: -1})

    with pytest.raises(ConfigError, match=setting):
        run(main)
