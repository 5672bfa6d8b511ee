from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.segmenter import Segmentation, Segmenter
from antiphon.speakable import Manner, Speakable

from .cases import CASES, ENGLISH, Case, by_token, case_id

joins = ENGLISH.joiner.joins


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("It costs $5", " million"),
        ("At 7:30", " p.m."),
        ("On March", " 3"),
        ("On 3", " March"),
        ("March 3,", " 2024"),
        ("Ask Dr.", " Smith"),
        ("See No.", " 5"),
        ("Call 555", " 123"),
        ("World War", " II"),
        ("It weighs 5", " kg"),
        ("From 5", " - 10"),
        ("Open Mon", " - Fri"),
        ("See [a](http://x.com", ' "Title")'),
        ("It is <b", " class='x'>"),
        ("- ", "soup"),
        ("1.", " Mix"),
        ("Go to bob.", "smith@example.com"),
        ("Fruit, e.g.", " apples"),
        ("Add 1", " 1/2 cups"),
    ],
)
def test_what_is_read_as_one_is_not_parted(left: str, right: str) -> None:
    assert joins(left + right, len(left)) is True
    assert joins(left, len(left)) in {None, True}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("There are 5", " of them"),
        ("On March", " we close"),
        ("Sure,", " a table"),
        ("That is all.", " Next"),
        ("See [our", " menu](http://x.com)"),
        ("It is 5.", " Then"),
        ("Pears, etc.", " They"),
        ("a line", "\n5 more"),
        ("wait—", "what"),
        ("The 5", "\nand"),
    ],
)
def test_what_is_read_apart_may_be_parted(left: str, right: str) -> None:
    assert joins(left + right, len(left)) is False


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("It costs $5 mill", 11),
        ("It costs $5 ", 11),
        ("On Mar ", 6),
        ("Sure.", 5),
        ("It is 5", 7),
        ("See http:", 9),
        ("See example.com:", 16),
        ("[Hi!]", 5),
    ],
)
def test_it_may_hang_on_what_follows(text: str, cut: int) -> None:
    assert joins(text, cut) is None


@pytest.mark.parametrize("text", ["Sure,", "Hello!", "Is it?", "Well;", "你好。"])
def test_the_end_of_an_ordinary_clause_is_certain_at_once(text: str) -> None:
    assert joins(text, len(text)) is False


def test_a_name_of_ones_own_in_several_words_is_not_parted() -> None:
    own = Manner(Speakable(pronunciation={"Côte d'Or": "coat door"})).joiner.joins
    assert own("the Côte d'Or", len("the Côte")) is True
    assert own("the Côte d", len("the Côte")) is None
    assert own("the Côte is", len("the Côte")) is False


def test_a_language_that_is_not_known_has_markup_and_addresses_all_the_same() -> None:
    other = Manner(language="sw").joiner.joins
    assert other("Ni 5 kg", 4) is False
    assert other("a [b](http://x.com 'y", 19) is True
    assert other("bob.smith", 4) is True


def test_without_markup_no_mark_is_one() -> None:
    plain = Manner(Speakable(markup=False)).joiner.joins
    assert plain("a [b](c d) e", 7) is False


# --- what it costs in time ------------------------------------------------------------------------------


def first_chunk(tokens: list[str], segmenter: Segmenter) -> int:
    """After how many tokens the first chunk is out."""
    for count, token in enumerate(tokens, 1):
        if segmenter.push(token):
            return count
    return len(tokens)


LEAD_INS = [
    "",
    "Sure, ",
    "Well, let me see: ",
    "Of course. ",
    "Your total is ",
    "I can tell you that ",
    "It is ",
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_first_clause_is_not_delayed_by_more_than_one_token(case: Case) -> None:
    """Against one that knows from the beginning what is read as one."""
    for lead_in in LEAD_INS:
        text = f"{lead_in}{case.written} And that is all there is to say of it."
        tokens = by_token(text)
        knows = first_chunk(tokens, Segmenter(joins=lambda _, end, text=text: joins(text, end) is not False))
        assert first_chunk(tokens, Segmenter(joins=joins)) <= knows + 1


def test_an_ordinary_reply_is_not_delayed_at_all() -> None:
    for text in (
        "Sure, I can do that for you.",
        "Of course! What time?",
        "I will look for it right away, sir.",
        "We have that on the big menu of today.",
    ):
        tokens = by_token(text)
        assert first_chunk(tokens, Segmenter(joins=joins)) == first_chunk(tokens, Segmenter())


TEXTS = st.text(max_size=300) | st.text(alphabet=" .,:!?\n1$a[](<>*_|`#-/@%", max_size=400)


@given(TEXTS, st.lists(st.integers(1, 12), max_size=60))
def test_what_is_held_back_is_bounded(text: str, sizes: list[int]) -> None:
    segmenter, held, at = Segmenter(Segmentation(max_chars=40), joins), 0, 0
    for size in sizes:
        token = text[at : at + size]
        at += size
        held += len(token) - sum(map(len, segmenter.push(token)))
        assert held <= 40
