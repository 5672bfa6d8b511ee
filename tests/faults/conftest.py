"""What all calls with faults share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def last_words_come_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recogniser that is down can't say whether there are any, and each call would wait 2 s for them."""
    monkeypatch.setattr("antiphon.runtime.session.LAST_WORDS_S", 0.2)
