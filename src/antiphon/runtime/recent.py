"""The last seconds of a stream of audio, for those who ask about them now and then."""

from __future__ import annotations

import numpy as np

from antiphon.audio import Samples


class Recent:
    """The newest samples of a stream, up to a number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = np.empty(0, np.int16)
        self._parts: list[Samples] = []
        self._length = 0

    def add(self, samples: Samples) -> None:
        """Take the next ones."""
        self._parts.append(samples)
        self._length += len(samples)
        if self._length > 2 * self._most:
            self.samples()

    def samples(self) -> Samples:
        """All that are kept."""
        self._kept = np.concatenate((self._kept, *self._parts))[-self._most :]
        self._parts, self._length = [], len(self._kept)
        return self._kept
