"""Captions: the written words of a reply as they begin to be heard."""

from __future__ import annotations

from antiphon.core.playout import SpokenText, TimedWord


class Captions:
    """Gives each word of a reply once.

    Args:
        spoken: The reply's text against its audio.
    """

    def __init__(self, spoken: SpokenText) -> None:
        self._spoken = spoken
        self._segment = 0
        self._given = 0  # words of the segment
        self._next = 0  # sample before which no more words begin

    def begun(self, samples: int) -> list[TimedWord]:
        """The words that begin within the first ``samples`` samples and were not given before."""
        found: list[TimedWord] = []
        while self._next < samples and self._segment < self._spoken.segments:
            words = self._spoken.timed(self._segment)
            new = [word for word in words[self._given :] if word.start_sample < samples]
            found += new
            self._given += len(new)
            following = words[self._given :]
            if following:
                self._next = following[0].start_sample
                break
            if not self._spoken.is_followed(self._segment):
                break
            self._segment, self._given = self._segment + 1, 0
        return found
