"""A reply that is ducked, paused and resumed: no sample is lost, none comes twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.actions import DuckReply, LocateReply, PauseReply, ResumeReply
from antiphon.core.events import ReplyEnded, ReplyFed, ReplyLocated, ReplyStarved
from antiphon.simulation.loop import run

from .fakes import after, virtually, voice
from .test_playout import Stage, a_stage, whole

DUCK_DB, LOW = 20.0, 0.1
CONSTANT = 20_000


async def a_reply(stage: Stage, ms: int = 1_000) -> None:
    stage.speaker.begin(1, await stage.ready(ms), stage.group)


def line(stage: Stage) -> list[int]:
    """All samples that were played, silent ones too, in order."""
    played: list[tuple[float, int]] = []
    free_ms = 0.0
    for at_ms, frame in stage.ear.frames:
        if frame.flush:
            played = [(when, value) for when, value in played if when < at_ms - 1e-6]
            free_ms = at_ms
        start_ms = max(free_ms, at_ms)
        played += [(start_ms + index, int(value)) for index, value in enumerate(frame.samples)]
        free_ms = start_ms + len(frame.samples)
    return [value for _, value in played]


@pytest.mark.parametrize(
    ("block_ms", "lead_ms", "low_from"), [(20, 20, 260), (200, 200, 220), (2_000, 0, 220)]
)
def test_a_ducked_reply_goes_on_softly_soon_and_comes_back(
    block_ms: int, lead_ms: int, low_from: int
) -> None:
    @virtually
    async def main() -> None:
        async with a_stage(block_ms=block_ms, lead_ms=lead_ms) as stage:
            await a_reply(stage)
            await after(200)
            stage.speaker.obey(DuckReply(1, DUCK_DB, 20))
            await after(300)
            stage.speaker.obey(ResumeReply(1, 20))
            await after(2_000)
            played, made = np.array(line(stage)), np.array(whole(1_000))
            assert len(played) == 1_000, "none is lost, none comes twice"
            assert np.array_equal(played[:200], made[:200])
            assert (
                np.abs(played[low_from : low_from + 240] - made[low_from : low_from + 240] * LOW).max() <= 1
            )
            assert np.array_equal(played[580:], made[580:])
            assert stage.reports.of(ReplyEnded) == [
                ReplyEnded(1, "one two three four", 1_000.0, complete=True)
            ]

    main()


@virtually
async def test_little_that_the_transport_holds_is_left_to_it() -> None:
    async with a_stage() as stage:
        await a_reply(stage)
        await after(210)
        stage.speaker.duck(1, DUCK_DB, 20)
        await after(2_000)
        assert not any(frame.flush for _, frame in stage.ear.frames)


@pytest.mark.parametrize(("block_ms", "lead_ms"), [(20, 20), (200, 200), (2_000, 0)])
def test_a_paused_reply_is_held_where_it_is_and_goes_on_there(block_ms: int, lead_ms: int) -> None:
    @virtually
    async def main() -> None:
        async with a_stage(block_ms=block_ms, lead_ms=lead_ms) as stage:
            await a_reply(stage)
            await after(200)
            stage.speaker.obey(PauseReply(1, 40))
            stage.speaker.obey(PauseReply(1, 40))
            await after(500)
            held = line(stage)
            assert 240 <= len(held) <= 280
            assert held[-1] == 0
            await after(1_000)
            assert line(stage) == held, "nothing comes meanwhile"
            stage.speaker.obey(ResumeReply(1, 20))
            await after(2_000)
            played = line(stage)
            assert len(played) == 1_000
            assert played[300:] == whole(1_000)[300:]
            assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]

    main()


@virtually
async def test_a_reply_stopped_while_it_is_paused_makes_no_more_sound() -> None:
    async with a_stage() as stage:
        await a_reply(stage)
        await after(500)
        stage.speaker.pause(1, 40)
        await after(300)
        before = line(stage)
        stage.speaker.duck(1, DUCK_DB, 20)
        stage.speaker.stop(1, 60)
        await after(2_000)
        assert line(stage) == before
        (ended,) = stage.reports.of(ReplyEnded)
        assert (ended.heard_ms, ended.complete) == (len(before), False)


@virtually
async def test_a_reply_stopped_while_it_is_ducked_fades_from_there() -> None:
    async with a_stage(block_ms=100, lead_ms=100) as stage:
        await a_reply(stage)
        await after(200)
        stage.speaker.duck(1, DUCK_DB, 20)
        await after(100)
        stage.speaker.stop(1, 60)
        await after(1)
        fade = stage.ear.frames[-1][1].samples
        assert fade[0] == pytest.approx(LOW * voice(300, 1)[0], abs=2)
        assert fade[-1] == 0


@virtually
async def test_what_is_over_but_for_what_the_transport_holds_is_not_paused() -> None:
    async with a_stage() as stage:
        await a_reply(stage, 100)
        await after(85)
        stage.speaker.pause(1, 40)
        await after(500)
        assert stage.heard == whole(100)
        assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]


@virtually
async def test_a_reply_paused_while_it_is_starved_tells_of_that_once() -> None:
    async with a_stage() as stage:
        draft = stage.draft()
        draft.spoken.add_text("one two")
        await draft.audio.put(voice(0, 100))
        stage.speaker.begin(1, draft, stage.group)
        await after(200)
        stage.speaker.pause(1, 40)
        await after(100)
        await draft.audio.put(voice(100, 50))
        draft.audio.finish()
        await after(100)
        stage.speaker.resume(1, 0)
        await after(500)
        assert stage.heard == whole(150)
        assert stage.reports.of(ReplyStarved) == [ReplyStarved(1)]
        assert stage.reports.of(ReplyFed) == [ReplyFed(1)]
        assert stage.reports.kinds[-1] == "ReplyEnded"


@virtually
async def test_where_a_reply_is_can_be_asked() -> None:
    async with a_stage() as stage:
        await a_reply(stage)
        await after(520)
        stage.speaker.obey(LocateReply(1))
        assert stage.reports.of(ReplyLocated) == [ReplyLocated(1, "one two", " three four")]


@virtually
async def test_of_a_reply_that_is_not_played_nothing_is_changed_or_told() -> None:
    async with a_stage() as stage:
        await a_reply(stage, 100)
        for action in (DuckReply(7, 20, 0), PauseReply(7, 40), ResumeReply(7, 0), LocateReply(7)):
            stage.speaker.obey(action)
        await after(500)
        assert stage.heard == whole(100)
        assert stage.reports.of(ReplyLocated) == []


@virtually
async def test_a_pause_after_the_transport_has_gone_breaks_nothing() -> None:
    async with a_stage(listens=False) as stage:
        await a_reply(stage)
        await after(1)
        stage.speaker.close()
        stage.speaker.pause(1, 40)
        stage.speaker.resume(1, 40)
        await after(1)


@settings(deadline=None, max_examples=60)
@given(
    block_ms=st.sampled_from([5, 20, 150, 2_000]),
    lead_ms=st.sampled_from([0, 20, 90, 300]),
    slow_ms=st.sampled_from([0, 0, 35]),
    steps=st.lists(st.tuples(st.integers(0, 130), st.sampled_from(["duck", "pause", "resume"])), max_size=8),
    stop_ms=st.one_of(st.none(), st.integers(0, 500)),
)
def test_whatever_is_done_to_its_level_every_sample_comes_once_and_in_order(
    block_ms: int, lead_ms: int, slow_ms: int, steps: list[tuple[int, str]], stop_ms: int | None
) -> None:
    async def main() -> None:
        async with a_stage(block_ms=block_ms, lead_ms=lead_ms) as stage:
            stage.slow_ms = min(slow_ms, block_ms)
            await a_reply(stage)
            for wait_ms, what in steps:
                await after(wait_ms)
                stage.speaker.obey(
                    {
                        "duck": DuckReply(1, DUCK_DB, 20),
                        "pause": PauseReply(1, 40),
                        "resume": ResumeReply(1, 25),
                    }[what]  # type: ignore[arg-type]
                )
            if stop_ms is None:
                stage.speaker.resume(1, 0)
            else:
                await after(stop_ms)
                stage.speaker.stop(1, 60)
            await after(20_000)
            played, made = line(stage), whole(1_000)
            (ended,) = stage.reports.of(ReplyEnded)
            if stop_ms is None:
                assert len(played) == ended.heard_ms == 1_000
            else:  # a transport that comes late for the fade has played on meanwhile
                assert 0 <= len(played) - ended.heard_ms <= stage.slow_ms
            assert stop_ms is not None or all(
                0 <= heard <= sample for heard, sample in zip(played, made, strict=False)
            )
            if ended.complete and stop_ms is None and not stage.slow_ms:
                begun = round(min(1_000, sum(wait_ms for wait_ms, _ in steps) + block_ms + lead_ms))
                assert played[begun:] == made[begun:]

    run(main)


@pytest.mark.parametrize("held_ms", [0, 30, 55])
def test_a_pause_takes_no_longer_for_the_little_that_the_transport_holds(held_ms: int) -> None:
    """The transport holds a rest of a long block, too little to be taken back."""

    @virtually
    async def main() -> None:
        async with a_stage(block_ms=500, lead_ms=0) as stage:
            await a_reply(stage)
            await after(500 - held_ms)
            stage.speaker.pause(1, 60)
            await after(2_000)
            heard_ms = len(line(stage)) - (500 - held_ms)
            assert heard_ms <= 60 + 20, "the fade, and a block at most"

    main()


@virtually
async def test_a_reply_that_comes_back_to_full_level_while_it_has_no_audio_goes_on_at_it() -> None:
    async with a_stage() as stage:
        run = stage.draft()
        run.spoken.add_text("one two three four")
        run.spoken.add_audio(150, 0, ())
        await run.audio.put(voice(0, 100))
        stage.speaker.begin(1, run, stage.group)
        await after(20)
        stage.speaker.duck(1, DUCK_DB, 20)
        await after(200)
        stage.speaker.resume(1, 100)
        await run.audio.put(voice(100, 50))
        run.audio.finish()
        await after(200)
        assert line(stage)[100:] == whole(150)[100:]
