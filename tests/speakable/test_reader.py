from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.speakable import Speakable, manner_of, speakable_text

from .cases import CASES, Case, by_token, case_id, of_kinds, said, speeches


@pytest.mark.parametrize("case", of_kinds("mixed"), ids=case_id)
def test_what_is_written_is_said_as_a_person_reads_it(case: Case) -> None:
    assert speakable_text(case.written) == case.spoken


def test_the_table_is_large_enough_and_says_nothing_twice() -> None:
    assert len(CASES) >= 300
    assert len({case.written for case in CASES}) == len(CASES)


def test_a_language_that_is_not_known_loses_its_markup_alone() -> None:
    assert speakable_text("**Dr.** Müller, 5 km 🚀", "sw") == "Dr. Müller, 5 km"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [("At 5 p.m.", "At five p.m."), ("At 5pm.", "At five p.m."), ("In the U.S. ", "In the U S.")],
)
def test_a_text_ends_in_one_full_stop(written: str, spoken: str) -> None:
    assert speakable_text(written) == spoken


# --- while it is still being written --------------------------------------------------------------------

LEAD_INS = [
    "",
    "Sure, ",
    "Well, let me see: ",
    "Of course. ",
    "I can tell you that ",
    "No problem, sir. And ",
]
REPLIES = st.tuples(st.sampled_from(LEAD_INS), st.lists(st.sampled_from(CASES), min_size=1, max_size=4)).map(
    lambda parts: parts[0] + "\n".join(case.written for case in parts[1])
)
IN_LINE = [case for case in CASES if "\n" not in case.written and case.kind != "markup"]
SENTENCES = st.tuples(
    st.sampled_from(LEAD_INS), st.lists(st.sampled_from(IN_LINE), min_size=1, max_size=4)
).map(lambda parts: parts[0] + " ".join(case.written for case in parts[1]))


def cut(text: str, sizes: list[int]) -> list[str]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    return [*pieces, text[at:]]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_form_that_is_cut_anywhere_is_said_the_same(case: Case) -> None:
    whole = said(speeches([case.written]))
    assert said(speeches(list(case.written))) == whole
    assert said(speeches(by_token(case.written))) == whole


@given(REPLIES | SENTENCES, st.lists(st.integers(1, 12), max_size=80))
@example("It is 1,200 sq ft.\nI have 0 messages.", [])
@example("Sure, See (https://example.com).", [4, 8, 4])
def test_any_chunking_of_a_reply_is_said_the_same(text: str, sizes: list[int]) -> None:
    found = speeches(cut(text, sizes))
    assert said(found) == said(speeches(list(text)))
    assert "".join(speech.written for speech in found) == text


WORDS = st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=8), min_size=1, max_size=30)


@given(WORDS, st.lists(st.integers(1, 12), max_size=40))
def test_no_word_is_ever_lost(words: list[str], sizes: list[int]) -> None:
    assert said(speeches(cut(" ".join(words), sizes))) == words
    assert said(speeches(cut("- " + "\n- ".join(words), sizes))) == words
    assert said(speeches(cut("**" + "** _".join(words) + "_", sizes))) == words


ANYTHING = st.text(max_size=200) | st.text(alphabet=" .,:!?\n1$a[](<>*_|`#-/@%", max_size=200)


@given(ANYTHING, st.lists(st.integers(1, 12), max_size=60))
def test_anything_can_be_written_and_all_of_it_is_kept(text: str, sizes: list[int]) -> None:
    found = speeches(cut(text, sizes))
    for speech in found:
        for link in speech.links:
            assert speech.written[link.start : link.end].strip()
            assert speech.spoken[link.spoken_start : link.spoken_end].strip()
    assert "".join(speech.written for speech in found).rstrip() == text.rstrip()


def test_calls_of_one_manner_share_its_rules() -> None:
    win = Speakable(pronunciation={"Nguyen": "win"})
    assert manner_of(win, "en") is manner_of(Speakable(pronunciation={"Nguyen": "win"}), "en")
    others = [manner_of(Speakable(pronunciation={"Nguyen": "nu"}), "en"), manner_of(win, "de")]
    assert all(other is not manner_of(win, "en") for other in others)
