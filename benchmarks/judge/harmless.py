"""Changes that keep a command's meaning: each makes another transcript that the same draft answers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from judge import harmless_words as lists
from judge.spoken import in_digits
from judge.utterances import Utterance

Change = Callable[[random.Random, Utterance], str | None]

_BARE = {short.replace("'", ""): short for short in lists.CONTRACTIONS.values() if "'" in short}
_OTHER_WORDS = {"were", "ill", "well", "id"}  # what is left of "we're", "i'll", … is another word


def spelling(rng: random.Random, utterance: Utterance) -> str | None:
    return _swapped(rng, utterance, [(one, other) for one, other in map(str.split, lists.SPELLINGS)])


def contractions(rng: random.Random, utterance: Utterance) -> str | None:
    ways = list(lists.CONTRACTIONS.items())
    ways += [(short, long) for bare, short in _BARE.items() if bare not in _OTHER_WORDS for long in (bare,)]
    return _swapped(rng, utterance, ways)


def digits(rng: random.Random, utterance: Utterance) -> str | None:
    """Every number in digits, as a recogniser with inverse text normalisation writes it."""
    text = " ".join(utterance.words).lower()
    changed = in_digits(rng, text.split())
    return changed if changed != text else None


def compounds(rng: random.Random, utterance: Utterance) -> str | None:
    ways = []
    for parts in lists.COMPOUNDS:
        forms = (parts, parts.replace(" ", ""), parts.replace(" ", "-"))
        ways += [(forms[0], forms[1]), (forms[1], forms[2]), (forms[0], forms[2])]
    return _swapped(rng, utterance, ways)


def homophones(rng: random.Random, utterance: Utterance) -> str | None:
    return _swapped(rng, utterance, [(one, other) for one, other in map(str.split, lists.SOUND_ALIKES)])


def articles(rng: random.Random, utterance: Utterance) -> str | None:
    words = list(utterance.words)
    places = [index for index, word in enumerate(words[:-1]) if word in {"a", "an", "the"}]
    if not places:
        return None
    place = rng.choice(places)
    words[place] = rng.choice(("", {"a": "the", "an": "the", "the": "a"}[words[place]]))
    return " ".join(filter(None, words))


def repeats(rng: random.Random, utterance: Utterance) -> str | None:
    words = list(utterance.words)
    start = rng.choice((0, rng.randrange(len(words))))
    again = words[start : start + rng.choice((1, 1, 1, 2, 3))]
    pause = [rng.choice(lists.HESITATIONS)] if rng.random() < 0.3 else []
    return " ".join([*words[:start], *again, *pause, *words[start:]])


def would_you_mind(rng: random.Random, utterance: Utterance) -> str | None:
    gerund = lists.GERUNDS.get(utterance.words[0])
    return f"would you mind {gerund} {' '.join(utterance.words[1:])}" if gerund else None


def politeness(rng: random.Random, utterance: Utterance) -> str | None:
    if rng.random() < 0.5:
        return f"{utterance.text} {rng.choice(lists.BEHIND)}"
    before = rng.choice(lists.BEFORE)
    asks = before.endswith(("you", "to", "kindly"))
    return f"{before if not asks or utterance.words[0] in lists.IMPERATIVES else 'please'} {utterance.text}"


def you_know(rng: random.Random, utterance: Utterance) -> str | None:
    return _inserted(rng, utterance.words, ["you know"])


def hesitations(rng: random.Random, utterance: Utterance) -> str | None:
    return _inserted(rng, utterance.words, rng.choices(lists.HESITATIONS, k=rng.choice((1, 1, 2, 3))))


def first_words(rng: random.Random, utterance: Utterance) -> str | None:
    return f"{rng.choice(lists.FIRST_WORDS)} {utterance.text}"


def set_off(rng: random.Random, utterance: Utterance) -> str | None:
    """A filler between commas, as recognisers that punctuate write it."""
    place = rng.randrange(1, len(utterance.words) + 1)
    head, tail = " ".join(utterance.words[:place]), " ".join(utterance.words[place:])
    return f"{head}, {rng.choice(('like', 'you know', 'well'))}{', ' if tail else ''}{tail}"


def written_form(rng: random.Random, utterance: Utterance) -> str | None:
    """Case, stops, dashes, typographic quotes, odd spaces."""
    text, words = utterance.text, list(utterance.words)
    words[rng.randrange(len(words))] += rng.choice((",", ";", " –", "...", " -"))
    return rng.choice((
        text.upper(),
        f"{text[0].upper()}{text[1:]}{rng.choice('.?!…')}",
        f"{text.title().replace(chr(39) + 'S', chr(39) + 's')}.",
        " ".join(words),
        f"“{text.replace(chr(39), '’')}”",
        "   ".join(utterance.words) + "\t",
        re.sub(r"\b([ap])m\b", r"\1.m.", text) + "?",
    ))  # fmt: skip


CHANGES: dict[str, Change] = {
    "spelling": spelling,
    "contractions": contractions,
    "digits": digits,
    "compounds": compounds,
    "homophones": homophones,
    "articles": articles,
    "would you mind": would_you_mind,
    "politeness": politeness,
    "repeats": repeats,
    "you know": you_know,
    "hesitations": hesitations,
    "first words": first_words,
    "set off": set_off,
    "written form": written_form,
}


def combined(rng: random.Random, utterance: Utterance) -> str | None:
    """Several changes at once: words first, then what is said in between, then what stands around."""
    text, done = utterance.text, 0
    for name in sorted(rng.sample([*CHANGES], 4), key=[*CHANGES].index):
        changed = CHANGES[name](rng, Utterance(utterance.name, utterance.intent, tuple(text.split()), ()))
        if changed is not None:
            text, done = changed, done + 1
    return text if done > 1 else None


def _swapped(rng: random.Random, utterance: Utterance, ways: Sequence[tuple[str, str]]) -> str | None:
    """One phrase of a pair put in the other's place, whichever of them is there."""
    text = f" {utterance.text.lower()} "
    both = [*ways, *((other, one) for one, other in ways)]
    found = [(old, new) for old, new in both if f" {old} " in text]
    if not found:
        return None
    old, new = rng.choice(found)
    return text.replace(f" {old} ", f" {new} ", 1).strip()


def _inserted(rng: random.Random, words: Sequence[str], extra: Sequence[str]) -> str:
    longer = list(words)
    for each in extra:
        longer.insert(rng.randrange(len(longer) + 1), each)
    return " ".join(longer)
