from __future__ import annotations

from typing import Any

import pytest

from antiphon import Agent, ConfigError, HandOver, Message

BEFORE = (Message("user", "hello"), Message("assistant", "Hello."))


@pytest.mark.parametrize(
    ("history", "shown"),
    [("all", None), ("none", ()), (lambda before: before[:1], BEFORE[:1]), (lambda _: [], ())],
)
def test_the_author_decides_what_the_new_agent_is_shown(history: Any, shown: object) -> None:
    assert HandOver(Agent(), history).shown(BEFORE) == shown


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"agent": "billing"}, "agent = 'billing': expected an Agent"),
        ({"agent": Agent(), "history": "some"}, "history = 'some': expected"),
        ({"agent": Agent(), "say": 3}, "say = 3: expected a text"),
    ],
)
def test_a_mistake_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        HandOver(**wrong)
    with pytest.raises(ConfigError, match="expected messages"):
        HandOver(Agent(), lambda _: ["hello"]).shown(BEFORE)  # type: ignore[list-item, return-value]
