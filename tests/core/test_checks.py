from __future__ import annotations

import math
from enum import StrEnum

import pytest

from antiphon.core.checks import as_choice, check_range
from antiphon.errors import ConfigError


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize("value", [0, 10, 0.5, 9.999])
def test_a_number_in_range_is_taken(value: float) -> None:
    check_range("group.setting", value, 0, 10)


@pytest.mark.parametrize("value", [-1, 10.001, math.nan, math.inf, True, "3", None])
def test_anything_else_is_refused_with_its_name_and_the_range(value: object) -> None:
    with pytest.raises(ConfigError, match=r"group\.setting = .*: expected a number from 0 to 10"):
        check_range("group.setting", value, 0, 10)  # type: ignore[arg-type]


def test_a_choice_is_named_by_its_value_or_is_one_already() -> None:
    assert as_choice("colour", "red", Colour) is Colour.RED
    assert as_choice("colour", Colour.BLUE, Colour) is Colour.BLUE


def test_an_unknown_choice_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match='colour = \'green\': expected one of "red", "blue"'):
        as_choice("colour", "green", Colour)
