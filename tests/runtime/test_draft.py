from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.config import Mode
from antiphon.core.events import DraftCancelled, DraftFailed, DraftFinished, DraftReady, DraftUsage
from antiphon.core.messages import ToolCall
from antiphon.errors import ProviderConnectionError, ProviderRateLimitError
from antiphon.providers.base import LLMRequest, LLMUsage, SpeechChunk
from antiphon.runtime.draft import DraftRun, HeldAudio, Pipeline
from antiphon.runtime.phrases import PhraseCache
from antiphon.simulation.loop import run
from antiphon.speakable import Manner, SpeechWriter

from .fakes import MS, REQUEST, FakeLLM, FakeTTS, Reports, after, clock, now_ms, virtually, voice

SENTENCES = [50, "Of course I can. ", 100, "It is a table for two."]
SPOKEN_MS = 20 * len("Of course I can.It is a table for two.")


class Bench:
    """A draft's surroundings: providers, reports, a task group to run in."""

    def __init__(
        self,
        llm: FakeLLM | None = None,
        tts: FakeTTS | None = None,
        *,
        held_audio_ms: int = 60_000,
        llm_mode: Mode = Mode.STREAMING,
        tts_mode: Mode = Mode.STREAMING,
    ) -> None:
        self.llm, self.tts, self.reports = llm or FakeLLM(SENTENCES), tts or FakeTTS(), Reports()
        self.pipeline = Pipeline(self.llm, self.tts, clock(), self.reports, held_audio_ms, llm_mode, tts_mode)

    def draft(self, group: asyncio.TaskGroup, source: LLMRequest | str = REQUEST) -> DraftRun:
        draft = DraftRun(1, self.pipeline, source)
        draft.start(group)
        return draft

    async def run_to_its_end(self, source: LLMRequest | str = REQUEST) -> DraftRun:
        async with asyncio.TaskGroup() as group:
            return self.draft(group, source)

    @property
    def open(self) -> int:
        return self.llm.streams.open + self.tts.streams.open


def everything(audio: HeldAudio) -> list[int]:
    return audio.take(audio.held).tolist()


# --- from a request to held audio ----------------------------------------------------------------------


@virtually
async def test_a_draft_writes_and_speaks_at_the_same_time() -> None:
    bench = Bench()
    draft = await bench.run_to_its_end()
    assert bench.llm.requests == [REQUEST]
    assert bench.tts.spoken == ["Of course I can.", " It is a table for two."]
    assert everything(draft.audio) == voice(0, SPOKEN_MS).tolist()
    assert bench.reports.kinds == ["DraftReady", "OpeningReady", "DraftFinished"]
    assert bench.reports.when(DraftReady) == [70]
    assert draft.spoken.text == "Of course I can. It is a table for two."
    assert draft.spoken.heard(SPOKEN_MS) == draft.spoken.text
    assert not draft.failed
    assert bench.open == 0


@virtually
async def test_what_is_written_is_kept_and_what_is_spoken_goes_to_the_voice() -> None:
    bench = Bench(FakeLLM([50, "It is **$5** a", 10, " day. 🚀"]))
    bench.pipeline = replace(bench.pipeline, speech=lambda: SpeechWriter(Manner()))
    draft = await bench.run_to_its_end()
    assert bench.tts.spoken == ["It is five dollars a day."]
    assert draft.spoken.text == "It is **$5** a day. 🚀"
    assert draft.spoken.heard(20 * len("It is five dolla")) == "It is **$5**"
    assert draft.usage.tts_characters == len("It is five dollars a day.")
    fixed = DraftRun(2, bench.pipeline, "It is $5.")
    async with asyncio.TaskGroup() as group:
        fixed.start(group)
    assert bench.tts.spoken[-1] == "It is five dollars."
    assert fixed.spoken.text == "It is $5."


@virtually
async def test_its_marks_are_the_stations_it_passed_in_order() -> None:
    bench = Bench(FakeLLM([50, "Of", 10, " course", 10, " I can. ", 500, "Yes, it is."]))
    await after(5)
    marks = (await bench.run_to_its_end()).marks
    assert marks.requested_ns == 5 * MS
    assert marks.first_token_ns == 55 * MS
    assert marks.first_segment_ns == 75 * MS
    assert marks.voice_requested_ns == 75 * MS
    assert marks.first_audio_ns == 95 * MS


@virtually
async def test_speech_that_needs_no_model_asks_none() -> None:
    bench = Bench()
    draft = await bench.run_to_its_end("Welcome.")
    assert bench.llm.requests == []
    assert bench.tts.spoken == ["Welcome."]
    (finished,) = bench.reports.of(DraftFinished)
    assert finished == DraftFinished(1, "Welcome.", DraftUsage(tts_characters=8))
    assert draft.marks.requested_ns is None
    assert draft.marks.voice_requested_ns == 0


@pytest.mark.parametrize(
    ("llm_mode", "tts_mode", "ready_ms", "finished_ms"),
    [
        (Mode.STREAMING, Mode.STREAMING, 70, 170),
        (Mode.BATCH, Mode.STREAMING, 170, 190),
        (Mode.STREAMING, Mode.BATCH, 170, 170),
        (Mode.BATCH, Mode.BATCH, 190, 190),
    ],
)
def test_each_stage_may_wait_until_it_is_complete(
    llm_mode: Mode, tts_mode: Mode, ready_ms: float, finished_ms: float
) -> None:
    @virtually
    async def main() -> None:
        bench = Bench(llm_mode=llm_mode, tts_mode=tts_mode)
        draft = await bench.run_to_its_end()
        assert bench.reports.when(DraftReady) == [ready_ms]
        assert bench.reports.when(DraftFinished) == [finished_ms]
        assert everything(draft.audio) == voice(0, SPOKEN_MS).tolist()

    main()


@virtually
async def test_blank_text_is_not_spoken() -> None:
    bench = Bench(FakeLLM([10, "Of course I can. ", "\n\n", " ", 10, " "]))
    await bench.run_to_its_end()
    assert bench.tts.spoken == ["Of course I can."]


@pytest.mark.parametrize("plan", [[10], [10, "", "  \n"]])
def test_an_empty_reply_is_finished_and_silent(plan: list[float | str]) -> None:
    @virtually
    async def main() -> None:
        bench = Bench(FakeLLM(plan))
        draft = await bench.run_to_its_end()
        assert bench.reports.kinds == ["DraftFinished"]
        assert not await draft.audio.wait()

    main()


@virtually
async def test_a_voice_that_gives_empty_chunks_is_not_ready_by_them() -> None:
    class Hesitant(FakeTTS):
        async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
            async for _ in segments:
                yield SpeechChunk(np.empty(0, np.int16), 0)
                await after(100)
                yield SpeechChunk(voice(0, 10), 0)

    bench = Bench(tts=Hesitant())
    await bench.run_to_its_end("Welcome.")
    assert bench.reports.when(DraftReady) == [100]


# --- what it costs -------------------------------------------------------------------------------------


@virtually
async def test_what_the_model_reports_is_what_it_cost() -> None:
    bench = Bench(FakeLLM([10, "Of course I can.", LLMUsage(321, 12, 300)]))
    await bench.run_to_its_end()
    assert bench.reports.of(DraftFinished)[0].usage == DraftUsage(321, 300, 12, len("Of course I can."), 1)


@virtually
async def test_what_it_does_not_report_is_estimated() -> None:
    bench = Bench(FakeLLM([10, "x" * 41]))
    await bench.run_to_its_end()
    usage = bench.reports.of(DraftFinished)[0].usage
    assert (usage.input_tokens, usage.output_tokens, usage.requests) == (1, 11, 1), (
        "a token for each four letters"
    )


@virtually
async def test_what_a_cancelled_draft_has_written_so_far_is_counted_too() -> None:
    bench = Bench(FakeLLM([10, "x" * 40, 10_000, "more"]))
    async with asyncio.TaskGroup() as group:
        draft = bench.draft(group)
        await after(100)
        draft.cancel()
    (cancelled,) = bench.reports.of(DraftCancelled)
    assert cancelled.usage.output_tokens == 10


@virtually
async def test_what_a_failed_draft_has_written_so_far_is_counted_too() -> None:
    bench = Bench(FakeLLM([10, "x" * 40, ProviderConnectionError("fake/llm", "closed")]))
    await bench.run_to_its_end()
    (failed,) = bench.reports.of(DraftFailed)
    assert failed.usage.output_tokens == 10


# --- bounded -------------------------------------------------------------------------------------------


@virtually
async def test_no_more_audio_is_made_ahead_than_may_be_held() -> None:
    bench = Bench(FakeLLM([10, "x" * 100]), FakeTTS(chunk_ms=100), held_audio_ms=500)
    async with asyncio.TaskGroup() as group:
        draft = bench.draft(group)
        await after(10_000)
        assert draft.audio.held == 500
        assert bench.reports.of(DraftFinished) == []
        heard = []
        while await draft.audio.wait():
            heard += draft.audio.take(50).tolist()
            assert draft.audio.held <= 500
    assert heard == voice(0, 2_000).tolist()
    assert len(bench.reports.of(DraftFinished)) == 1


@virtually
async def test_text_waits_when_the_voice_is_slower_than_the_model() -> None:
    words = "One two three four. "
    bench = Bench(FakeLLM([10, *[words * 2] * 40]), FakeTTS(first_ms=1_000, ms_per_character=1))
    async with asyncio.TaskGroup() as group:
        bench.draft(group)
        await after(1_500)
        assert bench.llm.streams.open == 1, "it has not been read to its end"
        await after(200_000)
    assert "".join(bench.tts.spoken) == words * 80


# --- failing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ProviderConnectionError("fake/llm", "closed"), "fake/llm: closed"),
        (ProviderRateLimitError("fake/llm", "busy", status=429), "fake/llm: busy, status 429"),
        (ValueError("what?"), "ValueError: what?"),
        (ExceptionGroup("many", [KeyError("a"), ProviderConnectionError("v", "b")]), "KeyError: 'a'; v: b"),
    ],
)
@pytest.mark.parametrize("text", ["", "Of course I can. "])
def test_a_model_that_fails_is_reported_in_one_sentence(error: Exception, message: str, text: str) -> None:
    @virtually
    async def main() -> None:
        bench = Bench(FakeLLM([10, *([text] if text else []), 100, error]))
        draft = await bench.run_to_its_end()
        (failed,) = bench.reports.of(DraftFailed)
        assert (failed.message, failed.text) == (message, text.strip())
        assert draft.failed
        assert bench.open == 0
        assert everything(draft.audio) == voice(0, 20 * len(text.strip())).tolist(), (
            "what there is can be played"
        )
        assert not await draft.audio.wait()

    main()


@virtually
async def test_a_voice_that_fails_ends_the_model_s_stream_too() -> None:
    bench = Bench(FakeLLM([10, "Of course I can. ", 10_000, "Never."]), FakeTTS(breaks_after=2))
    draft = await bench.run_to_its_end()
    assert bench.reports.kinds == ["DraftReady", "DraftFailed"]
    assert bench.reports.of(DraftFailed)[0].message == "fake/tts: closed"
    assert bench.open == 0
    assert len(everything(draft.audio)) == 200
    assert now_ms() < 100


@pytest.mark.parametrize("sentences", [2, 40])
def test_a_voice_that_stops_before_it_has_said_everything_has_failed(sentences: int) -> None:
    class Laconic(FakeTTS):
        async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
            with self.streams:
                await anext(segments)
                yield SpeechChunk(voice(0, 10), 0)

    @virtually
    async def main() -> None:
        bench = Bench(FakeLLM([10, *["One two three four. "] * sentences]), Laconic())
        await bench.run_to_its_end()
        (failed,) = bench.reports.of(DraftFailed)
        assert failed.message == "fake/tts: the voice stopped before it had said everything"
        assert bench.open == 0

    main()


@virtually
async def test_so_has_one_that_says_nothing_of_what_the_application_wanted_said() -> None:
    class Mute(FakeTTS):
        async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
            return
            yield SpeechChunk(voice(0, 10), 0)

    bench = Bench(tts=Mute())
    draft = await bench.run_to_its_end("Welcome.")
    assert bench.reports.kinds == ["DraftFailed"]
    assert draft.failed


@virtually
async def test_a_model_s_wish_for_a_tool_is_not_spoken() -> None:
    bench = Bench(FakeLLM([10, ToolCall("1", "book", "{}"), "Of course I can."]))
    await bench.run_to_its_end()
    assert bench.tts.spoken == ["Of course I can."]


@virtually
async def test_both_failing_at_once_are_both_named() -> None:
    class Refuses(FakeTTS):
        async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
            await after(10)
            raise ProviderConnectionError("fake/tts", "refused")
            yield SpeechChunk(voice(0, 1), 0)

    bench = Bench(FakeLLM([10, ProviderConnectionError("fake/llm", "closed")]), Refuses())
    await bench.run_to_its_end()
    assert (
        "closed" in bench.reports.of(DraftFailed)[0].message
        or "refused" in bench.reports.of(DraftFailed)[0].message
    )


# --- cancelled -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_ms", [0, 1, 10, 15, 30, 31, 45, 100, 1_000, 5_000])
@pytest.mark.parametrize("mode", Mode)
def test_cancelled_at_any_moment_it_lets_go_of_its_providers_at_once(at_ms: float, mode: Mode) -> None:
    """While the model thinks, writes, waits for the voice; while the voice thinks, speaks, waits for room."""

    @virtually
    async def main() -> None:
        plan = [10, *["One two three four. "] * 40, 4_000, "Five."]
        bench = Bench(FakeLLM(plan), FakeTTS(first_ms=15), held_audio_ms=300, llm_mode=mode, tts_mode=mode)
        async with asyncio.TaskGroup() as group:
            draft = bench.draft(group)
            await after(at_ms)
            draft.cancel()
        assert now_ms() == at_ms
        assert bench.open == 0
        assert [kind for kind in bench.reports.kinds if kind not in {"DraftReady", "OpeningReady"}] == [
            "DraftCancelled"
        ]
        draft.cancel()
        assert len(bench.reports.of(DraftCancelled)) == 1

    main()


@virtually
async def test_a_draft_cancelled_before_it_began_cost_nothing() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        bench.draft(group).cancel()
    assert bench.reports.of(DraftCancelled) == [DraftCancelled(1, DraftUsage())]
    assert bench.llm.requests == []


@virtually
async def test_one_that_was_never_started_can_be_cancelled() -> None:
    bench = Bench()
    DraftRun(1, bench.pipeline, REQUEST).cancel()
    assert bench.reports.kinds == ["DraftCancelled"]


@virtually
async def test_cancelling_what_is_finished_says_no_more() -> None:
    bench = Bench()
    (await bench.run_to_its_end()).cancel()
    assert bench.reports.kinds == ["DraftReady", "OpeningReady", "DraftFinished"]


@virtually
async def test_a_model_that_will_not_stop_is_not_listened_to() -> None:
    class Stubborn(FakeLLM):
        """Takes a moment to let go."""

        async def stream(self, request: LLMRequest) -> AsyncIterator[object]:  # type: ignore[override]
            with self.streams:
                try:
                    await after(10_000)
                finally:
                    await after(50)
            yield "never"

    bench = Bench(Stubborn())
    async with asyncio.TaskGroup() as group:
        draft = bench.draft(group)
        await after(100)
        draft.cancel()
        assert bench.reports.kinds == ["DraftCancelled"], "it is told at once"
    assert now_ms() == 150
    assert bench.reports.kinds == ["DraftCancelled"]


@virtually
async def test_a_voice_that_swallows_its_cancellation_is_not_listened_to() -> None:
    class Deaf(FakeTTS):
        async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
            with self.streams:
                await anext(segments)
                with suppress(asyncio.CancelledError):
                    await after(10_000)
                yield SpeechChunk(voice(0, 10), 0)

    bench = Bench(FakeLLM([10, *["One two three four. "] * 40]), Deaf())
    async with asyncio.TaskGroup() as group:
        draft = bench.draft(group)
        await after(100)
        draft.cancel()
    assert bench.reports.kinds == ["DraftCancelled"]
    assert bench.open == 0
    assert draft.audio.held == 0


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 200), st.text("ab .", min_size=1, max_size=30)), max_size=12),
    st.integers(0, 3_000),
    st.integers(100, 1_000),
    st.sampled_from([None, 0, 1, 3]),
)
def test_whenever_it_is_cancelled_it_ends_once_and_leaves_nothing_open(
    plan: list[float | str], at_ms: int, held_ms: int, breaks_after: int | None
) -> None:
    async def main() -> None:
        bench = Bench(FakeLLM(plan), FakeTTS(breaks_after=breaks_after), held_audio_ms=held_ms)
        async with asyncio.TaskGroup() as group:
            draft = bench.draft(group)
            await after(at_ms)
            draft.cancel()
        assert bench.open == 0
        ends = [kind for kind in bench.reports.kinds if kind not in {"DraftReady", "OpeningReady"}]
        assert len(ends) == 1
        assert len(bench.reports.of(DraftReady)) <= 1

    run(main)


# --- held audio ----------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 50), max_size=20), st.lists(st.integers(0, 60), max_size=60))
def test_audio_comes_out_as_it_went_in_however_it_is_cut(blocks: list[int], takes: list[int]) -> None:
    async def main() -> None:
        audio = HeldAudio(10**9)
        made = 0
        for length in blocks:
            await audio.put(voice(made, length))
            made += length
        out = []
        for at_most in takes:
            part = audio.take(at_most)
            assert len(part) <= at_most
            out += part.tolist()
        assert audio.held == made - len(out)
        out += everything(audio)
        assert out == voice(0, made).tolist()
        assert audio.held == 0
        assert len(audio.take(5)) == 0

    run(main)


@virtually
async def test_waiting_ends_with_audio_or_with_the_end() -> None:
    audio = HeldAudio(100)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(audio.wait())
        await after(5)
        assert not waiting.done()
        await audio.put(voice(0, 10))
        assert await waiting
        audio.take(10)
        waiting = group.create_task(audio.wait())
        await after(5)
        audio.finish()
        assert not await waiting
    assert audio.finished


# --- no further than is worth it ------------------------------------------------------------------------


@virtually
async def test_the_voice_is_given_no_more_than_is_asked_for_until_the_draft_will_be_heard() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        draft = DraftRun(1, bench.pipeline, REQUEST, ahead_ms=800)
        draft.start(group)
        await after(2_000)
        assert bench.tts.spoken == ["Of course I can."]
        assert draft.usage.tts_characters == len("Of course I can.")
        draft.go_on()
    assert bench.tts.spoken == ["Of course I can.", " It is a table for two."]
    assert bench.reports.kinds == ["DraftReady", "OpeningReady", "DraftFinished"]


@virtually
async def test_where_little_was_spoken_the_voice_is_given_the_next_segment_too() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        draft = DraftRun(1, bench.pipeline, REQUEST, ahead_ms=1_500)
        draft.start(group)
        await after(2_000)
        assert bench.tts.spoken == ["Of course I can.", " It is a table for two."]


@virtually
async def test_a_draft_that_waits_to_be_wanted_is_cancelled_like_any_other() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        draft = DraftRun(1, bench.pipeline, REQUEST, ahead_ms=0)
        draft.start(group)
        await after(500)
        draft.cancel()
    assert bench.open == 0
    assert bench.reports.kinds == ["DraftCancelled"]


@virtually
async def test_a_phrase_from_memory_costs_nothing_and_is_ready_at_once() -> None:
    bench = Bench()
    bench.pipeline = replace(bench.pipeline, phrases=PhraseCache(1_000, 60, 80))
    first, second = await bench.run_to_its_end(), await bench.run_to_its_end()
    assert first.usage.tts_characters == len("Of course I can. It is a table for two.")
    assert second.usage.tts_characters == len(" It is a table for two.")
    assert second.spoken.text == first.spoken.text
    assert second.audio.held == first.audio.held
    assert second.marks.first_audio_ns == second.marks.voice_requested_ns
