"""Links, e-mail addresses, names of files, handles, telephone numbers."""

from __future__ import annotations

import re

from antiphon.speakable.forms import BEGIN, BLANK, END, joined
from antiphon.speakable.numbers import NumberWords
from antiphon.speakable.pack import SpeechPack
from antiphon.speakable.rules import Rule, one_of

_GAP = rf"(?:{BLANK}|[-.–])"
_REST = r"[^\s<>\"'()\[\]{}|*]*[^\s<>\"'()\[\]{}|*.,;:!?…_~`]"
_SIGNS = {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "+": "plus", "@": "at", ":": "colon"}
_PART = re.compile(r"[A-Za-z]+|\d+|[^\W\d_]+|.")
_SPOKEN_TOGETHER = 2  # digits in an address that are read as one number


class Addresses:
    """Reads addresses.

    Args:
        pack: The language's words.
        numbers: Its numbers.
    """

    def __init__(self, pack: SpeechPack, numbers: NumberWords) -> None:
        self._pack, self._numbers, self._words = pack, numbers, pack.words

    def rules(self) -> list[Rule]:
        """Its rules, the more particular before the more general."""
        top, endings = one_of(self._pack.top_domains), one_of(self._pack.file_endings)
        return [
            Rule(r"(?<![\w.+-])(?:mailto:)?(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", self.mail),
            Rule(rf"(?<!\w)(?:https?|ftp)://(?:www\.)?(?P<link>{_REST})", self.link),
            Rule(rf"(?<!\w)www\.(?P<link>{_REST})", self.link),
            Rule(
                rf"(?<![\w@.])(?P<link>(?:[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\.)+{top}(?![\w-])(?:[:/]{_REST})?)",
                self.link,
            ),
            Rule(rf"(?<![\w.])(?P<file>\w[\w-]*\.{endings})(?!\w)", self.file),
            Rule(r"(?<![\w@.])@(?P<handle>\w+)", self.handle),
            Rule(r"(?<![\w#&])\#(?P<tag>[A-Za-z_]\w*)", self.tag),
            Rule(rf"{BEGIN}v?(?P<version>\d+(?:\.\d+){{3}}){END}", self.dotted),
        ]

    def telephone_rules(self) -> list[Rule]:
        """What is read digit by digit, in groups."""
        extension = rf"(?:,?{BLANK}?(?:x|ext\.?|extension){BLANK}?(?P<extension>\d{{1,6}}))?"
        no_extension = r"(?P<extension>(?!))?"
        area = rf"(?:\(\d{{3}}\){_GAP}?|\d{{3}}{_GAP})"
        return [
            Rule(
                rf"(?<![\w+])(?P<phone>\+\d{{1,3}}{_GAP}?(?:\(\d{{1,4}}\){_GAP}?)?\d{{1,4}}(?:{_GAP}?\d{{2,4}}){{1,5}}){END}{extension}",
                self.phone,
            ),
            Rule(rf"{BEGIN}(?P<vanity>1-8\d\d)-(?P<letters>[A-Z][A-Z-]{{2,9}})(?!\w)", self.vanity),
            Rule(rf"(?<![\w+])(?P<phone>(?:1{_GAP})?{area}\d{{3}}{_GAP}\d{{4}}){END}{extension}", self.phone),
            Rule(
                rf"{BEGIN}(?P<phone>0\d{{2,4}}{_GAP}\d{{3,4}}(?:{_GAP}?\d{{3,4}})?){END}{extension}",
                self.phone,
            ),
            Rule(rf"{BEGIN}(?P<phone>\d{{3}}-\d{{4}}){END}(?!-){extension}", self.phone),
            Rule(
                rf"{BEGIN}(?P<phone>\d{{4}}(?:[ -]\d{{4}}){{3}}|\d{{3}}-\d\d-\d{{4}}){END}{no_extension}",
                self.phone,
            ),
            Rule(rf"(?<=[A-Z][A-Z]{BLANK})(?P<phone>\d{{5}}(?:-\d{{4}})?){END}{no_extension}", self.phone),
        ]

    def version_rules(self) -> list[Rule]:
        """Numbers of versions."""
        return [
            Rule(rf"(?<!\w)[vV](?P<version>\d+(?:\.\d+)*){END}", self.version),
            Rule(rf"{BEGIN}(?P<parts>\d+(?:\.\d+){{2,}}){END}", self.parts),
        ]

    def mail(self, match: re.Match[str]) -> str:
        """Read "bob.smith@example.com"."""
        return self._address(match["mail"])

    def link(self, match: re.Match[str]) -> str:
        """Read "https://www.example.com/menu?x=1": what follows a question mark is left out."""
        link = re.split(r"[?#]", match["link"], maxsplit=1)[0].rstrip("/")
        return self._address(link)

    def file(self, match: re.Match[str]) -> str:
        """Read "report.pdf"."""
        return self._address(match["file"])

    def handle(self, match: re.Match[str]) -> str:
        """Read "@antiphon"."""
        return joined(self._words["at"], self._address(match["handle"]))

    def tag(self, match: re.Match[str]) -> str:
        """Read "#voice"."""
        return joined(self._words["hashtag"], self._address(match["tag"]))

    def dotted(self, match: re.Match[str]) -> str:
        """Read "192.168.0.1"."""
        return self._parts(match["version"], self._words["dot"])

    def version(self, match: re.Match[str]) -> str:
        """Read "v2.1"."""
        return joined(self._words["version"], self._parts(match["version"], self._words["point"]))

    def parts(self, match: re.Match[str]) -> str:
        """Read "2.1.3"."""
        return self._parts(match["parts"], self._words["point"])

    def _parts(self, written: str, between: str) -> str:
        return f" {between} ".join(self._numbers.cardinal(part) for part in written.split("."))

    def _address(self, written: str) -> str:
        said = []
        for part in _PART.findall(written):
            if part in _SIGNS:
                said.append(self._words[_SIGNS[part]])
            elif part.isdecimal():
                whole = len(part) <= _SPOKEN_TOGETHER and part[0] != "0"
                said.append(self._numbers.cardinal(part) if whole else self._numbers.digits(part))
            elif part.lower() in self._pack.spelt:
                said.append(" ".join(part.upper()))
            else:
                said.append(part if part.isalnum() else self._pack.signs.get(part, part))
        return joined(*said)

    def phone(self, match: re.Match[str]) -> str:
        """Read "+1 (555) 123-4567 ext. 8": group by group."""
        written = match["phone"]
        said = ", ".join(self._group(group) for group in re.findall(r"\d+", written))
        plus = self._words["plus"] if written.startswith("+") else ""
        extension = match["extension"]
        behind = f", {self._words['extension']} {self._numbers.digits(extension)}" if extension else ""
        return joined(plus, said) + behind

    def vanity(self, match: re.Match[str]) -> str:
        """Read "1-800-FLOWERS"."""
        groups = [self._group(group) for group in match["vanity"].split("-")]
        return ", ".join([*groups, match["letters"].replace("-", " ")])

    def _group(self, digits: str) -> str:
        if len(digits) == 3 and digits.endswith("00") and digits[0] != "0":
            return joined(self._numbers.cardinal(digits[0]), self._words["hundred"])
        return self._numbers.digits(digits)
