"""Replies of several syntheses: a first clause made ahead, and what followed once it was the reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from antiphon.simulation.vendor_log import ModelCall, PlacedWord, Synthesis, VendorLog


class Wholes:
    """Finds which reply a synthesis that was heard belongs to.

    Args:
        log: What the vendors made.
        went_on_with: The calls that went on from another one's first clause that was heard at a time.
    """

    def __init__(self, log: VendorLog, went_on_with: Callable[[int, int], list[ModelCall]]) -> None:
        self._log = log
        self._went_on_with = went_on_with
        self._wholes: dict[int, tuple[Synthesis, ModelCall]] = {}  # by each synthesis
        self._seams: dict[int, tuple[int, tuple[int, ...]]] = {}  # by a whole: first clause, rest

    def of(self, synthesis_id: int, heard_ns: int) -> tuple[Synthesis, ModelCall | None]:
        """The whole that a synthesis is part of, and the call whose reply it is."""
        if synthesis_id in self._wholes:
            return self._wholes[synthesis_id]
        log = self._log
        synthesis = log.syntheses[synthesis_id]
        tag = synthesis.reply_tag
        if tag is None:
            return synthesis, None
        going_on = self._went_on_with(tag, heard_ns)
        call = going_on[0] if going_on else log.model_calls[tag]
        tags = {one.call_id for one in going_on} or {tag}
        parts = [one for one in log.syntheses if one.reply_tag in tags]
        if going_on:
            self._seams[synthesis_id] = (synthesis_id, tuple(one.synthesis_id for one in parts))
            parts = [first_clause(synthesis, call.begun), *parts]
        whole = joined(parts) if len(parts) > 1 or going_on else synthesis
        for part in parts:
            self._wholes[part.synthesis_id] = (whole, call)
        return whole, call

    def seam(self, whole: Synthesis) -> tuple[int, tuple[int, ...]] | None:
        """The ids of another call's first clause and of what followed it; ``None`` for other replies."""
        return self._seams.get(whole.synthesis_id)

    def all(self) -> list[Synthesis]:
        """Every synthesis, those that are parts of a whole as that whole."""
        found = {}
        for synthesis in self._log.syntheses:
            whole, _ = self._wholes.get(synthesis.synthesis_id, (synthesis, None))
            found[whole.synthesis_id] = whole
        return list(found.values())


def first_clause(synthesis: Synthesis, clause: str) -> Synthesis:
    """The part of a synthesis that speaks its first clause."""
    count = len(clause.split())
    words = synthesis.words[:count]
    alone = len(words) < count or len(synthesis.words) == count
    samples = synthesis.samples if alone else synthesis.words[count].start  # what was sent twice counts
    made = [(at_ns, min(count, samples)) for at_ns, count in synthesis.made]
    return replace(synthesis, text=clause.strip(), words=words, samples=samples, made=made, complete=False)


def joined(parts: Sequence[Synthesis]) -> Synthesis:
    """Syntheses one behind the other, known by the first one's id."""
    words: list[PlacedWord] = []
    made: list[tuple[int, int]] = []
    samples = 0
    for part in parts:
        words += [PlacedWord(word.text, samples + word.start, samples + word.end) for word in part.words]
        made += [(at_ns, samples + count) for at_ns, count in part.made]
        samples += part.samples
    return replace(
        parts[0],
        text=" ".join(part.text.strip() for part in parts),
        words=words,
        samples=samples,
        made=made,
        complete=parts[-1].complete and all(part.samples for part in parts),
    )
