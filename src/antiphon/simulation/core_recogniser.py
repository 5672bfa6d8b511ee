"""The recogniser as the conversation machine sees it: interims where they tell something new, and finals."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from antiphon.core.events import Event, Final, Interim
from antiphon.core.notices import Notice, Trouble
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.caller import Said
from antiphon.simulation.chance import chance
from antiphon.simulation.core_queue import CoreQueue
from antiphon.simulation.faults import FaultsAt, Kind
from antiphon.simulation.profile import Recogniser
from antiphon.simulation.scripted_stt_stream import MISHEARD
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.simulation.vendor_log import Delivered, VendorLog, at_ns

FLUSH_TIMEOUT_MS = 1_000  # after which a session says that something is wrong


class CoreRecogniser:
    """Hears the caller's words. Places are samples, as in ``simulation.caller``."""

    def __init__(
        self,
        words: list[tuple[str, int, int]],
        said: list[Said],
        settings: Recogniser,
        seed: str,
        queue: CoreQueue,
        log: VendorLog,
        faults: FaultsAt,
        report: Callable[[Event], None],
        notify: Callable[[Notice], None],
    ) -> None:
        self._words, self._said, self._settings, self._queue, self._log = words, said, settings, queue, log
        self._faults, self._report, self._notify = faults, report, notify
        self._random = chance("stt", seed)
        self._final_until = 0
        self._first = 0  # word that is not final yet
        self._known = 0  # word not yet in an interim
        self._misheard = False  # the newest interim has a word wrong
        self._tick: int | None = None
        self._last_due_ns = 0
        self._told_until = 0  # place up to which a final was delivered

    def listen(self, start: int) -> None:
        """Words begin to be spoken at a place."""
        self._schedule(start)
        silence = self._settings.final_after_silence_ms
        for index, (_, _, end) in enumerate(self._words[self._first :], self._first):
            if index + 1 == len(self._words) or self._words[index + 1][1] - end >= silence:
                self._queue.at(at_ns(end + silence), partial(self._finalise_silent, end))

    def flush(self, until: int) -> None:
        """Make final what was spoken up to a place."""
        settings = self._settings
        if not settings.flushes or self._faults.find(len(self._said) - 1, Kind.IGNORE_FLUSH) is not None:
            return
        at = self._now() + settings.final_after_flush_ms
        last = self._last_before(until)
        if last > self._first:
            at = max(at, self._words[last - 1][2] + settings.behind_voice_ms)
        self._queue.at(at_ns(at), partial(self._finalise, until))
        if self._faults:
            self._queue.at(at_ns(self._now() + FLUSH_TIMEOUT_MS), partial(self._miss, until))

    def _miss(self, until: int) -> None:
        """Say, as a session would, that a flush was not answered in time."""
        if self._told_until < until:
            self._notify(Trouble(self._queue.now_ns, "stt", "no final in time"))

    def finish(self) -> None:
        """No more audio comes."""
        if self._last_before(self._now()) > self._first:
            self._finalise(self._now())

    def _now(self) -> int:
        return self._queue.now_ns // NS_PER_SAMPLE

    def _last_before(self, place: int) -> int:
        return bisect_right(self._words, place, lo=self._first, key=lambda word: word[2])

    def _schedule(self, grid: int) -> None:
        """Look again when there is something new to tell, at whole intervals from a place."""
        if self._tick is not None or self._first >= len(self._words):
            return
        every = self._settings.interim_every_ms
        if self._misheard:
            at = grid + every
        elif self._known < len(self._words):
            at = grid - (grid - self._words[self._known][2] - self._settings.behind_voice_ms) // every * every
        else:
            return
        self._tick = self._queue.at(at_ns(max(at, grid + every)), self._tell)

    def _tell(self) -> None:
        self._tick = None
        now = self._now()
        until = now - self._settings.behind_voice_ms
        last = self._last_before(until)
        if last > self._first:
            text = self._as_heard(last)
            start, end = at_ns(self._final_until), at_ns(until)
            delivered = Delivered(text, start, end, (self._first, last), final=False)
            self._put(Interim(text, start, end), delivered)
        self._schedule(now)

    def _as_heard(self, last: int) -> str:
        random, settings = self._random, self._settings
        heard, self._misheard = [], False
        for index in range(self._first, last):
            share = settings.newest_word_revised if index >= self._known else settings.older_word_revised
            if random.random() < share:
                self._misheard = True
                heard.append(random.choice(MISHEARD))
            else:
                heard.append(self._words[index][0])
        self._known = max(self._known, last)
        return " ".join(heard)

    def _finalise_silent(self, end: int) -> None:
        if self._final_until < end:
            self._finalise(self._now())

    def _finalise(self, until: int) -> None:
        last = self._last_before(until)
        words = [word[0] for word in self._words[self._first : last]]
        if words and self._random.random() < self._settings.final_differs_from_last_interim:
            at = self._random.randrange(len(words))
            words[at] = self._random.choice(
                (words[at].upper(), words[at] + ",", self._random.choice(MISHEARD))
            )
        if self._faults and self._faults.find(self._utterance(), Kind.EMPTY) is not None:
            words = []
        start, self._final_until = self._final_until, max(self._final_until, until)
        text, span = " ".join(words), (self._first, last)
        first_ns, end_ns = at_ns(start), at_ns(self._final_until)
        self._put(Final(text, first_ns, end_ns), Delivered(text, first_ns, end_ns, span, final=True))
        self._first, self._known, self._misheard = last, max(self._known, last), False
        self._queue.cancel(self._tick)
        self._tick = None
        self._schedule(self._now())

    def _utterance(self) -> int:
        return bisect_right(self._said, self._first, key=lambda said: said.first_word) - 1

    def _put(self, event: Interim | Final, delivered: Delivered) -> None:
        now_ns = self._queue.now_ns
        if not self._faults:
            self._send(event, delivered)
            return
        find, utterance = self._faults.find, self._utterance()
        if isinstance(event, Final) and (held := find(utterance, Kind.REORDER)) is not None:
            self._queue.at(now_ns + held.ms * NS_PER_MS, lambda: self._send(event, delivered))
            return
        late = find(utterance, Kind.SLOW, Kind.STALL)
        due_ns = max(self._last_due_ns, now_ns + (late.ms * NS_PER_MS if late is not None else 0))
        self._last_due_ns = due_ns
        self._queue.at(due_ns, lambda: self._send(event, delivered))
        if isinstance(event, Final) and (twice := find(utterance, Kind.DUPLICATE)) is not None:
            self._queue.at(due_ns + twice.ms * NS_PER_MS, lambda: self._send(event, replace(delivered)))

    def _send(self, event: Interim | Final, delivered: Delivered) -> None:
        delivered.at_ns = self._queue.now_ns
        if delivered.final:
            self._told_until = max(self._told_until, delivered.end_ns // NS_PER_SAMPLE)
        self._log.transcripts.append(delivered)
        self._report(event)
