"""Makes labelled pairs of transcripts from real commands, the same ones for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from judge import harmless, meaningful
from judge.meaning_words import STOP_WORDS
from judge.utterances import Utterance, entities_by_kind

_ROUNDS = 6  # a command comes up this often at most


@dataclass(frozen=True, slots=True)
class Pair:
    """Two transcripts and whether one draft answers both."""

    kind: str
    same: bool
    interim: str
    final: str


def make_pairs(
    utterances: list[Utterance], everything: list[Utterance], seed: int, per_class: int
) -> Iterator[Pair]:
    """Pairs of every class.

    Args:
        utterances: Commands to change.
        everything: Commands whose entities and words may be put in.
        seed: Of all choices.
        per_class: Pairs of each class, if so many can be made.
    """
    material = make_material(everything)
    for kind, change in meaningful.CHANGES.items():
        rng = random.Random(f"{seed} {kind}")
        changed = ((each.text, change(rng, each, material)) for each in drawn(rng, utterances))
        made = ((base, text) for base, text in changed if text is not None and plain(text) != plain(base))
        for pair in islice(made, per_class):
            yield Pair(kind, False, *_either_way(rng, *pair))
    for kind, keep in {**harmless.CHANGES, "combined": harmless.combined}.items():
        rng = random.Random(f"{seed} {kind}")
        kept = ((each.text, keep(rng, each)) for each in drawn(rng, utterances))
        made = ((base, text) for base, text in kept if text is not None and text != base)
        for pair in islice(made, per_class):
            yield Pair(kind, True, *_either_way(rng, *pair))


def make_material(utterances: list[Utterance]) -> meaningful.Material:
    """What changes draw on, from these commands."""
    used = {word.lower() for each in utterances for word in each.words}
    vocabulary = sorted(word for word in used if word.isalpha() and len(word) > 1 and word not in STOP_WORDS)
    return meaningful.Material(entities_by_kind(utterances), vocabulary, [each.text for each in utterances])


def drawn(rng: random.Random, utterances: list[Utterance]) -> Iterator[Utterance]:
    """The commands in several random orders: each comes up a few times, changed differently."""
    for _ in range(_ROUNDS):
        yield from rng.sample(utterances, len(utterances))


def plain(text: str) -> str:
    """Letters and digits alone, to drop pairs in which nothing was changed."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _either_way(rng: random.Random, one: str, other: str) -> tuple[str, str]:
    return (one, other) if rng.random() < 0.5 else (other, one)
