import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.stt.ngrams import BEGIN, END, NGramModel, Sentence

WORDS = ["open", "on", "sunday", "the", "museum"]
BASE = dict.fromkeys(WORDS, 0.2)
sentences = st.lists(st.tuples(st.floats(0.01, 10), st.lists(st.sampled_from(WORDS), max_size=6)), max_size=8)
histories = st.lists(st.sampled_from(WORDS), max_size=2).map(tuple) | st.just((BEGIN,))


@given(sentences, histories)
def test_what_may_follow_anything_sums_to_one(learned: list[Sentence], history: tuple[str, ...]) -> None:
    model = NGramModel(learned, BASE)
    total = sum(model.probability((*history, word)) for word in model.vocabulary)
    assert total == pytest.approx(1)


def test_what_was_seen_is_likelier_and_nothing_is_impossible() -> None:
    model = NGramModel([(1.0, ["open", "on", "sunday"])], BASE)
    assert model.probability(("open", "on", "sunday")) > 0.5
    assert 0 < model.probability(("open", "on", "museum")) < 0.1
    assert model.probability(("sunday", END)) > model.probability(("on", END))


def test_weights_are_counts() -> None:
    model = NGramModel([(3.0, ["on", "sunday"]), (1.0, ["on", "the"])], BASE)
    thrice = NGramModel([(1.0, ["on", "sunday"])] * 3 + [(1.0, ["on", "the"])], BASE)
    assert model.probability(("on", "sunday")) == pytest.approx(thrice.probability(("on", "sunday")))


def back_off_probability(arpa: str, gram: tuple[str, ...]) -> float:
    """log10 P as a recogniser computes it from the file."""
    table: dict[tuple[str, ...], tuple[float, float]] = {}
    for line in arpa.splitlines():
        parts = line.split()
        if parts and re.fullmatch(r"-?\d+\.\d+", parts[0]):
            has_weight = re.fullmatch(r"-?\d+\.\d+", parts[-1]) is not None
            words = tuple(parts[1:-1] if has_weight else parts[1:])
            table[words] = (float(parts[0]), float(parts[-1]) if has_weight else 0.0)
    weight = 0.0
    while gram not in table:
        weight += table.get(gram[:-1], (0.0, 0.0))[1]
        gram = gram[1:]
    return table[gram][0] + weight


@given(sentences, histories, st.sampled_from(WORDS))
def test_the_file_says_what_the_model_says(
    learned: list[Sentence], history: tuple[str, ...], word: str
) -> None:
    model = NGramModel(learned, BASE)
    expected = math.log10(model.probability((*history, word)))
    assert back_off_probability(model.arpa(), (*history, word)) == pytest.approx(expected, abs=0.001)


def test_the_file_counts_its_lines() -> None:
    lines = NGramModel([(1.0, ["open", "on", "sunday"])], BASE).arpa().splitlines()
    assert lines[:4] == ["\\data\\", "ngram 1=7", "ngram 2=4", "ngram 3=3"]
    assert lines[-1] == "\\end\\"
    assert lines.index("\\2-grams:") - lines.index("\\1-grams:") == 7 + 2
