"""Keys that are pressed become a turn."""

from __future__ import annotations

import pytest

from antiphon.core import events as on
from antiphon.core.floor import Floor
from antiphon.core.keypad import MOST_KEYS, Keypad
from antiphon.core.notices import EndOfTurn
from antiphon.errors import ConfigError

from .harness import Driver, a_call


def call(**settings: object) -> Driver:
    return a_call(keypad=Keypad(**settings))  # type: ignore[arg-type]


def turns(driver: Driver) -> list[str]:
    return [notice.text for notice in driver.of(EndOfTurn)]


def test_an_entry_is_complete_at_its_last_key() -> None:
    driver = call()
    driver.feed(on.KeyPressed("4"), 1_000)
    driver.feed(on.KeyPressed("2"), 2_500)
    assert not turns(driver)
    driver.feed(on.KeyPressed("#"), 3_000)
    assert turns(driver) == ["(pressed 42)"]
    assert driver.machine.floor is Floor.THINKING


def test_or_when_no_other_key_comes() -> None:
    driver = call(timeout_ms=1_000)
    driver.feed(on.KeyPressed("4"), 1_000)
    driver.feed(on.KeyPressed("2"), 1_900)
    driver.to(2_899)
    assert not turns(driver)
    driver.to(2_900)
    assert turns(driver) == ["(pressed 42)"]


def test_or_when_it_is_long_enough() -> None:
    driver = call(length=2, text="keys: {keys}", ends_with="")
    driver.feed(on.KeyPressed("1#2"), 1_000)
    assert turns(driver) == ["keys: 1#"]
    driver.to(9_000)
    assert turns(driver)[0] == "keys: 1#"


def test_an_entry_has_an_end_whatever_is_pressed() -> None:
    driver = call(ends_with="")
    driver.feed(on.KeyPressed("1" * MOST_KEYS), 1_000)
    assert turns(driver) == [f"(pressed {'1' * MOST_KEYS})"]


def test_nothing_pressed_is_nothing_entered() -> None:
    driver = call()
    driver.feed(on.KeyPressed("#"), 1_000)
    driver.to(9_000)
    assert not turns(driver)
    assert driver.machine.next_deadline() is None


def test_an_entry_stops_the_agent() -> None:
    driver = call().say("Press one for bookings, two for anything else.", 1_000)
    driver.ready(1, 1_100).audible(1_150)
    driver.feed(on.KeyPressed("1#"), 2_000)
    assert turns(driver) == ["(pressed 1)"]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"ends_with": "x"}, "keypad.ends_with = 'x': expected one of 0-9"),
        ({"text": "keys"}, "keypad.text = 'keys': expected a text with {keys} in it"),
        ({"length": 0}, "keypad.length = 0: expected a number from 1 to 64"),
        ({"timeout_ms": 1}, "keypad.timeout_ms = 1: expected a number from 100"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Keypad(**settings)  # type: ignore[arg-type]
    assert str(refusal.value).startswith(complaint)
