"""The demo's conversation three ways."""

from antiphon.cli.demo_variants import BASELINES, CLOUD_MODEL, CLOUD_VOICE, at_cloud_speed, baseline
from antiphon.config import NO_PHRASES, Agent, Mode
from antiphon.core.speculation import Strategy
from antiphon.providers.spec import ProviderSpec, choices


def test_the_embedded_model_and_voice_are_slowed_and_keep_their_other_options() -> None:
    agent = at_cloud_speed(Agent(tts=ProviderSpec("espeak/en-us", {"rate": 160})))
    model, voice = choices("llm", agent.llm)[0], choices("tts", agent.tts)[0]
    assert isinstance(model, ProviderSpec)
    assert isinstance(voice, ProviderSpec)
    assert model.options == CLOUD_MODEL
    assert (voice.name, voice.options) == ("espeak/en-us", {"rate": 160, **CLOUD_VOICE})


def test_providers_that_are_not_embedded_are_left_as_they_are_and_speak_each_reply_anew() -> None:
    agent = Agent(llm="openai/gpt-4.1-mini", tts="openai/tts-1")
    assert at_cloud_speed(agent) == agent.replace(phrases=NO_PHRASES)


def test_the_baselines_draft_nothing_and_differ_in_their_stages() -> None:
    batch, streaming = (baseline(Agent(), name) for name in BASELINES)
    assert {batch.speculation.strategy, streaming.speculation.strategy} == {Strategy.DISCARD}
    assert batch.modes.stt is batch.modes.llm is batch.modes.tts is Mode.BATCH
    assert streaming.modes == Agent().modes
