from __future__ import annotations

import pytest

from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.core.tools import STILL_RUNNING, ToolOutcome, ToolPolicy, ToolRun, ToolUse, exchange
from antiphon.errors import ConfigError

SAFE = ToolPolicy(ToolSpec("look", "Look."), safe=True)
UNSAFE = ToolPolicy(ToolSpec("book", "Book."))


def test_a_run_is_shown_to_a_model_by_a_name_of_ours() -> None:
    run = ToolRun(7, UNSAFE, "{}", started=True)
    assert run.running
    assert run.call == ToolCall("call_7", "book", "{}")
    assert run.answer == Message("tool", STILL_RUNNING, tool_call_id="call_7")
    run.content = "booked"
    assert not run.running
    assert exchange("One moment.", [run]) == (
        Message("assistant", "One moment.", tool_calls=(run.call,)),
        Message("tool", "booked", tool_call_id="call_7"),
    )


@pytest.mark.parametrize(
    ("policy", "outcome", "repeatable"),
    [
        (SAFE, None, False),
        (SAFE, ToolOutcome.DONE, False),
        (SAFE, ToolOutcome.FAILED, True),
        (SAFE, ToolOutcome.CANCELLED, True),
        (UNSAFE, ToolOutcome.FAILED, False),
    ],
)
def test_only_what_changes_nothing_may_run_again(
    policy: ToolPolicy, outcome: ToolOutcome | None, repeatable: bool
) -> None:
    assert ToolRun(1, policy, "{}", outcome=outcome).repeatable is repeatable


@pytest.mark.parametrize("settings", [{"progress_after_ms": -1}, {"max_rounds": 0}, {"max_calls": 65}])
def test_settings_out_of_range_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=rf"tool_use\.{next(iter(settings))} = "):
        ToolUse(**settings)  # type: ignore[arg-type]
