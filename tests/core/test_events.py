from __future__ import annotations

import dataclasses
import inspect
from typing import Any, get_args

import pytest

from antiphon.core import events
from antiphon.core.conversation import Conversation, ConversationSettings
from antiphon.core.events import Event
from antiphon.core.persona import Persona, Takeover
from antiphon.core.preparation import NOTHING_ADDED

DATA = {"Word", "DraftMarks", "DraftUsage", "ToolRound"}  # parts of events
EVENTS = get_args(Event)


def made(kind: type[Event]) -> Event:
    """An event with plain values in it."""
    plain: dict[str, Any] = {
        "str": "hello there",
        "int": 5,
        "float": 0.5,
        "bool": True,
        "tuple[Word, ...]": (),
        "tuple[ToolCall, ...]": (),
    }
    plain |= {"Preparation": NOTHING_ADDED, "str | None": None}
    plain |= {"Takeover": Takeover(Persona(1, "another")), "Takeover | None": None}
    parts = {"DraftUsage": events.DraftUsage(), "DraftMarks": events.DraftMarks()}
    values: dict[str, Any] = {**plain, **parts, "float | None": 0.5}
    return kind(**{each.name: values[str(each.type)] for each in dataclasses.fields(kind)})


def test_the_union_holds_every_event_there_is() -> None:
    defined = {
        name
        for name, value in vars(events).items()
        if inspect.isclass(value) and dataclasses.is_dataclass(value) and value.__module__ == events.__name__
    }
    assert {kind.__name__ for kind in EVENTS} == defined - DATA


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_is_a_value_that_never_changes(kind: type[Event]) -> None:
    event = made(kind)
    assert event == made(kind)
    assert hash(event) == hash(made(kind))
    for each in dataclasses.fields(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(event, each.name, None)
    assert not hasattr(event, "__dict__")


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_the_machine_takes_every_event_first_of_all_and_last_of_all(kind: type[Event]) -> None:
    machine = Conversation(ConversationSettings())
    machine.handle(made(kind), 1_000)
    machine.handle(events.CloseRequested(), 2_000)
    assert machine.handle(made(kind), 3_000) == []
