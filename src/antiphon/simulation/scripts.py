"""A call before it happens: who says what, with which pauses, and what will go wrong; all from a seed."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from antiphon.simulation.caller import SpokenWord, Utterance
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.populations import Population, World
from antiphon.simulation.profile import Speech
from antiphon.simulation.replies import FUNCTION_WORDS
from antiphon.simulation.sentences import SHORT_ANSWERS, Sentence, Sentences

TURNS_LOW, TURNS_HIGH = 3, 7  # of a call
THINKS_LOW_MS, THINKS_HIGH_MS = 300, 1_200  # between the agent's last sound and the caller's next
BACKCHANNELS = ("mm-hm", "yeah", "okay", "uh-huh", "right", "yeah okay")
BACKCHANNEL_WORDS_PER_S = 2.9
_LETTERS = 2  # a word takes as long as its letters and this many more
_CORRECTIONS = ("no {0}", "sorry {0}", "i mean {0}", "no wait {0}")
_CANCELLED = ("actually cancel that", "no never mind", "actually don't")


@dataclass(frozen=True, slots=True)
class Script:
    """A call before it happens.

    Attributes:
        seed: What it was drawn from, and what its vendors' delays and mistakes are.
        utterances: What the caller says.
        asks: After which utterances the agent's reply ends in a question.
        faults: What goes wrong.
    """

    seed: str
    utterances: tuple[Utterance, ...]
    asks: frozenset[int] = frozenset()
    faults: tuple[Fault, ...] = ()


def draw_script(seed: str, population: Population, world: World) -> Script:
    """A caller's script, without faults."""
    random, speech = chance("script", seed), world.profile.speech
    rate = speech.rate_words_per_s.draw(random)
    utterances, asks = [], set()
    for number in range(random.randint(TURNS_LOW, TURNS_HIGH)):
        if random.random() < speech.short_turns:
            sentence, answers = _short(random, speech, world.sentences, first=not number)
            if answers:
                asks.add(number - 1)
        else:
            sentence = _full(random, population, world)
            if random.random() < population.correction_share:
                sentence = _corrected(random, sentence, world.sentences)
        pause = _pause(random, sentence.words, speech) if random.random() < speech.turns_with_pause else None
        words = timed(sentence.words, rate, pause)
        utterances.append(Utterance(words, random.randint(THINKS_LOW_MS, THINKS_HIGH_MS)))
    return Script(seed, tuple(utterances), frozenset(asks))


def _short(random: Random, speech: Speech, sentences: Sentences, *, first: bool) -> tuple[Sentence, bool]:
    """Three words or fewer, and whether they answer the agent's question."""
    if not first and random.random() < speech.short_turns_answer_agents_question:
        return Sentence(random.choice(SHORT_ANSWERS), "answer"), True
    return random.choice(sentences.short), False


def _full(random: Random, population: Population, world: World) -> Sentence:
    """A sentence of the population's: any, or of its domain by rank, seen before or not."""
    domain = world.domains.get(population.name)
    if domain is None:
        return random.choice(world.sentences.full)
    if random.random() < population.unseen_share:
        return random.choice(domain.unseen)
    total = domain.weights[-1]
    return domain.seen[bisect(domain.weights, random.random() * total)]


def _corrected(random: Random, sentence: Sentence, sentences: Sentences) -> Sentence:
    """The sentence, and a change of mind in its last words."""
    kind, words = sentence.slots[-1] if sentence.slots else ("", "")
    others = [value for value in sentences.values.get(kind, ()) if value != words]
    if not others or random.random() < 0.25:
        return replace(sentence, text=f"{sentence.text} {random.choice(_CANCELLED)}", slots=())
    change = random.choice(_CORRECTIONS).format(random.choice(others))
    return replace(sentence, text=f"{sentence.text} {change}", slots=())


def _pause(random: Random, words: list[str], speech: Speech) -> tuple[int, int] | None:
    """Before which word a pause is, and for how many ms."""
    if len(words) < 2:
        return None
    looks_complete = [
        index
        for index in range(1, len(words))
        if words[index - 1].lower() not in FUNCTION_WORDS
        and (words[index].lower() in FUNCTION_WORDS or index > len(words) - 2)
    ]
    within = [index for index in range(1, len(words)) if index not in looks_complete]
    complete = random.random() < speech.pause_where_words_look_complete
    places = (looks_complete if complete else within) or looks_complete or within
    return random.choice(places), random.randint(speech.pause_low_ms, speech.pause_high_ms)


def timed(
    words: list[str], rate_words_per_s: float, pause: tuple[int, int] | None = None
) -> tuple[SpokenWord, ...]:
    """Words at their places: longer words take longer, and on average the rate is kept.

    Args:
        words: What is said.
        rate_words_per_s: How fast, pauses left out.
        pause: Before which word there is one, and for how many ms.
    """
    letters = [len(word) + _LETTERS for word in words]
    ms_per_letter = len(words) * 1_000 / rate_words_per_s / sum(letters)
    ends = [round(letters_so_far * ms_per_letter) for letters_so_far in accumulate(letters)]
    spoken, begin, moved = [], 0, 0
    for index, (word, end) in enumerate(zip(words, ends, strict=True)):
        if pause is not None and index == pause[0]:
            moved = pause[1]
        spoken.append(SpokenWord(word, begin + moved, end + moved))
        begin = end
    return tuple(spoken)


def with_faults(script: Script, faults: tuple[Fault, ...]) -> Script:
    """The script with what goes wrong: the caller's faults become utterances, the others are kept."""
    utterances: list[Utterance] = []
    for number, utterance in enumerate(script.utterances):
        mine = [fault for fault in faults if fault.where is Where.CALLER and fault.nth == number]
        for fault in mine:
            if fault.kind in {Kind.NOISE, Kind.CLICK}:
                utterances.append(_noise(fault))
            elif fault.kind is Kind.BACKCHANNEL:
                utterances.append(_backchannel(fault))
            utterance = _suffered(utterance, fault)  # noqa: PLW2901 - one fault after the other
        utterances.append(utterance)
    return replace(script, utterances=tuple(utterances), faults=faults)


def _noise(fault: Fault) -> Utterance:
    over_the_reply = 100 + fault.ms if fault.ms % 2 else None
    return Utterance((), after_ms=200 + fault.ms, barge_in_ms=over_the_reply, noises=((0, fault.ms),))


def _backchannel(fault: Fault) -> Utterance:
    words = BACKCHANNELS[fault.ms % len(BACKCHANNELS)].split()
    spoken = timed(words, BACKCHANNEL_WORDS_PER_S)
    return Utterance(spoken, after_ms=200, barge_in_ms=fault.ms, backchannel=True)


def _suffered(utterance: Utterance, fault: Fault) -> Utterance:
    match fault.kind:
        case Kind.BARGE_IN | Kind.RESUME:
            return replace(utterance, barge_in_ms=fault.ms)
        case Kind.SHORT:
            return replace(utterance, words=(SpokenWord(utterance.words[0].text, 0, fault.ms),))
        case Kind.SILENCE:
            return replace(utterance, after_ms=fault.ms)
        case Kind.HANG_UP:
            last = utterance.words[-1]
            cut = last.start_ms + (last.end_ms - last.start_ms) * (1 + fault.ms % 8) // 10
            return replace(utterance, hang_up_ms=max(1, cut))
        case _:
            return utterance
