"""Do two transcripts of one language mean the same? All looks that are taken at a pair, in one place."""

from __future__ import annotations

from collections.abc import Iterator

from antiphon.core.language.align import Aligner, Mismatch
from antiphon.core.language.normalise import Normaliser, Transcript

_TRANSCRIPTS_KEPT = 32  # one final is compared with the drafts of its turn


Comparison = tuple[Transcript, Transcript, Mismatch | None]
"""The interim, the final, and where their meanings part; ``None`` if they do not."""


class Matcher:
    """Compares transcripts of one language. What it keeps is the forms of those it saw last.

    Args:
        normaliser: Of the language.
        bare: The same without writing contractions out.
    """

    def __init__(self, normaliser: Normaliser, bare: Normaliser) -> None:
        self.pack = normaliser.pack
        self._prepare = normaliser.prepare
        self._kept: dict[str, Transcript] = {}
        self.repeated = normaliser.repeated
        self.sounds_alike = normaliser.sounds_alike
        self._prepare_bare = bare.prepare
        self._without_set_off = normaliser.without_set_off
        self._align = Aligner(normaliser.pack).mismatch

    def compare(self, interim: str, final: str) -> Comparison:
        """Look for a difference that may change the meaning, in every way the pair can be read."""
        kept = self._kept
        left = kept.get(interim) or self._keep(interim)
        right = kept.get(final) or self._keep(final)
        mismatch = self._align(left, right)
        if mismatch is not None and not (left.plain and right.plain):
            for one, other in self._second_looks(interim, final):
                if self._align(one, other) is None:
                    mismatch = None
                    break
        return left, right, mismatch

    def _keep(self, text: str) -> Transcript:
        """Prepare a transcript and keep it; when they are many all are forgotten: cheaper than order."""
        if len(self._kept) >= _TRANSCRIPTS_KEPT:
            self._kept.clear()
        prepared = self._kept[text] = self._prepare(text)
        return prepared

    def _second_looks(self, interim: str, final: str) -> Iterator[tuple[Transcript, Transcript]]:
        """Other ways to read the pair, both sides in the same way."""
        if "'" in interim + final or "’" in interim + final:
            yield self._prepare_bare(interim), self._prepare_bare(final)
        without = self._without_set_off(interim), self._without_set_off(final)
        if without != (interim, final):
            yield self._prepare(without[0]), self._prepare(without[1])
