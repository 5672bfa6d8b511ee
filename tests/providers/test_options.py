"""Options are read with their kinds and ranges checked; every refusal names provider, option and value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from antiphon.errors import ConfigError
from antiphon.providers.options import OptionReader

KNOWN = ("name", "other")


def reader(**options: object) -> OptionReader:
    return OptionReader("vendor/model", options, KNOWN)


def test_an_unknown_option_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"vendor/model: unknown option 'nmae'; it has: name, other"):
        OptionReader("vendor/model", {"nmae": 1}, KNOWN)


def test_what_is_not_given_has_its_default() -> None:
    nothing = reader()
    assert nothing.text("name") is None
    assert nothing.choice("name", ["a"]) is None
    assert nothing.number("name", 1.5, 0, 2) == 1.5
    assert nothing.optional_number("name", 0, 2) is None
    assert nothing.integer("name", 3, 0, 9) == 3
    assert nothing.flag("name", default=True) is True
    assert nothing.texts("name") == ()
    assert nothing.table("name") == {}


def test_what_is_given_is_read() -> None:
    assert reader(name="x").text("name") == "x"
    assert reader(name="a").choice("name", ["a", "b"]) == "a"
    assert reader(name=2).number("name", 1.5, 0, 2) == 2.0
    assert reader(name=0.5).optional_number("name", 0, 2) == 0.5
    assert reader(name=7.0).integer("name", 3, 0, 9) == 7
    assert reader(name=False).flag("name", default=True) is False
    assert reader(name=["a", "b"]).texts("name") == ("a", "b")
    assert reader(name={"a": 1}).table("name") == {"a": 1}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (3, lambda options: options.text("name")),
        (" ", lambda options: options.text("name")),
        ("c", lambda options: options.choice("name", ["a", "b"])),
        ("3", lambda options: options.number("name", 1, 0, 2)),
        (3, lambda options: options.number("name", 1, 0, 2)),
        (True, lambda options: options.number("name", 1, 0, 2)),
        (float("nan"), lambda options: options.number("name", 1, 0, 2)),
        (-1, lambda options: options.optional_number("name", 0, 2)),
        (1.5, lambda options: options.integer("name", 1, 0, 2)),
        ("yes", lambda options: options.flag("name", default=True)),
        ("a, b", lambda options: options.texts("name")),
        ([1], lambda options: options.texts("name")),
        ([], lambda options: options.table("name")),
        ({1: 2}, lambda options: options.table("name")),
    ],
)
def test_what_is_of_the_wrong_kind_or_out_of_range_is_refused(
    value: object, read: Callable[[OptionReader], object]
) -> None:
    with pytest.raises(ConfigError, match=r"vendor/model: name = .*: expected"):
        read(reader(name=value))
