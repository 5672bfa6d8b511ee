"""What a configuration says about a provider: its name, its options, and what to fall back on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias, TypeVar, cast

from antiphon.errors import ConfigError

MASK = "***"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/\S+)?")
_SECRET = re.compile(r"(^|[_-])(key|token|secret|password|authorization|credentials|headers)$", re.IGNORECASE)
_USER_INFO = re.compile(r"//[^/@\s]+@")


@dataclass(frozen=True, slots=True, repr=False)
class ProviderSpec:
    """A provider by name, with options of its own.

    Attributes:
        name: ``"vendor/model"``, such as ``"openai/gpt-4.1-mini"``, or ``"vendor"`` alone where it has but
            one model or a default.
        options: What the provider's own page in the reference lists. Values under names such as
            ``api_key`` or ``headers`` are shown in no ``repr`` and no report.
    """

    name: str
    options: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ConfigError(f'provider {self.name!r}: expected a name such as "vendor" or "vendor/model"')
        object.__setattr__(self, "options", dict(self.options))

    @property
    def vendor(self) -> str:
        """The part before the first slash."""
        return self.name.partition("/")[0]

    @property
    def model(self) -> str:
        """The part after the first slash; empty where there is none."""
        return self.name.partition("/")[2]

    def __repr__(self) -> str:
        options = f", {masked(self.options)!r}" if self.options else ""
        return f"ProviderSpec({self.name!r}{options})"


Provider = TypeVar("Provider")

Choice: TypeAlias = str | ProviderSpec | Provider | Sequence[str | ProviderSpec | Provider]
"""How a provider is named: by string, by specification, as an object, or several of these in order of
preference."""


def choices(
    setting: str, choice: Choice[Provider], needs: Sequence[str] = ()
) -> tuple[ProviderSpec | Provider, ...]:
    """The providers that a choice names, in order of preference.

    Args:
        setting: Where the choice stands, for the error.
        choice: What was chosen.
        needs: Attributes that an object must have to be such a provider.

    Raises:
        ConfigError: If there is none, or one of them is neither a name nor such a provider.
    """
    several = choice if isinstance(choice, list | tuple) else (choice,)
    if not several:
        raise ConfigError(f"{setting} = []: expected at least one provider")
    return tuple(_one(setting, cast("str | ProviderSpec | Provider", one), needs) for one in several)


def _one(setting: str, one: str | ProviderSpec | Provider, needs: Sequence[str]) -> ProviderSpec | Provider:
    if isinstance(one, ProviderSpec):
        return one
    if isinstance(one, str):
        try:
            return ProviderSpec(one)
        except ConfigError as error:
            raise ConfigError(f"{setting}: {error}") from None
    if one is None or isinstance(one, type) or not all(hasattr(one, name) for name in needs):
        raise ConfigError(f'{setting} = {one!r}: expected "vendor/model", a ProviderSpec or such an object')
    return one


def masked(options: Mapping[str, object]) -> dict[str, object]:
    """A copy of a provider's options that may be shown: secrets and passwords in addresses are masked."""
    return {name: MASK if _SECRET.search(name) else _masked_value(value) for name, value in options.items()}


def _masked_value(value: object) -> object:
    if isinstance(value, Mapping):
        return masked(value)
    if isinstance(value, list | tuple):
        return [_masked_value(item) for item in value]
    return _USER_INFO.sub(f"//{MASK}@", value) if isinstance(value, str) else value


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that an unknown one was probably meant to be, if any is near."""
    return next(iter(get_close_matches(word, known, n=1)), None)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A hint to append to an error about an unknown word: the nearest known one, or all there are."""
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else f"there are: {', '.join(sorted(known)) or 'none'}"
