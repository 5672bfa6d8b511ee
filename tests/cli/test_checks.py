"""Each check says what was found, and fails only for what the agent needs."""

from __future__ import annotations

import asyncio
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import numpy as np
import pytest

from antiphon.audio import AudioFormat, AudioFrame, Samples
from antiphon.cli import checks
from antiphon.cli.checks import (
    Check,
    configured,
    installation_checks,
    key_checks,
    provider_checks,
    reach_checks,
)
from antiphon.config import Agent
from antiphon.errors import ConfigError, WorkerDiedError
from antiphon.providers import registry
from antiphon.providers.base import ProviderContext, SpeechChunk, VoiceWindow
from antiphon.providers.registry import BUILT_IN, EXTRAS, KINDS, BuiltIn, Kind
from antiphon.providers.spec import ProviderSpec

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


class Engine:
    """An engine of every kind at once, that keeps a list of what it was asked."""

    name = "engine"
    format = AudioFormat(16_000)

    def __init__(self, said: list[str]) -> None:
        self.said = said

    def open(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.said.append("left")

    async def send(self, frame: AudioFrame) -> None:
        self.said.append(f"heard {len(frame.samples)}")

    async def end(self) -> None:
        self.said.append("end")

    async def __aiter__(self) -> AsyncIterator[object]:
        for event in ():
            yield event

    async def warm(self) -> None:
        self.said.append("warm")

    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        async for segment in segments:
            samples = np.zeros(16_000 if segment else 0, dtype=np.int16)
            yield SpeechChunk(samples, 0)

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        return [VoiceWindow(512, 512, 0.1, -90.0)] * (len(frame.samples) // 512)

    def close(self) -> None:
        self.said.append("closed")

    async def similarity(self, left: str, right: str) -> float:
        return 0.5

    async def probability(self, samples: Samples) -> float:
        return 0.25

    async def aclose(self) -> None:
        self.said.append("let go")


class Mute(Engine):
    async def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        for chunk in ():
            yield chunk


class Stuck(Engine):
    async def warm(self) -> None:
        await asyncio.Event().wait()


class Broken(Engine):
    async def warm(self) -> None:
        raise WorkerDiedError("engine", "its worker ended")


Install = Callable[[type[Engine]], list[str]]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes "engine" a built-in provider of every kind, and the only embedded one."""
    said: list[str] = []

    def put(kind: type[Engine]) -> list[str]:
        def create(model: str, options: Mapping[str, object], context: ProviderContext) -> Engine:
            if options:
                raise ConfigError("engine: unknown option")
            return kind(said)

        module = ModuleType("some_engine")
        module.create = create  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "some_engine", module)
        for table in BUILT_IN.values():
            monkeypatch.setitem(table, "engine", BuiltIn("some_engine"))
        return said

    monkeypatch.setattr(registry, "is_installed", lambda extra: False)
    return put


def agent(kind: Kind, spec: ProviderSpec) -> Agent:
    everything: dict[str, Any] = dict.fromkeys(KINDS, ProviderSpec("engine"))
    return Agent(**everything | {kind: spec})


async def examine(agent: Agent, name: str) -> Check:
    found = [check async for check in provider_checks(agent, ProviderContext())]
    return next(check for check in found if check.name == name)


@pytest.mark.parametrize(
    ("kind", "did"),
    [
        ("stt", "started and listened, at 16,000 Hz"),
        ("llm", "started"),
        ("tts", "started and spoke for 1.0 s"),
        ("vad", "started and judged 15 windows"),
        ("turn_model", "started and judged a second of silence, 0.25 likely to be over"),
        ("embedder", "started and compared two sentences, 0.50 alike"),
    ],
)
async def test_an_engine_on_this_machine_does_a_little_work(kind: Kind, did: str, install: Install) -> None:
    said = install(Engine)
    check = await examine(agent(kind, ProviderSpec("engine")), f"{kind} engine")
    assert (check.ok, check.needed) == (True, True)
    assert check.detail.startswith(f"{did}, in ")
    assert said.count("let go") == len(KINDS)


@pytest.mark.parametrize(
    ("engine", "name", "why"),
    [
        (Mute, "tts engine", "engine: started, but made no sound"),
        (Broken, "llm engine", "engine: its worker ended"),
        (Stuck, "llm engine", "did not start within 0.01 s"),
    ],
)
async def test_an_engine_that_does_not_start_says_why(
    engine: type[Engine], name: str, why: str, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "START_TIMEOUT_S", 0.01)
    said = install(engine)
    check = await examine(agent("llm", ProviderSpec("engine")), name)
    assert (check.ok, check.needed, check.detail) == (False, True, why)
    assert said.count("let go") == len(KINDS)


async def test_a_wrong_option_is_a_failed_check(install: Install) -> None:
    install(Engine)
    check = await examine(agent("llm", ProviderSpec("engine", {"x": 1})), "llm engine")
    assert (check.ok, check.detail) == (False, "engine: unknown option")


async def test_a_vendor_is_configured_but_not_asked(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = install(Engine)
    monkeypatch.setitem(BUILT_IN["llm"], "engine", BuiltIn("some_engine", vendor="x:y"))
    monkeypatch.setattr(checks, "vendor_of", lambda kind, spec: kind == "llm" or None)
    check = await examine(agent("llm", ProviderSpec("engine")), "llm engine")
    assert check.ok
    assert check.detail.startswith("configured; not asked")
    assert "warm" not in said


def test_what_an_agent_names_includes_what_it_falls_back_on() -> None:
    named = configured(Agent(stt=["deepgram/nova-3", "pocketsphinx"], embedder="minilm"))
    assert [(kind, spec.name) for kind, spec in named] == [
        ("stt", "deepgram/nova-3"),
        ("stt", "pocketsphinx"),
        ("llm", "handbook"),
        ("tts", "espeak/en-gb"),
        ("vad", "silero"),
        ("embedder", "minilm"),
    ]


def test_python_and_packages_are_always_needed() -> None:
    found = {check.name: check for check in installation_checks(Agent())}
    assert found["numpy"].ok
    assert found["numpy"].needed
    assert found["numpy"].detail[0].isdigit()
    assert "pytest" not in found


def test_an_extra_is_needed_if_a_configured_provider_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "is_installed", lambda extra: extra == "silero")
    agent = Agent(stt="deepgram/nova-3", llm="groq/x")
    found = {check.name: check for check in installation_checks(agent) if check.group == "Extras"}
    assert {name for name, check in found.items() if check.needed} == {
        "deepgram",
        "openai",
        "espeak",
        "silero",
    }
    assert found["silero"].ok
    assert found["deepgram"].detail == "pip install 'antiphon[deepgram]'"


def test_the_table_of_extras_is_the_packages_own() -> None:
    extras = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {*EXTRAS} == {name for name, needs in extras.items() if not needs[0].startswith("antiphon[")}


def test_keys_are_named_and_never_shown() -> None:
    found = {check.name: check for check in key_checks({"OPENAI_API_KEY": "s3cret", "GROQ_API_KEY": " "})}
    assert (found["OPENAI_API_KEY"].ok, found["OPENAI_API_KEY"].detail) == (True, "set")
    assert (found["GROQ_API_KEY"].ok, found["GROQ_API_KEY"].detail) == (False, "not set")
    assert "DEEPGRAM_API_KEY" in found
    assert "s3cret" not in repr(found)


async def test_a_host_that_takes_a_connection_is_reached() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        llm = ProviderSpec("openai/x", {"base_url": f"http://127.0.0.1:{port}/v1"})
        found = [check async for check in reach_checks(Agent(llm=llm), {})]
    assert [(check.name, check.ok) for check in found] == [(f"127.0.0.1:{port}", True)]
    assert found[0].detail.startswith("connected in ")


async def test_a_host_that_refuses_is_a_failed_check() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    environ = {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}"}
    found = [check async for check in reach_checks(Agent(llm="openai/x", tts="openai/y"), environ)]
    assert [(check.ok, check.needed) for check in found] == [(False, True)]


async def test_the_offline_agent_reaches_for_nothing() -> None:
    assert [check async for check in reach_checks(Agent(), {})] == []
