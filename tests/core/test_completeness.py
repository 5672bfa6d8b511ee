from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.completeness import COMPLETE, UNFINISHED, CompletenessModel, model_for
from antiphon.core.language.en_endings import ENGLISH

MODEL = CompletenessModel(ENGLISH)
VOCABULARY = sorted(ENGLISH.classes)


def log_odds(transcript: str, *, answers: bool = False) -> float:
    judged = MODEL.judge(transcript, answers=answers)
    assert judged is not None
    return judged.log_odds


def looks(transcript: str, *, answers: bool = False) -> str:
    judged = MODEL.judge(transcript, answers=answers)
    assert judged is not None
    return judged.looks


def classes(transcript: str) -> list[str]:
    return list(MODEL.read(transcript.split()).classes)


def signs(transcript: str, *, answers: bool = False) -> set[str]:
    found = MODEL.signs(MODEL.read(transcript.split()), answers=answers)
    return {sign if group == "sign" else f"{group}: {sign}" for group, sign in found}


# --- languages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us"])
def test_english_is_read_and_its_model_is_shared(language: str) -> None:
    model = model_for(language)
    assert model is not None
    assert model.endings is ENGLISH
    assert model_for(language) is model


def test_other_languages_are_not_read() -> None:
    assert model_for("fi") is None


@pytest.mark.parametrize("transcript", ["", "   ", "...", "?!"])
def test_without_a_word_there_is_nothing_to_judge(transcript: str) -> None:
    assert MODEL.judge(transcript) is None


# --- what looks complete ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "transcript",
    [
        "book a table for two people on friday",
        "what is the weather like in denver today",
        "remind me to water the plants tomorrow morning",
        "play something by the beatles please",
    ],
)
def test_whole_sentences_look_complete(transcript: str) -> None:
    assert log_odds(transcript) > COMPLETE
    assert looks(transcript).startswith("complete ")


@pytest.mark.parametrize(
    "transcript",
    [
        "book a table for",
        "are you open on",
        "turn off the",
        "i would like to",
        "add milk and",
        "what is",
        "do you have any",
        "remind me that i",
        "um",
        "who is the new",
    ],
)
def test_words_that_want_company_look_unfinished(transcript: str) -> None:
    assert log_odds(transcript) < UNFINISHED


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("set an alarm for seven thirty", "set an alarm for seven thirty am"),
        ("call my sister at", "call my sister at work"),
        ("put milk and eggs", "put milk and eggs on the list"),
        ("is the museum open on", "is the museum open on monday"),
        ("the distance between london", "the distance between london and paris"),
        ("turn the kitchen lights", "turn the kitchen lights off"),
        ("tell me more about", "tell me more about it"),
    ],
)
def test_what_was_missing_makes_it_more_complete(shorter: str, longer: str) -> None:
    assert log_odds(longer) > log_odds(shorter)


@pytest.mark.parametrize("answer", ["for two", "the second one", "friday", "yes please", "at eight"])
def test_a_short_answer_is_complete_where_the_agent_had_asked(answer: str) -> None:
    assert log_odds(answer, answers=True) > log_odds(answer) + 1


def test_a_recognisers_marks_count() -> None:
    plain = log_odds("do you have a table")
    assert log_odds("do you have a table?") > log_odds("do you have a table.") > plain
    assert log_odds("do you have a table,") < plain


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=30), st.booleans())
def test_any_words_are_judged_and_explained(words: list[str], answers: bool) -> None:
    judged = MODEL.judge(" ".join(words), answers=answers)
    assert judged is not None
    assert -15 < judged.log_odds < 15
    assert judged.looks
    assert judged.looks.startswith("complete ") == (judged.log_odds >= COMPLETE)


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    judged = MODEL.judge(text)
    assert judged is None or judged.looks


# --- how it reads -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transcript", "expected"),
    [
        ("list the names", "verb or noun"),
        ("my list", "container"),
        ("the call", "noun"),
        ("a stop", "noun"),
        ("seven am", "time"),
        ("i am", "be"),
        ("this week", "time"),
        ("two weeks", "unit"),
        ("i think so", "closing"),
        ("7", "number"),
        ("jogging", "ing"),
        ("marinated", "participle"),
        ("quaintly", "adverb"),
        ("anna's", "possessive"),
        ("glass", "noun"),
        ("lanterns", "plural"),
        ("as", "preposition"),
        ("bed", "premodifier"),
        ("zed", "noun"),
    ],
)
def test_a_word_has_its_class_by_itself_and_the_word_before(transcript: str, expected: str) -> None:
    position = 0 if transcript == "list the names" else -1
    assert classes(transcript)[position] == expected


@pytest.mark.parametrize(
    ("transcript", "expected"),
    [
        ("what time is it", "question"),
        ("what's the time", "question"),
        ("can you help", "yes-no question"),
        ("play music", "request"),
        ("i need help", "statement"),
        ("dinner for two", "phrase"),
        ("please play music", "request"),
        ("anna play music", "request"),
        ("anna please can you play music", "yes-no question"),
        ("hey anna please what time is it", "question"),
        ("please", "phrase"),
        ("anna", "phrase"),
        ("anna please", "phrase"),
    ],
)
def test_a_sentence_is_known_by_its_opening(transcript: str, expected: str) -> None:
    assert MODEL.read(transcript.split()).opens_as == expected


@pytest.mark.parametrize(
    ("transcript", "sign"),
    [
        ("turn it off", "particle: after an object"),
        ("turn off", "particle: after its verb"),
        ("off", "particle: after its verb"),
        ("turn the light off on", "particle: wanted by no verb"),
        ("a table for two people on", "particle: wanted by no verb"),
        ("who is it from", "question ends in preposition"),
        ("how does that work", "question ends in verb"),
        ("twenty seven", "number after number"),
        ("the soup is cold", "adjective said of something"),
        ("that sounds good", "adjective said of something"),
        ("call them for me", "pronoun after preposition"),
        ("thank you", "pronoun after preposition"),
        ("what is it like", "what ... like"),
        ("what time does the train", "question without a verb"),
        ("on monday at", "time is given"),
        ("okay thanks", "courtesies alone"),
        ("put it", "wants: place"),
        ("between us", "wants: other end"),
        ("seat in the second row", "nouns after preposition: 3"),
        ("of one two three four five rows", "nouns after preposition: 4 or more"),
        ("go", "before: nothing"),
        ("the moon", "before: determiner"),
        ("up you", "before: other"),
        ("one two three four five six seven eight nine", "words: 7 or more"),
    ],
)
def test_a_sign_is_seen(transcript: str, sign: str) -> None:
    assert sign in signs(transcript)


@pytest.mark.parametrize(
    ("transcript", "sign"),
    [
        ("play music by", "question ends in preposition"),
        ("make it work", "question ends in verb"),
        ("for seven", "number after number"),
        ("the cold", "adjective said of something"),
        ("call them", "pronoun after preposition"),
        ("i would like", "what ... like"),
        ("what time does the train leave", "question without a verb"),
        ("see you monday", "time is given"),
        ("please", "courtesies alone"),
        ("put it on the list", "wants: place"),
        ("between two and three", "wants: other end"),
    ],
)
def test_a_sign_is_not_seen_where_it_is_not(transcript: str, sign: str) -> None:
    assert sign not in signs(transcript)


def test_short_answers_have_signs_of_their_own() -> None:
    assert {"answer of: 2", "answer ends in: number"} <= signs("for two", answers=True)
    assert "answer ends in: other" in signs("for the", answers=True)
    assert not any(sign.startswith("words") for sign in signs("for two", answers=True))
    assert "words: 4" in signs("a table for two", answers=True)


def test_nothing_stands_after_a_preposition_where_there_is_none() -> None:
    assert not any(sign.startswith("nouns after") for sign in signs("play music"))


# --- how it explains itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transcript", "answers", "expected"),
    [
        ("what is the weather like in denver today", False, "complete question"),
        ("is there a table free this weekend", False, "complete yes-no question"),
        ("by card please", True, "complete answer"),
        ("set a timer for twenty", False, "number that may go on: 'twenty'"),
        ("book a table", False, "request that may go on"),
        ("add milk and", False, "list or clause in progress: 'and'"),
        ("i would um", False, "thinking: 'um'"),
        ("book a table for", False, "unfinished request: 'for'"),
    ],
)
def test_it_says_what_the_words_look_like(transcript: str, answers: bool, expected: str) -> None:
    assert looks(transcript, answers=answers) == expected
