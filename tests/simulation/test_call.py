"""One whole call in virtual time."""

import pytest

from antiphon.config import Mode, Modes
from antiphon.core.endpointing import FixedSilence
from antiphon.core.notices import TranscriptChanged
from antiphon.core.speculation import Speculation, Strategy
from antiphon.simulation.call import APOLOGY, CallSettings, app_action, simulate_call, simulate_script
from antiphon.simulation.checkers import check_call
from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.loop import DeadlockError
from antiphon.simulation.measures import measure
from antiphon.simulation.populations import own_world
from antiphon.simulation.scripts import Script

from .calls import ECHO, a_call, utterance

WORLD = own_world()


@pytest.mark.parametrize("population", WORLD.populations)
def test_every_utterance_is_answered_and_nothing_is_left_open(population: str) -> None:
    result = simulate_call("test:1", WORLD.populations[population], CallSettings())
    assert result.failure is None
    assert check_call(result) == []
    assert result.turns == len(result.script.utterances)
    assert result.closed_ns is not None
    assert len(result.heard) >= result.turns


def test_the_same_seed_gives_the_same_call() -> None:
    one, two = (a_call("test:2", fault_rate=0.3) for _ in range(2))
    assert one.script == two.script
    assert one.heard == two.heard
    assert one.notices == two.notices
    assert one.history == two.history
    assert one.log == two.log


def test_another_seed_gives_another_call() -> None:
    assert a_call("test:2").script != a_call("test:4").script


def test_without_drafts_every_reply_is_made_from_the_final() -> None:
    result = a_call("test:3", speculation=Speculation(strategy=Strategy.DISCARD))
    assert all(record.ledger.reused == 0 for record in result.records)
    assert check_call(result) == []


def test_faults_are_kept_with_the_call() -> None:
    faults = (Fault(Where.LLM, Kind.EMPTY, nth=0), Fault(Where.TTS, Kind.EMPTY, nth=0))
    result = simulate_call("test:1", ECHO, CallSettings(), faults)
    assert result.script.faults == faults
    assert check_call(result) == []


def test_a_model_that_never_answers_ends_in_the_apology() -> None:
    faults = tuple(Fault(Where.LLM, Kind.EMPTY, nth) for nth in range(20))
    result = simulate_script(Script("test", (utterance("hello there"),), faults=faults), ECHO, CallSettings())
    assert [synthesis.text for synthesis in result.log.syntheses if synthesis.samples] == [APOLOGY]
    assert check_call(result) == []


def test_the_application_speaks_types_and_closes() -> None:
    said, typed, closed = (
        Fault(Where.APP, kind, ms=ms)
        for kind, ms in ((Kind.SAY, 200), (Kind.TEXT, 4_000), (Kind.CLOSE, 9_000))
    )
    script = Script("test", (utterance("hello there", after_ms=30_000),), faults=(said, typed, closed))
    result = simulate_script(script, ECHO, CallSettings())
    assert [(action.kind, action.at_ns // 1_000_000) for action in result.app] == [
        (Kind.SAY, 200),
        (Kind.TEXT, 4_000),
        (Kind.CLOSE, 9_000),
    ]
    assert result.app[0] == app_action(0, said, result.app[0].at_ns)
    assert [message.content for message in result.history if message.role == "user"] == [result.app[1].text]
    assert check_call(result) == []


def test_another_endpointer_may_decide() -> None:
    settings = CallSettings(endpointer=lambda: FixedSilence(300), least_silence_ms=300)
    result = simulate_call("test:1", ECHO, settings)
    assert check_call(result) == []
    assert measure(result).cut_ins >= measure(a_call("test:1")).cut_ins


def test_every_stage_may_wait_for_the_whole() -> None:
    modes = Modes(Mode.BATCH, Mode.BATCH, Mode.BATCH)
    result = a_call("test:1", modes=modes)
    assert check_call(result) == []
    assert not [
        notice for notice in result.notices if isinstance(notice, TranscriptChanged) and not notice.final
    ]
    assert min(measure(result).glass_to_glass_ms) > 2 * max(measure(a_call("test:1")).glass_to_glass_ms)


def test_what_comes_out_of_a_call_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.core.conversation.Conversation.handle", lambda *_: 1 // 0)
    result = a_call()
    assert isinstance(result.failure, ExceptionGroup)
    assert isinstance(result.failure.exceptions[0], ZeroDivisionError)
    assert result.closed_ns is None
    assert [violation.invariant for violation in check_call(result)] == [9]


def test_a_call_that_can_t_go_on_is_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.core.conversation.Conversation.idle", property(lambda _: False))
    assert isinstance(a_call().failure, DeadlockError)
