"""Answers to the agent's own question, told from the question."""

from __future__ import annotations

import pytest

from antiphon.core.answers import expected_answers


def texts(said: str) -> list[str]:
    return [answer.text for answer in expected_answers(said)]


@pytest.mark.parametrize(
    "question",
    [
        "Shall I go on with that now?",
        "Sure, for two. Is that right?",
        "You said two, is that right?",
        "Right, would you like to book, or not?",
        "Would you like a receipt or something?",
    ],
)
def test_a_yes_no_question_is_mostly_answered_with_yes(question: str) -> None:
    assert texts(question)[:2] == ["yes", "no"]


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        ("Do you want the red one or the blue one?", ["the red one", "the blue one"]),
        ("Would you like still or sparkling water?", ["still", "sparkling water"]),
        ("At seven or at eight?", ["at seven", "at eight"]),
        ("Is that for two or three?", ["two", "three"]),
        ("What would you like, tea or coffee?", ["tea", "coffee"]),
        ("Which one, a small or the large pizza?", ["small", "the large pizza"]),
    ],
)
def test_a_choice_is_answered_with_one_of_its_sides(question: str, choices: list[str]) -> None:
    assert texts(question) == choices


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "It is open until five.",
        "Is it open? Yes, until five.",
        "What time would suit you?",
        "Pardon?",
        "Or tea?",
        "Would you rather come on monday or would tuesday at about the same time be better?",
    ],
)
def test_what_asks_for_no_such_answer_has_none(said: str) -> None:
    expected = texts(said)
    assert not expected or expected[0] == "yes"
    if "rather" not in said:
        assert not expected


def test_the_chances_of_all_answers_leave_room_for_others() -> None:
    for question in ("Shall I?", "Tea or coffee?"):
        assert 0.3 < sum(answer.probability for answer in expected_answers(question)) < 0.95


def test_questions_of_other_languages_are_not_read() -> None:
    assert expected_answers("Shall I?", "en-GB")
    assert expected_answers("Soll ich?", "de") == ()
