from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from antiphon.core.tools import OnBargeIn
from antiphon.errors import ConfigError
from antiphon.tools import (
    MOST_CHARACTERS,
    ArgumentsError,
    Tool,
    ToolContext,
    check_state,
    one_form,
    result_text,
    tool,
)

NOWHERE: ToolContext[None] = ToolContext(None)


class Seat(StrEnum):
    WINDOW = "window"
    AISLE = "aisle"


class Guest(BaseModel):
    name: str
    age: int | None = None


@tool
def book(people: int, day: date, seat: Seat = Seat.WINDOW, guests: list[Guest] | None = None) -> str:
    """Book a table.

    The restaurant is closed on Mondays.

    Args:
        people: How many will come.
        day: When, as YYYY-MM-DD.
        seat: Where they want to sit.
    """
    return f"{people} on {day:%d %B}, {seat}, {[guest.name for guest in guests or ()]}"


# --- what the model is told ----------------------------------------------------------------------------


def test_a_tool_is_described_by_its_types_and_its_docstring() -> None:
    assert book.name == "book"
    assert book.policy.spec.description == "Book a table.\n\nThe restaurant is closed on Mondays."
    schema = dict(book.parameters)
    definitions = schema.pop("$defs")
    assert schema == {
        "type": "object",
        "properties": {
            "people": {"type": "integer", "description": "How many will come."},
            "day": {"type": "string", "format": "date", "description": "When, as YYYY-MM-DD."},
            "seat": {
                "$ref": "#/$defs/Seat",
                "description": "Where they want to sit.",
                "default": "window",
            },
            "guests": {"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/Guest"}}, {"type": "null"}]}
            | {"default": None},
        },
        "required": ["people", "day"],
        "additionalProperties": False,
    }
    assert definitions["Seat"]["enum"] == ["window", "aisle"]


def test_a_field_says_more_than_a_type() -> None:
    @tool
    def dial(volume: Annotated[int, Field(ge=0, le=11, description="How loud.")]) -> None:
        """Turn it up."""

    assert dial.parameters["properties"]["volume"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 11,
        "description": "How loud.",
    }


def test_a_tool_without_parameters_takes_an_empty_object() -> None:
    @tool
    def hours() -> None:
        """When we are open."""

    assert hours.parameters == {"type": "object", "properties": {}, "additionalProperties": False}


def test_the_context_is_not_shown_to_the_model() -> None:
    @tool
    def whose(call: ToolContext[str], name: Literal["a", "b"] = "a") -> str:
        """Whose it is."""
        return f"{call.state}'s {name}"

    assert list(whose.parameters["properties"]) == ["name"]
    assert whose.bind("{}", ToolContext("Ann"))() == "Ann's a"


def test_a_type_may_be_defined_beside_the_function() -> None:
    @dataclass
    class Basket:
        tea: int

    @tool
    def pour(basket: Basket) -> int:
        """Pour tea."""
        return basket.tea

    assert pour.bind('{"basket": {"tea": 3}}', NOWHERE)() == 3


def test_a_tool_is_still_the_function() -> None:
    assert book(2, date(2026, 5, 1)) == "2 on 01 May, window, []"
    assert repr(book) == "<tool book>"


def test_an_author_may_say_all_of_it() -> None:
    @tool(
        name="look_up",
        description="Looks things up.",
        safe=True,
        timeout_s=2.5,
        on_barge_in="finish",
        progress="Hm.",
        progress_after_s=0.3,
    )
    async def anything(word: str) -> str:
        return word

    policy = anything.policy
    assert (policy.spec.name, policy.spec.description) == ("look_up", "Looks things up.")
    assert (policy.safe, policy.timeout_ms, policy.on_barge_in) == (True, 2_500, OnBargeIn.FINISH)
    assert (policy.progress, policy.progress_after_ms) == ("Hm.", 300)
    assert anything.is_async
    assert asyncio.run(anything.bind('{"word": "tea"}', NOWHERE)()) == "tea"


def test_an_interruption_stops_what_is_safe_and_nothing_else_unless_its_author_says_so() -> None:
    @tool(safe=True)
    def look() -> None:
        """Look."""

    assert look.policy.on_barge_in is OnBargeIn.CANCEL
    assert book.policy.on_barge_in is OnBargeIn.FINISH


# --- what can't be described ---------------------------------------------------------------------------


def nameless(*names: str) -> None:
    """Take all."""


def keywords(**names: str) -> None:
    """Take all."""


def untyped(name) -> None:  # type: ignore[no-untyped-def]
    """Take it."""


def undescribed(name: str) -> None: ...


def unknown(name: Missing) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Take it."""


def strange(name: Tool) -> None:
    """Take it."""


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (nameless, r"^tool nameless: parameter \*names: 'str' can't be described to a model: name each$"),
        (keywords, r"^tool keywords: parameter \*\*names: 'str' can't be described"),
        (untyped, "^tool untyped: parameter name: expected a type hint$"),
        (undescribed, "^tool undescribed: expected a docstring; the model is told of the tool by it$"),
        (unknown, "^tool unknown: name 'Missing' is not defined; its type hints must be known"),
        (strange, "^tool strange: Unable to generate pydantic-core schema for"),
    ],
)
def test_what_a_model_could_not_be_told_of_is_refused_in_one_line(function: Any, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        tool(function)
    assert "\n" not in str(caught.value)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match="tool nameless: timeout_s = 0: expected"):
        tool(timeout_s=0)(nameless)
    with pytest.raises(ConfigError, match="tool hours: on_barge_in = 'perhaps': expected"):

        @tool(on_barge_in="perhaps")
        def hours() -> None:
            """When we are open."""


# --- what the model writes, and what it is told --------------------------------------------------------


def test_arguments_become_what_the_function_takes() -> None:
    call = book.bind('{"people": "2", "day": "2026-05-01", "guests": [{"name": "Ann"}]}', NOWHERE)
    assert call() == "2 on 01 May, window, ['Ann']"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ('{"people": "many", "day": "2026-05-01"}', "people: Input should be a valid integer"),
        ('{"day": "2026-05-01"}', "people: Field required"),
        ('{"people": 2, "day": "2026-05-01", "tip": 3}', "tip: Extra inputs are not permitted"),
        ("{", "Invalid JSON"),
    ],
)
def test_arguments_that_are_wrong_are_complained_about_to_the_model(arguments: str, complaint: str) -> None:
    with pytest.raises(ArgumentsError, match=complaint):
        book.bind(arguments, NOWHERE)


def test_a_tool_that_checks_its_arguments_itself_is_given_an_object() -> None:
    raw = Tool(lambda **given: given, book.policy)
    assert raw.bind('{"a": [1]}', NOWHERE)() == {"a": [1]}
    assert raw.bind("", NOWHERE)() == {}
    with pytest.raises(ArgumentsError, match="are no JSON: "):
        raw.bind("{", NOWHERE)
    with pytest.raises(ArgumentsError, match="are no JSON object"):
        raw.bind("[1]", NOWHERE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (None, "Done."),
        (3, "3"),
        ({"a": date(2026, 5, 1)}, '{"a":"2026-05-01"}'),
        (Guest(name="Ann"), '{"name":"Ann","age":null}'),
        ([Seat.AISLE], '["aisle"]'),
        (NotImplemented, '"NotImplemented"'),
    ],
)
def test_a_result_is_told_as_text(value: object, text: str) -> None:
    assert result_text(value) == text


def test_a_result_is_told_up_to_a_length() -> None:
    told = result_text("x" * (MOST_CHARACTERS + 1))
    assert (len(told), told[-1]) == (MOST_CHARACTERS, "…")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_equal_arguments_have_one_form(value: Any) -> None:
    loose = json.dumps(value, indent=1)
    assert one_form(loose) == one_form(json.dumps(value, sort_keys=True))
    assert json.loads(one_form(loose)) == value


def test_what_is_no_json_is_left_as_it_is() -> None:
    assert one_form("{people") == "{people"


class Order:
    """What a call is about."""


@tool
def add_item(item: str, call: ToolContext[Order]) -> None:
    """Put something on the order."""


@tool
def anything(call: ToolContext[Any]) -> None:
    """Look at anything."""


def test_a_state_that_is_not_what_a_tool_expects_is_refused_by_name() -> None:
    with pytest.raises(
        ConfigError,
        match=r"add_item expects .* Order, not NoneType: Agent\(..., state=Order\) or Session\(agent",
    ):
        check_state([anything, add_item], None)
    check_state([anything, add_item], Order())
    assert (add_item.state_type, anything.state_type) == (Order, None)
