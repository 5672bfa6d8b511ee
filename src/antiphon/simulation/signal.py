"""Audio that says what it is: sound for simulated calls, in which every sample tells where it comes from.

At 1,000 samples a second one sample is one millisecond. On the caller's side a sample holds its own place in
the call, and by its sign whether it is voiced, so a recogniser or detector knows what it is given however it
was cut, dropped or repeated on the way. On the agent's side a sample holds which synthesis made it, so a
listener knows what is heard, not what was meant to be.
"""

from __future__ import annotations

import itertools

import numpy as np

from antiphon.audio import AudioFormat, Samples

FORMAT = AudioFormat(1_000)
NS_PER_SAMPLE = 1_000_000
PLACES = 32_000  # a place repeats after this many samples
# Marks are far apart and so loud that a ducked one is none: it stays known whose sound is at which level.
FIRST_MARK, MARK_STEP, MARKS = 8_000, 60, 400

_PLACES = np.tile(np.arange(PLACES, dtype=np.int16), 2)


def caller_samples(start: int, stop: int, *, voiced: bool) -> Samples:
    """The caller's samples from one place in the call to another, at most ``PLACES`` of them."""
    first = start % PLACES
    places = _PLACES[first : first + stop - start]
    return ~places if voiced else places


def place_of(samples: Samples, newest: int) -> int:
    """Where a frame of the caller's begins, given the end of what came before.

    It may follow that, or be a repeat of anything in the last 32 s.
    """
    first = int(samples[0])
    place = newest - (newest - max(first, ~first)) % PLACES
    return place if place >= 0 else place + PLACES


def voiced_runs(samples: Samples) -> list[tuple[int, bool]]:
    """A frame's stretches of voiced and unvoiced sound: length and which."""
    voiced = samples < 0
    edges = np.flatnonzero(voiced[1:] != voiced[:-1]) + 1
    if not len(edges):
        return [(len(samples), bool(voiced[0]))]
    bounds = [0, *edges.tolist(), len(samples)]
    return [(stop - start, bool(voiced[start])) for start, stop in itertools.pairwise(bounds)]


def mark_of(synthesis: int) -> int:
    """The sample value by which a synthesis is known."""
    return FIRST_MARK + synthesis % MARKS * MARK_STEP


def marked(value: int) -> int | None:
    """The synthesis that a sample value is the mark of; ``None`` if of none, as where the level changes."""
    number, rest = divmod(value - FIRST_MARK, MARK_STEP)
    return number if 0 <= number < MARKS and not rest else None


def spoken_samples(synthesis: int, samples: int) -> Samples:
    """A synthesis's sound."""
    return np.full(samples, mark_of(synthesis), np.int16)
