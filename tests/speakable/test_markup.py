from __future__ import annotations

import pytest

from antiphon.speakable import Speakable, speakable_text
from antiphon.speakable.markup import Markup

from .cases import Case, case_id, of_kinds


@pytest.mark.parametrize("case", of_kinds("markup"), ids=case_id)
def test_what_is_written_is_said_as_a_person_reads_it(case: Case) -> None:
    assert speakable_text(case.written) == case.spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hours:\n\n- soup\n- salad\n\nWe open at nine", "Hours: soup, salad, We open at nine"),
        ("- Done!\n- Open.", "Done! Open."),
        ("a - b", "a - b"),
        ("* * *\nDone", "Done"),
        ("> > # Hours", "Hours"),
        ("  - soup", "soup"),
        ("-soup", "-soup"),
        ("# Hours #", "Hours #"),
        ("[ref][1] and [^1] note", "ref and note"),
        ("a <!-- comment --> b", "a b"),
        ("x < y and a<b", "x < y and a<b"),
        ("one\u00a0two\u200bthree", "one twothree"),
        ("[a (b)](http://x.com/(y)) c", "a (b) c"),
        ("&lt;b&gt; &unknown;", "<b> &unknown;"),
        ("| a | b |", "a, b"),
        ("~~~\nx\n~~~", "x"),
        ("\\# no heading", "# no heading"),
    ],
)
def test_markup_is_not_read_out(written: str, spoken: str) -> None:
    only_markup = Speakable(numbers=False, addresses=False, abbreviations=False)
    assert speakable_text(written, settings=only_markup) == spoken


def test_each_character_that_is_left_knows_where_it_stood() -> None:
    written = "# Hi **you** [a](http://x) &amp; b\nc"
    plain = Markup().strip(written)
    assert plain.text == "Hi you a & b.\nc"
    for character, at in zip(plain.text, plain.origin, strict=True):
        assert written[at] == character or character in ".&"


def test_what_a_line_is_outlasts_a_segment() -> None:
    markup = Markup()
    assert [markup.strip(part).text for part in ("- soup of", " the day", "\n- fish - fresh", "\n")] == [
        "soup of",
        " the day",
        "\nfish - fresh",
        "\n",
    ]
