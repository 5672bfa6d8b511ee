"""What endpointing knows of a language, as data: word classes, what leads one to expect more, weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

WordClass: TypeAlias = Literal[
    "adjective",
    "adverb",  # by its ending, such as "-ly"
    "alone",  # a verb that is a whole request: "stop"
    "answer",
    "be",
    "closing",  # rarely anywhere but at the end: "again"
    "conjunction",
    "container",  # a noun that things are put into or taken from, and are named before
    "courtesy",
    "degree",  # "very"
    "demonstrative",
    "determiner",
    "do",
    "filler",
    "have",
    "ing",
    "like",  # preposition or verb
    "modal",
    "month",
    "noun",  # what is in no other class
    "number",  # can be a whole number
    "object",  # a pronoun that is never a subject
    "ordinal",
    "particle",  # completes a verb ("turn it off"), or is a preposition
    "participle",
    "place",
    "plural",
    "possessive",
    "premodifier",  # a noun that mostly stands before another: "train ticket"
    "preposition",
    "pronoun",  # subject or object
    "quantifier",
    "question",
    "relational",  # a noun that is mostly specified further: "the name of"
    "subject",
    "tens",  # a number that mostly goes on: "twenty", "hundred"
    "time",
    "to",
    "unit",
    "verb",  # mostly wants an object
    "verb or noun",
    "whole verb",  # can end a clause: "how does it work"
]

Weights: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Want:
    """Words that lead one to expect something, and the words that bring it.

    Attributes:
        name: What is expected.
        words: Any of these raises it.
        met_by: Any of these meets it.
    """

    name: str
    words: frozenset[str]
    met_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Endings:
    """One language.

    Attributes:
        language: Its primary BCP 47 subtag.
        classes: Words and their class.
        suffixes: Endings and the class of words that have them, looked at in order.
        questions: Words that open a question though their class does not say so ("what's").
        after: Words that have another class after words of some class ("am" after a number).
        as_nouns: Verbs that are nouns too, and their class as such where it is another than "noun".
        with_particles: Verbs that a particle may follow, also after their object ("turn it off").
        wants: What leads one to expect more.
        weights: By group of signs and sign, what is added to the log-odds (see ``core.completeness``).
        bias: What it is added to.
        usual: The mean log-odds where a turn is over, to know by it who ends theirs otherwise.
    """

    language: str
    classes: Mapping[str, WordClass]
    weights: Mapping[str, Weights]
    bias: float
    usual: float
    suffixes: tuple[tuple[str, WordClass], ...] = ()
    questions: frozenset[str] = frozenset()
    after: Mapping[str, Mapping[WordClass, WordClass]] = field(default_factory=dict)
    as_nouns: Mapping[str, WordClass] = field(default_factory=dict)
    with_particles: frozenset[str] = frozenset()
    wants: tuple[Want, ...] = ()
