"""Endpoints that speak OpenAI's chat protocol: their addresses, keys and ways to go on from begun replies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from antiphon.errors import ConfigError
from antiphon.providers.access import Vendor
from antiphon.providers.openai_client import OPENAI


class Continuation(StrEnum):
    """How a model is brought to go on from words that were spoken already."""

    INSTRUCTION = "instruction"  # told so, in a system message after the words; works everywhere
    LAST_MESSAGE = "last-message"  # an assistant message at the end is taken for the beginning of the reply
    VLLM = "vllm"  # the same, with the two switches vLLM wants for it


@dataclass(frozen=True, slots=True)
class Preset:
    """An endpoint.

    Attributes:
        vendor: Its address and key.
        continuation: What it is known to do with a begun reply.
        limit_field: What it calls the limit on a reply's tokens.
        self_hosted: Whether it is usually one's own machine, whose prefix cache ``warm_prefix`` may fill.
    """

    vendor: Vendor
    continuation: Continuation = Continuation.INSTRUCTION
    limit_field: str = "max_tokens"
    self_hosted: bool = False


def _local(title: str, port: int, continuation: Continuation) -> Preset:
    return Preset(Vendor(title, f"http://127.0.0.1:{port}/v1", None), continuation, self_hosted=True)


PRESETS = {
    "openai": Preset(OPENAI, limit_field="max_completion_tokens"),
    "gemini": Preset(
        Vendor("Gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", None)
    ),
    "groq": Preset(
        Vendor("Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"), Continuation.LAST_MESSAGE
    ),
    "llamacpp": _local("llama.cpp", 8080, Continuation.LAST_MESSAGE),
    "ollama": _local("Ollama", 11434, Continuation.LAST_MESSAGE),
    "openrouter": Preset(
        Vendor("OpenRouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        Continuation.LAST_MESSAGE,
    ),
    "together": Preset(Vendor("Together", "https://api.together.xyz/v1", "TOGETHER_API_KEY")),
    "vllm": _local("vLLM", 8000, Continuation.VLLM),
}


def find_preset(name: str) -> Preset:
    """The preset of a name.

    Raises:
        ConfigError: If there is none.
    """
    try:
        return PRESETS[name]
    except KeyError:
        known = ", ".join(sorted(PRESETS))
        raise ConfigError(f"no preset {name!r} for OpenAI-compatible endpoints; there are: {known}") from None
