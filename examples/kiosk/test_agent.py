"""The kiosk, with the embedded model answering from its handbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from antiphon import load_agent
from antiphon.providers.registry import create_llm
from antiphon.testing import Rehearsal

agent = load_agent(Path(__file__).parent / "agent.toml")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("when are you open", "ten to five"),
        ("how much is a ticket", "eight pounds"),
        ("can i bring my dog", "on a lead"),
        ("how do i get there", "tram four"),
    ],
)
def test_the_handbook_answers_at_once(question: str, answer: str, rehearse: Callable[..., Rehearsal]) -> None:
    call = rehearse(agent, create_llm("handbook", agent.context()))
    call.says(question).said(answer, within_ms=600)


def test_the_greeting_may_be_cut_short(rehearse: Callable[..., Rehearsal]) -> None:
    call = rehearse(agent, create_llm("handbook", agent.context()))
    call.says("are dogs allowed").said("on a lead")
    assert call.transcript.startswith("agent   Welcome to the harbour museum.")
