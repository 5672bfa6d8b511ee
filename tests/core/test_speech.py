from __future__ import annotations

import pytest

from antiphon.core.speech import Link, Speech

FIVE = Speech(
    "It is $5 now", "It is five dollars now", (Link(0, 5, 0, 5), Link(6, 8, 6, 18), Link(9, 12, 19, 22))
)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [(0, ""), (4, "It is"), (11, "It is"), (12, "It is $5"), (18, "It is $5"), (22, "It is $5 now")],
)
def test_a_written_word_counts_from_half_of_what_is_said_for_it(spoken: int, written: str) -> None:
    assert FIVE.written[: FIVE.written_up_to(spoken)] == written


def test_a_plain_text_is_spoken_as_it_is_written() -> None:
    assert Speech.plain("Sure, yes.") == Speech("Sure, yes.", "Sure, yes.")
    assert Speech.plain("Sure, yes.").written_up_to(5) == 5
    assert Speech.plain("Sure.").written_up_to(50) == 5


def test_of_what_makes_no_sound_nothing_has_been_said() -> None:
    assert Speech("😀", "").written_up_to(10) == 0


def test_silent_text_goes_with_what_was_said_before_it() -> None:
    speech = Speech.plain("Sure, yes.").followed_by(" 😀")
    assert (speech.written, speech.spoken) == ("Sure, yes. 😀", "Sure, yes.")
    assert speech.written[: speech.written_up_to(5)] == "Sure,"
    assert FIVE.followed_by(" 😀").links == FIVE.links


@pytest.mark.parametrize(
    "links", [(Link(0, 2, 0, 2), Link(1, 4, 2, 4)), (Link(0, 2, 0, 3), Link(2, 4, 2, 4))]
)
def test_links_come_in_the_order_of_both_texts(links: tuple[Link, ...]) -> None:
    with pytest.raises(AssertionError):
        Speech("abcd", "abcd", links)


def test_two_different_texts_need_links() -> None:
    with pytest.raises(AssertionError):
        Speech("$5", "five dollars")


def test_silent_text_moves_what_follows_it() -> None:
    speech = Speech("$5", "five dollars", (Link(0, 2, 0, 12),)).preceded_by("🚀 ")
    assert (speech.written, speech.links) == ("🚀 $5", (Link(2, 4, 0, 12),))
