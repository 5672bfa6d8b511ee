from __future__ import annotations

import pytest

from antiphon.config import Agent
from antiphon.errors import ConfigError, ProviderConnectionError, ProviderError
from antiphon.runtime.chains import FallbackSTT, ResilientLLM, ResilientTTS
from antiphon.runtime.providers import Providers

from .fakes import FakeEmbedder, FakeLLM, FakeSTT, FakeTTS, FakeVAD, after, clock, now_ms, virtually


def given(llm: FakeLLM | None = None, tts: FakeTTS | None = None) -> Providers:
    return Providers(FakeSTT(), llm or FakeLLM(), tts or FakeTTS(), FakeVAD(), FakeEmbedder(1.0))


def ignore(error: ProviderError) -> None: ...


@virtually
async def test_an_agent_s_providers_are_used_as_chains() -> None:
    parts = given()
    agent = Agent(stt=parts.stt, llm=parts.llm, tts=parts.tts, vad=parts.vad, embedder=parts.embedder)
    made = Providers.of(agent, clock(), ignore)
    assert isinstance(made.stt, FallbackSTT)
    assert isinstance(made.llm, ResilientLLM)
    assert isinstance(made.tts, ResilientTTS)
    assert made.vad is parts.vad
    assert made.embedder is parts.embedder
    assert Providers.of(agent.replace(embedder=None), clock(), ignore).embedder is None


@virtually
async def test_one_that_nobody_knows_is_refused() -> None:
    agent = Agent(stt=FakeSTT(), llm="nobody/knows", tts=FakeTTS(), vad=FakeVAD())
    with pytest.raises(ConfigError, match="nobody/knows"):
        Providers.of(agent, clock(), ignore)


@virtually
async def test_all_are_warmed_at_the_same_time_and_what_fails_is_answered() -> None:
    class Slow(FakeTTS):
        async def warm(self) -> None:
            await after(100)
            self.warmed += 1

    providers = given(tts=Slow())
    assert isinstance(providers.llm, FakeLLM)
    providers.llm.warm_error = ProviderConnectionError("fake/llm", "refused")
    (error,) = await providers.warm()
    assert str(error) == "fake/llm: refused"
    assert now_ms() == 100
    assert isinstance(providers.tts, FakeTTS)
    assert providers.tts.warmed == 1
    assert isinstance(providers.embedder, FakeEmbedder)
    assert providers.embedder.warmed == 1


@virtually
async def test_a_fault_while_warming_leaves_nothing_running() -> None:
    class Slow(FakeTTS):
        async def warm(self) -> None:
            await after(10_000)

    providers = given(FakeLLM(), Slow())
    assert isinstance(providers.llm, FakeLLM)
    providers.llm.warm_error = ZeroDivisionError()
    with pytest.raises((ZeroDivisionError, ExceptionGroup)):
        await providers.warm()


@virtually
async def test_every_one_is_closed_whatever_becomes_of_the_others() -> None:
    class Sticky(FakeLLM):
        async def aclose(self) -> None:
            raise OSError("stuck")

    providers = given(Sticky())
    with pytest.raises(OSError, match="stuck"):
        await providers.aclose()
    others = (providers.stt, providers.tts, providers.vad, providers.embedder)
    assert [each.closed for each in others] == [1, 1, 1, 1]  # type: ignore[union-attr]
