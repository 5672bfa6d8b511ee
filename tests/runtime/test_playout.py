from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.config import Playout
from antiphon.core.events import ReplyEnded, ReplyFed, ReplyHeard, ReplyStarted, ReplyStarved
from antiphon.core.notices import CaptionsSpoken, Notice
from antiphon.runtime.draft import DraftRun, Pipeline
from antiphon.runtime.playout import Speaker
from antiphon.simulation.loop import run

from .fakes import MS, QUIETEST, Ear, FakeLLM, FakeTTS, Reports, after, clock, virtually, voice


class Stage:
    """A speaker, and somebody who takes its frames as a transport does."""

    def __init__(self, group: asyncio.TaskGroup, settings: Playout) -> None:
        self.group, self.reports, self.ear = group, Reports(), Ear()
        self.clock = clock()
        self.notices: list[Notice] = []
        self.speaker = Speaker(self.clock, settings, self.reports, self.notices.append)
        self.slow_ms = 0.0
        self.draft_count = 0

    async def transport(self) -> None:
        async for frame in self.speaker.frames():
            self.ear.play(frame)
            if self.slow_ms:
                await after(self.slow_ms)

    def draft(self) -> DraftRun:
        """A draft whose audio comes from the test."""
        self.draft_count += 1
        pipeline = Pipeline(FakeLLM(), FakeTTS(), self.clock, self.reports, 600_000)
        return DraftRun(self.draft_count, pipeline, "text")

    async def ready(
        self, ms: int = 1_000, *, quiet_ms: int = 0, text: str = "one two three four"
    ) -> DraftRun:
        """A finished draft: silence, then sound."""
        draft = self.draft()
        draft.spoken.add_text(text)
        draft.spoken.add_audio(quiet_ms + ms, 0, ())
        await draft.audio.put(np.concatenate([np.zeros(quiet_ms, np.int16), voice(0, ms)]))
        draft.audio.finish()
        draft.spoken.complete()
        return draft

    @property
    def at_ms(self) -> list[float]:
        return [at for at, _ in self.ear.frames]

    @property
    def heard(self) -> list[int]:
        return self.ear.heard

    @property
    def told(self) -> list[tuple[str, int]]:
        """What was told of which reply."""
        replies = self.reports.of(ReplyStarted) + self.reports.of(ReplyEnded)
        return [(type(event).__name__, event.reply_id) for event in replies]


@asynccontextmanager
async def a_stage(*, block_ms: int = 20, lead_ms: int = 20, listens: bool = True) -> AsyncIterator[Stage]:
    async with asyncio.TaskGroup() as group:
        stage = Stage(group, Playout(block_ms=block_ms, lead_ms=lead_ms))
        task = group.create_task(stage.transport()) if listens else None
        yield stage
        stage.speaker.close()
        if task is not None:
            await task


def whole(ms: int) -> list[int]:
    return [int(value) for value in voice(0, ms)]


# --- played --------------------------------------------------------------------------------------------


@virtually
async def test_blocks_come_when_they_are_about_to_be_needed() -> None:
    async with a_stage() as stage:
        await after(7)
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(500)
        assert stage.at_ms == [7, 7, 27, 47, 67], "the first two at once, then one ahead"
        assert [len(frame.samples) for _, frame in stage.ear.frames] == [20] * 5
        assert stage.heard == whole(100)
        assert stage.reports.of(ReplyEnded) == [ReplyEnded(1, "one two three four", 100.0, complete=True)]
        assert stage.reports.when(ReplyEnded) == [107], "when it has been heard, not when it was handed over"


@pytest.mark.parametrize(("lead_ms", "expected"), [(0, [0, 20, 40]), (10, [0, 10, 30]), (60, [0, 0, 0])])
def test_the_lead_is_how_far_ahead(lead_ms: int, expected: list[float]) -> None:
    @virtually
    async def main() -> None:
        async with a_stage(lead_ms=lead_ms) as stage:
            stage.speaker.begin(1, await stage.ready(60), stage.group)
            await after(500)
            assert stage.at_ms == expected

    main()


@virtually
async def test_the_last_block_is_as_long_as_what_is_left() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(50), stage.group)
        await after(500)
        assert [len(frame.samples) for _, frame in stage.ear.frames] == [20, 20, 10]


@virtually
async def test_leading_silence_counts_before_a_reply_is_audible() -> None:
    async with a_stage() as stage:
        await after(100)
        draft = await stage.ready(100, quiet_ms=130)
        stage.speaker.begin(1, draft, stage.group)
        await after(1_000)
        (started,) = stage.reports.of(ReplyStarted)
        assert started == ReplyStarted(1, 100 * MS, 230 * MS, draft.marks)
        assert stage.reports.when(ReplyStarted) == [200], "told when that block was handed over"


@virtually
async def test_a_reply_that_is_silent_throughout_never_starts() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(0, quiet_ms=100), stage.group)
        await after(1_000)
        assert stage.reports.kinds == ["ReplyEnded"]


@virtually
async def test_an_empty_reply_ends_at_once() -> None:
    async with a_stage() as stage:
        draft = stage.draft()
        draft.audio.finish()
        stage.speaker.begin(1, draft, stage.group)
        await after(1)
        assert stage.reports.of(ReplyEnded) == [ReplyEnded(1, "", 0.0, complete=True)]


@virtually
async def test_a_failed_draft_s_reply_is_not_complete() -> None:
    async with a_stage() as stage:
        draft = await stage.ready(100)
        draft.failed = True
        stage.speaker.begin(1, draft, stage.group)
        await after(1_000)
        assert not stage.reports.of(ReplyEnded)[0].complete


@virtually
async def test_a_second_reply_follows_the_first_without_overlap() -> None:
    async with a_stage(lead_ms=60) as stage:
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(100)
        stage.speaker.begin(2, await stage.ready(100), stage.group)
        await after(1_000)
        assert stage.heard == whole(100) * 2
        assert stage.reports.of(ReplyStarted)[1].audible_ns == 100 * MS


# --- starved -------------------------------------------------------------------------------------------


@virtually
async def test_a_reply_without_audio_left_says_so_and_says_when_it_has_some() -> None:
    async with a_stage() as stage:
        draft = stage.draft()
        draft.spoken.add_text("one two")
        await draft.audio.put(voice(0, 100))
        stage.speaker.begin(1, draft, stage.group)
        await after(500)
        assert stage.reports.when(ReplyStarved) == [80], "when the next block would have been handed over"
        await draft.audio.put(voice(100, 40))
        draft.audio.finish()
        await after(500)
        assert stage.reports.when(ReplyFed) == [500]
        assert stage.reports.kinds == ["ReplyStarted", "ReplyStarved", "ReplyFed", "ReplyEnded"]
        assert stage.heard == whole(140)
        assert stage.at_ms[5:] == [500, 500]
        assert stage.reports.when(ReplyEnded) == [540]


@virtually
async def test_one_that_turns_out_to_be_over_was_not_fed() -> None:
    async with a_stage() as stage:
        draft = stage.draft()
        await draft.audio.put(voice(0, 100))
        stage.speaker.begin(1, draft, stage.group)
        await after(500)
        draft.audio.finish()
        await after(1)
        assert stage.reports.kinds == ["ReplyStarted", "ReplyStarved", "ReplyEnded"]


@virtually
async def test_a_reply_that_has_not_begun_to_sound_is_late_not_starved() -> None:
    async with a_stage() as stage:
        draft = stage.draft()
        stage.speaker.begin(1, draft, stage.group)
        await after(500)
        await draft.audio.put(voice(0, 20))
        draft.audio.finish()
        await after(500)
        assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]


# --- stopped -------------------------------------------------------------------------------------------


@virtually
async def test_a_stopped_reply_fades_from_where_the_listener_is() -> None:
    async with a_stage(block_ms=100, lead_ms=100) as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(350)
        assert stage.speaker.draft_of(1) == 1
        stage.speaker.stop(1, 60)
        await after(1)
        at_ms, fade = stage.ear.frames[-1]
        assert (at_ms, fade.flush, len(fade.samples)) == (350, True, 60)
        assert fade.samples[0] == pytest.approx(QUIETEST + 350, abs=5), "it goes on from the very sample"
        assert fade.samples[-1] == 0
        assert np.all(np.diff(fade.samples) < 0)
        (ended,) = stage.reports.of(ReplyEnded)
        assert (ended.heard_ms, ended.complete, ended.heard_text) == (410.0, False, "one two")
        await after(2_000)
        assert len(stage.heard) == 350 + 59, "and nothing after the fade"
        assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]


@virtually
async def test_audio_that_was_not_handed_over_makes_up_the_fade() -> None:
    async with a_stage(block_ms=20, lead_ms=0) as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(30)
        stage.speaker.stop(1, 60)
        await after(1)
        fade = stage.ear.frames[-1][1].samples
        expected = voice(30, 60) * (0.5 + 0.5 * np.cos(np.pi * np.arange(1, 61) / 60))
        assert np.allclose(fade, expected, atol=1)


@virtually
async def test_with_less_left_than_the_fade_all_of_it_fades() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(90)
        stage.speaker.stop(1, 60)
        await after(1)
        assert len(stage.ear.frames[-1][1].samples) == 10
        assert stage.reports.of(ReplyEnded)[0].heard_ms == 100


@virtually
async def test_without_a_fade_what_was_handed_over_is_cut_off() -> None:
    async with a_stage(block_ms=100, lead_ms=100) as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(130)
        stage.speaker.stop(1, 0)
        await after(1)
        assert stage.ear.frames[-1][1].flush
        assert len(stage.ear.frames[-1][1].samples) == 0
        assert stage.heard == whole(130)
        assert stage.reports.of(ReplyEnded)[0].heard_ms == 130


@virtually
async def test_where_nothing_is_left_nothing_is_sent() -> None:
    async with a_stage() as stage:
        draft = stage.draft()
        await draft.audio.put(voice(0, 100))
        stage.speaker.begin(1, draft, stage.group)
        await after(500)
        stage.speaker.stop(1, 60)
        await after(1)
        assert not stage.ear.frames[-1][1].flush
        assert stage.reports.kinds == ["ReplyStarted", "ReplyStarved", "ReplyEnded"]


@virtually
async def test_the_next_reply_waits_for_the_end_of_the_fade() -> None:
    async with a_stage(block_ms=100, lead_ms=100) as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(350)
        stage.speaker.stop(1, 60)
        stage.speaker.begin(2, await stage.ready(100), stage.group)
        await after(1_000)
        assert stage.reports.of(ReplyStarted)[1].audible_ns == 410 * MS
        assert stage.heard[-100:] == whole(100)


@virtually
async def test_what_is_not_being_played_can_t_be_stopped() -> None:
    async with a_stage() as stage:
        stage.speaker.stop(7, 60)
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        assert stage.speaker.draft_of(7) is None
        stage.speaker.stop(7, 60)
        stage.speaker.drop(7)
        await after(1_000)
        assert stage.heard == whole(100)
        assert stage.speaker.draft_of(1) is None


@settings(deadline=None, max_examples=60)
@given(
    st.integers(5, 200),
    st.integers(0, 300),
    st.integers(1, 1_200),
    st.integers(0, 200),
    st.integers(0, 100),
)
def test_whenever_it_is_stopped_what_was_heard_is_what_is_reported(
    block_ms: int, lead_ms: int, stop_ms: int, fade_ms: int, quiet_ms: int
) -> None:
    async def main() -> None:
        async with a_stage(block_ms=block_ms, lead_ms=lead_ms) as stage:
            draft = await stage.ready(1_000, quiet_ms=quiet_ms)
            stage.speaker.begin(1, draft, stage.group)
            await after(stop_ms)
            stage.speaker.stop(1, fade_ms)
            await after(3_000)
            (ended,) = stage.reports.of(ReplyEnded)
            length = 1_000 + quiet_ms
            assert ended.heard_ms == min(length, min(stop_ms, length) + fade_ms)
            heard = stage.heard
            kept = max(0, min(stop_ms, length) - quiet_ms)
            assert heard[:kept] == whole(kept)
            assert len(heard) <= max(0, ended.heard_ms - quiet_ms)

    run(main)


# --- taken back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("drop_ms", [0, 1, 5, 19, 20, 40, 45, 90, 99])
def test_a_reply_taken_back_and_begun_again_loses_and_doubles_no_sound(drop_ms: float) -> None:
    @virtually
    async def main() -> None:
        async with a_stage() as stage:
            draft = await stage.ready(200, quiet_ms=120)
            stage.speaker.begin(1, draft, stage.group)
            await after(drop_ms)
            stage.speaker.drop(1)
            assert stage.reports.of(ReplyStarted) == []
            await after(300)
            stage.speaker.begin(2, draft, stage.group)
            await after(1_000)
            assert stage.heard == whole(200)
            assert stage.told == [("ReplyStarted", 2), ("ReplyEnded", 2)]

    main()


@pytest.mark.parametrize("wait_ms", [1, 1_000])
def test_what_waited_for_the_transport_when_it_was_taken_back_is_not_lost(wait_ms: float) -> None:
    @virtually
    async def main() -> None:
        async with a_stage(listens=False) as stage:
            draft = await stage.ready(500)
            stage.speaker.begin(1, draft, stage.group)
            await after(wait_ms)
            assert len(stage.speaker.channel) > 0, "blocks wait for the transport"
            stage.speaker.drop(1)
            assert len(stage.speaker.channel) == 0, "nothing of it goes out any more"
            stage.group.create_task(stage.transport())
            stage.speaker.begin(2, draft, stage.group)
            await after(2_000)
            assert stage.heard == whole(500)

    main()


@virtually
async def test_taking_a_reply_back_leaves_the_end_of_the_one_before_it_alone() -> None:
    async with a_stage(block_ms=100, lead_ms=100, listens=False) as stage:
        stage.slow_ms = 200
        stage.group.create_task(stage.transport())
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(150)
        stage.speaker.stop(1, 60)
        stage.speaker.begin(2, await stage.ready(100), stage.group)
        stage.speaker.drop(2)
        await after(1_000)
        assert stage.ear.frames[-1][1].flush, "the fade of the first reply is still handed over"


# --- a transport that is slow --------------------------------------------------------------------------


@virtually
async def test_a_reply_is_over_when_the_transport_has_had_all_of_it() -> None:
    async with a_stage() as stage:
        stage.slow_ms = 50
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(2_000)
        assert stage.heard == whole(100)
        assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]
        (ended,) = stage.reports.of(ReplyEnded)
        assert ended.heard_ms == 100
        assert stage.reports.when(ReplyEnded)[0] >= stage.at_ms[-1] + 20


@virtually
async def test_a_reply_that_the_transport_has_not_begun_to_take_is_not_over() -> None:
    async with a_stage(listens=False) as stage:
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(500)
        assert stage.reports.events == []
        stage.group.create_task(stage.transport())
        await after(500)
        assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]


@virtually
async def test_no_more_than_a_few_blocks_wait_for_it() -> None:
    async with a_stage(listens=False) as stage:
        stage.speaker.begin(1, await stage.ready(10_000), stage.group)
        await after(5_000)
        assert len(stage.speaker.channel) == 10
        stage.speaker.stop(1, 60)


# --- closed --------------------------------------------------------------------------------------------


@virtually
async def test_frames_end_when_it_is_closed_and_what_was_ready_comes_first() -> None:
    async with a_stage(listens=False) as stage:
        draft = await stage.ready(1_000)
        stage.speaker.begin(1, draft, stage.group)
        await after(1)
        stage.speaker.stop(1, 60)
        stage.speaker.close()
        frames = [frame async for frame in stage.speaker.frames()]
        assert [frame.flush for frame in frames] == [True]


@virtually
async def test_a_reply_may_be_stopped_after_the_transport_has_gone() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(100)
        stage.speaker.close()
        stage.speaker.stop(1, 60)
        assert stage.reports.kinds == ["ReplyStarted", "ReplyEnded"]


@virtually
async def test_a_reply_that_is_played_when_the_transport_goes_breaks_nothing() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(100)
        stage.speaker.close()
        await after(2_000)


@virtually
async def test_nor_does_one_that_is_begun_then() -> None:
    async with a_stage() as stage:
        stage.speaker.close()
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(2_000)


# --- a listener who is behind --------------------------------------------------------------------------


def heard(reply_id: int, audible_ms: int) -> ReplyHeard:
    return ReplyHeard(reply_id, 0, 0, 0, audible_ms * MS)


@virtually
async def test_a_reply_s_first_frame_and_first_sound_are_marked() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(7, await stage.ready(60, quiet_ms=25), stage.group)
        await after(500)
        frames = [frame for _, frame in stage.ear.frames]
    assert [frame.begins for frame in frames] == [7, None, None, None, None]
    assert [frame.audible for frame in frames] == [None, 5, None, None, None]


@virtually
async def test_a_listener_who_says_so_is_known_to_be_behind() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(400), stage.group)
        await after(60)
        stage.speaker.note_heard(heard(1, 50))
        await after(1_000)
        assert stage.reports.when(ReplyEnded) == [450], "when it has been heard"
        stage.speaker.begin(2, await stage.ready(400), stage.group)
        await after(1_000)
        assert stage.reports.of(ReplyStarted)[1].audible_ns == (1_060 + 50) * MS


@virtually
async def test_a_reply_that_is_stopped_was_heard_as_far_as_a_listener_behind_had_come() -> None:
    async with a_stage(lead_ms=100) as stage:
        stage.speaker.begin(1, await stage.ready(1_000), stage.group)
        await after(200)
        stage.speaker.note_heard(heard(1, 80))
        stage.speaker.stop(1, 60)
        await after(100)
        (ended,) = stage.reports.of(ReplyEnded)
        assert ended.heard_ms == 200 - 80 + 60
        flush = stage.ear.frames[-1][1]
        assert flush.flush
        assert flush.samples[0] == pytest.approx(voice(120, 1)[0], abs=3), (
            "it fades from where the listener is"
        )


@pytest.mark.parametrize("said", [heard(2, 500), heard(1, -30)])
@virtually
async def test_an_account_that_is_not_of_this_reply_or_early_makes_nobody_late(said: ReplyHeard) -> None:
    async with a_stage() as stage:
        stage.speaker.begin(1, await stage.ready(100), stage.group)
        await after(60)
        stage.speaker.note_heard(said)
        await after(500)
        assert stage.reports.when(ReplyEnded) == [100]


# --- captions -------------------------------------------------------------------------------------------


@virtually
async def test_the_words_of_a_reply_are_told_just_before_they_are_heard() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(7, await stage.ready(900, text="one two three four"), stage.group)
        await after(1_000)
    captions = [notice for notice in stage.notices if isinstance(notice, CaptionsSpoken)]
    words = [
        (word.text, word.start_ns // MS, word.end_ns // MS) for notice in captions for word in notice.words
    ]
    assert words == [("one", 0, 150), ("two", 200, 350), ("three", 400, 650), ("four", 700, 900)]
    for notice in captions:
        assert notice.reply_id == 7
        assert all(-1 <= word.start_ns - notice.at_ns <= 41 * MS for word in notice.words)


@virtually
async def test_what_is_not_heard_is_not_told() -> None:
    async with a_stage() as stage:
        stage.speaker.begin(7, await stage.ready(900, text="one two three four"), stage.group)
        await after(300)
        stage.speaker.stop(7, 60)
    captions = [notice for notice in stage.notices if isinstance(notice, CaptionsSpoken)]
    assert [word.text for notice in captions for word in notice.words] == ["one", "two"]
