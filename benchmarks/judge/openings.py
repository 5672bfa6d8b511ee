"""Openings made from real commands: clauses that hold for what was finally said, and clauses that do not."""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from antiphon.core.opening import OpeningJudge
from judge import meaning_words as lists
from judge import meaningful
from judge.harmless_words import GERUNDS
from judge.pairs import drawn, make_material, plain
from judge.run import add_options
from judge.utterances import Utterance, half, read_utterances

_FRAMES = ("{ack}, {said}", "{ack}, {said} —", "{ack}. {said}", "{ack}, so {said}")
_ENDINGS = ("tomorrow", "please", "in the kitchen", "for my brother", "again")


@dataclass(frozen=True, slots=True)
class Case:
    """An opening, what it was made for, what was finally said, and whether it holds."""

    kind: str
    holds: bool
    opening: str
    interim: str
    final: str


def _turned(words: list[str]) -> str:
    """A caller's words in an agent's mouth."""
    return " ".join(lists.TURNED.get(word.lower(), word) for word in words)


def _said(rng: random.Random, said: str, *, agree: bool) -> str:
    frame = rng.choice(_FRAMES)
    return frame.format(ack=rng.choice(lists.AGREEMENTS if agree else lists.RECEIPTS), said=said)


def _is_request(utterance: Utterance) -> bool:
    return utterance.words[0].lower() not in lists.HELPERS


def _prefix(rng: random.Random, utterance: Utterance, at_least: int) -> str:
    """An interim that holds some of the first words, or all."""
    return " ".join(utterance.words[: rng.randint(min(at_least, len(utterance.words)), len(utterance.words))])


def first_words(rng: random.Random, utterance: Utterance) -> Case | None:
    """The opening repeats the beginning."""
    words = list(utterance.words)
    length = rng.randint(1, min(5, len(words)))
    said = _turned(words[:length])
    interim = _prefix(rng, utterance, length + 1)
    opening = _said(rng, said, agree=_is_request(utterance))
    return Case("first words", True, opening, interim, utterance.text)


def gerund(rng: random.Random, utterance: Utterance) -> Case | None:
    """The opening says what is being done: "Sure, playing music"."""
    words = list(utterance.words)
    verb = GERUNDS.get(words[0].lower())
    if verb is None or len(words) < 3:
        return None
    length = rng.randint(2, min(5, len(words)))
    said = f"{verb} {_turned(words[1:length])}"
    return Case(
        "gerund", True, _said(rng, said, agree=True), _prefix(rng, utterance, length + 1), utterance.text
    )


def echoed_entity(rng: random.Random, utterance: Utterance) -> Case | None:
    """The opening names one of the things asked for."""
    if not utterance.entities:
        return None
    entity = rng.choice(utterance.entities)
    opening = _said(rng, _turned(entity.text.split()), agree=_is_request(utterance) and rng.random() < 0.5)
    return Case("entity", True, opening, _prefix(rng, utterance, entity.end + 1), utterance.text)


def receipt(rng: random.Random, utterance: Utterance) -> Case | None:
    """The opening only says that it was heard."""
    return Case("receipt", True, rng.choice(lists.RECEIPTS), _prefix(rng, utterance, 1), utterance.text)


def agreement(rng: random.Random, utterance: Utterance) -> Case | None:
    """The opening agrees to a request that goes on."""
    if not _is_request(utterance):
        return None
    return Case("agreement", True, rng.choice(lists.AGREEMENTS), _prefix(rng, utterance, 2), utterance.text)


def other_end(rng: random.Random, utterance: Utterance) -> Case | None:
    """The interim was a guess at the end that proved wrong; the opening repeats what came before."""
    words = list(utterance.words)
    if len(words) < 5 or not _is_request(utterance):
        return None
    length = rng.randint(2, len(words) - 2)
    interim = " ".join(
        [
            *words[: length + 1],
            rng.choice(_ENDINGS),
        ]
    )
    return Case("other end", True, _said(rng, _turned(words[:length]), agree=True), interim, utterance.text)


HOLDING: tuple[Callable[[random.Random, Utterance], Case | None], ...] = (
    first_words, gerund, echoed_entity, receipt, agreement, other_end,
)  # fmt: skip


def _named(rng: random.Random, utterance: Utterance) -> tuple[str, int] | None:
    """An opening that names an entity, with the words that lead to it, and where the entity ends."""
    if not utterance.entities:
        return None
    entity = rng.choice(utterance.entities)
    start = rng.choice((entity.start, max(entity.start - 1, 0), 0))
    words = list(utterance.words[start : entity.end])
    if start == 0 and (verb := GERUNDS.get(words[0].lower())) and rng.random() < 0.5:
        words[0] = verb
    return _said(rng, _turned(words), agree=rng.random() < 0.7), entity.end


def changed_entity(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    named = _named(rng, utterance)
    if named is None:
        return None
    entity = next(each for each in utterance.entities if each.end == named[1])
    other = rng.choice(material.entities[entity.kind])
    if _inside(entity.text, other) or _inside(other, entity.text):
        return None
    final = " ".join([*utterance.words[: entity.start], other, *utterance.words[entity.end :]])
    if _inside(entity.text, final):
        return None
    return Case("changed entity", False, named[0], utterance.text, final)


def _inside(part: str, whole: str) -> bool:
    return f" {part.lower()} " in f" {whole.lower()} "


def corrected(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    named = _named(rng, utterance)
    if named is None:
        return None
    entity = next(each for each in utterance.entities if each.end == named[1])
    other = rng.choice(material.entities[entity.kind])
    head = " ".join(utterance.words[: entity.end])
    final = f"{head} {rng.choice(lists.REPAIRS)} {other}" + (
        f" {' '.join(utterance.words[entity.end :])}" if rng.random() < 0.4 else ""
    )
    interim = rng.choice((head, utterance.text))
    return Case("corrected", False, named[0], interim, final)


def withdrawn(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    said = _turned(list(utterance.words[: rng.randint(1, 4)]))
    opening = rng.choice((_said(rng, said, agree=True), rng.choice(lists.AGREEMENTS)))
    return Case(
        "withdrawn", False, opening, utterance.text, f"{utterance.text} {rng.choice(lists.WITHDRAWALS)}"
    )


def denied(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    said = _turned(list(utterance.words[: rng.randint(1, 4)]))
    opening = _said(rng, said, agree=True)
    return Case("denied", False, opening, utterance.text, f"{rng.choice(lists.DENIALS)} {utterance.text}")


def _by_change(
    name: str, change: meaningful.Change
) -> Callable[[random.Random, Utterance, meaningful.Material], Case | None]:
    def make(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
        """The opening repeats the beginning up to the changed word and a little beyond."""
        final = change(rng, utterance, material)
        if final is None or plain(final) == plain(utterance.text):
            return None
        old, new = list(utterance.words), final.split()
        changed = next(
            (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a.lower() != b.lower()), len(new)
        )
        while changed < len(old) and old[changed] in {"a", "an", "the", "so"}:
            changed += 1
        if changed >= len(old):
            return None
        start = rng.choice((0, max(changed - 1, 0), changed))
        said = _turned(old[start : changed + rng.choice((1, 1, 2))])
        if _inside(said, _turned(new)) or lists.STOP_WORDS.issuperset(said.lower().split()):
            return None
        if name == "pronoun" and {old[changed].lower(), new[changed].lower()} & {"the"}:
            return None  # "the list" may be said of "my list"
        return Case(name, False, _said(rng, said, agree=rng.random() < 0.7), utterance.text, final)

    return make


def invented(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    lead = rng.choice((*lists.RECEIPTS, *lists.AGREEMENTS))
    clause = rng.choice(lists.INVENTED)
    opening = rng.choice((clause, f"{lead}, {clause[0].lower()}{clause[1:]}"))
    return Case("invented", False, opening, _prefix(rng, utterance, 2), utterance.text)


def answered(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    """Yes or no, said to a question that then goes on or changes."""
    change = rng.choice(
        (meaningful.goes_on, meaningful.entity, meaningful.negation, meaningful.opposite, meaningful.number)
    )
    final = change(rng, utterance, material)
    if final is None or plain(final) == plain(utterance.text):
        return None
    return Case("answered", False, rng.choice(lists.ANSWERS), utterance.text, final)


def redirected(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    """The same things, but something else is to be done with them."""
    other = lists.OTHER_VERBS.get(utterance.words[0].lower())
    if other is None:
        return None
    length = rng.randint(2, 5)
    words = list(utterance.words[:length])
    said = _turned(rng.choice((words, words[1:])))
    if rng.random() < 0.3 and words[0].lower() in GERUNDS:
        said = f"{GERUNDS[words[0].lower()]} {_turned(words[1:])}"
    final = " ".join([other, *utterance.words[1:]])
    return Case("redirected", False, _said(rng, said, agree=True), utterance.text, final)


def unrelated(rng: random.Random, utterance: Utterance, material: meaningful.Material) -> Case | None:
    """Another command altogether."""
    other = rng.choice(material.sentences)
    said = list(utterance.words[: rng.randint(1, 5)])
    if {word.lower() for word in said} <= {word.lower() for word in other.split()} | lists.STOP_WORDS:
        return None
    return Case("unrelated", False, _said(rng, _turned(said), agree=True), utterance.text, other)


CONTRADICTED: tuple[Callable[[random.Random, Utterance, meaningful.Material], Case | None], ...] = (
    changed_entity, corrected, withdrawn, denied, invented, answered, redirected, unrelated,
    _by_change("number", meaningful.number), _by_change("opposite", meaningful.opposite),
    _by_change("pronoun", meaningful.pronoun), _by_change("preposition", meaningful.preposition),
    _by_change("other word", meaningful.other_word), _by_change("roles", meaningful.roles),
)  # fmt: skip


def make_cases(
    utterances: list[Utterance], everything: list[Utterance], seed: int, per_class: int
) -> Iterator[Case]:
    """Cases of every class, the same for the same seed."""
    material = make_material(everything)
    for number, hold in enumerate(HOLDING):
        rng = random.Random(f"{seed} holding {number}")
        made = (hold(rng, each) for each in drawn(rng, utterances))
        yield from islice((case for case in made if case is not None), per_class)
    for number, contradict in enumerate(CONTRADICTED):
        rng = random.Random(f"{seed} contradicted {number}")
        against = (contradict(rng, each, material) for each in drawn(rng, utterances))
        yield from islice((case for case in against if case is not None), per_class)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    options = parser.parse_args()
    everything = read_utterances(options.commands)
    cases = make_cases(half(everything, options.half), everything, options.seed, options.per_class)
    rows, wrong = count(cases, options.show)
    if options.json:
        print(json.dumps({"rows": rows, "seed": options.seed}))
        return
    print("".join(wrong) + f"{'openings let through, %':40}{'cases':>7}{'%':>9}")
    for row in rows:
        label = "holds" if row["holds"] else "contradicted"
        print(f"{label:14}{row['kind']:26}{row['cases']:>7}{row['let_through_percent']:>9.2f}")


def count(cases: Iterable[Case], show: int) -> tuple[list[dict[str, object]], list[str]]:
    """One row a class: the share of openings that are let through; and some wrong verdicts of each."""
    check = OpeningJudge("en").check
    counts: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    shown: Counter[str] = Counter()
    wrong = []
    for case in cases:
        verdict = check(case.opening, case.interim, case.final)
        counts[case.holds, case.kind].append(verdict.holds)
        if verdict.holds != case.holds and shown[case.kind] < show:
            shown[case.kind] += 1
            pair = f"{case.opening!r} | {case.interim!r} | {case.final!r}"
            wrong.append(f"{case.kind}: {pair}: {verdict.reason}\n")
    rows: list[dict[str, object]] = [
        {"kind": kind, "holds": holds, "cases": len(said), "let_through_percent": 100 * statistics.mean(said)}
        for (holds, kind), said in counts.items()
    ]
    return rows, wrong


if __name__ == "__main__":
    main()
