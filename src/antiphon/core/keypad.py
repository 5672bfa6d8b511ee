"""Keys that a caller presses on a telephone: what is entered becomes a turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from antiphon.core.call import Call
from antiphon.core.checks import check_range
from antiphon.core.events import KeyPressed, TextReceived
from antiphon.core.floor import Floor
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ConfigError

KEYS = frozenset("0123456789*#ABCD")
MOST_KEYS = 64  # of an entry; then it is complete


@dataclass(frozen=True, slots=True)
class Keypad:
    """When an entry of keys is complete, and what the model is told of it.

    Attributes:
        timeout_ms: An entry is complete so long after its last key.
        ends_with: A key that completes it at once, and is no part of it; empty for none.
        length: It is complete when it has so many keys; ``None``: only the time and ``ends_with`` count.
        text: What the caller is held to have said; ``{keys}`` stands for the keys.
    """

    timeout_ms: int = 2_000
    ends_with: str = "#"
    length: int | None = None
    text: str = "(pressed {keys})"

    def __post_init__(self) -> None:
        check_range("keypad.timeout_ms", self.timeout_ms, 100, 60_000)
        if self.ends_with and self.ends_with not in KEYS:
            raise ConfigError(f"keypad.ends_with = {self.ends_with!r}: expected one of 0-9*#ABCD, or nothing")
        if self.length is not None:
            check_range("keypad.length", self.length, 1, MOST_KEYS)
        if "{keys}" not in self.text:
            raise ConfigError(f"keypad.text = {self.text!r}: expected a text with {{keys}} in it")


class Entry:
    """The keys pressed so far, until they are a turn."""

    def __init__(self, call: Call, settings: Keypad, take: Callable[[TextReceived], None]) -> None:
        self._call = call
        self._settings = settings
        self._take = take
        self._keys = ""
        self._until_ns = 0

    def next_deadline(self) -> int | None:
        """When the entry will be complete if no other key is pressed, in nanoseconds."""
        return self._until_ns if self._keys and self._call.floor is not Floor.CLOSED else None

    def check_time(self) -> None:
        """Complete the entry if it is time."""
        if self._keys and self._call.now_ns >= self._until_ns:
            self._complete()

    def on_key(self, event: KeyPressed) -> None:
        """A key, or several at once."""
        for key in event.keys:
            if key == self._settings.ends_with:
                self._complete()
                continue
            self._keys += key
            self._until_ns = self._call.now_ns + self._settings.timeout_ms * NS_PER_MS
            if len(self._keys) >= (self._settings.length or MOST_KEYS):
                self._complete()

    def _complete(self) -> None:
        keys, self._keys = self._keys, ""
        if keys:
            self._take(TextReceived(self._settings.text.replace("{keys}", keys)))
