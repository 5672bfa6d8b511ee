import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.handbook_text import parse_handbook
from antiphon.providers.llm.handbook_search import HandbookSearch, content_words

HANDBOOK = parse_handbook("""# Inn

Our inn has stood by the river since 1780.

## Breakfast

- When is breakfast?
- When do you serve breakfast?

Breakfast is from seven to nine. The tea room is quiet at ten.

## Rooms

- How much is a room?

Rooms are from fifty pounds.

- Single: A single room is fifty pounds.
- Double: A double room is eighty pounds.

### Is there a bath?

Yes, every room has a bath.

## Pictures

- Can I take photographs?
- Can I take pictures?

Yes, everywhere.

## Gallery

- Where are the pictures?

On the first floor.

## Fishing

You can fish in the river from April on. Ask us for a licence.
""")
SEARCH = HandbookSearch(HANDBOOK)


def heading_of(question: str) -> str:
    found = SEARCH.find(content_words(question))
    assert found is not None
    return found.entry.heading


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("when do you serve breakfast", "Breakfast"),
        ("breakfast", "Breakfast"),
        ("when is brake fast breakfasts", "Breakfast"),
        ("how much are the rooms", "Rooms"),
        ("is there a bath in the room", "Is there a bath?"),
        ("can i fish in april", "Fishing"),
        ("since when has the inn stood here", "Inn"),
    ],
)
def test_the_answer_that_accounts_for_most_of_the_question_wins(question: str, heading: str) -> None:
    assert heading_of(question) == heading


def test_a_question_beats_a_paragraph_with_the_same_words() -> None:
    search = HandbookSearch(parse_handbook("## A\n\nSoup is good.\n\n## B\n\n- Is the soup good?\n\nYes."))
    found = search.find(content_words("is soup good"))
    assert found is not None
    assert found.entry.heading == "B"


def test_a_key_that_is_named_is_found() -> None:
    found = SEARCH.find(content_words("how much is a double room"))
    assert found is not None
    assert [line.key for line in found.lines] == ["Double"]
    none_named = SEARCH.find(content_words("how much is a room"))
    assert none_named is not None
    assert none_named.lines == ()


def test_an_answer_begins_with_the_sentence_that_says_it() -> None:
    found = SEARCH.find(content_words("is the tea room quiet"))
    assert found is not None
    assert found.entry.sentences[found.sentence] == "The tea room is quiet at ten."


def test_words_that_the_handbook_uses_for_one_another_are_synonyms() -> None:
    found = SEARCH.find(content_words("where are the photographs"))
    assert found is not None
    assert found.score > 0.6


def test_what_was_asked_before_counts_less_than_what_is_asked() -> None:
    breakfast = SEARCH.find(["breakfast"])
    assert breakfast is not None
    on = SEARCH.find(["when"], before=["breakfast"], previous=breakfast.entry)
    assert on is not None
    assert on.entry is breakfast.entry
    away = SEARCH.find(["bath"], before=["breakfast"], previous=breakfast.entry)
    assert away is not None
    assert away.entry.heading == "Is there a bath?"


def test_what_is_nowhere_in_the_handbook_is_not_found() -> None:
    assert SEARCH.find(["xylophone", "zebra"]) is None
    assert SEARCH.find([]) is None
    assert HandbookSearch(parse_handbook("")).find(["breakfast"]) is None


@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.text(max_size=12), max_size=4))
def test_any_words_can_be_asked(asked: list[str], before: list[str]) -> None:
    found = SEARCH.find(asked, before, HANDBOOK.entries[1])
    assert found is None or found.score > 0


@given(st.text(), st.text())
def test_any_handbook_can_be_searched(markdown: str, question: str) -> None:
    HandbookSearch(parse_handbook(markdown)).find(content_words(question))
