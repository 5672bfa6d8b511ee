"""The demo's caller: speaks its lines in real time, listens for the replies, and may interrupt one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame, Samples, first_audible, last_audible
from antiphon.core.notices import Notice, ReplyAudible, ReplyOver
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import TTS
from antiphon.runtime.clock import Clock

FRAME_MS = 20
GAP_MS = 400  # before the caller answers a reply
PATIENCE_MS = 10_000  # without a reply, the caller goes on


@dataclass(frozen=True, slots=True)
class Line:
    """Something the caller says.

    Attributes:
        parts: The words; between two parts the caller hesitates.
        hesitation_ms: For how long.
        interrupts_after_ms: Said this long into the reply before it; ``None``: after it.
    """

    parts: tuple[str, ...]
    hesitation_ms: int = 0
    interrupts_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line as it sounds."""

    samples: Samples
    interrupts_after_ms: int | None


class DemoCaller:
    """Says one line after another, each when it is its turn. Show it the session's notices.

    Args:
        lines: What it says, at least one.
        rate_hz: The sampling rate of the lines, and of its frames.
        clock: The time to live by.
        greeted: Whether the agent speaks first.
    """

    def __init__(self, lines: Sequence[SpokenLine], rate_hz: int, clock: Clock, *, greeted: bool) -> None:
        self._lines = list(lines)
        self._format = AudioFormat(rate_hz)
        self._clock = clock
        self._greeted = greeted
        self._speaking: Samples = np.empty(0, np.int16)
        self._speak_ns = 0  # when the next line is due, or the end of the call when there is none
        self._heard: int | None = None  # the newest reply that was audible
        self._spoken_over: int | None = None  # ... when the last line was begun: no answer to that

    def observe(self, notice: Notice) -> None:
        """Take what happens in the call."""
        if len(self._speaking):
            return
        interrupts_after_ms = self._lines[0].interrupts_after_ms if self._lines else None
        match notice:
            case ReplyAudible(at_ns=at_ns, reply_id=reply_id):
                self._heard = reply_id
                if interrupts_after_ms is not None:
                    self._speak_ns = at_ns + interrupts_after_ms * NS_PER_MS
            case ReplyOver(reply_id=reply_id) if reply_id == self._spoken_over:
                pass  # at its end before the interruption was understood
            case ReplyOver(at_ns=at_ns, reason="played" | "failed"):
                self._speak_ns = min(self._speak_ns, at_ns + GAP_MS * NS_PER_MS)

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """All frames, each in its time, until the last reply has been heard."""
        start_ns = self._clock.now_ns()
        self._speak_ns = start_ns + (PATIENCE_MS if self._greeted else GAP_MS) * NS_PER_MS
        length = self._format.rate_hz * FRAME_MS // 1000
        end = 0
        while True:
            end += length
            frame_ns = start_ns + self._format.samples_to_ns(end)
            await self._clock.sleep_until(frame_ns)
            if not len(self._speaking) and frame_ns >= self._speak_ns:
                if not self._lines:
                    return
                self._speaking, self._spoken_over = self._lines.pop(0).samples, self._heard
            samples, self._speaking = self._speaking[:length], self._speaking[length:]
            if len(samples):
                self._speak_ns = frame_ns + PATIENCE_MS * NS_PER_MS
            yield AudioFrame(np.pad(samples, (0, length - len(samples))), self._format.rate_hz)


async def speak(line: Line, voice: TTS) -> SpokenLine:
    """Have a voice speak a line, without the silence around its parts."""
    rate_hz = voice.format.rate_hz
    pause = np.zeros(rate_hz * line.hesitation_ms // 1000, np.int16)
    sounds: list[Samples] = []
    for part in line.parts:
        sound = np.concatenate([chunk.samples async for chunk in voice.stream(_once(part))])
        first, last = first_audible(sound, rate_hz), last_audible(sound, rate_hz)
        sounds += [sound[first : None if last is None else last + 1], pause]
    return SpokenLine(np.concatenate(sounds[:-1]), line.interrupts_after_ms)


async def _once(text: str) -> AsyncIterator[str]:
    yield text
