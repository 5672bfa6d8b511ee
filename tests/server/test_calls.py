from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from antiphon.server.calls import Calls


def call(call_id: str, hung_up: list[str]) -> Any:
    return SimpleNamespace(call_id=call_id, hang_up=lambda: hung_up.append(call_id))


def test_a_call_counts_while_it_is_held_however_it_ends() -> None:
    calls = Calls()
    with calls.held(call("a", [])), pytest.raises(RuntimeError):
        fail_in(calls)
    assert len(calls) == 0


def fail_in(calls: Calls) -> None:
    with calls.held(call("b", [])):
        assert len(calls) == 2
        raise RuntimeError


def test_all_can_be_hung_up() -> None:
    calls, hung_up = Calls(), []  # type: ignore[var-annotated]
    with calls.held(call("a", hung_up)), calls.held(call("b", hung_up)):
        calls.hang_up()
    assert hung_up == ["a", "b"]
