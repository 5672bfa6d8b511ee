"""Changes that alter what a command asks for: no draft made for one side may answer the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from judge import meaning_words as lists
from judge.utterances import Utterance


@dataclass(frozen=True, slots=True)
class Material:
    """What changes draw on: the entities of all commands by kind, their content words, and the commands."""

    entities: Mapping[str, list[str]]
    vocabulary: list[str]
    sentences: list[str]


Change = Callable[[random.Random, Utterance, Material], str | None]


def entity(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    if not utterance.entities:
        return None
    chosen = rng.choice(utterance.entities)
    return _replaced(utterance.words, chosen.start, chosen.end, rng.choice(material.entities[chosen.kind]))


def name(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    people = [each for each in utterance.entities if each.kind in {"person", "relation", "artist_name"}]
    if not people:
        return None
    chosen = rng.choice(people)
    return _replaced(utterance.words, chosen.start, chosen.end, rng.choice(lists.FIRST_NAMES))


def number(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    families = rng.sample((lists.NUMBERS, lists.RANKS, lists.SCALES), 3)
    changed = (_other_of(rng, utterance.words, family) for family in families)
    return next((text for text in changed if text is not None), None)


def tail_cut(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    words = utterance.words
    kept = max(1, len(words) - rng.choice((1, 1, 2, 2, 3, 4)))
    cut = {word.lower() for word in words[kept:]}
    return " ".join(words[:kept]) if cut - lists.POLITE else None


def goes_on(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    extra = rng.choice(lists.EXTRAS)
    return None if utterance.text.endswith(extra) else f"{utterance.text} {extra}"


def negation(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    words = utterance.words
    text = f" {utterance.text.lower()} "
    if " don't " in text or " not " in text:
        return text.replace(" don't ", " do ", 1).replace(" not ", " ", 1).strip()
    places = [
        index for index, word in enumerate(words) if word.lower() in lists.HELPERS - {"am", "may", "shall"}
    ]
    if places and rng.random() < 0.6:
        place, helper = (chosen := rng.choice(places)), words[chosen].lower()
        short = {"will": "won't", "can": "can't"}.get(helper, f"{helper}n't")
        denied = rng.choice((short, f"{helper} not", f"{helper} never"))
        return _replaced(words, place, place + 1, denied)
    before = rng.choice(
        ("don't", "do not", "please don't", "stop", "never", "you must not", "not", "no longer")
    )
    return None if words[0].lower() in before.split() else f"{before} {utterance.text}"


def opposite(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    return _swapped(rng, utterance.words, lists.OPPOSITES)


def pronoun(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    return _swapped(rng, utterance.words, lists.PRONOUNS)


def logic(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    return _swapped(rng, utterance.words, lists.LOGIC)


def tense(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    return _swapped(rng, utterance.words, lists.TENSES)


def question_word(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    return _other_of(rng, utterance.words, lists.QUESTIONS)


def preposition(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    return _other_of(rng, utterance.words, lists.PREPOSITIONS)


def roles(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    """Two entities change places."""
    if len(utterance.entities) < 2:
        return None
    one, other = sorted(rng.sample(utterance.entities, 2), key=lambda each: each.start)
    words = utterance.words
    return " ".join(
        [*words[: one.start], other.text, *words[one.end : other.start], one.text, *words[other.end :]]
    )


def order(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    """Two neighbouring words change places."""
    words = list(utterance.words)
    meant = [word.lower() not in lists.POLITE for word in words]
    places = [index for index in range(len(words) - 1) if meant[index] and meant[index + 1]]
    if not places:
        return None
    place = rng.choice(places)
    words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


def correction(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    if utterance.entities and rng.random() < 0.6:
        other = rng.choice(material.entities[utterance.entities[-1].kind])
        return f"{utterance.text} {rng.choice(lists.REPAIRS)} {other}"
    return f"{utterance.text} {rng.choice(lists.WITHDRAWALS)}"


def missing_word(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    place = _content_place(rng, utterance.words, material)
    if place is None or len(utterance.words) < 2:
        return None
    return " ".join([*utterance.words[:place], *utterance.words[place + 1 :]])


def added_word(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    place = rng.randrange(len(utterance.words) + 1)
    extra = rng.choice((rng.choice(lists.ADJECTIVES), rng.choice(material.vocabulary)))
    beside = {word.lower() for word in utterance.words[max(place - 1, 0) : place + 1]}
    return None if extra in beside else _replaced(utterance.words, place, place, extra)


def other_word(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    place = _content_place(rng, utterance.words, material)
    if place is None:
        return None
    return _replaced(utterance.words, place, place + 1, rng.choice(material.vocabulary))


def plural(rng: random.Random, utterance: Utterance, material: Material) -> str | None:
    place = _content_place(rng, utterance.words, material)
    if place is None or len(word := utterance.words[place]) < 4:
        return None
    return _replaced(utterance.words, place, place + 1, word[:-1] if word.endswith("s") else f"{word}s")


CHANGES: dict[str, Change] = {
    "entity": entity,
    "name": name,
    "number": number,
    "tail cut": tail_cut,
    "goes on": goes_on,
    "negation": negation,
    "opposite": opposite,
    "pronoun": pronoun,
    "logic": logic,
    "tense": tense,
    "question word": question_word,
    "preposition": preposition,
    "roles": roles,
    "order": order,
    "correction": correction,
    "missing word": missing_word,
    "added word": added_word,
    "other word": other_word,
    "plural": plural,
}


def _replaced(words: Sequence[str], start: int, end: int, text: str) -> str:
    return " ".join([*words[:start], text, *words[end:]])


def _swapped(rng: random.Random, words: Sequence[str], pairs: Sequence[str]) -> str | None:
    """One word of a pair put in the other's place."""
    ways = [(old, new) for one, other in map(str.split, pairs) for old, new in ((one, other), (other, one))]
    found = [(place, new) for place, word in enumerate(words) for old, new in ways if word.lower() == old]
    if not found:
        return None
    place, new = rng.choice(found)
    return _replaced(words, place, place + 1, new)


def _other_of(rng: random.Random, words: Sequence[str], family: Sequence[str]) -> str | None:
    """A word of a family put in the place of another of it."""
    places = [place for place, word in enumerate(words) if word.lower() in family]
    if not places:
        return None
    place = rng.choice(places)
    return _replaced(
        words, place, place + 1, rng.choice([each for each in family if each != words[place].lower()])
    )


def _content_place(rng: random.Random, words: Sequence[str], material: Material) -> int | None:
    """Where a content word stands that is not said twice in a row."""
    content = set(material.vocabulary)
    places = [
        place
        for place, word in enumerate(words)
        if word.lower() in content
        and word not in (*words[max(place - 1, 0) : place], *words[place + 1 : place + 2])
    ]
    return rng.choice(places) if places else None
