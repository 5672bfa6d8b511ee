"""Reads annotated commands: ``id<TAB>intent<TAB>sentence``, with ``[type : words]`` marks in the sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"\[(\w+) : ([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked stretch of a sentence."""

    kind: str
    text: str
    start: int  # word index
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """One command."""

    name: str
    intent: str
    words: tuple[str, ...]
    entities: tuple[Entity, ...]

    @property
    def text(self) -> str:
        """The sentence without its marks."""
        return " ".join(self.words)


def read_utterances(path: Path) -> list[Utterance]:
    """All commands of a file, without its header."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [_parse(*row) for row in rows if len(row) == 3 and row[2].strip()]


def half(utterances: list[Utterance], which: str) -> list[Utterance]:
    """One half of the commands, or all: rules are worked out on "even" ones and measured on "odd" ones."""
    if which == "all":
        return utterances
    return [each for each in utterances if (int(each.name) % 2 == 0) == (which == "even")]


def entities_by_kind(utterances: list[Utterance]) -> dict[str, list[str]]:
    """The different texts of each kind of entity, in order of first use."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for utterance in utterances:
        for entity in utterance.entities:
            found[entity.kind][entity.text] = None
    return {kind: list(texts) for kind, texts in found.items()}


def _parse(name: str, intent: str, sentence: str) -> Utterance:
    words: list[str] = []
    entities: list[Entity] = []
    position = 0
    for mark in _MARK.finditer(sentence):
        words += sentence[position : mark.start()].split()
        start = len(words)
        words += mark[2].split()
        entities.append(Entity(mark[1], mark[2].strip(), start, len(words)))
        position = mark.end()
    words += sentence[position:].split()
    return Utterance(name, intent, tuple(words), tuple(entities))
