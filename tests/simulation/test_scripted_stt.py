"""What goes wrong with the scripted recogniser as a service."""

from contextlib import aclosing

import pytest

from antiphon.audio import AudioFrame
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.errors import ProviderAuthError, ProviderConnectionError, ProviderError
from antiphon.runtime.clock import Clock
from antiphon.simulation.caller import Caller
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Stage, Where
from antiphon.simulation.loop import run
from antiphon.simulation.profile import Recogniser
from antiphon.simulation.scripted_stt import ScriptedSTT
from antiphon.simulation.scripted_stt_stream import PHANTOM_WORDS
from antiphon.simulation.vendor_log import VendorLog

from .calls import MS, utterance

EXACT = Recogniser(newest_word_revised=0, older_word_revised=0, final_differs_from_last_interim=0)


def fault(kind: Kind, stage: Stage = Stage.START, ms: int = 1_000, nth: int = 0) -> Fault:
    return Fault(Where.STT, kind, nth, stage, ms)


def heard(*faults: Fault) -> tuple[list[tuple[int, RecogniserEvent]], ProviderError | None]:
    """What came of "a table for two", said from 200 to 1,400 ms, and when; and what it ended in."""

    async def main() -> tuple[list[tuple[int, RecogniserEvent]], ProviderError | None]:
        clock, events = Clock(), []
        caller = Caller((utterance("a table for two", after_ms=200),), clock, give_up_ms=5_000)
        stt = ScriptedSTT(caller, EXACT, chance("stt"), clock, VendorLog(), FaultsAt(faults, Where.STT))
        try:
            async with stt.open() as stream, aclosing(caller.frames()) as frames:
                async for frame in frames:
                    await stream.send(frame)
                await stream.end()
                async for event in stream:
                    events.append((clock.now_ns() // MS, event))
        except ProviderError as error:
            return events, error
        return events, None

    return run(main)


def finals(events: list[tuple[int, RecogniserEvent]]) -> list[str]:
    return [event.text for _, event in events if isinstance(event, Final)]


def test_without_faults_words_become_final() -> None:
    events, error = heard()
    assert error is None
    assert finals(events) == ["a table for two"]


@pytest.mark.parametrize(("ms", "kind"), [(4, ProviderAuthError), (5, ProviderConnectionError)])
def test_a_connection_may_be_refused(ms: int, kind: type[ProviderError]) -> None:
    assert isinstance(heard(fault(Kind.REFUSE, ms=ms))[1], kind)


def test_a_connection_may_be_lost() -> None:
    assert isinstance(heard(fault(Kind.ERROR, Stage.MIDDLE))[1], ProviderConnectionError)


def test_a_connection_may_end_as_if_nothing_were_wrong() -> None:
    events, error = heard(fault(Kind.DISCONNECT, Stage.MIDDLE))
    assert error is None
    assert finals(events) == []


def test_a_final_may_be_empty_or_come_twice() -> None:
    assert finals(heard(fault(Kind.EMPTY))[0]) == [""]
    assert finals(heard(fault(Kind.DUPLICATE))[0]) == ["a table for two"] * 2


def test_words_may_be_heard_that_nobody_said() -> None:
    assert finals(heard(fault(Kind.PHANTOM, ms=2_000))[0]) == ["a table for two", PHANTOM_WORDS]


def test_only_the_utterance_that_is_hit_suffers() -> None:
    assert finals(heard(fault(Kind.EMPTY, nth=1))[0]) == ["a table for two"]


def test_a_connection_hears_nothing_before_it_is_given_audio() -> None:
    async def main() -> list[RecogniserEvent]:
        clock = Clock()
        caller = Caller((utterance("hello", after_ms=0),), clock, give_up_ms=100)
        stt = ScriptedSTT(caller, EXACT, chance("stt"), clock, VendorLog())
        frames: list[AudioFrame] = [frame async for frame in caller.frames()]
        async with stt.open() as stream:
            await stream.send(frames[-1])
            await stream.end()
            events = [event async for event in stream]
        await stt.aclose()
        return events

    assert not [event for event in run(main) if isinstance(event, Interim) or event.text]  # type: ignore[union-attr]
