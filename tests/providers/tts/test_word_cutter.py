import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.tts.word_cutter import LONGEST_HELD_S, CutAudio, PlacedWord, WordCutter

RATE_HZ = 1_000


def loud(samples: int) -> bytes:
    return np.full(samples, 1_000, np.int16).tobytes()


def quiet(samples: int) -> bytes:
    return np.zeros(samples, np.int16).tobytes()


def test_a_word_goes_out_when_the_next_one_begins() -> None:
    cutter = WordCutter("open on Sunday", RATE_HZ)
    assert list(cutter.feed(loud(100), [(0, 0)])) == []
    assert list(cutter.feed(loud(100), [(5, 150)])) == [CutAudio(loud(150), (PlacedWord("open", 0, 150),))]
    assert list(cutter.feed(loud(100), [(8, 250)])) == [CutAudio(loud(100), (PlacedWord("on", 150, 250),))]
    assert list(cutter.finish()) == [CutAudio(loud(50), (PlacedWord("Sunday", 250, 300),))]
    assert list(cutter.finish()) == []


def test_the_silence_after_a_word_is_not_part_of_it() -> None:
    cutter = WordCutter("yes, we", RATE_HZ)
    list(cutter.feed(loud(100) + quiet(50), [(0, 0)]))
    (chunk,) = cutter.feed(loud(10), [(5, 150)])
    assert chunk == CutAudio(loud(100) + quiet(50), (PlacedWord("yes,", 0, 100),))


def test_what_stands_together_is_one_word() -> None:
    cutter = WordCutter("at 10:30 — or", RATE_HZ)
    chunks = list(cutter.feed(loud(400), [(0, 0), (3, 100), (6, 200), (11, 300)]))
    assert [word.text for chunk in chunks for word in chunk.words] == ["at", "10:30"]
    assert [word.text for chunk in cutter.finish() for word in chunk.words] == ["or"]


def test_silence_before_the_first_word_has_no_word() -> None:
    cutter = WordCutter("yes", RATE_HZ)
    assert list(cutter.feed(quiet(50), [])) == []
    assert list(cutter.feed(loud(50), [(0, 50)])) == [CutAudio(quiet(50))]


def test_a_word_without_end_is_not_held_for_ever() -> None:
    cutter = WordCutter("123456789", RATE_HZ)
    chunks = [chunk for _ in range(7) for chunk in cutter.feed(loud(RATE_HZ), [(0, 0)])]
    assert [len(chunk.audio) // 2 for chunk in chunks] == [(LONGEST_HELD_S + 1) * RATE_HZ]
    assert [len(chunk.words) for chunk in chunks] == [1]


@given(
    st.text(max_size=30),
    st.lists(
        st.tuples(st.integers(0, 300), st.lists(st.tuples(st.integers(-5, 40), st.integers(-50, 3_000))))
    ),
)
def test_no_sample_is_lost_and_words_are_in_order(
    text: str, fed: list[tuple[int, list[tuple[int, int]]]]
) -> None:
    cutter = WordCutter(text, RATE_HZ)
    chunks = [chunk for samples, words in fed for chunk in cutter.feed(loud(samples), words)]
    chunks += cutter.finish()
    assert sum(len(chunk.audio) for chunk in chunks) == 2 * sum(samples for samples, _ in fed)
    words = [word for chunk in chunks for word in chunk.words]
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert all(word.start <= word.end for word in words)
    tokens = iter(text.split())
    assert all(word.text in tokens for word in words)
