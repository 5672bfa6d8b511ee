"""A caller who speaks a script."""

import asyncio

from antiphon.audio import AudioFrame
from antiphon.runtime.clock import Clock
from antiphon.simulation.caller import LONGEST_MS, Caller, SpokenWord, Utterance
from antiphon.simulation.loop import run
from antiphon.simulation.signal import place_of, voiced_runs

from .calls import MS, utterance

PAUSED = Utterance((SpokenWord("for", 0, 300), SpokenWord("two", 700, 1_000)), after_ms=500)


def call(
    *script: Utterance, replies: tuple[tuple[int, int], ...] = (), give_up_ms: int = 20_000
) -> tuple[Caller, list[tuple[int, AudioFrame]]]:
    """A caller whose agent sounds from one time to another, and each frame with when it came in ms."""

    async def main() -> tuple[Caller, list[tuple[int, AudioFrame]]]:
        clock = Clock()
        caller = Caller(script, clock, give_up_ms=give_up_ms)
        for begin, end in replies:
            clock.call_at(begin * MS, lambda end=end: caller.hears(end * MS))  # type: ignore[misc]
        frames = [(clock.now_ns() // MS, frame) async for frame in caller.frames()]
        return caller, frames

    return run(main)


def voiced(frames: list[tuple[int, AudioFrame]]) -> list[tuple[int, int]]:
    """Where the sound is voiced, from the samples themselves."""
    found: list[tuple[int, int]] = []
    reached = 0
    for _, frame in frames:
        assert place_of(frame.samples, reached) == reached
        for length, is_voiced in voiced_runs(frame.samples):
            if is_voiced and found and found[-1][1] == reached:
                found[-1] = (found[-1][0], reached + length)
            elif is_voiced:
                found.append((reached, reached + length))
            reached += length
    return found


def test_words_that_follow_one_another_are_one_stretch_and_a_pause_makes_two() -> None:
    assert utterance("for two").stretches == [(0, 600)]
    assert PAUSED.stretches == [(0, 300), (700, 1_000)]
    assert PAUSED.text == "for two"


def test_each_sample_comes_once_in_order_when_it_has_been_spoken() -> None:
    caller, frames = call(PAUSED)
    assert voiced(frames) == [(500, 800), (1_200, 1_500)]
    assert caller.said[0].stretches == ((500, 800), (1_200, 1_500))
    assert caller.words == [("for", 500, 800), ("two", 1_200, 1_500)]
    reached = 0
    for at_ms, frame in frames:
        reached += len(frame.samples)
        assert at_ms >= reached
        assert len(frame.samples) <= LONGEST_MS


def test_a_detector_would_notice_when_it_hears_the_frames() -> None:
    _, frames = call(PAUSED)
    assert {580, 800 + 128} <= {at_ms for at_ms, _ in frames}


def test_the_next_utterance_comes_after_the_answer() -> None:
    caller, _ = call(
        utterance("hello", after_ms=100), utterance("for two", after_ms=700), replies=[(1_000, 5_000)]
    )
    assert [said.start for said in caller.said] == [100, 5_700]


def test_that_an_answer_is_cut_short_is_noticed_at_once() -> None:
    script = (utterance("hello", after_ms=100), utterance("for two", after_ms=700))
    caller, frames = call(*script, replies=((1_000, 9_000), (3_000, 3_000)))
    assert caller.said[1].start == 3_700
    assert next(at_ms for at_ms, _ in frames if at_ms > 3_000) <= 3_700


def test_a_sound_that_ends_with_the_utterance_is_no_answer() -> None:
    script = (utterance("hello", after_ms=100), utterance("bye", after_ms=0))
    caller, _ = call(*script, replies=[(350, 500), (2_000, 3_000)])
    assert caller.said[1].start == 3_000


def test_nobody_waits_for_ever() -> None:
    caller, _ = call(utterance("hello", after_ms=100), utterance("hello", after_ms=50), give_up_ms=3_000)
    assert caller.said[1].start == 400 + 128 + 3_000 + 50


def test_a_barge_in_comes_so_long_after_the_reply_began() -> None:
    script = (utterance("hello", after_ms=100), utterance("stop", barge_in_ms=400))
    caller, _ = call(*script, replies=[(2_000, 9_000)])
    assert caller.said[1].start == 2_400


def test_without_a_reply_to_barge_into_the_caller_speaks_in_the_end() -> None:
    script = (utterance("hello", after_ms=100), utterance("stop", barge_in_ms=400, after_ms=50))
    caller, _ = call(*script, give_up_ms=2_000)
    assert caller.said[1].start == 400 + 128 + 2_000 + 50


def test_hanging_up_ends_the_sound_in_the_middle_of_a_word() -> None:
    caller, frames = call(utterance("for two", after_ms=0, hang_up_ms=450), utterance("never said"))
    assert voiced(frames) == [(0, 450)]
    assert [word for word, _, _ in caller.words] == ["for"]
    assert len(caller.said) == 1


def test_a_noise_is_voiced_and_has_no_words() -> None:
    caller, frames = call(Utterance((), after_ms=200, noises=((0, 250),)))
    assert voiced(frames) == [(200, 450)]
    assert caller.words == []


def test_a_long_reply_is_waited_for_in_sound() -> None:
    caller, frames = call(utterance("hello", after_ms=0), utterance("bye"), replies=[(1_000, 200_000)])
    assert caller.said[1].start == 200_600
    arrivals = [at_ms for at_ms, _ in frames]
    assert max(later - sooner for sooner, later in zip(arrivals, arrivals[1:], strict=False)) < 70_000


def test_the_caller_hears_when_sound_sets_in_not_that_it_goes_on() -> None:
    async def main() -> bool:
        caller = Caller((), Clock())
        caller.hears(100 * MS)
        await asyncio.sleep(0.05)
        caller.hears(300 * MS)
        return caller._ear.began == 0 and caller._ear.until == 300

    assert run(main)
