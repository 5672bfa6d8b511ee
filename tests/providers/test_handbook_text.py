from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.handbook_text import (
    Entry,
    KeyedLine,
    handbook_questions,
    parse_handbook,
    split_sentences,
)


def only_entry(markdown: str) -> Entry:
    (entry,) = parse_handbook(markdown).entries
    return entry


def test_the_first_heading_is_the_title_and_the_next_ones_are_topics() -> None:
    book = parse_handbook("# Shop\n\nWe sell hats.\n\n## Hours\n\nNine to five.\n\n### Holidays\n\nClosed.\n")
    assert book.title == "Shop"
    assert book.topics == ("Hours",)
    assert [(entry.topic, entry.heading, entry.sentences) for entry in book.entries] == [
        ("Shop", "Shop", ("We sell hats.",)),
        ("Hours", "Hours", ("Nine to five.",)),
        ("Hours", "Holidays", ("Closed.",)),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "## Dogs\n\n- Can I bring a dog?\n- Are dogs allowed?\n\nOutside only.",
        "## Dogs\n\n- Can I bring a dog?\n- Are dogs allowed\n\nOutside only.",
        "## Dogs\n\nCan I bring a dog? Are dogs allowed?\n\nOutside only.",
        "## Dogs\n\n**Can I bring a dog?**\n\n*Are dogs allowed?*\n\nOutside only.",
        "## Dogs\n\nQ: Can I bring a dog?\nQ: Are dogs allowed?\nA: Outside only.",
        "# Shop\n## Dogs\n### Can I bring a dog?\n\n1. Are dogs allowed?\n\nOutside only.",
    ],
    ids=["list", "a mark missing", "paragraph", "emphasis", "Q and A", "heading"],
)
def test_questions_are_ways_to_ask_for_what_follows(markdown: str) -> None:
    entry = only_entry(markdown)
    assert [question.rstrip("?") for question in entry.questions] == ["Can I bring a dog", "Are dogs allowed"]
    assert entry.sentences == ("Outside only.",)
    assert entry.topic == "Dogs"


def test_its_questions_are_all_there_are_each_once() -> None:
    markdown = "## A\n\n- Who?\n- What?\n\nThis.\n\n## B\n\n- What?\n\nThat.\n\n## C\n\nNobody asks.\n"
    assert handbook_questions(markdown) == ("Who?", "What?")


def test_a_question_after_an_answer_begins_the_next_entry() -> None:
    book = parse_handbook("Q: Who?\nA: We.\nQ: When?\nA: Now. Or later.\n\nWhy?\n\nBecause.")
    assert [(entry.questions, entry.sentences) for entry in book.entries] == [
        (("Who?",), ("We.",)),
        (("When?",), ("Now.", "Or later.")),
        (("Why?",), ("Because.",)),
    ]


def test_list_items_have_keys() -> None:
    entry = only_entry(
        "- Monday: closed\n- Sunday: On Sunday, we open late.\n- no key here\n"
        "- a clause that is far too long: for a key\n"
    )
    assert entry.lines == (
        KeyedLine("Monday", "Monday: closed."),
        KeyedLine("Sunday", "On Sunday, we open late."),
        KeyedLine("", "no key here"),
        KeyedLine("", "a clause that is far too long: for a key"),
    )


def test_table_rows_have_keys_and_are_said_with_their_headers() -> None:
    entry = only_entry(
        "| Day | Opens | Closes |\n|---|---|---|\n| Monday | nine | **five** |\n| Sunday | | |\n| | | |\n"
    )
    assert entry.lines == (
        KeyedLine("Monday", "Monday: opens nine, closes five."),
        KeyedLine("Sunday", "Sunday."),
    )
    assert only_entry("| a | b |\n|-|-|\n| Adult | It is ten pounds. |").lines == (
        KeyedLine("Adult", "It is ten pounds."),
    )


def test_markup_is_not_read_out() -> None:
    entry = only_entry("See [the _map_](http://x.example) or `ask`.<br>![picture](x.png) It is <b>here</b>.")
    assert entry.sentences == ("See the map or ask.", "It is here.")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Ask Mr. Smith at St. Anne, e.g. today. Yes.", ["Ask Mr. Smith at St. Anne, e.g. today.", "Yes."]),
        ("It is 3.50 pounds. “Cheap.” We think", ["It is 3.50 pounds.", "“Cheap.”", "We think"]),
        ("", []),
    ],
)
def test_paragraphs_are_cut_into_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text())
def test_no_sentence_loses_a_word(text: str) -> None:
    assert " ".join(split_sentences(text)).split() == text.split()


@given(st.text(st.sampled_from("ab?.:|-#* >`[]()!<\n\t1\\&é")))
def test_any_markdown_can_be_read(text: str) -> None:
    for entry in parse_handbook(text).entries:
        assert entry.sentences or entry.lines


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    parse_handbook(text)


def test_the_sample_handbook_answers_every_question_in_sentences() -> None:
    book = parse_handbook(files("antiphon").joinpath("data/kiosk.md").read_text(encoding="utf-8"))
    assert len(book.topics) >= 12
    assert all(entry.questions for entry in book.entries[1:])
    for entry in book.entries:
        for said in (*entry.sentences, *(line.text for line in entry.lines)):
            assert said.endswith("."), said
            assert len(said.split()) <= 30, said
