"""A caller who speaks when asked to."""

from __future__ import annotations

import asyncio

from antiphon.runtime.clock import Clock
from antiphon.simulation.caller import Said, SpokenWord, Utterance
from antiphon.simulation.loop import run
from antiphon.simulation.signal import voiced_runs
from antiphon.testing.live_caller import LiveCaller

MS = 1_000_000


def test_what_is_said_begins_when_it_is_to_and_silence_lies_between() -> None:
    async def main() -> tuple[list[Said], list[tuple[int, bool]]]:
        clock = Clock()
        caller = LiveCaller(clock)
        runs: list[tuple[int, bool]] = []

        async def listen() -> None:
            async for frame in caller.frames():
                runs.extend(voiced_runs(frame.samples))

        listening = asyncio.create_task(listen())
        said = []
        for after_ms in (500, 200):
            said.append(await caller.say(Utterance((SpokenWord("hello", 0, 300),), after_ms)))
        await clock.sleep_until(clock.now_ns() + 1_000 * MS)
        caller.hang_up()
        await listening
        return said, runs

    said, runs = run(main)
    first, second = said
    assert (first.start, first.stop) == (500, 800)
    assert second.start == 800 + 128 + 200, "after the silence in which the end of the voice is noticed"
    assert sum(length for length, voiced in runs if voiced) == 600
    assert sum(length for length, _ in runs) == second.stop + 128 + 1_000


def test_the_agent_is_heard_while_it_sounds() -> None:
    async def main() -> list[bool]:
        clock = Clock()
        caller = LiveCaller(clock)
        caller.hears(500 * MS)
        heard = [caller.agent_sounds]
        await clock.sleep_until(600 * MS)
        return [*heard, caller.agent_sounds]

    assert run(main) == [True, False]
