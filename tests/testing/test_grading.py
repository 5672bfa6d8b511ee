"""A model may judge a conversation."""

from __future__ import annotations

import pytest

from antiphon import Agent
from antiphon.errors import ConfigError
from antiphon.testing import Rehearsal, ScriptedModel, check_with_model

AGENT = Agent(instructions="You are kind.")
SORRY = ScriptedModel({"late": "I am sorry. Would seven suit you?"})
# Judges by the transcript that it is shown.
JUDGE = ScriptedModel(
    {r"agent   i am sorry(.|\n)*statement: the agent apologises": "YES - it says that it is sorry."},
    otherwise="NO - nothing of the kind.",
    first_token_ms=0,
    tokens_per_s=100_000,
)


def test_what_the_model_finds_true_passes_with_its_reason() -> None:
    with Rehearsal(AGENT, SORRY) as call:
        turn = call.says("you are late")
        assert check_with_model(turn, "the agent apologises", JUDGE) == "it says that it is sorry."
        assert check_with_model(call, "the agent apologises", JUDGE)


def test_what_it_finds_untrue_fails_and_shows_the_conversation() -> None:
    with Rehearsal(AGENT, SORRY) as call:
        turn = call.says("you are late")
        with pytest.raises(
            AssertionError, match="untrue that 'the agent sings': nothing of the kind"
        ) as failure:
            check_with_model(turn, "the agent sings", JUDGE)
        assert "caller  you are late" in str(failure.value)


def test_a_statement_is_needed() -> None:
    with Rehearsal(AGENT, SORRY) as call, pytest.raises(ConfigError, match="the statement is empty"):
        check_with_model(call, " ", JUDGE)
