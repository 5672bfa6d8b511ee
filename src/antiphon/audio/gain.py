"""A gain that moves without clicks: exact to the sample, however the sound is cut into blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from antiphon.audio.frames import Samples


def gain_of_db(level_db: float) -> float:
    """The factor that a level stands for: -6.02 dB is one half."""
    return float(10 ** (level_db / 20))


@dataclass(frozen=True, slots=True)
class Fader:
    """A gain, and how it gets to another: half a period of a raised cosine, so no step at either end.

    It is a value: what applies it gives the fader that goes on from there, and an earlier one can be
    taken up again.

    Attributes:
        gain: Where it comes from; where it stands once the way is done.
        target: Where it goes.
        ramp: The way, in samples.
        done: How much of that is behind it.
    """

    gain: float = 1.0
    target: float = 1.0
    ramp: int = 0
    done: int = 0

    @property
    def now(self) -> float:
        """The gain that the last sample got."""
        if self.done >= self.ramp:
            return self.target
        return float(self._gains(self.done, 1)[0]) if self.done else self.gain

    @property
    def silent(self) -> bool:
        """Whether nothing is heard any more, or nothing will be once the way is done."""
        return self.target == 0.0

    def to(self, target: float, ramp: int) -> Fader:
        """From where it is now to another gain, in ``ramp`` samples."""
        return Fader(self.now, target, ramp)

    def after(self, samples: int) -> Fader:
        """The fader so many samples on."""
        return replace(self, done=min(self.ramp, self.done + samples))

    def apply(self, samples: Samples) -> tuple[Samples, Fader]:
        """Samples with the gain, and the fader behind them. At full level they are as they were."""
        following = self.after(len(samples))
        ahead = following.done - self.done
        if not ahead and self.target == 1.0:
            return samples, following
        gains = np.full(len(samples), self.target)
        gains[:ahead] = self._gains(self.done + 1, ahead)
        return np.rint(samples * gains).astype(np.int16), following

    def _gains(self, first: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The gains of some samples of the way, counted from 1."""
        way = 0.5 - 0.5 * np.cos(np.pi * np.arange(first, first + count) / self.ramp)
        return self.gain + (self.target - self.gain) * way
