from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.core.segmenter import Segmentation, Segmenter
from antiphon.errors import ConfigError

WORDS = [
    "Sure",
    "a",
    "of",
    "Dr.",
    "3.50",
    "1,000",
    "7:30",
    "e.g.",
    "well,",
    "no!",
    "wait…",
    '"yes."',
    "–",
    "\n",
    "你好。",
    "é",
]
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.text(alphabet=" .,:!?\nA1x\"'", max_size=120),
)


def cut(text: str, sizes: list[int]) -> list[str]:
    """A text as a model's tokens."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    return [*pieces, text[at:]]


def chunks(*tokens: str, settings: Segmentation | None = None) -> list[str]:
    segmenter = Segmenter(settings)
    return [chunk for token in tokens for chunk in segmenter.push(token)] + segmenter.finish()


def by_character(text: str) -> list[str]:
    return chunks(*text)


@given(TEXTS, st.lists(st.integers(0, 12), max_size=60))
@example("x" * 450, [1] * 60)
@example(" " * 250 + "x", [])
def test_chunks_joined_are_the_text_however_it_came(text: str, sizes: list[int]) -> None:
    tokens = cut(text, sizes)
    found = chunks(*tokens)
    assert "".join(found) == text
    assert all(found)


@given(TEXTS)
def test_no_chunk_but_the_last_is_blank_or_too_long(text: str) -> None:
    *before, _ = [*by_character(text), ""]
    for chunk in before[:-1]:
        assert chunk.strip()
        assert len(chunk) <= Segmentation().max_chars + 1


@given(TEXTS, st.integers(1, 40))
def test_settings_hold_for_any_text(text: str, first_words: int) -> None:
    settings = Segmentation(first_words=first_words, sentence_chars=1, clause_chars=5, max_chars=20)
    assert "".join(chunks(*text, settings=settings)) == text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Sure, a table for two. When?", "Sure, a table for two."),
        ("Well, of course, I can do that.", "Well, of course,"),
        ("No. We are closed today.", "No."),
        ("I will look for it right away, sir.", "I will look for it"),
        ("We have that on the big menu of today", "We have that on the big"),
        ("It costs 3.50 and more.", "It costs 3.50 and more."),
        ("Dr. Smith is in.", "Dr. Smith is in."),
        ("About 1,000 people came here today", "About 1,000 people came"),
        ("?! Yes.", "?"),
        ("你好。再见。", "你好。"),
        ("- yes", "- yes"),
    ],
)
def test_the_first_chunk_is_the_first_clause_that_can_stand_alone(text: str, first: str) -> None:
    assert by_character(text)[0] == first


def test_a_chunk_is_out_as_soon_as_its_boundary_is_certain() -> None:
    segmenter = Segmenter()
    assert segmenter.push("Sure, two people") == []
    assert segmenter.push(".") == ["Sure, two people."]


def test_a_mark_behind_a_digit_waits_for_what_follows() -> None:
    segmenter = Segmenter()
    assert segmenter.push("It costs 3.") == []
    assert segmenter.push("50 today. ") == ["It costs 3.50 today."]


def test_an_abbreviation_ends_nothing() -> None:
    assert chunks("Ask Dr. Smith, please. ")[0] == "Ask Dr. Smith,"
    assert chunks("See e.g. Smith. ")[0] == "See e.g. Smith."


def test_later_chunks_are_whole_sentences_and_longer() -> None:
    text = "Of course I can. Yes. That is a table for two at seven. Anything else?"
    assert by_character(text) == [
        "Of course I can.",
        " Yes. That is a table for two at seven.",
        " Anything else?",
    ]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    clause = "the quick brown fox jumps over the lazy dog and sleeps under the old tree until noon"
    assert by_character(f"Of course I can: {clause}, {clause}.") == [
        "Of course I can:",
        f" {clause},",
        f" {clause}.",
    ]


def test_without_any_mark_a_chunk_ends_at_a_space() -> None:
    settings = Segmentation(max_chars=20)
    found = chunks("Yes, of course. ", "word " * 10, settings=settings)
    assert found[1:3] == [" word word word", " word word word"]


def test_without_any_space_a_chunk_ends_all_the_same() -> None:
    settings = Segmentation(max_chars=20)
    assert [len(chunk) for chunk in chunks("x" * 50, settings=settings)] == [20, 20, 10]


def test_nothing_in_nothing_out() -> None:
    assert chunks() == chunks("") == []


def test_a_segmenter_is_as_new_text_after_the_end() -> None:
    segmenter = Segmenter()
    segmenter.push("Sure")
    assert segmenter.finish() == ["Sure"]
    assert segmenter.finish() == []


# --- what is read as one ------------------------------------------------------------------------------


def money(text: str, end: int) -> bool | None:
    """ "$5 million" is read as one; so may any number be with what follows it."""
    if not text[:end].rstrip(" ;").endswith("5"):
        return False
    following = text[end:].lstrip()
    return None if not following or "million".startswith(following) else following.startswith("million")


def joined(*tokens: str, settings: Segmentation | None = None) -> list[list[str]]:
    """What each token, and then the end, completes."""
    segmenter = Segmenter(settings, money)
    return [segmenter.push(token) for token in tokens] + [segmenter.finish()]


def test_what_is_read_as_one_stays_in_one_chunk() -> None:
    assert joined("It costs about $5", " million", " or so")[1:] == [
        [],
        ["It costs about $5 million"],
        [" or so"],
    ]


def test_a_cut_that_parts_nothing_is_not_put_off() -> None:
    assert joined("It costs about $5", " today")[1] == ["It costs about $5"]


def test_the_first_chunk_ends_earlier_rather_than_keep_the_voice_waiting() -> None:
    tokens = ("It costs about $5", " ", "m", "ill", "ion now")
    assert joined(*tokens) == [[], [], ["It costs about"], [], [], [" $5 million now"]]


def test_what_begins_a_reply_and_is_read_as_one_is_waited_for() -> None:
    settings = Segmentation(first_words=1)
    assert joined("$5", " ", "m", "illion", " it is", settings=settings)[4] == ["$5 million"]


def test_later_chunks_wait_until_it_is_known() -> None:
    settings = Segmentation(clause_chars=5)
    found = joined("Of course I can.", " About 5;", " million;", " About 5;", " today;", settings=settings)
    assert found[1:] == [[], [" About 5; million;"], [], [" About 5;", " today;"], []]


def test_a_chunk_that_gets_too_long_ends_where_it_parts_nothing() -> None:
    settings = Segmentation(max_chars=20)
    chunks = joined("Of course I can.", " word word word 5 million", settings=settings)[1]
    assert chunks[0] == " word word word"


@given(TEXTS, st.lists(st.integers(0, 12), max_size=60))
def test_nothing_is_lost_where_words_are_joined(text: str, sizes: list[int]) -> None:
    tokens = cut(text.replace("3", "5"), sizes)
    found = [chunk for completed in joined(*tokens) for chunk in completed]
    assert "".join(found) == "".join(tokens)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("first_clause_words", 0), ("first_words", 41), ("sentence_chars", 0), ("clause_chars", 1_001)),
        ("max_chars", 19),
    ],
)
def test_a_length_out_of_range_is_refused(setting: str, value: int) -> None:
    with pytest.raises(ConfigError, match=rf"segmentation\.{setting} = {value}"):
        Segmentation(**{setting: value})
