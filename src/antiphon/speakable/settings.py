"""What is made speakable, and how: one group of an agent's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from antiphon.core.checks import as_choice
from antiphon.errors import ConfigError


class Emoji(StrEnum):
    """What becomes of an emoji."""

    DROP = "drop"  # nothing is said; a reply of nothing else is named all the same
    NAME = "name"  # its Unicode name is said, in English
    KEEP = "keep"  # the voice gets it as it is


@dataclass(frozen=True, slots=True)
class Speakable:
    """How a reply is made speakable. Captions and history keep what was written.

    Numbers, addresses and abbreviations are read out in the languages that are known (English); in any other
    they are left to the voice.

    Attributes:
        markup: Markdown and HTML are markup, and not read out.
        numbers: Numbers, ordinals, money, units, dates, times and telephone numbers become words.
        addresses: Links and e-mail addresses become words.
        abbreviations: "Dr. Smith" is "Doctor Smith", "&" is "and".
        emoji: ``"drop"``, ``"name"`` or ``"keep"``.
        pronunciation: How the voice is to say words of one's own: ``{"Nguyen": "win"}``. A key in lower case
            stands for the word in any case. What is given goes to the voice as it is.
    """

    markup: bool = True
    numbers: bool = True
    addresses: bool = True
    abbreviations: bool = True
    emoji: Emoji = Emoji.DROP
    pronunciation: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in ("markup", "numbers", "addresses", "abbreviations"):
            if not isinstance(value := getattr(self, name), bool):
                raise ConfigError(f"speakable.{name} = {value!r}: expected true or false")
        object.__setattr__(self, "emoji", as_choice("speakable.emoji", self.emoji, Emoji))
        if not isinstance(self.pronunciation, Mapping):
            raise ConfigError(
                f"speakable.pronunciation = {self.pronunciation!r}: expected words and how to say them"
            )
        for word, said in self.pronunciation.items():
            if not isinstance(word, str) or not isinstance(said, str) or not word.strip():
                raise ConfigError(
                    f"speakable.pronunciation.{word} = {said!r}: expected a word and how to say it"
                )
        object.__setattr__(self, "pronunciation", dict(self.pronunciation))


AS_WRITTEN = Speakable(markup=False, numbers=False, addresses=False, abbreviations=False, emoji=Emoji.KEEP)
"""Nothing is changed: for a voice that reads Markdown, or a model that writes for the ear."""
