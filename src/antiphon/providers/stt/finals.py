"""Sees to it that each flush of a recogniser is answered by exactly one final, and no word is lost.

Vendors send finals when they like, answer a request for one late, or not at all where they heard nothing.
The rules, whatever the vendor does:

- An unasked final passes as it is; while a flush waits for its answer, it is held and becomes part of it,
  or is the answer, if it covers all that was asked about. One that covers several flushes answers them all.
- A flush of audio that is all final already is answered at once, with an empty final.
- A flush that is not answered in time takes the newest interim as its final; with no interim, an empty
  final of no length, so that words which come late after all are still news.
- A late result whose audio is final already is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.core.events import Final, Interim, RecogniserEvent, Word

NEAR_NS = 20_000_000  # audio too short to hold a word; vendors' times are floats, and round


@dataclass(frozen=True, slots=True)
class _Flush:
    number: int
    position_ns: int  # the audio sent before it
    silent: bool  # there was no new audio to ask the vendor about


class Finals:
    """What is final of one stream, and which flushes wait. Times are stream time in nanoseconds."""

    def __init__(self) -> None:
        self.end_ns = 0  # audio up to here is final
        self.guessed_ns = 0  # ... and up to here by an interim that was taken for one
        self._interim = ""
        self._interim_shown = False
        self._held: list[Final] = []  # not empty ones
        self._flushes: deque[_Flush] = deque()  # short: each is answered or overdue within its deadline
        self._flushed = 0  # flushes ever asked for
        self._owed = 0  # answers that may still come to flushes that were answered without them

    @property
    def waiting(self) -> int:
        """How many flushes have not been answered yet."""
        return len(self._flushes)

    @property
    def oldest_flush(self) -> int | None:
        """The number of the flush that is to be answered next."""
        return self._flushes[0].number if self._flushes else None

    def interim(self, text: str, end_ns: int) -> Sequence[RecogniserEvent]:
        """A transcript, that may change, of the audio from the last final to ``end_ns``."""
        if end_ns <= self.end_ns:
            return ()
        self._interim = text
        shown = _joined([final.text for final in self._held] + [text])
        if not shown and not self._interim_shown:
            return ()
        self._interim_shown = bool(shown)
        start_ns = self._held[0].start_ns if self._held else self.end_ns
        return (Interim(shown, start_ns, end_ns),)

    def final(self, final: Final, *, answers_flush: bool) -> Sequence[RecogniserEvent]:
        """A transcript that will not change; ``answers_flush``: it is what a flush asked for."""
        is_answer = self._is_answer(final, answers_flush=answers_flush)
        is_news = final.end_ns > self.end_ns + NEAR_NS
        if not is_news and not is_answer:
            return ()
        retracts_interim = self._interim_shown
        self._interim = ""
        self.end_ns = max(self.end_ns, final.end_ns)
        if self.waiting:
            if final.text and is_news:
                self._held.append(final)
            return self._answer(self._flushes[0].position_ns) if is_answer else ()
        self._interim_shown = False
        return (final,) if final.text or retracts_interim else ()

    def flush(self, position_ns: int) -> tuple[int | None, Sequence[RecogniserEvent]]:
        """All audio up to ``position_ns`` is to become final.

        Returns:
            A number to name it by when it is overdue, ``None`` if the vendor need not be asked; and events.
        """
        covered_ns = max((flush.position_ns for flush in self._flushes), default=self.end_ns)
        silent = position_ns - covered_ns < NEAR_NS
        if silent and not self.waiting:
            return None, (self._nothing(position_ns),)
        self._flushed += 1
        self._flushes.append(_Flush(self._flushed, position_ns, silent))
        return (None if silent else self._flushed), ()

    def overdue(self, number: int) -> Sequence[RecogniserEvent]:
        """The vendor has not answered the flush with this number in time."""
        events: list[RecogniserEvent] = []
        while self._flushes and self._flushes[0].number <= number:
            position_ns = self._flushes[0].position_ns
            if not self._interim:  # words may be late: say no more of the audio than is known
                position_ns = self._held[-1].end_ns if self._held else 0
            else:
                self._held.append(Final(self._interim, self.end_ns, max(position_ns, self.end_ns)))
                self._interim = ""
                self.guessed_ns = self._held[-1].end_ns
            self._owed += 1
            events += self._answer(position_ns)
        return events

    def close(self, position_ns: int) -> Sequence[RecogniserEvent]:
        """Nothing more will come: what is pending of the audio up to ``position_ns`` becomes final."""
        if self.waiting:
            return self.overdue(self._flushed)
        interim, self._interim = self._interim, ""
        if not interim:
            return ()
        start_ns, self.end_ns = self.end_ns, max(position_ns, self.end_ns)
        return (Final(interim, start_ns, self.end_ns),)

    def _is_answer(self, final: Final, *, answers_flush: bool) -> bool:
        """Whether a final is what the oldest flush waits for.

        One that covers all that was asked about is, asked for or not: the vendor may have nothing left to
        send. One that was asked for is too, unless it can be the late answer to an earlier flush.
        """
        if not self._flushes:
            if answers_flush:
                self._owed = max(0, self._owed - 1)
            return False
        if final.end_ns + NEAR_NS > self._flushes[0].position_ns:
            self._owed = 0 if answers_flush else self._owed + 1
            return True
        if answers_flush and self._owed:
            self._owed -= 1
            return False
        return answers_flush

    def _answer(self, covered_ns: int) -> Sequence[RecogniserEvent]:
        """Answer the oldest flush, and those after it whose audio is all final by now."""
        flush = self._flushes.popleft()
        parts, self._held = self._held, []
        self._interim_shown = False
        self.end_ns = max(self.end_ns, covered_ns)
        answer = self._merged(parts) if parts else self._nothing(flush.position_ns)
        events: list[RecogniserEvent] = [answer]
        while self._flushes and self._is_covered(self._flushes[0]):
            covered = self._flushes.popleft()
            self._owed += not covered.silent
            events.append(self._nothing(covered.position_ns))
        return events

    def _is_covered(self, flush: _Flush) -> bool:
        return flush.silent or flush.position_ns < self.end_ns + NEAR_NS

    def _merged(self, parts: Sequence[Final]) -> Final:
        words: tuple[Word, ...] = tuple(word for part in parts for word in part.words)
        known = [part.confidence for part in parts if part.confidence is not None]
        text = _joined([part.text for part in parts])
        return Final(text, parts[0].start_ns, self.end_ns, words, min(known) if known else None)

    def _nothing(self, at_ns: int) -> Final:
        """An empty final of no length: should words of that audio come late, they are news."""
        at_ns = max(at_ns, self.end_ns)
        return Final("", at_ns, at_ns)


def _joined(texts: Sequence[str]) -> str:
    return " ".join(text for text in texts if text)
