"""Reads a handbook: headings are topics, questions have answers, lists and tables are looked up by key.

Any Markdown is a handbook. Besides plain paragraphs it may hold

* questions with the answer below them: a heading that ends in a question mark, a list of items that do or
  have no mark at their end, a paragraph that does, or lines that begin with ``Q:`` and ``A:``;
* keyed lines: list items such as ``- Monday: closed all day`` and table rows, whose first cell is the key.

Several questions in front of one answer are ways to ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_KEY_WORDS = 4  # what stands before a colon and is longer is no key but a clause
_ABBREVIATION = re.compile(r"(?:^|\s)(?:mr|mrs|ms|dr|st|no|vs|etc|approx|e\.g|i\.e|[a-z])\.$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+\S)")


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """A list item or a table row."""

    key: str  # "Monday"; empty where the item has none
    text: str  # what is said when it is asked for


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer and the ways to ask for it."""

    topic: str  # heading of the section it belongs to
    heading: str  # the nearest heading above it
    questions: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    lines: tuple[KeyedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Handbook:
    """A handbook's title, topics in their order, and every answer in it."""

    title: str
    topics: tuple[str, ...]
    entries: tuple[Entry, ...]


def parse_handbook(markdown: str) -> Handbook:
    """Read a handbook; text without headings or questions is one topic of paragraphs."""
    reader = _Reader()
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    position = 0
    while position < len(tokens):
        end = _block_end(tokens, position)
        reader.read_block(tokens[position:end])
        position = end
    reader.close_entry()
    topics = dict.fromkeys(entry.topic for entry in reader.entries)
    named = tuple(topic for topic in topics if topic not in {"", reader.title})
    return Handbook(reader.title, named, tuple(reader.entries))


@lru_cache(8)  # of agents: each call asks
def handbook_questions(markdown: str) -> tuple[str, ...]:
    """The questions that a handbook answers, as callers would ask them."""
    entries = parse_handbook(markdown).entries
    return tuple(dict.fromkeys(question for entry in entries for question in entry.questions))


def split_sentences(text: str) -> list[str]:
    """The sentences of a paragraph, white space evened out."""
    text = " ".join(text.split())
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[start : match.end()]):
            sentences.append(text[start : match.end()])
            start = match.end() + 1
    if rest := text[start:].strip():
        sentences.append(rest)
    return sentences


@dataclass(slots=True)
class _Draft:
    """An entry while it is read."""

    questions: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    lines: list[KeyedLine] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        return bool(self.sentences or self.lines)


class _Reader:
    """Turns blocks into entries: a question or a heading after an answer begins the next entry."""

    def __init__(self) -> None:
        self.title = ""
        self.entries: list[Entry] = []
        self._topic = ""
        self._topic_level = 0
        self._heading = ""
        self._draft = _Draft()

    def read_block(self, tokens: Sequence[Token]) -> None:
        kind = tokens[0].type
        if kind == "heading_open":
            self._read_heading(_text(tokens), level=int(tokens[0].tag[1:]))
        elif kind in {"bullet_list_open", "ordered_list_open"}:
            self._read_items(_items(tokens))
        elif kind == "table_open":
            self._draft.lines += _table_lines(tokens)
        elif kind in {"paragraph_open", "blockquote_open"}:
            self._read_paragraph(_text(tokens))

    def close_entry(self) -> None:
        draft = self._draft
        if draft.answered:
            self.entries.append(
                Entry(
                    self._topic or self.title,
                    self._heading or self.title,
                    tuple(draft.questions),
                    tuple(draft.sentences),
                    tuple(draft.lines),
                )
            )
        self._draft = _Draft()

    def _read_heading(self, text: str, level: int) -> None:
        self.close_entry()
        if not text:
            return
        if level == 1 and not self.title and not self.entries:
            self.title = text
            return
        self._heading = text
        if not self._topic or level <= self._topic_level:
            self._topic, self._topic_level = text.rstrip("?"), level
        if text.endswith("?"):
            self._draft.questions.append(text)

    def _read_items(self, items: list[str]) -> None:
        if any(item.endswith("?") for item in items) and not any(item.endswith((".", "!")) for item in items):
            self._ask(items)
            return
        self._draft.lines += [_keyed_line(item) for item in items]

    def _read_paragraph(self, text: str) -> None:
        answer: list[str] = []
        for line in text.split("\n"):
            mark, _, rest = line.partition(":")
            if mark.strip().lower() == "q" and rest.strip():
                self._say(answer)
                answer = []
                self._ask([rest.strip()])
            elif mark.strip().lower() == "a" and rest.strip():
                answer.append(rest.strip())
            else:
                answer.append(line)
        sentences = split_sentences(" ".join(answer))
        if sentences and all(sentence.endswith("?") for sentence in sentences):
            self._ask(sentences)
        else:
            self._say(sentences)

    def _ask(self, questions: list[str]) -> None:
        if self._draft.answered:
            self.close_entry()
        self._draft.questions += questions

    def _say(self, parts: list[str]) -> None:
        for part in parts:
            self._draft.sentences += split_sentences(part)


def _block_end(tokens: Sequence[Token], start: int) -> int:
    """Index after the block that opens at ``start``."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth <= 0:
            return index + 1
    return len(tokens)


def _text(tokens: Sequence[Token]) -> str:
    """The words of a block without markup; a line break in the source stays one."""
    parts: list[str] = []
    for token in tokens:
        if token.type != "inline":
            continue
        for child in token.children or ():
            if child.type in {"text", "code_inline", "text_special"}:
                parts.append(child.content)
            elif child.type in {"softbreak", "hardbreak"}:
                parts.append("\n")
        parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _items(tokens: Sequence[Token]) -> list[str]:
    """The texts of a list's items; those of a list within it follow their parent's."""
    items: list[str] = []
    for token in tokens:
        if token.type == "list_item_open":
            items.append("")
        elif token.type == "inline" and items:
            items[-1] = f"{items[-1]} {_text([token])}"
    return [" ".join(item.split()) for item in items if item.strip()]


def _keyed_line(item: str) -> KeyedLine:
    key, colon, rest = item.partition(": ")
    if not colon or len(key.split()) > MAX_KEY_WORDS:
        return KeyedLine("", item)
    rest = rest.strip()
    return KeyedLine(key.strip(), rest if _is_sentence(rest) else _as_sentence(f"{key}: {rest}"))


def _table_lines(tokens: Sequence[Token]) -> list[KeyedLine]:
    """One line for each row below the header."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(" ".join(_text([token]).split()))
    if not rows:
        return []
    header, *body = rows
    return [_row_line(header, row) for row in body if any(row)]


def _row_line(header: list[str], row: list[str]) -> KeyedLine:
    key, *cells = row
    if len(cells) > 1:
        named = zip(header[1:], cells, strict=False)
        said = ", ".join(f"{name.lower()} {cell}".strip() for name, cell in named if cell)
    else:
        said = "".join(cells)
    return KeyedLine(key, said if _is_sentence(said) else _as_sentence(f"{key}: {said}"))


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= 4 and text[0].isupper() and text[-1] in ".!?"


def _as_sentence(text: str) -> str:
    text = text.strip().removesuffix(":").strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
