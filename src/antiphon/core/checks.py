"""How a setting refuses a bad value: one sentence that names it, the value and what was expected."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from antiphon.errors import ConfigError

Choice = TypeVar("Choice", bound=StrEnum)


def check_range(setting: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside ``[low, high]`` (NaN included).

    Raises:
        ConfigError: If ``value`` is no number or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{setting} = {value!r}: expected a number from {low:g} to {high:g}")


def check_texts(setting: str, value: object) -> tuple[str, ...]:
    """A sequence of texts, none of them empty.

    Raises:
        ConfigError: If ``value`` is something else.
    """
    if isinstance(value, list | tuple) and all(isinstance(each, str) and each.strip() for each in value):
        return tuple(value)
    raise ConfigError(f"{setting} = {value!r}: expected a list of texts")


def as_choice(setting: str, value: str, choices: type[Choice]) -> Choice:
    """The member of an enumeration that a setting names.

    Raises:
        ConfigError: If there is no such member.
    """
    try:
        return choices(value)
    except ValueError:
        names = ", ".join(f'"{choice.value}"' for choice in choices)
        raise ConfigError(f"{setting} = {value!r}: expected one of {names}") from None
