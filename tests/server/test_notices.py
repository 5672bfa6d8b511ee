from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum

import pytest

from antiphon.core import notices
from antiphon.core.events import DraftUsage
from antiphon.core.notices import DraftStarted, Ledger, Notice, Trouble, TurnEnded, TurnRecord
from antiphon.server.notices import message_of

RECORD = TurnRecord(
    turn_id=1,
    user="book a table",
    reply="Certainly.",
    glass_to_glass_ns=300_500_000,
    contributions_ns={"endpointing": 300_000_000, "runtime": 500_000},
    marks_ns={"last_voiced": 2**60},
    ledger=Ledger(started=1, usage=DraftUsage(input_tokens=5), saved_ms=float("inf")),
    interrupted=False,
    outcome="replied",
)


def test_a_notice_goes_out_by_its_name_with_times_in_milliseconds() -> None:
    notice = DraftStarted(1, 2, 1_500_000, "book a", "interim", speculative=True)
    assert message_of(notice) == {
        "type": "draft_started",
        "turn_id": 1,
        "draft_id": 2,
        "at_ms": 1.5,
        "transcript": "book a",
        "trigger": "interim",
        "speculative": True,
    }


def test_a_record_goes_out_whole() -> None:
    record = message_of(TurnEnded(0, RECORD))["record"]
    assert record["glass_to_glass_ms"] == 300.5
    assert record["contributions_ms"] == {"endpointing": 300.0, "runtime": 0.5}
    assert record["ledger"]["usage"]["input_tokens"] == 5
    assert record["ledger"]["saved_ms"] is None, "JSON has no infinity"


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class NewsOfTomorrow:
    at_ns: int | None
    heard_ns: tuple[int, ...]
    colours: tuple[Colour, ...]


def test_a_notice_that_nobody_knew_of_goes_out_too() -> None:
    message = message_of(NewsOfTomorrow(None, (2_000_000,), (Colour.RED,)))  # type: ignore[arg-type]
    assert message == {"type": "news_of_tomorrow", "at_ms": None, "heard_ms": [2.0], "colours": ["red"]}


@pytest.mark.parametrize(
    "notice", [Trouble(0, "llm", "no"), TurnEnded(0, RECORD)], ids=lambda one: type(one).__name__
)
def test_what_goes_out_is_json(notice: Notice) -> None:
    json.dumps(message_of(notice), allow_nan=False)


def test_each_notice_there_is_has_a_name_of_its_own() -> None:
    kinds = [one for one in vars(notices).values() if dataclasses.is_dataclass(one)]
    assert len({one.__name__.lower() for one in kinds}) == len(kinds)
