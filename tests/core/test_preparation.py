from __future__ import annotations

import pytest

from antiphon.core.messages import Message
from antiphon.core.preparation import NOTHING_ADDED, Document, Preparation

OPEN, CLOSED = Document("Open from noon.", {"score": 0.9}), Document("Closed on Mondays.")


def test_what_was_found_stands_right_before_the_callers_words() -> None:
    added = Preparation((OPEN, CLOSED), ("Answer in one sentence.",))
    assert added.messages == (
        Message(
            "system",
            "This may help to answer what the caller says next:\n\nOpen from noon.\n\nClosed on Mondays.",
        ),
        Message("system", "Answer in one sentence."),
    )
    assert NOTHING_ADDED.messages == ()


@pytest.mark.parametrize(
    "other",
    [
        Preparation((OPEN, CLOSED)),
        Preparation((CLOSED, OPEN)),
        Preparation((OPEN, CLOSED, OPEN)),
        Preparation((Document("Open  from\nnoon.", {"score": 0.1}), CLOSED)),
    ],
)
def test_order_spacing_repeats_and_metadata_do_not_matter(other: Preparation) -> None:
    assert not Preparation((OPEN, CLOSED)).matters_beside(other)


@pytest.mark.parametrize(
    "other",
    [
        NOTHING_ADDED,
        Preparation((OPEN,)),
        Preparation((OPEN, Document("Closed on Sundays."))),
        Preparation((OPEN, CLOSED), ("Answer in French.",)),
        Preparation((OPEN, CLOSED), history=()),
    ],
)
def test_what_a_reply_may_hang_on_does(other: Preparation) -> None:
    assert Preparation((OPEN, CLOSED)).matters_beside(other)


def test_a_history_is_compared_by_its_words() -> None:
    first = Preparation(history=(Message("user", "hello there"),))
    assert not first.matters_beside(Preparation(history=(Message("user", "hello  there"),)))
    assert first.matters_beside(Preparation(history=(Message("assistant", "hello there"),)))
