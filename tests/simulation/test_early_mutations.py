"""Each seeded bug in what is begun early is caught."""

import gc
from collections.abc import Iterator

import pytest

from antiphon.simulation.early_mutations import EARLY_MUTATIONS
from antiphon.simulation.mutations import Mutation, caught

# A bug may leave a call that can't be ended; what becomes of it is the bug's affair.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _what_is_left_goes_with_the_test() -> Iterator[None]:
    yield
    gc.collect()


@pytest.mark.parametrize("mutation", EARLY_MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_seeded_bug_is_caught(mutation: Mutation) -> None:
    assert caught(mutation, 300) is not None


def test_a_bug_is_gone_when_it_is_no_longer_wanted() -> None:
    for mutation in EARLY_MUTATIONS:
        right = getattr(mutation.owner, mutation.method)
        with mutation.applied():
            assert getattr(mutation.owner, mutation.method) is not right
        assert getattr(mutation.owner, mutation.method) is right
