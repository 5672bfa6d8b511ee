from __future__ import annotations

import re
from pathlib import Path

import pytest

from antiphon.core.floor import TRANSITIONS, Cause, Floor, after, diagram

PAGE = Path(__file__).parents[2] / "docs" / "design" / "conversation.md"


@pytest.mark.parametrize(("floor", "cause"), TRANSITIONS, ids=lambda each: each.value)
def test_the_table_says_what_follows(floor: Floor, cause: Cause) -> None:
    assert after(floor, cause) is TRANSITIONS[floor, cause]


@pytest.mark.parametrize(
    ("floor", "cause"),
    [(floor, cause) for floor in Floor for cause in Cause if (floor, cause) not in TRANSITIONS],
    ids=lambda each: each.value,
)
def test_there_is_no_other_way(floor: Floor, cause: Cause) -> None:
    with pytest.raises(ValueError, match=f"no way on from '{floor.value}' when {cause.value}"):
        after(floor, cause)


def test_only_a_committed_reply_becomes_audible() -> None:
    assert {source for (source, _), target in TRANSITIONS.items() if target is Floor.AGENT} == {
        Floor.THINKING
    }


def test_every_state_can_be_reached_and_can_be_closed() -> None:
    reached = {Floor.IDLE}
    while more := {target for (source, _), target in TRANSITIONS.items() if source in reached} - reached:
        reached |= more
    assert reached == set(Floor)
    assert all(after(floor, Cause.CLOSED) is Floor.CLOSED for floor in Floor)


def test_the_end_is_the_end() -> None:
    assert {cause for source, cause in TRANSITIONS if source is Floor.CLOSED} == {Cause.CLOSED}


def test_the_diagram_shows_each_way_once() -> None:
    lines = diagram().splitlines()
    ways = [line for line in lines if ": " in line]
    assert len(ways) == len(set(ways)) == len(TRANSITIONS) - 1  # closed to closed is not shown
    assert lines[0] == "stateDiagram-v2"
    assert lines[1].strip() == "[*] --> idle"
    assert lines[-1].strip() == "closed --> [*]"


def test_the_page_on_the_machine_shows_the_table_as_it_is() -> None:
    (shown,) = re.findall(
        r"^```mermaid\n(.*?)\n```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert shown == diagram()
