from __future__ import annotations

from collections import Counter

from antiphon.bench.turns_script import Turn, draw_turns, pause_places
from antiphon.simulation.profile import Speech
from antiphon.simulation.sentences import SHORT_ANSWERS, Sentence, Sentences

SAID = Sentences(
    (Sentence("book a table for two", "book"), Sentence("play jazz in the kitchen tonight", "play")),
    (Sentence("lights off", "off"), Sentence("cancel", "cancel")),
)


def test_a_phrase_ends_before_a_function_word_and_before_the_last_word() -> None:
    complete, within = pause_places(["play", "jazz", "in", "the", "kitchen", "tonight"])
    assert complete == [2, 5]
    assert within == [1, 3, 4]


def test_turns_pause_as_often_and_as_long_as_asked() -> None:
    turns = draw_turns(SAID, 6_000, 1, Speech())
    pauses = [turn.pause for turn in turns if turn.pause is not None]
    assert 0.22 < len(pauses) / len(turns) < 0.26
    assert 0.4 < sum(pause.looks_complete for pause in pauses) / len(pauses) < 0.6
    assert min(pause.ms for pause in pauses) >= 300
    assert 1_190 < max(pause.ms for pause in pauses) <= 1_200
    assert all(0 < turn.pause.after < len(turn.words) for turn in turns if turn.pause is not None)


def test_short_turns_are_as_frequent_as_asked_and_many_answer_the_agent() -> None:
    turns = draw_turns(SAID, 6_000, 1, Speech())
    short = [turn for turn in turns if len(turn.words) <= 3]
    answers = [turn for turn in turns if turn.answers]
    assert 0.18 < len(short) / len(turns) < 0.22
    assert 0.56 < len(answers) / len(short) < 0.64
    assert {turn.text() for turn in answers} == set(SHORT_ANSWERS)


def test_one_word_alone_has_no_pause() -> None:
    only = Sentences(SAID.full, (Sentence("cancel", "cancel"),))
    turns = draw_turns(only, 300, 1, Speech(turns_with_pause=1.0, short_turns=1.0))
    paused = Counter((len(turn.words) > 1, turn.pause is not None) for turn in turns)
    assert set(paused) == {(False, False), (True, True)}


def test_where_only_one_kind_of_place_is_left_that_is_taken() -> None:
    only = Sentences((Sentence("of the of the", ""),), SAID.short)
    turns = draw_turns(only, 50, 1, Speech(turns_with_pause=1.0, short_turns=0.0))
    assert {turn.pause.looks_complete for turn in turns if turn.pause is not None} == {False}


def test_the_same_seed_draws_the_same_turns() -> None:
    assert draw_turns(SAID, 50, 3, Speech()) == draw_turns(SAID, 50, 3, Speech())
    assert draw_turns(SAID, 50, 3, Speech()) != draw_turns(SAID, 50, 4, Speech())


def test_a_turn_tells_its_first_words() -> None:
    assert Turn(("book", "a", "table")).text(2) == "book a"
    assert Turn(("book", "a", "table")).text() == "book a table"
