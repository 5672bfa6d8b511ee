"""Who calls: populations of callers, the vendors they meet, and what there is to say, as a file has it."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

from antiphon.errors import ConfigError
from antiphon.simulation.chance import chance
from antiphon.simulation.profile import LogNormal, Model, Prices, Profile, Recogniser, Speech, Voice
from antiphon.simulation.replies import ReplyKind
from antiphon.simulation.sentences import Sentence, Sentences, own_sentences, read_sentences

KEPT_FROM_EXAMPLES = 0.3  # of a domain's sentences
Section = TypeVar("Section")


@dataclass(frozen=True, slots=True)
class Population:
    """A kind of caller.

    Attributes:
        name: As in the file.
        reply: How replies to them begin.
        intents: Only sentences of this many intents, the most frequent; ``None`` for all.
        zipf: How uneven those sentences' frequencies are: a rank's weight is 1 / rank to this power.
        unseen_share: Share of turns with a sentence that is in no example.
        correction_share: Share of turns whose last words change what was said.
    """

    name: str
    reply: ReplyKind = ReplyKind.ECHO
    intents: int | None = None
    zipf: float = 0.0
    unseen_share: float = 0.0
    correction_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Domain:
    """What a population with few intents says.

    Attributes:
        seen: Sentences that an agent may have examples of, the most frequent first.
        weights: Their frequencies, each added to those before it.
        unseen: Sentences that are in no example.
    """

    seen: tuple[Sentence, ...]
    weights: tuple[float, ...]
    unseen: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Everything that calls are drawn from.

    Attributes:
        profile: The vendors, the callers' voices, prices.
        populations: By name.
        sentences: What there is to say.
        domains: What populations with few intents say, by name.
    """

    profile: Profile
    populations: Mapping[str, Population]
    sentences: Sentences
    domains: Mapping[str, Domain]

    def examples(self, population: Population) -> tuple[str, ...]:
        """What an agent that serves a population may learn from."""
        domain = self.domains.get(population.name)
        return () if domain is None else tuple(sentence.text for sentence in domain.seen)


def world_of(profile: Profile, populations: Mapping[str, Population], sentences: Sentences) -> World:
    """A world, and what its populations say in it."""
    domains = {
        name: _domain(population.intents, population.zipf, sentences)
        for name, population in populations.items()
        if population.intents is not None
    }
    return World(profile, populations, sentences, domains)


def _domain(intents: int, zipf: float, sentences: Sentences) -> Domain:
    by_intent = sentences.by_intent()
    frequent = list(by_intent)[:intents]
    every = [sentence for intent in frequent for sentence in by_intent[intent]]
    chance("domain").shuffle(every)
    kept = max(1, round(len(every) * KEPT_FROM_EXAMPLES))
    seen, unseen = every[kept:] or every, every[:kept]
    weights = accumulate(1 / rank**zipf for rank in range(1, len(seen) + 1))
    return Domain(tuple(seen), tuple(weights), tuple(unseen))


@cache
def own_world() -> World:
    """The world that comes with the package."""
    text = resources.files("antiphon.simulation").joinpath("populations.toml").read_text(encoding="utf-8")
    return _world(tomllib.loads(text), own_sentences(), "populations.toml")


def read_world(populations: Path | None = None, sentences: Path | None = None) -> World:
    """A world from files; what is left out is the package's own.

    Raises:
        ConfigError: If a file can't be read, or holds something unknown.
    """
    own = own_world()
    spoken = own.sentences if sentences is None else read_sentences(sentences)
    if populations is None:
        return world_of(own.profile, own.populations, spoken)
    try:
        settings = tomllib.loads(populations.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{populations}: {error}") from None
    return _world(settings, spoken, str(populations))


def _world(settings: Mapping[str, Any], sentences: Sentences, source: str) -> World:
    known = {"speech", "stt", "llm", "tts", "prices_usd", "populations"}
    for section in settings:
        if section not in known:
            raise ConfigError(f"{source}: unknown section [{section}]; there are: {', '.join(sorted(known))}")
    populations = {
        name: _section(Population, {"name": name, **values}, f"{source}: [populations.{name}]")
        for name, values in settings.get("populations", {}).items()
    }
    profile = Profile(
        speech=_section(Speech, settings.get("speech", {}), f"{source}: [speech]"),
        stt=_section(Recogniser, settings.get("stt", {}), f"{source}: [stt]"),
        llm=_section(Model, settings.get("llm", {}), f"{source}: [llm]"),
        tts=_section(Voice, settings.get("tts", {}), f"{source}: [tts]"),
        prices=_section(Prices, settings.get("prices_usd", {}), f"{source}: [prices_usd]"),
    )
    return world_of(profile, populations, sentences)


def _section(kind: type[Section], settings: Mapping[str, Any], where: str) -> Section:
    """A section's values: distributions and ranges are tables in the file."""
    known = {each.name for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "reply":
            values[name] = _reply_kind(value, where)
        elif isinstance(value, Mapping) and "median" in value:
            values[name] = LogNormal(value["median"], value.get("sigma", 0.0))
        elif isinstance(value, Mapping) and {"low", "high"} == set(value):
            stem, _, unit = name.rpartition("_")
            for end in ("low", "high"):
                values[f"{stem}_{end}_{unit}" if unit == "ms" else f"{name}_{end}"] = value[end]
        elif name != "sentences":  # named where the file comes from; given to us as a file of its own
            values[name] = value
    for name in values:
        if name not in known:
            raise ConfigError(f"{where}: unknown setting {name!r}; there are: {', '.join(sorted(known))}")
    return kind(**values)


def _reply_kind(value: object, where: str) -> ReplyKind:
    try:
        return ReplyKind(str(value))
    except ValueError:
        kinds = ", ".join(repr(kind.value) for kind in ReplyKind)
        raise ConfigError(f"{where}: reply = {value!r}: expected one of {kinds}") from None
