"""A draft that begins with another one's first clause: one text, one stretch of audio, nothing twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from antiphon.core.events import DraftFailed, OpeningReady
from antiphon.runtime.draft import DraftRun, HeldOpening

from .fakes import REQUEST, FakeLLM, after, virtually, voice
from .test_draft import Bench, everything

CLAUSE = "Sure, a table for two. "
REST = "At eight it is. Shall I book it?"
MS_PER_CHARACTER = 20


async def opened(llm: FakeLLM, group: asyncio.TaskGroup) -> tuple[Bench, HeldOpening]:
    """A bench on which a first clause was made, and that clause; the model answers anew from now on."""
    bench = Bench(FakeLLM([50, CLAUSE, 10, "Whatever comes."]))
    donor = DraftRun(1, bench.pipeline, REQUEST, ahead_ms=1)
    donor.start(group)
    await after(2_000)
    (told,) = bench.reports.of(OpeningReady)
    assert told == OpeningReady(1, CLAUSE.strip(), MS_PER_CHARACTER * len(CLAUSE.strip()))
    opening = donor.release_opening()
    donor.cancel()
    bench.llm = llm
    bench.pipeline = replace(bench.pipeline, llm=llm)
    return bench, opening


@virtually
async def test_it_goes_on_from_the_clause_in_one_text_and_one_stretch_of_audio() -> None:
    async with asyncio.TaskGroup() as group:
        bench, opening = await opened(FakeLLM([50, REST]), group)
        draft = DraftRun(2, bench.pipeline, REQUEST, opening=opening)
        draft.start(group)
        assert draft.audio.held == len(opening.samples), "it can be heard at once"
    assert bench.llm.requests[-1].begun == CLAUSE.strip()
    assert bench.tts.spoken[0] == CLAUSE.strip()
    assert "".join(bench.tts.spoken[1:]).strip() == REST
    assert draft.spoken.text == f"{CLAUSE.strip()} {REST}"
    assert len(everything(draft.audio)) == draft.spoken.samples
    assert draft.spoken.heard(draft.spoken.samples) == draft.spoken.text
    assert draft.spoken.heard(len(opening.samples)) == CLAUSE.strip()
    assert draft.marks.first_audio_ns == opening.marks.first_audio_ns, "the clause is what is heard first"
    assert draft.usage.tts_characters == len("".join(bench.tts.spoken[1:])), "the clause was paid for before"


@virtually
async def test_what_the_model_repeats_is_not_said_twice() -> None:
    async with asyncio.TaskGroup() as group:
        bench, opening = await opened(FakeLLM([50, "Sure, a ", 10, "table for two. " + REST]), group)
        draft = DraftRun(2, bench.pipeline, REQUEST, opening=opening)
        draft.start(group)
    assert draft.spoken.text == f"{CLAUSE.strip()} {REST}"


@pytest.mark.parametrize("answer", [[50], [50, "Sure, a table for two."]], ids=["nothing", "only the clause"])
@virtually
async def test_a_model_that_does_not_go_on_is_a_failure(answer: list[object]) -> None:
    async with asyncio.TaskGroup() as group:
        bench, opening = await opened(FakeLLM(answer), group)
        draft = DraftRun(2, bench.pipeline, REQUEST, opening=opening)
        draft.start(group)
    (failed,) = bench.reports.of(DraftFailed)
    assert "did not go on from the opening" in failed.message


@virtually
async def test_it_can_give_its_clause_to_another_one() -> None:
    async with asyncio.TaskGroup() as group:
        bench, opening = await opened(FakeLLM([50, REST]), group)
        second = DraftRun(2, bench.pipeline, REQUEST, opening=opening)
        second.start(group)
        await after(10)
        again = second.release_opening()
        second.cancel()
        assert again.samples.tolist() == opening.samples.tolist() == voice(0, len(opening.samples)).tolist()
        assert again.speech == opening.speech


@virtually
async def test_one_that_was_played_has_none_to_give() -> None:
    async with asyncio.TaskGroup() as group:
        bench, opening = await opened(FakeLLM([50, REST]), group)
        draft = DraftRun(2, bench.pipeline, REQUEST, opening=opening)
        draft.start(group)
        draft.audio.take(draft.audio.held)
        with pytest.raises(LookupError, match="draft 2 has no opening to give"):
            draft.release_opening()
        draft.cancel()
