"""The ear at the other end of a real call: when sound was handed out, whoever says it was."""

from __future__ import annotations

from dataclasses import dataclass, replace

from antiphon.audio import AudioFormat, AudioFrame, first_audible, last_audible
from antiphon.core.times import NS_PER_MS

JOINED_NS = 300 * NS_PER_MS  # a shorter silence is within one stretch: a breath, or audio that came late


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of audible sound, on the session's clock."""

    start_ns: int
    stop_ns: int


class Ear:
    """Plays what a session hands out as a transport would, and keeps where it sounds."""

    def __init__(self) -> None:
        self.sounds: list[Sound] = []
        self._free_ns = 0

    def hears(self, frame: AudioFrame, at_ns: int) -> None:
        """A frame was handed out at ``at_ns``."""
        if frame.flush:
            self._cut(at_ns)
        start_ns = at_ns if frame.flush else max(at_ns, self._free_ns)
        self._free_ns = start_ns + frame.duration_ns
        first, last = first_audible(frame.samples, frame.rate_hz), last_audible(frame.samples, frame.rate_hz)
        if first is not None and last is not None:
            audio = AudioFormat(frame.rate_hz)
            self._add(Sound(start_ns + audio.samples_to_ns(first), start_ns + audio.samples_to_ns(last + 1)))

    def _add(self, sound: Sound) -> None:
        newest = self.sounds[-1] if self.sounds else None
        if newest is not None and sound.start_ns - newest.stop_ns < JOINED_NS:
            self.sounds[-1] = replace(newest, stop_ns=sound.stop_ns)
        else:
            self.sounds.append(sound)

    def _cut(self, at_ns: int) -> None:
        """What was to sound after ``at_ns`` does not."""
        while self.sounds and self.sounds[-1].start_ns >= at_ns:
            self.sounds.pop()
        if self.sounds and self.sounds[-1].stop_ns > at_ns:
            self.sounds[-1] = replace(self.sounds[-1], stop_ns=at_ns)
