"""The first clause of a reply, taken apart: acknowledgement around, something said in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from antiphon.core.language.pack import OpeningWords


@dataclass(frozen=True, slots=True)
class Clause:
    """An opening's parts.

    Attributes:
        agrees: Whether it agrees to do what is asked ("sure").
        answers: Whether it says yes or no, or that it is sorry.
        says: The words that say more than acknowledgement.
        tail: Words behind them that say nothing ("for you").
    """

    agrees: bool
    answers: bool
    says: tuple[str, ...]
    tail: tuple[str, ...]


def take_apart(said: tuple[str, ...], words: OpeningWords, heard: Sequence[str] = ()) -> Clause:
    """Find the acknowledgements that an opening begins and ends with.

    A frame ("you would like …") with nothing in it is what the opening says, and so is a word that would
    acknowledge ("nice") if the caller had not said it.

    Args:
        said: The opening's words.
        words: How openings are made.
        heard: The words of the interim.
    """
    receipts = tuple(phrase for phrase in words.receipts if len(phrase) > 1 or phrase[0] not in heard)
    agrees = answers = False
    start = framed = 0
    while start < len(said):
        receipt, agreement, answer, frame = (
            longest(phrases, said[start:])
            for phrases in (receipts, words.agreements, words.polarities, words.frames)
        )
        length = max(receipt, agreement, answer, frame)
        if length == 0:
            break
        agrees |= agreement == length
        answers |= answer == length
        framed = frame if frame == length else 0
        start += length
    end, tails = len(said), (*words.tails, *words.for_caller)
    while end > start and (length := longest(tails, said[start:end], at_end=True)):
        end -= length
    return Clause(agrees, answers, said[start:end] or said[start - framed : start], said[end:])


def longest(phrases: Iterable[tuple[str, ...]], words: Sequence[str], *, at_end: bool = False) -> int:
    """How many words of the longest phrase stand at the beginning, or at the end; 0 if none does.

    Args:
        phrases: The longest first.
        words: Where to look.
        at_end: Look at the end.
    """
    for phrase in phrases:
        if tuple(words[-len(phrase) :] if at_end else words[: len(phrase)]) == phrase:
            return len(phrase)
    return 0


def find(phrase: tuple[str, ...], words: Sequence[str]) -> int:
    """Where a phrase begins; -1 if it stands nowhere."""
    starts = range(len(words) - len(phrase) + 1)
    return next((start for start in starts if tuple(words[start : start + len(phrase)]) == phrase), -1)
