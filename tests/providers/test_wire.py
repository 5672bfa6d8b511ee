"""A vendor's message is of its kind, or the error names the field that is not."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from antiphon.errors import ProviderProtocolError
from antiphon.providers.wire import parsed


class Inner(BaseModel):
    number: int


class Outer(BaseModel):
    inners: list[Inner]


def test_a_message_of_its_kind_is_read_and_what_is_beyond_it_ignored() -> None:
    assert parsed("acme/one", Outer, "Outer", {"inners": [{"number": 1, "more": 2}]}).inners[0].number == 1


@pytest.mark.parametrize(
    ("message", "field"),
    [({}, "inners"), ({"inners": [{"number": "x"}]}, "inners.0.number"), ("text", "shape")],
)
def test_the_first_field_that_is_wrong_is_named(message: object, field: str) -> None:
    with pytest.raises(ProviderProtocolError, match=f"acme/one: sent an Outer with a bad {field}$"):
        parsed("acme/one", Outer, "an Outer", message)
