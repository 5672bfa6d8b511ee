from __future__ import annotations

import pytest

from antiphon.speakable import speakable_text

from .cases import Case, case_id, of_kinds


@pytest.mark.parametrize("case", of_kinds("date", "time"), ids=case_id)
def test_what_is_written_is_said_as_a_person_reads_it(case: Case) -> None:
    assert speakable_text(case.written) == case.spoken


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("en", "March fifth"), ("en-US", "March fifth"), ("en-GB", "May third"), ("en_AU", "May third")],
)
def test_which_number_is_the_month_hangs_on_the_country(language: str, spoken: str) -> None:
    assert speakable_text("On 3/5 and 3/5/2024", language) == f"On {spoken} and {spoken}, twenty twenty-four"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("It is March 45.", "It is March forty-five."),
        ("It is 45 March now.", "It is forty-five March now."),
        ("It is 2024-13-01.", "It is two zero two four, one three, zero one."),
        ("It is 31/12/2024.", "It is December thirty-first, twenty twenty-four."),
        ("At 25:00 it is.", "At twenty-five to zero zero it is."),
        ("At 13pm it is.", "At 13pm it is."),
        ("At 24:00 it is.", "At twelve a.m. it is."),
        ("Of 1.2.24 it is.", "Of one point two point twenty-four it is."),
        ("March is long.", "March is long."),
    ],
)
def test_what_is_no_date_and_no_time_is_read_as_what_it_is(written: str, spoken: str) -> None:
    assert speakable_text(written) == spoken
