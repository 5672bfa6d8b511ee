from __future__ import annotations

import pytest

from antiphon.speakable.en import ENGLISH
from antiphon.speakable.reader import PACKS


def test_english_is_read_out() -> None:
    assert PACKS["en"] is ENGLISH


def test_its_tables_are_read_as_they_are_written() -> None:
    assert ENGLISH.units["sq ft"] == ("square foot", "square feet")
    assert ENGLISH.units["kg"] == ("kilogram", "kilograms")
    assert ENGLISH.months["Sept."] == "September"
    assert ENGLISH.months["May"] == "May"
    assert len(set(ENGLISH.months.values())) == 12
    assert len(set(ENGLISH.weekdays.values())) == 7


@pytest.mark.parametrize(
    "table", ["titles", "streets", "before_numbers", "abbreviations", "magnitudes", "pronunciation"]
)
def test_everything_in_a_table_is_said_somehow(table: str) -> None:
    assert all(written and said for written, said in getattr(ENGLISH, table).items())
