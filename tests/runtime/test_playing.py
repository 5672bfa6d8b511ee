"""What of a reply was handed over, and what of that was heard."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from antiphon.audio import Fader
from antiphon.runtime.draft import DraftRun
from antiphon.runtime.playing import Playing

from .fakes import MS, virtually, voice
from .test_playout import Stage, a_stage


def playing(stage: Stage, group: asyncio.TaskGroup) -> Playing:
    run: DraftRun = stage.draft()
    return Playing(1, run, group)


@virtually
async def test_what_was_handed_over_and_not_heard_is_known_with_its_level() -> None:
    async with a_stage() as stage:
        reply = playing(stage, stage.group)
        reply.fader = Fader().to(0.5, 100)
        for first in (0, 100, 200):
            reply.hand_over(voice(first, 100), 0, 0)
        samples, fader = reply.unheard(reply.unplayed(130 * MS))
        assert np.array_equal(samples, voice(130, 170))
        assert fader == Fader().to(0.5, 100).after(130)


@virtually
async def test_what_is_taken_back_was_never_handed_over() -> None:
    async with a_stage() as stage:
        reply = playing(stage, stage.group)
        reply.hand_over(voice(0, 300), 0, 0)
        assert np.array_equal(reply.retake(100 * MS, 0), voice(100, 200))
        assert (reply.handed, reply.unplayed(100 * MS)) == (100, 0)
        frame, start_ns = reply.hand_over(voice(100, 50), 100 * MS, 0)
        assert (frame.flush, start_ns) == (True, 100 * MS)
        assert not reply.hand_over(voice(150, 50), 100 * MS, 0)[0].flush


@pytest.mark.parametrize("late_ms", [0, 30])
def test_a_transport_that_comes_late_for_what_replaces_it_is_not_given_again_what_it_played(
    late_ms: int,
) -> None:
    @virtually
    async def main() -> None:
        async with a_stage() as stage:
            reply = playing(stage, stage.group)
            reply.hand_over(voice(0, 300), 0, 0)
            reply.retake(100 * MS, 0)
            frame, _ = reply.hand_over(voice(100, 200), (100 + late_ms) * MS, 0)
            assert np.array_equal(frame.samples, voice(100 + late_ms, 200 - late_ms))
            assert reply.handed == 300

    main()


@virtually
async def test_where_the_listener_is_behind_more_is_remembered_and_more_is_not_heard() -> None:
    async with a_stage() as stage:
        reply = playing(stage, stage.group)
        reply.hand_over(voice(0, 100), 0, 80 * MS)
        reply.hand_over(voice(100, 100), 100 * MS, 80 * MS)
        samples, _ = reply.unheard(reply.unplayed((150 - 80) * MS))
        assert np.array_equal(samples, voice(70, 130))
