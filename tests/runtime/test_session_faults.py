from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.notices import (
    Trouble,
)
from antiphon.errors import ProviderConnectionError, SessionClosedError
from antiphon.runtime.helpers import closing

from .calls import REPLY, REPLY_MS, Call, Frames, recognises, speaking
from .fakes import (
    FakeLLM,
    FakeSTT,
    FakeTTS,
    after,
    now_ms,
    virtually,
    voice,
)

# --- things that fail ----------------------------------------------------------------------------------


@virtually
async def test_a_model_that_is_down_ends_each_turn_in_the_apology() -> None:
    call = Call(llm=FakeLLM([10, ProviderConnectionError("fake/llm", "down")]))
    await call.run(speaking(500, 800, 2_500))
    assert call.history == [("user", "book a table"), ("assistant", "Sorry.")]
    assert call.records[0].outcome == "failed"
    assert call.open == 0


@virtually
async def test_a_voice_that_is_down_leaves_a_report() -> None:
    call = Call(tts=FakeTTS(breaks_after=0))
    await call.run(speaking(500, 800, 2_500))
    assert call.ear.heard == []
    assert call.records[0].error == "fake/tts: closed"


@virtually
async def test_a_voice_that_always_breaks_half_way_does_not_apologise_for_ever() -> None:
    call = Call(tts=FakeTTS(breaks_after=1, chunk_ms=50))
    await call.run(speaking(500, 800, 2_500))
    assert now_ms() < 10_000
    assert call.open == 0


@virtually
async def test_a_recogniser_that_fails_for_good_is_reported_and_the_call_ends() -> None:
    stt = FakeSTT()
    stt.refuses = [ProviderConnectionError("fake/stt", "refused")] * 1_000
    call = Call(stt)
    await call.run(speaking(500, 800, 5_000))
    assert isinstance(call.of(Trouble)[0], Trouble)
    assert call.records[0].outcome == "failed"


@virtually
async def test_drafts_that_are_over_are_forgotten() -> None:
    call = Call(
        stt=recognises(*["book a table"] * 5),
        llm=FakeLLM([10, ProviderConnectionError("fake/llm", "down")], [10, REPLY]),
    )
    await call.run(speaking(500, *[800, 2_500] * 5))
    assert len(call.records) == 5
    assert call.session._drafts == {}


@virtually
async def test_what_breaks_the_caller_s_audio_breaks_the_call() -> None:
    async def broken() -> Frames:
        async for frame in speaking(500, 800, 900):
            yield frame
        raise OSError("the line is dead")

    call = Call(llm=FakeLLM([50, "very " * 100]))
    with pytest.raises(ExceptionGroup) as raised:
        await call.run(broken())
    assert raised.group_contains(OSError, match="the line is dead")
    assert call.records[-1].outcome == "closed"
    assert call.open == 0


@virtually
async def test_what_the_application_raises_comes_out_as_it_is() -> None:
    call = Call()

    async def raise_at_the_first_frame() -> None:
        async with call.session as session:
            async for _ in session.process(speaking(500, 800, 1_500)):
                raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await raise_at_the_first_frame()
    assert call.open == 0


# --- leaving -------------------------------------------------------------------------------------------


@virtually
async def test_the_application_may_stop_listening_at_any_frame() -> None:
    call = Call(llm=FakeLLM([50, "very " * 100]))
    async with call.session as session:
        async for _ in session.process(speaking(500, 800, 5_000)):
            break
    assert now_ms() < 2_500
    assert call.open == 0


@virtually
async def test_and_may_do_something_else_before_it_leaves() -> None:
    call = Call(llm=FakeLLM([50, "very " * 100]))
    async with call.session as session:
        async with closing(session.process(speaking(500, 800, 5_000))) as frames:
            async for _ in frames:
                break
        await after(3_000)
        session.say("Is anybody there?")
        await after(3_000)
    assert call.open == 0


@virtually
async def test_after_the_caller_has_gone_nothing_is_broken_by_having_something_tosay() -> None:
    call = Call()
    async with call.session as session:
        async for _ in session.process(speaking(100)):
            pass
        session.say("Goodbye.")
        await after(3_000)


@virtually
async def test_a_caller_who_comes_while_another_is_heard_is_refused() -> None:
    call = Call()
    async with call.session as session, asyncio.TaskGroup() as group:
        first = group.create_task(_drain(session.process(speaking(500, 800, 1_500))))
        await after(100)
        with pytest.raises(SessionClosedError):
            await _drain(session.process(speaking(100)))
        await first
    assert call.history[-1] == ("assistant", REPLY)


async def _drain(frames: Frames) -> None:
    async for _ in frames:
        pass


@virtually
async def test_a_slow_application_hears_all_of_every_reply() -> None:
    call = Call()
    async with call.session as session:
        async for frame in session.process(speaking(500, 800, 3_000)):
            call.ear.play(frame)
            await after(60)
    assert call.ear.heard == voice(0, REPLY_MS).tolist()
    assert [record.outcome for record in call.records] == ["replied"]
    assert call.history[-1] == ("assistant", REPLY)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6_000), st.sampled_from(["close", "cancel", "raise", "break"]), st.integers(0, 3))
def test_left_at_any_moment_and_in_any_way_it_leaves_nothing_behind(
    at_ms: int, how: str, failing: int
) -> None:
    @virtually
    async def main() -> None:
        plans: list[list[float | str | Exception]] = [[300, "It is " + "very " * 20 + "far."], [50, REPLY]]
        if failing:
            plans[failing % 2] = [200, "Of course I can. ", 100, ProviderConnectionError("fake/llm", "down")]
        call = Call(
            llm=FakeLLM(*plans), tts=FakeTTS(breaks_after=30 if failing == 3 else None), greeting="Welcome."
        )

        async def whole() -> None:
            async with call.session as session:
                async for frame in session.process(speaking(700, 800, 1_300, 600, 3_000)):
                    call.ear.play(frame)
                    if now_ms() >= at_ms and how == "raise":
                        raise LookupError("mine")
                    if now_ms() >= at_ms and how == "break":
                        break

        task = asyncio.ensure_future(whole())
        await after(at_ms)
        if how == "close":
            call.session.close()
        elif how == "cancel":
            task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            assert isinstance(error, LookupError), repr(error)
        assert call.open == 0
        assert len({record.turn_id for record in call.records}) == len(call.records)
        assert now_ms() < 20_000

    main()
