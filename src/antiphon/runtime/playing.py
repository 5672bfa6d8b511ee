"""One reply on its way to the listener: what of it was handed over, and what of that was heard."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from antiphon.audio import AudioFrame, Fader, Samples
from antiphon.core.captions import Captions
from antiphon.core.notices import CaptionWord
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.runtime.draft import DraftRun

REMEMBERED_NS = 500 * NS_PER_MS  # of what was played: a listener may turn out to be so much behind


@dataclass(slots=True)
class Playing:
    """A reply on its way out. Samples wait as they were made; the gain comes when the transport takes them.

    Attributes:
        reply_id: Its name.
        run: The draft whose audio it is.
        group: What its task runs in.
        task: Makes its blocks ready, when they are about to be needed.
        fader: The gain of the sample that is handed over next.
        paused: Whether it is held where it is.
        flush_next: Whether the block handed over next replaces what was handed over before and not heard.
        starved: Whether it was told that there is nothing to play.
        first_handed_ns: When the transport took the first block.
        audible_ns: Its first sound, for a listener who hears what is handed over at once.
        waiting: Taken from the draft, and there is no room for it yet.
        queued: Samples made ready for the transport.
        handed: Samples it has taken.
        all_handed: Done when it has taken all there are.
        free_ns: When all that was handed over will have been played.
        captions: Its words, as they come to be heard.
    """

    reply_id: int
    run: DraftRun
    group: asyncio.TaskGroup
    task: asyncio.Task[None] | None = None
    fader: Fader = field(default_factory=Fader)
    paused: bool = False
    flush_next: bool = False
    starved: bool = False
    first_handed_ns: int | None = None
    audible_ns: int | None = None
    waiting: Samples | None = None
    queued: int = 0
    handed: int = 0
    all_handed: asyncio.Future[None] | None = None
    free_ns: int = 0
    _retaken: tuple[int, int] = (0, 0)  # when samples were taken back from the transport, and how many
    captions: Captions = field(init=False)
    _recent: deque[tuple[Samples, Fader]] = field(default_factory=deque)  # perhaps not heard yet

    def __post_init__(self) -> None:
        self.captions = Captions(self.run.spoken)

    @property
    def rate_hz(self) -> int:
        """Of its audio."""
        return self.run.rate_hz

    def samples_in(self, duration_ms: float) -> int:
        """How many samples last so long."""
        return int(self.rate_hz * duration_ms / 1000)

    def unplayed(self, heard_ns: int) -> int:
        """Samples handed over that a listener has not heard yet, who hears what was due at a time."""
        return min(self.handed, max(0, self.free_ns - heard_ns) * self.rate_hz // NS_PER_S)

    def hand_over(self, samples: Samples, now_ns: int, lag_ns: int) -> tuple[AudioFrame, int]:
        """The transport takes samples.

        Args:
            samples: As they were made.
            now_ns: The time.
            lag_ns: How much later the listener hears them.

        Returns:
            What it is given, and when the first of it will be heard.
        """
        if self.flush_next:
            samples = self._without_overrun(samples, now_ns)
        faded, following = self.fader.apply(samples)
        frame = AudioFrame(faded, self.rate_hz, self.flush_next)
        self.flush_next = False
        start_ns = max(now_ns, self.free_ns)
        self.handed += len(samples)
        self.free_ns = start_ns + frame.duration_ns
        if self.first_handed_ns is None:
            self.first_handed_ns = now_ns
        if self.all_handed is not None and self.handed == self.queued:
            self.all_handed.set_result(None)
        self._recent.append((samples, self.fader))
        self.fader = following
        self._forget_heard(self.unplayed(now_ns - max(lag_ns, REMEMBERED_NS)))
        return frame, start_ns

    def captions_begun(self, lag_ns: int) -> tuple[CaptionWord, ...]:
        """The words that begin in what was handed over and were not told yet, and when they are heard."""
        end_ns = self.free_ns + lag_ns  # when the last sample handed over will have been

        def at_ns(sample: int) -> int:
            return end_ns + (sample - self.handed) * NS_PER_S // self.rate_hz

        begun = self.captions.begun(self.handed)
        return tuple(
            CaptionWord(word.text, at_ns(word.start_sample), at_ns(word.end_sample)) for word in begun
        )

    def _without_overrun(self, samples: Samples, now_ns: int) -> Samples:
        """The transport comes late for what replaces what it holds: that has been played on meanwhile."""
        retaken_ns, unplayed = self._retaken
        overrun = min(unplayed, (now_ns - retaken_ns) * self.rate_hz // NS_PER_S, len(samples))
        self.handed += overrun
        self.fader = self.fader.after(overrun)
        return samples[overrun:]

    def _forget_heard(self, unplayed: int) -> None:
        recent = self._recent
        known = sum(len(samples) for samples, _ in recent)
        while len(recent) > 1 and unplayed <= known - len(recent[0][0]):
            known -= len(recent.popleft()[0])

    def unheard(self, unplayed: int) -> tuple[Samples, Fader]:
        """The samples handed over and not heard, as they were made, and the gain at the first of them."""
        parts: list[Samples] = [np.empty(0, np.int16)]
        fader, left = self.fader, unplayed
        for samples, before in reversed(self._recent):
            kept = min(left, len(samples))
            if not kept:
                break
            parts.append(samples[len(samples) - kept :])
            fader, left = before.after(len(samples) - kept), left - kept
        return np.concatenate(parts[::-1]), fader

    def retake(self, now_ns: int, lag_ns: int) -> Samples:
        """What was handed over and not heard counts as never handed over; the transport is to drop it."""
        samples, self.fader = self.unheard(self.unplayed(now_ns - lag_ns))
        self.handed -= len(samples)
        self.queued -= len(samples)
        self.free_ns = now_ns
        self._retaken = (now_ns, len(samples))
        self._recent.clear()
        self.flush_next = True
        return samples
