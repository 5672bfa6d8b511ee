"""The shortest call that still fails: what a failing script and its faults can be cut down to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from antiphon.simulation.call import CallResult
from antiphon.simulation.caller import Utterance
from antiphon.simulation.checkers import check_call
from antiphon.simulation.faults import Fault, Where
from antiphon.simulation.scripts import Script

MOST_TRIALS = 400


def shrink(script: Script, simulate: Callable[[Script], CallResult], invariant: int) -> Script:
    """Cut a failing call down.

    Args:
        script: The call.
        simulate: Simulates a script as the failing call was.
        invariant: The one it breaks; what is left breaks it too.

    Returns:
        A script of which nothing more can be left out: no fault, no utterance, no word.
    """

    def fails(cut: Script) -> bool:
        return any(violation.invariant == invariant for violation in check_call(simulate(cut)))

    trials = 0
    found = True
    while found:
        found = False
        for cut in _cuts(script):
            trials += 1
            if trials > MOST_TRIALS:
                return script
            if fails(cut):
                script, found = cut, True
                break
    return script


def _cuts(script: Script) -> Iterator[Script]:
    """Scripts with a little less in them, the boldest cuts first."""
    count = len(script.utterances)
    for length in (count // 2, count // 4):
        if length:
            yield _only(script, 0, length)
            yield _only(script, count - length, count)
    for fault in script.faults:
        yield replace(script, faults=tuple(one for one in script.faults if one is not fault))
    for number in range(count if count > 1 else 0):
        yield from _without(script, number)
    for number, utterance in enumerate(script.utterances):
        for shorter in _shorter(utterance):
            utterances = (*script.utterances[:number], shorter, *script.utterances[number + 1 :])
            yield replace(script, utterances=utterances)


def _only(script: Script, start: int, stop: int) -> Script:
    """Some of the utterances, and the faults that are theirs."""
    faults = tuple(
        fault if fault.where is not Where.STT else replace(fault, nth=fault.nth - start)
        for fault in script.faults
        if fault.where is not Where.STT or start <= fault.nth < stop
    )
    return replace(script, utterances=script.utterances[start:stop], faults=faults)


def _without(script: Script, number: int) -> Iterator[Script]:
    """Without one utterance; the model's and the voice's later faults move with what they hit, or stay."""
    utterances = (*script.utterances[:number], *script.utterances[number + 1 :])
    for moved in ({Where.STT}, {Where.STT, Where.LLM, Where.TTS}):
        faults: list[Fault] = []
        for fault in script.faults:
            if fault.where is Where.STT and fault.nth == number:
                continue
            later = fault.where in moved and fault.nth > number
            faults.append(replace(fault, nth=fault.nth - 1) if later else fault)
        yield replace(script, utterances=utterances, faults=tuple(faults))


def _shorter(utterance: Utterance) -> Iterator[Utterance]:
    """Fewer words, no pauses."""
    words = utterance.words
    if len(words) > 1:
        yield replace(utterance, words=words[: len(words) // 2])
        yield replace(utterance, words=words[:-1])
        yield replace(utterance, words=words[1:])
    gaps = [late.start_ms - early.end_ms for early, late in pairwise(words)]
    if any(gap > 0 for gap in gaps):
        closed, moved = [words[0]], 0
        for gap, word in zip(gaps, words[1:], strict=True):
            moved += max(0, gap)
            closed.append(replace(word, start_ms=word.start_ms - moved, end_ms=word.end_ms - moved))
        yield replace(utterance, words=tuple(closed))
