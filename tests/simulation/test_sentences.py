"""What simulated callers say."""

from pathlib import Path

import pytest

from antiphon.errors import UserError
from antiphon.simulation.sentences import own_sentences, read_sentences


def test_there_are_some_hundred_of_our_own_short_ones_among_them() -> None:
    own = own_sentences()
    assert len(own.full) >= 300
    assert len(own.short) >= 10
    assert all(len(sentence.words) > 3 for sentence in own.full)
    assert all(len(sentence.words) <= 3 for sentence in own.short)
    assert len(set(own.full)) == len(own.full)


def test_frequent_intents_come_first() -> None:
    by_intent = own_sentences().by_intent()
    sizes = [len(sentences) for sentences in by_intent.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_a_file_is_read_without_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "sentences.tsv"
    path.write_text(
        "id\tintent\tsentence\n1\tbook\tbook a table for [number : two] please\n2\tyes\tyes please\n"
    )
    read = read_sentences(path)
    assert [sentence.text for sentence in read.full] == ["book a table for two please"]
    assert read.full[0].slots == (("number", "two"),)
    assert [sentence.text for sentence in read.short] == ["yes please"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.tsv"):
        read_sentences(tmp_path / "none.tsv")
