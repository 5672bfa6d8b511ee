from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from antiphon.runtime.recent import Recent


@given(
    most=st.integers(1, 40),
    parts=st.lists(st.integers(0, 30), max_size=20),
    asked=st.sets(st.integers(0, 20)),
)
def test_the_newest_samples_are_kept_and_no_more(most: int, parts: list[int], asked: set[int]) -> None:
    recent, said = Recent(most), np.empty(0, np.int16)
    for number, length in enumerate(parts):
        part = np.arange(len(said), len(said) + length, dtype=np.int16)
        said = np.concatenate((said, part))
        recent.add(part)
        if number in asked:
            assert recent.samples().tolist() == said[-most:].tolist()
    assert recent.samples().tolist() == said[-most:].tolist()
