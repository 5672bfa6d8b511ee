"""What the README shows of an agent with a tool and its test runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = "pytester"
README = Path(__file__).parent.parent / "README.md"
MOST_LINES = 30


def example() -> str:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = (block for block in blocks if "def test_" in block)
    return str(found)


def test_an_agent_with_a_tool_and_its_test_is_short() -> None:
    assert len(example().splitlines()) < MOST_LINES


def test_the_test_runs_and_can_fail(pytester: pytest.Pytester) -> None:
    options = ("-o", "asyncio_default_fixture_loop_scope=function")
    pytester.makepyfile(test_agent=example())
    pytester.runpytest(*options).assert_outcomes(passed=1)
    pytester.makepyfile(test_agent=example().replace("guests=2).said", "guests=3).said"))
    pytester.runpytest(*options).assert_outcomes(failed=1)
