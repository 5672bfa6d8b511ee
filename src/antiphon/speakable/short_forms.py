"""Abbreviations, signs, codes of letters and digits, emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from antiphon.speakable.forms import BLANK, joined
from antiphon.speakable.numbers import NumberWords
from antiphon.speakable.pack import SpeechPack
from antiphon.speakable.rules import BEHIND, Rule, one_of

# Pictographs and what is put behind them: skin tones, joiners, variation selectors, keycaps, tags.
_PICTURES = "\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
_TRAIL = "\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f"
EMOJI = rf"[{_PICTURES}](?:[{_PICTURES}{_TRAIL}])*|[{_TRAIL}]+"
_FACE = r"(?<!\S)(?:[:;]-?[)(DPp]|<3)(?!\S)"
_STREET_BEFORE = re.compile(
    r"(?:\b\d+\w*|\b(?:on|at|and|of|to|near|down|along|from)|,)[ \t](?:[NSEW]\.?[ \t])?"
    r"(?:[A-Z][\w’']*[ \t]|\d+(?:st|nd|rd|th)[ \t])+$"
)
_CAPITAL_AFTER = re.compile(r"[ \t]+[A-Z]")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_ROMAN |= {"XI": 11, "XII": 12, "XIII": 13, "XIV": 14, "XV": 15, "XX": 20}
_TOUCHES = re.compile(r"\w|[$€£]|\.\d")
_SIGNS_BEFORE_NUMBER = "+#~≈±<>≤≥−"


class ShortForms:
    """Reads short forms.

    Args:
        pack: The language's words.
        numbers: Its numbers.
    """

    def __init__(self, pack: SpeechPack, numbers: NumberWords) -> None:
        self._pack, self._numbers = pack, numbers

    def rules(self) -> list[Rule]:
        """Its rules, the more particular before the more general."""
        pack = self._pack
        always = "".join(re.escape(sign) for sign in pack.signs if sign not in "+#~<>*=@-^−")
        return [
            Rule(rf"(?<!\w)(?P<title>{one_of({**pack.titles, **pack.streets})})(?![\w.])", self.title),
            Rule(rf"(?<!\w)(?P<form>{one_of(pack.before_numbers)})(?={BLANK}?\d)", self.before_number),
            Rule(rf"(?<![\w.])(?P<short>{one_of(pack.abbreviations, whole=True)})", self.abbreviation),
            Rule(r"(?<![\w.])(?P<initials>(?:[A-Z]\.){2,}(?:[A-Z](?!\w))?)", self.initials),
            Rule(
                rf"(?<!\w)(?P<head>{one_of(pack.heads)}){BLANK}(?P<roman>[IVX]{{1,5}})(?![\w'’])", self.roman
            ),
            Rule(rf"(?P<sign>[{re.escape(_SIGNS_BEFORE_NUMBER)}])(?={BLANK}?[$€£]?\.?\d)", self.sign),
            Rule(rf"(?<=[\d\s])(?P<sign>[+=<>])(?={BLANK}|\d)", self.sign),
            Rule(rf"(?<=\d){BLANK}?(?P<sign>[*^])(?={BLANK}?\d)", self.sign),
            Rule(r"(?<=\d)(?P<sign>\+)(?!\w)", self.sign),
            Rule(rf"(?<=\w{BLANK})(?P<by>[x×])(?={BLANK}\d)", self.by),
            Rule(r"(?<=\w)(?P<sign>=)(?=\w)", self.sign),
            Rule(r"(?<!\S)(?P<sign>[@])(?!\S)", self.sign),
            Rule(rf"(?P<sign>[{always}])", self.sign),
            Rule(r"(?<=[a-z])(?P<slash>/)(?=[a-z])", self.slash),
            Rule(r"(?<=[A-Za-z])(?P<slash>/)(?=[A-Za-z])", self.slash),
            Rule(r"(?<=\w)(?P<under>_)(?=\w)", self.under),
        ]

    def code_rules(self) -> list[Rule]:
        """Codes of letters and digits: what a voice would try to read as a word."""
        return [
            Rule(
                r"(?<![\w-])(?P<code>(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z-]*\d){2})[A-Z0-9]+(?:-[A-Z0-9]+)*)(?![\w])",
                self.code,
            )
        ]

    def title(self, match: re.Match[str]) -> str | None:
        """Read "Dr. Smith", "5 Main St."."""
        written, text = match["title"], match.string
        before = text[max(0, match.start() - BEHIND) : match.start()]
        street, title = self._pack.streets.get(written), self._pack.titles.get(written)
        if title and street:
            named = _CAPITAL_AFTER.match(text, match.end()) is not None
            return street if _STREET_BEFORE.search(before) or not named else title
        if title is None:
            return street
        return title if _CAPITAL_AFTER.match(text, match.end()) or written.endswith(".") else None

    def before_number(self, match: re.Match[str]) -> str:
        """Read "No. 5"."""
        return self._pack.before_numbers[match["form"]]

    def abbreviation(self, match: re.Match[str]) -> str:
        """Read "e.g."."""
        said = self._pack.abbreviations[match["short"]]
        following = match.string[match.end() : match.end() + 1]
        return f"{said} " if match["short"].endswith("/") and following.strip() else said

    def initials(self, match: re.Match[str]) -> str:
        """Read "U.S.A."."""
        return " ".join(match["initials"].replace(".", ""))

    def roman(self, match: re.Match[str]) -> str | None:
        """Read "World War II"."""
        value = _ROMAN.get(match["roman"])
        return joined(match["head"], self._numbers.cardinal(str(value))) if value else None

    def sign(self, match: re.Match[str]) -> str:
        """Read "&", and the like: a word of its own, whatever it touches."""
        return _apart(self._pack.signs[match["sign"]], match)

    def by(self, _match: re.Match[str]) -> str:
        """Read "20 cm x 30 cm"."""
        return self._pack.words["by"]

    def slash(self, match: re.Match[str]) -> str:
        """Read "pickup/delivery"."""
        capital = match.string[match.start() - 1].isupper()
        return " " if capital else f" {self._pack.words['or']} "

    def under(self, _match: re.Match[str]) -> str:
        """Read "table_size"."""
        return " "

    def code(self, match: re.Match[str]) -> str | None:
        """Read "BA2490", "X7K9P2"; "B12" and "MP3" every voice can read."""
        written = match["code"]
        digits = sum(character.isdecimal() for character in written)
        if digits < 3 and len(written) < 5:
            return None
        groups = written.split("-")
        return ", ".join(" ".join(self._character(each) for each in group) for group in groups)

    def _character(self, character: str) -> str:
        return self._numbers.digits(character) if character.isdecimal() else character


def pronunciation_rules(pronunciation: Mapping[str, str]) -> list[Rule]:
    """Words that are said otherwise than they are written; one in lower case stands for it in any case."""
    if not pronunciation:
        return []
    exact = [word for word in pronunciation if word != word.lower()]
    any_case = [word for word in pronunciation if word == word.lower()]
    kinds = [one_of(exact)] if exact else []
    kinds += [f"(?i:{one_of(any_case)})"] if any_case else []

    def say(match: re.Match[str]) -> str:
        written = " ".join(match["word"].split())
        return pronunciation.get(written) or pronunciation[written.lower()]

    return [Rule(rf"(?<![\w$€£@])(?<!\d[.,:/-])(?P<word>{'|'.join(kinds)})(?![\w@]|[.,:/-]\d|\.\w)", say)]


def dropped_emoji() -> list[Rule]:
    """Emoji are not said."""
    return [Rule(rf"(?P<emoji>{EMOJI}|{_FACE})", lambda _: "")]


def named_emoji() -> list[Rule]:
    """Emoji are said by their Unicode name."""
    return [Rule(rf"(?P<emoji>{EMOJI})", _emoji_name)]


def _emoji_name(match: re.Match[str]) -> str:
    names = (unicodedata.name(character, "") for character in match["emoji"])
    said = [name.lower() for name in names if name and not name.startswith(_NOT_NAMED)]
    return _apart(", ".join(said), match) if said else ""


_NOT_NAMED = ("VARIATION SELECTOR", "ZERO WIDTH", "EMOJI MODIFIER", "COMBINING", "TAG ", "REGIONAL INDICATOR")


def _apart(said: str, match: re.Match[str]) -> str:
    """A word that touches none of its neighbours."""
    if not said:
        return ""
    text = match.string
    before = "" if not match.start() or text[match.start() - 1].isspace() else " "
    after = _TOUCHES.match(text, match.end()) is not None
    return f"{before}{said}{' ' if after else ''}"
