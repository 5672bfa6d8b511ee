from __future__ import annotations

from antiphon.bench.turns_sentences import benchmark_sentences
from antiphon.simulation.sentences import own_sentences


def test_there_are_the_simulations_sentences_and_calls_of_many_kinds() -> None:
    said, own = benchmark_sentences(), own_sentences()
    assert set(own.full) < set(said.full)
    assert set(own.short) < set(said.short)
    assert len(said.full) + len(said.short) > 600
    assert said.values == own.values


def test_sentences_are_told_by_length_and_hold_words_alone() -> None:
    said = benchmark_sentences()
    assert all(len(sentence.words) > 3 for sentence in said.full)
    assert all(1 <= len(sentence.words) <= 3 for sentence in said.short)
    texts = [sentence.text for sentence in (*said.full, *said.short)]
    assert all(text == " ".join(text.split()) for text in texts)
