from __future__ import annotations

import pytest

from antiphon.speakable import speakable_text

from .cases import Case, case_id, of_kinds


@pytest.mark.parametrize(
    "case",
    of_kinds(
        "cardinal",
        "decimal",
        "negative",
        "ordinal",
        "year",
        "money",
        "percent",
        "unit",
        "temperature",
        "fraction",
        "range",
        "large",
    ),
    ids=case_id,
)
def test_what_is_written_is_said_as_a_person_reads_it(case: Case) -> None:
    assert speakable_text(case.written) == case.spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("In all 1815 came.", "In all one thousand eight hundred and fifteen came."),
        ("In 1815 they came.", "In eighteen fifteen they came."),
        ("It is 20000000000000000.", "It is " + "two " + "zero " * 15 + "zero."),
        ("It costs $1.2345.", "It costs one point two three four five dollars."),
        ("It costs ¥1.5.", "It costs one point five yen."),
        ("It costs $.99.", "It costs ninety-nine cents."),
        ("It is 7/3 now.", "It is July third now."),
        ("It is 55/44 now.", "It is fifty-five over forty-four now."),
        ("It is 1-2-3.", "It is one, two, three."),
        ("Take 1 or -1 °C.", "Take one or minus one degree Celsius."),
        ("A 1 km walk and 1.0 km.", "A one kilometer walk and one point zero kilometers."),
        ("Room 5a is x5.", "Room 5a is x5."),
    ],
)
def test_what_stands_around_a_number_tells_what_it_is(written: str, spoken: str) -> None:
    assert speakable_text(written) == spoken
