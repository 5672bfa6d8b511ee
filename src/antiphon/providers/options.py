"""A provider's options, read one by one: each is checked for its kind and range where it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from antiphon.core.checks import check_range
from antiphon.errors import ConfigError
from antiphon.providers.base import check_options


class OptionReader:
    """Reads what a configuration says about one provider.

    Raises:
        ConfigError: From the constructor for an option the provider does not have; from each method for a
            value of the wrong kind or out of range. The message names provider, option and value.
    """

    def __init__(self, provider: str, options: Mapping[str, object], known: Collection[str]) -> None:
        check_options(provider, options, known)
        self.provider = provider
        self._options = options

    def text(self, name: str) -> str | None:
        """A text that says something, or ``None`` where the option is not given."""
        value = self._options.get(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self._refused(name, value, "a text")
        return value

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """One of a few words, or ``None`` where the option is not given."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise self._refused(name, value, "one of " + ", ".join(f'"{one}"' for one in sorted(choices)))
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number in ``[low, high]``."""
        return float(self._in_range(name, self._options.get(name, default), low, high))

    def optional_number(self, name: str, low: float, high: float) -> float | None:
        """A number in ``[low, high]``, or ``None`` where the option is not given."""
        value = self._options.get(name)
        return None if value is None else float(self._in_range(name, value, low, high))

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number in ``[low, high]``."""
        value = self._in_range(name, self._options.get(name, default), low, high)
        if value != int(value):
            raise self._refused(name, value, "a whole number")
        return int(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._options.get(name, default)
        if not isinstance(value, bool):
            raise self._refused(name, value, "true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where the option is not given."""
        value = self._options.get(name, ())
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
            raise self._refused(name, value, "a list of texts")
        return tuple(value)

    def table(self, name: str) -> dict[str, object]:
        """A table with text keys, empty where the option is not given."""
        value = self._options.get(name, {})
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise self._refused(name, value, "a table")
        return dict(value)

    def _in_range(self, name: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refused(name, value, f"a number from {low:g} to {high:g}")
        check_range(f"{self.provider}: {name}", value, low, high)
        return value

    def _refused(self, name: str, value: object, expected: str) -> ConfigError:
        return ConfigError(f"{self.provider}: {name} = {value!r}: expected {expected}")
