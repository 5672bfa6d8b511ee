from collections import defaultdict
from importlib.resources import files

import pytest

from antiphon.providers.stt.training import (
    EXCHANGED_SHARE,
    PHRASE_WEIGHT,
    QUESTION_WEIGHT,
    SLOT_WEIGHT,
    training_sentences,
)

HANDBOOK = """# Hat shop

## Hours

- When are you open on Monday?

On Monday, we sell the red hats.

- Adult: ten pounds
- Child: five pounds
"""


def weights(handbook: str, *phrases: str) -> dict[str, float]:
    learned: defaultdict[str, float] = defaultdict(float)
    for weight, words in training_sentences(handbook, phrases):
        learned[" ".join(words)] += weight
    return dict(learned)


def test_the_handbooks_own_questions_count_most() -> None:
    learned = weights(HANDBOOK)
    assert max(learned, key=lambda sentence: learned[sentence]) == "when are you open on monday"
    assert learned["hat shop"] > 0
    assert learned["adult ten pounds"] > 0


def test_a_day_stands_for_every_day() -> None:
    learned = weights(HANDBOOK)
    each = QUESTION_WEIGHT * EXCHANGED_SHARE / 7
    assert learned["when are you open on sunday"] == pytest.approx(each)
    assert learned["when are you open on monday"] == pytest.approx(
        QUESTION_WEIGHT * (1 - EXCHANGED_SHARE) + each
    )
    assert learned["on friday we sell the red hats"] > 0


def test_slots_are_filled_from_the_handbook() -> None:
    learned = weights(HANDBOOK, "# a comment", "", "good morning", "how much for {key}", "what about {topic}")
    assert learned["good morning"] == PHRASE_WEIGHT
    assert learned["how much for child"] == SLOT_WEIGHT / 2
    assert "what about hours" in learned
    assert "what about the hours" in learned
    assert not any("comment" in sentence for sentence in learned)


def test_things_are_what_follows_an_article() -> None:
    learned = weights(HANDBOOK, "do you have a {thing}", "where is {thing}")
    assert "do you have a red hats" in learned
    assert "where is the red hats" in learned
    assert "where is red hats" in learned


def test_an_empty_handbook_leaves_the_phrases() -> None:
    assert weights("", "hello", "what about {key}").keys() == {"hello", ""}


def test_every_packaged_phrase_can_be_filled() -> None:
    phrases = files("antiphon.providers.stt").joinpath("call_phrases.txt").read_text(encoding="utf-8")
    learned = weights(HANDBOOK, *phrases.splitlines())
    assert len(learned) > 300
    assert not any("{" in sentence for sentence in learned)
