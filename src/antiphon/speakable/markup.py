"""Takes Markdown and HTML off a reply, segment by segment, and remembers where each character stood.

A segment is cut by the rules of ``joins``: no link's address and no mark at a line's beginning is parted, so
that what has to be carried from one segment to the next is little: whether a line begins, and what it is.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from enum import Enum

from antiphon.core.language.data import words

_LINE_START = re.compile(
    r"""[ \t]*(?:
        (?P<fence>(?:```|~~~)[^\n]*)
      | (?P<rule>(?:[-*_=][ \t]*){3,}(?=\n|$) | \|?[ \t]*:?-{2,}[-:| \t]*(?=\n|$))
      | (?P<heading>\#{1,6}[ \t]+)
      | (?P<bullet>[-*+•‣◦–][ \t]+(?:\[[ xX]\][ \t]+)?)
      | (?P<number>\d{1,3})[.)][ \t]+
      | (?P<quote>(?:>[ \t]?)+)
      | (?P<row>\|[ \t]*)
    )""",
    re.VERBOSE,
)
_INLINE = re.compile(
    r"""
      \\(?P<escaped>[\\`*_{}\[\]()\#+\-.!|>~$])
    | (?P<target>\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+"[^"\n]*")?\) | \[[^\]\n]*\]))
    | (?P<citation>(?<=[\w.,;:!?"'”’)])\[\^?\d{1,3}\] | \[\^\w{1,20}\]:?)
    | (?P<bracket>!?\[ | \])
    | <(?P<auto>https?://[^\s<>]+ | [\w.+-]+@[\w.-]+)>
    | (?P<tag></?[a-zA-Z][^<>\n]{0,200}> | <!--.{0,400}?-->)
    | (?P<entity>&(?:\#\d{1,6} | \#x[0-9a-fA-F]{1,5} | [A-Za-z]{2,8}\d?);)
    | (?P<emphasis>(?<![\w*_])[*_]{1,3}(?=[^\s*_]) | (?<=[^\s*_])[*_]{1,3}(?![\w*_])
        | (?<=\w)\*{2,3}(?=\w) | ~~ | `+)
    | (?P<bar>[ \t]*\|[ \t]*)
    | (?P<invisible>[\u200b\u200c\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f])
    | (?P<blank>[\u00a0\u202f\u2007])
    """,
    re.VERBOSE,
)
_BREAKS = words("br p div li tr td th ul ol hr h1 h2 h3 h4 h5 h6")
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_ENDS = ".!?:;,…。！？、，"


class _Line(Enum):
    """What a line is, by what is said at its end."""

    TEXT = ""
    ITEM = ","
    TITLE = "."


@dataclass(slots=True)
class Plain:
    """A text without its markup.

    Attributes:
        text: What is left.
        origin: Of each of its characters, where it stood in what was written.
    """

    text: str = ""
    origin: list[int] = field(default_factory=list)

    def add(self, text: str, at: int, *, step: int = 0) -> None:
        """More text, which stood at a place: each character there, or one after the other."""
        self.text += text
        self.origin += [at + step * index for index in range(len(text))]


class Markup:
    """Takes the markup off one reply's segments, one after the other."""

    def __init__(self) -> None:
        self._line_begins = True
        self._line = _Line.TEXT
        self._row = False
        self._before = ""  # the last written character

    def strip(self, written: str) -> Plain:
        """The next segment without its markup."""
        plain = Plain()
        context = self._before + written
        at, shift = len(self._before), len(self._before)
        while at < len(context):
            end = context.find("\n", at)
            end = len(context) if end < 0 else end
            if self._line_begins:
                at = self._begin_line(plain, context, at, shift)
            self._strip_inline(plain, context, at, end, shift)
            if end < len(context):
                self._end_line(plain, end - shift)
            at = end + 1
        self._before = context[-1:]
        return plain

    def _begin_line(self, plain: Plain, text: str, at: int, shift: int) -> int:
        """Read the marks at a line's beginning; answer where its text begins."""
        blank = len(text) - len(text[at:].lstrip(" \t"))
        if blank == len(text):
            return at
        self._line_begins, self._line, self._row = False, _Line.TEXT, False
        while (mark := _LINE_START.match(text, at)) is not None:
            at = mark.end()
            if mark["number"]:
                plain.add(f"{mark['number']}, ", mark.start("number") - shift)
            if mark["heading"]:
                self._line = _Line.TITLE
            elif mark["bullet"] or mark["number"]:
                self._line = _Line.ITEM
            elif mark["row"]:
                self._line, self._row = _Line.TITLE, True
            elif not mark["quote"]:
                break
            if not mark["quote"]:
                break
        return at

    def _end_line(self, plain: Plain, at: int) -> None:
        said = plain.text.rstrip()
        if self._line.value and said and said[-1] not in _ENDS:
            plain.text, plain.origin = said, plain.origin[: len(said)]
            plain.add(self._line.value, at)
        plain.add("\n", at)
        self._line_begins, self._line, self._row = True, _Line.TEXT, False

    def _strip_inline(self, plain: Plain, text: str, at: int, end: int, shift: int) -> None:
        for match in _INLINE.finditer(text, at, end):
            plain.add(text[at : match.start()], at - shift, step=1)
            at = match.end()
            self._replace(plain, match, shift)
        if at < end:
            plain.add(text[at:end], at - shift, step=1)

    def _replace(self, plain: Plain, match: re.Match[str], shift: int) -> None:
        kind, place = match.lastgroup, match.start() - shift
        if kind in {"escaped", "auto"}:
            plain.add(match[kind], match.start(kind) - shift, step=1)
        elif kind == "entity":
            plain.add(html.unescape(match["entity"]), place)
        elif kind == "tag":
            name = _TAG_NAME.match(match["tag"])
            plain.add(" " if name is not None and name[1].lower() in _BREAKS else "", place)
        elif kind == "bar":
            last = self._row and not match.string[match.end() : match.endpos].strip()
            plain.add("" if last else ", " if plain.text.strip() else " ", place)
        elif kind == "blank":
            plain.add(" ", place)
