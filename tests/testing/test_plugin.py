"""The pytest plug-in, in a project of somebody else's."""

from __future__ import annotations

import pytest

pytest_plugins = "pytester"

PROJECT = """
from antiphon import Agent
from antiphon.testing import ScriptedModel

def test_hello(rehearse{more}):
    call = rehearse(Agent(), ScriptedModel({{"hello": "Good morning."}}))
    call.says("hello").said({said!r})
    {then}
"""


def project(
    pytester: pytest.Pytester, *, said: str = "good morning", more: str = "", then: str = "pass"
) -> None:
    pytester.makepyfile(test_agent=PROJECT.format(said=said, more=more, then=then))


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest("-o", "asyncio_default_fixture_loop_scope=function", *options)


def test_a_test_of_an_agent_is_three_lines(pytester: pytest.Pytester) -> None:
    project(pytester)
    run(pytester).assert_outcomes(passed=1)


def test_one_that_fails_shows_the_conversation(pytester: pytest.Pytester) -> None:
    project(pytester, said="good night")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*conversation 1*", "caller  hello", "agent   Good morning."])


def test_a_conversation_is_kept_and_compared(pytester: pytest.Pytester) -> None:
    project(pytester, more=", same_conversation", then="same_conversation(call)")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no conversation is kept in*run*pytest --update-conversations*once*"])
    run(pytester, "--update-conversations").assert_outcomes(passed=1)
    kept = pytester.path / "conversations" / "test_agent.test_hello.txt"
    assert kept.read_text(encoding="utf-8") == "caller  hello\nagent   Good morning.\n"
    run(pytester).assert_outcomes(passed=1)
    kept.write_text("caller  hello\nagent   Good evening.\n", encoding="utf-8")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the conversation is not the one in*"])
