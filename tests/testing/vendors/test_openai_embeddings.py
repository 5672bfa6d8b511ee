"""Embeddings: the same for the same words, near for near ones, in both encodings."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from antiphon.testing.vendors.openai_embeddings import DIMENSIONS, embedding, embeddings


def test_the_same_words_are_the_same_place() -> None:
    assert np.array_equal(embedding("A table!"), embedding("a TABLE"))
    assert np.linalg.norm(embedding("a table")) == pytest.approx(1)
    assert np.linalg.norm(embedding("…")) == pytest.approx(1)


def test_texts_that_share_words_are_near() -> None:
    near = embedding("a table for two") @ embedding("a table for three")
    far = embedding("a table for two") @ embedding("cancel my order")
    assert near > 0.5 > far


def test_answers_are_in_the_order_of_the_texts() -> None:
    answer = embeddings({"model": "m", "input": ["one two", "three"], "dimensions": 8})
    assert answer is not None
    data = answer["data"]
    assert isinstance(data, list)
    assert [one["index"] for one in data] == [0, 1]
    assert np.allclose(data[1]["embedding"], embedding("three", 8))
    assert answer["usage"] == {"prompt_tokens": 3, "total_tokens": 3}


def test_base64_is_understood() -> None:
    answer = embeddings({"input": "one", "encoding_format": "base64"})
    assert answer is not None
    data = answer["data"]
    assert isinstance(data, list)
    vector = np.frombuffer(base64.b64decode(data[0]["embedding"]), np.float32)
    assert np.array_equal(vector, embedding("one"))
    assert len(vector) == DIMENSIONS


@pytest.mark.parametrize(
    "wrong", [{}, {"input": []}, {"input": [""]}, {"input": [1]}, {"input": "x", "dimensions": 0}]
)
def test_what_is_no_request_has_no_answer(wrong: dict[str, object]) -> None:
    assert embeddings(wrong) is None
