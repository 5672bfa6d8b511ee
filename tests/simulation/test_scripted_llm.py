"""A model at a vendor's pace."""

import asyncio
from contextlib import aclosing

import pytest

from antiphon.errors import ProviderError
from antiphon.providers.base import LLMEvent, LLMUsage, TextDelta
from antiphon.runtime.clock import Clock
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.loop import run
from antiphon.simulation.profile import LogNormal, Model
from antiphon.simulation.scripted_llm import ENDLESS, ScriptedLLM
from antiphon.simulation.vendor_log import VendorLog

from .calls import ASKED, MS

TEXT = " ".join(f"word{number}" for number in range(24))


def model(log: VendorLog, *faults: Fault) -> ScriptedLLM:
    def reply(messages: object, call_id: int, random: object, begun: str) -> str:
        return TEXT

    settings = Model(first_token_ms=LogNormal(400), tokens_per_s=50)
    return ScriptedLLM(reply, settings, chance("llm"), Clock(), log, FaultsAt(faults, Where.LLM))


def streamed(*faults: Fault) -> tuple[list[tuple[int, LLMEvent]], VendorLog]:
    """What came, and when in ms."""
    log = VendorLog()

    async def main() -> list[tuple[int, LLMEvent]]:
        clock, events = Clock(), []
        async with aclosing(model(log, *faults).stream(ASKED)) as stream:
            async for event in stream:
                events.append((clock.now_ns() // MS, event))
        return events

    return run(main), log


def text_of(events: list[tuple[int, LLMEvent]]) -> str:
    return "".join(event.text for _, event in events if isinstance(event, TextDelta))


def test_the_first_clause_comes_token_by_token_at_the_vendor_s_pace() -> None:
    events, log = streamed()
    assert [at for at, _ in events[:3]] == [400, 420, 440]
    assert text_of(events) == TEXT
    assert events[-1][1] == LLMUsage(1_000, 24)
    assert events[-1][0] < 400 + 24 * 20 + 1
    (call,) = log.model_calls
    assert (call.answers, call.output_tokens, call.output_characters) == ("a table for two", 24, len(TEXT))
    assert log.open_streams == 0


def test_a_request_that_is_let_go_of_is_closed_and_counts_what_was_written() -> None:
    log = VendorLog()

    async def main() -> None:
        async with aclosing(model(log).stream(ASKED)) as stream:
            async for _ in stream:
                break

    run(main)
    assert log.open_streams == 0
    assert log.model_calls[0].output_tokens == 1
    assert log.model_calls[0].closed_ns is not None


def fault(kind: Kind, stage: Stage = Stage.START, ms: int = 1_000) -> Fault:
    return Fault(Where.LLM, kind, 0, stage, ms)


def test_a_stall_lasts_as_long_as_it_says() -> None:
    assert streamed(fault(Kind.STALL, Stage.START, 2_000))[0][0][0] == 2_400
    events, _ = streamed(fault(Kind.STALL, Stage.MIDDLE, 2_000))
    assert events[7][0] < 600
    assert events[8][0] > 2_400


@pytest.mark.parametrize(
    ("ms", "error"), [(1_001, ProviderError), (1_000, ProviderError), (999, RuntimeError)]
)
def test_errors_are_the_vendor_s_or_of_the_provider_s_own_code(ms: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        streamed(fault(Kind.ERROR, Stage.MIDDLE, ms))


def test_other_faults_change_what_is_written() -> None:
    assert text_of(streamed(fault(Kind.EMPTY))[0]) == ""
    assert text_of(streamed(fault(Kind.DISCONNECT, Stage.MIDDLE))[0]) == " ".join(TEXT.split()[:8])
    assert len(text_of(streamed(fault(Kind.DUPLICATE, Stage.MIDDLE))[0]).split()) == 25
    assert len(text_of(streamed(fault(Kind.ENDLESS))[0]).split()) == 24 + 12 * ENDLESS
    assert streamed(fault(Kind.SLOW))[0][1][0] == 800


def test_a_request_may_take_its_time_to_let_go() -> None:
    log = VendorLog()

    async def main() -> int:
        clock = Clock()
        llm = model(log, fault(Kind.IGNORE_CANCEL, Stage.END, 700))

        async def take() -> None:
            async with aclosing(llm.stream(ASKED)) as stream:
                async for _ in stream:
                    pass

        async with asyncio.TaskGroup() as group:
            task = group.create_task(take())
            await clock.sleep_until(450 * MS)
            task.cancel()
        await llm.warm()
        await llm.aclose()
        return clock.now_ns() // MS

    assert run(main) == 1_150
    assert log.open_streams == 0
