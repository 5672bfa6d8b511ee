"""What a session is told besides audio, in whole calls."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from antiphon import Agent, CallerAway, CallerBack, Endpointing, Keypad, Presence
from antiphon.audio import AudioFrame
from antiphon.core.events import InterruptRequested, TurnCommitted
from antiphon.errors import ConfigError, SessionClosedError
from antiphon.runtime.inputs import Inputs
from antiphon.runtime.session import Session
from antiphon.testing import Rehearsal, ScriptedModel

MODEL = {
    "pressed 42": "That is extension forty-two.",
    "a table for two": "For when?",
    "a table": "For how many?",
    "tell me": "We have a garden, a terrace and a quiet room, and all of them are open until ten every day.",
}
BY_HAND = Agent(endpointing=Endpointing(manual=True))


def rehearsal(agent: Agent | None = None) -> Rehearsal:
    return Rehearsal(agent or Agent(), ScriptedModel(MODEL, otherwise="Pardon?"))


def test_keys_that_are_pressed_are_answered() -> None:
    with rehearsal(Agent(keypad=Keypad(timeout_ms=500))) as call:
        call.session.press_keys("42")
        call.waits(600)
        call.listens()
        assert call.transcript == "caller  (pressed 42)\nagent   That is extension forty-two."


def test_what_is_no_key_is_refused() -> None:
    with rehearsal() as call, pytest.raises(ConfigError, match="press_keys\\('4x'\\): x: no key"):
        call.session.press_keys("4x")


def test_by_hand_a_turn_lasts_until_it_is_committed() -> None:
    with rehearsal(BY_HAND) as call:
        call.murmurs("a table")
        call.waits(5_000)
        assert call.transcript == ""
        call.murmurs("for two")
        call.session.commit_turn()
        call.listens()
        assert call.transcript == "caller  a table for two\nagent   For when?"


class Told(Inputs):
    """What a session would be told."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = SimpleNamespace(now_ns=lambda: 5)  # type: ignore[assignment]
        self.events: list[object] = []

    def post(self, event: object) -> None:
        self.events.append(event)

    def _running(self) -> object:
        return self


def test_a_button_is_pressed_and_let_go_of() -> None:
    told, frame = Told(), AudioFrame(np.full(20, 1_000, np.int16), 1_000, captured_ns=7)
    assert told._captured(frame) is frame
    told.stop_talking()
    silent = told._captured(frame)
    assert not silent.samples.any()
    assert (len(silent.samples), silent.captured_ns) == (20, 7)
    told.start_talking()
    assert told._captured(frame) is frame
    assert told.events == [TurnCommitted(5, 0), InterruptRequested()]


def test_pressing_it_silences_the_agent() -> None:
    with rehearsal(BY_HAND) as call:
        call.session.send_text("tell me about the place")
        call.waits(3_000)
        call.session.start_talking()
        call.waits(100)
        assert call.transcript.endswith(" – barge-in")


def test_the_agent_may_be_silenced_by_the_application() -> None:
    with rehearsal() as call:
        turn = call.says("tell me about the place", hear_out=False)
        call.waits(1_000)
        call.session.interrupt()
        call.listens()
        assert turn.interrupted


def test_a_turn_may_be_committed_before_its_silence_is_over() -> None:
    def delay_ms(*, commit: bool) -> float:
        with rehearsal(Agent(endpointing=Endpointing(silence_ms=1_500))) as call:
            call.murmurs("a table for two")
            if commit:
                call.session.commit_turn()
            call.waits(3_000)
            call.listens()
            (exchange,) = call.exchanges
            assert exchange.delay_ms is not None
            return exchange.delay_ms

    assert delay_ms(commit=True) < 900
    assert delay_ms(commit=False) >= 1_500


def test_who_says_nothing_for_long_is_asked_and_is_back_when_heard() -> None:
    with rehearsal(Agent(presence=Presence(5_000, ("Are you still there?",)))) as call:
        call.waits(12_000)
        assert call.transcript == "agent   Are you still there?"
        call.says("a table for two").said("for when")
        told = [type(notice) for notice in call.notices if isinstance(notice, CallerAway | CallerBack)]
        assert told == [CallerAway, CallerAway, CallerBack]


@pytest.mark.parametrize("tell", ["commit_turn", "interrupt", "start_talking", "stop_talking"])
def test_outside_of_a_call_nothing_is_taken(tell: str) -> None:
    with pytest.raises(SessionClosedError):
        getattr(Session(Agent()), tell)()
