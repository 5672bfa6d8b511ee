"""Which sessions share phrases, and where these are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from antiphon.config import Agent, Phrases
from antiphon.core.notices import Trouble
from antiphon.runtime import phrase_folder
from antiphon.runtime.phrase_folder import PhraseMemory
from antiphon.runtime.phrases import Phrase
from antiphon.runtime.session import Session

from .calls import Call, speaking
from .fakes import FakeTTS, virtually


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase_folder, "_shared", {})


def memory(agent: Agent, *, named: bool = True) -> PhraseMemory:
    return PhraseMemory(agent, FakeTTS(), named=named)


def test_agents_that_name_the_same_voice_share_its_phrases() -> None:
    one = memory(Agent(tts="openai/voice")).cache
    assert one is not None
    assert memory(Agent(tts="openai/voice", instructions="Be brief.")).cache is one
    assert memory(Agent(tts="openai/other")).cache is not one
    assert memory(Agent(tts="openai/voice", language="de")).cache is not one


def test_a_voice_that_is_given_has_a_memory_for_each_session() -> None:
    agent = Agent(tts=FakeTTS())
    assert memory(agent).cache is not memory(agent).cache
    assert memory(Agent(), named=False).cache is not memory(Agent(), named=False).cache


def test_several_voices_and_a_memory_of_nothing_have_none() -> None:
    assert memory(Agent(tts=["openai/voice", "espeak"])).cache is None
    assert memory(Agent(phrases=Phrases(memory_s=0))).cache is None


@virtually
async def test_within_a_call_what_replies_begin_with_is_spoken_once() -> None:
    call = Call()
    session = Session(call.agent, providers=call.providers)
    assert session.phrases is None
    async with session:
        session.say("Good morning.")
        session.say("Good morning.")
        async for _ in session.process(speaking(100, 200, 4_000)):
            pass
        assert session.phrases is not None
        assert session.phrases.hits >= 1
    assert call.tts.spoken.count("Good morning.") == 1


async def test_what_was_used_is_there_in_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = Agent(tts="openai/voice", phrases=Phrases(folder=tmp_path))
    first = memory(agent)
    await first.read()
    assert first.cache is not None
    first.cache.put(Phrase("Yes.", np.ones(100, np.int16)))
    first.cache.get("Yes.")
    await first.write()
    monkeypatch.setattr(phrase_folder, "_shared", {})
    later, beside = memory(agent), memory(agent)
    await later.read()
    assert later.cache is not None
    assert later.cache.get("Yes.") is not None
    assert beside.cache is later.cache


@virtually
async def test_a_folder_that_cannot_be_written_to_is_told_of_and_ends_no_call() -> None:
    class Refuses:
        cache = None

        async def write(self) -> None:
            raise PermissionError("not there")

    call = Call()
    session = Session(call.agent, providers=call.providers)
    session.observe(call.notices.append)
    async with session:
        session._cast._members[0] = replace(session._cast[0], phrases=Refuses())  # type: ignore[arg-type]
    assert call.of(Trouble) == [Trouble(0, "phrases", "not there")]
