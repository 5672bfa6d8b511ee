"""The demo's conversation three ways, with the model and the voice as slow as ordinary cloud ones."""

from __future__ import annotations

from dataclasses import replace

from antiphon.config import NO_PHRASES, Agent, Mode, Modes
from antiphon.core.speculation import Strategy
from antiphon.providers.spec import ProviderSpec, choices

# What ordinary cloud providers take; docs/howto/measure.md says where the values come from.
CLOUD_MODEL = {"first_token_ms": 400, "tokens_per_s": 60}
CLOUD_VOICE = {"first_byte_ms": 150, "faster_than_real_time": 5}

BASELINES = ("batch", "streaming")
DRAFTS = "drafts"


def at_cloud_speed(agent: Agent) -> Agent:
    """The same agent with its embedded model and voice slowed to what cloud ones take, none remembered."""
    model, voice = choices("llm", agent.llm)[0], choices("tts", agent.tts)[0]
    if isinstance(model, ProviderSpec) and model.vendor == "handbook":
        model = ProviderSpec(model.name, {**model.options, **CLOUD_MODEL})
    if isinstance(voice, ProviderSpec) and voice.vendor == "espeak":
        voice = ProviderSpec(voice.name, {**voice.options, **CLOUD_VOICE})
    return agent.replace(llm=model, tts=voice, phrases=NO_PHRASES)


def baseline(agent: Agent, name: str) -> Agent:
    """The same agent without drafts, its stages streaming or one after the other."""
    mode = Mode.BATCH if name == "batch" else Mode.STREAMING
    speculation = replace(agent.speculation, strategy=Strategy.DISCARD)
    return agent.replace(modes=Modes(mode, mode, mode), speculation=speculation)
