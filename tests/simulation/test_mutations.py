"""Each seeded bug is caught: the checkers can fail."""

import gc
from collections.abc import Iterator

import pytest

from antiphon.simulation.mutations import MUTATIONS, Mutation, caught

# A bug may leave a call that can't be ended; what becomes of it is the bug's affair.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _what_is_left_goes_with_the_test() -> Iterator[None]:
    yield
    gc.collect()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_seeded_bug_is_caught(mutation: Mutation) -> None:
    assert caught(mutation, 300) is not None


def test_there_are_enough_of_them_and_every_invariant_that_can_break_does() -> None:
    assert len(MUTATIONS) >= 15
    assert set().union(*(mutation.breaks for mutation in MUTATIONS)) >= {1, 2, 3, 4, 5, 7, 8, 9, 10}


def test_a_bug_is_gone_when_it_is_no_longer_wanted() -> None:
    for mutation in MUTATIONS:
        right = getattr(mutation.owner, mutation.method)
        with mutation.applied():
            assert getattr(mutation.owner, mutation.method) is not right
        assert getattr(mutation.owner, mutation.method) is right
