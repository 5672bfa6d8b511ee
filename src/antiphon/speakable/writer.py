"""A reply's text on its way to the voice: cut into segments, each written and spoken."""

from __future__ import annotations

import re

from antiphon.core.segmenter import Segmentation, Segmenter
from antiphon.core.speech import Speech
from antiphon.speakable.reader import Manner, manner_of
from antiphon.speakable.settings import AS_WRITTEN, Speakable

_SILENT = re.compile(r"[\s.,:;!?…\-–—\"'“”‘’()*_]*")


class SpeechWriter:
    """Takes one reply as its text arrives.

    Written text for which nothing is said (an emoji, a line of a table) goes with the segment after it, and
    at the end comes as one that is spoken as nothing.

    Args:
        manner: How it is read out; left out: as it is written.
        segmentation: How long segments are.
    """

    def __init__(self, manner: Manner | None = None, segmentation: Segmentation | None = None) -> None:
        self._manner = manner or _AS_WRITTEN
        self._reader = self._manner.reader()
        joins = self._manner.joiner.joins if manner else None
        self._segmenter = Segmenter(segmentation, joins)
        self._silent = ""
        self._said = False

    def push(self, text: str) -> list[Speech]:
        """Take the next piece of text; answer the segments it completed, often none."""
        return [speech for segment in self._segmenter.push(text) for speech in self._read(segment)]

    def finish(self) -> list[Speech]:
        """What is left when the text is complete; what comes after is another text."""
        speeches = [speech for segment in self._segmenter.finish() for speech in self._read(segment)]
        silent, self._silent = self._silent, ""
        if silent.strip():
            said_nothing = not self._said and not speeches
            speeches.append(self._manner.only_emoji(silent) if said_nothing else Speech(silent, ""))
        return speeches

    def whole(self, text: str) -> list[Speech]:
        """A text that is complete, as one segment."""
        speeches = self._read(text)
        return speeches + self.finish()

    def _read(self, segment: str) -> list[Speech]:
        speech = self._reader.read(segment)
        if _SILENT.fullmatch(speech.spoken):
            self._silent += segment
            return []
        self._said = True
        if self._silent:
            silent, self._silent = self._silent, ""
            speech = speech.preceded_by(silent)
        return [speech]


_AS_WRITTEN = Manner(AS_WRITTEN)


def speakable_text(text: str, language: str = "en", settings: Speakable | None = None) -> str:
    """What a voice is given for a text.

    Args:
        text: As a model writes it.
        language: What is spoken, as a BCP 47 tag.
        settings: What is made speakable; everything, if left out.
    """
    speeches = SpeechWriter(manner_of(settings or Speakable(), language)).whole(text)
    return " ".join(" ".join(speech.spoken for speech in speeches).split())
