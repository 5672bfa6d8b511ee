"""A connection to the scripted recogniser: interims and finals, with the delays and mistakes of a vendor."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from antiphon.audio import AudioFrame
from antiphon.core.events import Final, Interim, RecogniserEvent
from antiphon.errors import ProviderError
from antiphon.runtime.channel import Channel, ChannelClosedError
from antiphon.simulation.faults import Kind
from antiphon.simulation.signal import NS_PER_SAMPLE, place_of
from antiphon.simulation.vendor_log import Delivered, at_ns

if TYPE_CHECKING:
    from antiphon.simulation.scripted_stt import ScriptedSTT

MISHEARD = ("blue", "seven", "garden", "ten", "robin", "march", "paper", "silver")
PHANTOM_WORDS = "thanks for watching"
PHANTOM_MS = 500  # after the caller's voice, at least
EVENTS_HELD = 1_000
LATE_MS = 50  # speech that comes this long after it was spoken was kept back


class ScriptedSTTStream:
    """One connection to the recogniser."""

    def __init__(self, stt: ScriptedSTT) -> None:
        self._stt = stt
        self._out: Channel[tuple[RecogniserEvent, Delivered]] = Channel("scripted stt", EVENTS_HELD)
        self._late: deque[tuple[int, RecogniserEvent, Delivered]] = deque()  # due place; in order
        self._base: int | None = None  # place of the first sample given
        self._received = 0  # place up to which audio was given
        self._final_until = 0  # place up to which words are final
        self._seen: set[int] = set()  # words that were in an interim
        self._ticking = False
        self._silence_expected = 0  # after the word that ends at this place
        self._busy_until = 0  # place up to which it takes to read speech that was given late
        self._broken: ProviderError | None = None

    # --- the session's side ---------------------------------------------------------------------------

    async def send(self, frame: AudioFrame) -> None:
        """Hear a frame."""
        if self._broken is not None:
            raise self._broken
        place = place_of(frame.samples, self._stt.received)
        if self._base is None:
            self._base = self._final_until = place
        self._received = place + len(frame.samples)
        self._read(frame)
        self._stt.received = max(self._stt.received, self._received)
        self._stt.notice()
        self._tick_again()

    def _read(self, frame: AudioFrame) -> None:
        """Speech that is given late takes its time; what is heard as it is spoken has been read by then."""
        now = self._now()
        if now - self._received > LATE_MS and (frame.samples < 0).any():
            takes = len(frame.samples) / self._stt.settings.faster_than_real_time
            self._busy_until = max(self._busy_until, now) + round(takes)

    async def flush(self) -> None:
        """Hurry the final."""
        stt, settings, until = self._stt, self._stt.settings, self._received
        ignored = stt.faults.find(len(stt.caller.said) - 1, Kind.IGNORE_FLUSH) is not None
        if not settings.flushes or ignored:
            return
        at = self._now() + settings.final_after_flush_ms
        last = max((end for _, _, end in stt.caller.words[-32:] if end <= until), default=0)
        self._call_at(max(at, last + settings.behind_voice_ms), lambda: self._finalise(until))

    async def end(self) -> None:
        """Finalise what is pending, then end."""
        self._call_at(self._now() + self._stt.settings.final_after_flush_ms, self._finish)

    def __aiter__(self) -> AsyncIterator[RecogniserEvent]:
        return self

    async def __anext__(self) -> RecogniserEvent:
        try:
            event, delivered = await self._out.take()
        except ChannelClosedError:
            if self._broken is not None:
                raise self._broken from None
            raise StopAsyncIteration from None
        delivered.at_ns = self._stt.clock.now_ns()
        self._stt.log.transcripts.append(delivered)
        return event

    async def __aenter__(self) -> Self:
        self._stt.connected(self)
        self._stt.log.open_streams += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stt.log.open_streams -= 1
        self._out.close()

    # --- the vendor's side ----------------------------------------------------------------------------

    def break_off(self, error: ProviderError | None) -> None:
        """The connection is lost, or ends without a word."""
        self._broken = error
        self._out.close()

    def hear_phantom(self) -> None:
        """Make words of noise, if all that was spoken is final already."""
        until = min(self._received, self._now())
        if self._base is not None and until > self._final_until and not self._pending(until):
            index = len(self._stt.caller.words)
            self._put_final(PHANTOM_WORDS, until, (index, index))

    def _now(self) -> int:
        return self._stt.clock.now_ns() // NS_PER_SAMPLE

    def _pending(self, until: int | None = None) -> list[tuple[int, str, int]]:
        """Words of the audio given since the last final: index, text, place of the end."""
        words = self._stt.caller.words
        first = len(words)
        while first and words[first - 1][2] > self._final_until:
            first -= 1
        return [
            (first + index, text, end)
            for index, (text, start, end) in enumerate(words[first:])
            if self._base is not None and start >= self._base and (until is None or end <= until)
        ]

    def _tick_again(self, pending: list[tuple[int, str, int]] | None = None) -> None:
        """Look again an interim's interval from now, as soon as there may be something to tell."""
        if self._ticking or self._out.closed:
            return
        pending = self._pending() if pending is None else pending
        if pending:
            self._ticking = True
            now, settings = self._now(), self._stt.settings
            ticks = -(-(pending[0][2] + settings.behind_voice_ms - now) // settings.interim_every_ms)
            self._call_at(now + max(1, ticks) * settings.interim_every_ms, self._tick)
            self._expect_silence(pending)

    def _tick(self) -> None:
        self._ticking = False
        heard_until = self._now() - self._stt.settings.behind_voice_ms
        pending = self._pending()
        known = [word for word in pending if word[2] <= heard_until]
        if known:
            words = known[0][0], known[-1][0] + 1
            text = self._as_heard(known)
            delivered = Delivered(text, at_ns(self._final_until), at_ns(heard_until), words, final=False)
            interim = Interim(text, self._at(self._final_until), self._at(heard_until))
            self._put(words[0], interim, delivered)
        self._tick_again(pending)

    def _expect_silence(self, pending: list[tuple[int, str, int]]) -> None:
        """Finalise by itself after the first pending word that a long enough silence follows."""
        words, silence = self._stt.caller.words, self._stt.settings.final_after_silence_ms
        for index, _, end in pending:
            if index + 1 == len(words) or words[index + 1][1] - end >= silence:
                if end != self._silence_expected:
                    self._silence_expected = end
                    self._call_at(end + silence, partial(self._finalise_silent, end))
                return

    def _finalise_silent(self, end: int) -> None:
        if self._final_until < end:
            self._finalise(max(end, min(self._received, self._now())))

    def _as_heard(self, known: list[tuple[int, str, int]]) -> str:
        random, settings = self._stt.random, self._stt.settings
        heard = []
        for index, text, _ in known:
            newest = index not in self._seen
            self._seen.add(index)
            wrong = random.random() < (
                settings.newest_word_revised if newest else settings.older_word_revised
            )
            heard.append(random.choice(MISHEARD) if wrong else text)
        return " ".join(heard)

    def _finalise(self, until: int) -> None:
        pending = self._pending(until)
        index = pending[0][0] if pending else self._first_after(until)
        words = [text for _, text, _ in pending]
        if words and self._stt.random.random() < self._stt.settings.final_differs_from_last_interim:
            words = self._differently(words)
        if self._stt.faults.find(self._utterance(index), Kind.EMPTY) is not None:
            words = []
        self._put_final(" ".join(words), until, (index, index + len(pending)))
        self._tick_again()

    def _first_after(self, place: int) -> int:
        return bisect_right(self._stt.caller.words, place, key=lambda word: word[2])

    def _put_final(self, text: str, until: int, words: tuple[int, int]) -> None:
        start, self._final_until = self._final_until, max(self._final_until, until)
        final = Final(text, self._at(start), self._at(self._final_until))
        delivered = Delivered(text, at_ns(start), at_ns(self._final_until), words, final=True)
        self._put(words[0], final, delivered)

    def _differently(self, words: list[str]) -> list[str]:
        random = self._stt.random
        at = random.randrange(len(words))
        changed = list(words)
        changed[at] = random.choice((words[at].upper(), words[at] + ",", random.choice(MISHEARD)))
        return changed

    def _finish(self) -> None:
        if self._pending(self._received):
            self._finalise(self._received)
        self._call_at(max(self._now(), self._late[-1][0] if self._late else 0) + 1, self._out.close)

    # --- over the wire --------------------------------------------------------------------------------

    def _utterance(self, word: int) -> int:
        """Which utterance a word belongs to."""
        return bisect_right(self._stt.caller.said, word, key=lambda said: said.first_word) - 1

    def _put(self, word: int, event: RecogniserEvent, delivered: Delivered) -> None:
        if not self._stt.faults and self._busy_until <= self._now():
            self._send(event, delivered)
            return
        now, utterance, find = self._now(), self._utterance(word), self._stt.faults.find
        if isinstance(event, Final) and (held := find(utterance, Kind.REORDER)) is not None:
            self._call_at(now + held.ms, lambda: self._send(event, delivered))
            return
        slow = find(utterance, Kind.SLOW)
        due = max(self._busy_until, now + (0 if slow is None else slow.ms))
        due = max([due, *(end for begin, end in self._stt.stalls if begin <= now < end)])
        due = max(due, self._late[-1][0] if self._late else 0)
        if due <= now:
            self._send(event, delivered)
        else:
            self._late.append((due, event, delivered))
            self._call_at(due, self._send_late)
        if isinstance(event, Final) and (twice := find(utterance, Kind.DUPLICATE)) is not None:
            self._call_at(due + twice.ms, lambda: self._send(event, replace(delivered)))

    def _send_late(self) -> None:
        while self._late and self._late[0][0] <= self._now():
            _, event, delivered = self._late.popleft()
            self._send(event, delivered)

    def _send(self, event: RecogniserEvent, delivered: Delivered) -> None:
        if not self._out.closed:
            self._out.put_nowait((event, delivered))

    def _call_at(self, place: int, callback: Callable[[], None]) -> None:
        self._stt.clock.call_at(place * NS_PER_SAMPLE, callback)

    def _at(self, place: int) -> int:
        return (place - (self._base or 0)) * NS_PER_SAMPLE
