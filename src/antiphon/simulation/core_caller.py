"""The caller as the conversation machine sees it: voice that begins and ends as it answers what it hears."""

from __future__ import annotations

from collections.abc import Callable

from antiphon.core.events import Event, InputEnded, SpeechStarted, SpeechStopped, VoiceSuspected
from antiphon.simulation.caller import ANSWERED_AFTER_MS, ONSET_MS, SUSPECTED_MS, TAIL_MS, Said, Utterance
from antiphon.simulation.core_queue import CoreQueue
from antiphon.simulation.signal import NS_PER_SAMPLE
from antiphon.simulation.vendor_log import at_ns

VOICE_MS = 64  # shorter sound is not taken for a voice
GIVE_UP_MS = 20_000


class CoreCaller:
    """Speaks a script, as ``simulation.caller`` does, in voice events.

    Args:
        script: What is said.
        queue: The call's time.
        report: Where voice events go.
        spoken: Told, when an utterance begins, where.
        left: Told when the caller has gone.
    """

    def __init__(
        self,
        script: tuple[Utterance, ...],
        queue: CoreQueue,
        report: Callable[[Event], None],
        spoken: Callable[[int], None],
        left: Callable[[], None],
    ) -> None:
        self.said: list[Said] = []
        self.words: list[tuple[str, int, int]] = []
        self._script, self._queue, self._report, self._spoken, self._left = (
            script,
            queue,
            report,
            spoken,
            left,
        )
        self._began_ns: int | None = None  # the agent's sound last set in
        self._until_ns = 0  # ... and lasts until then
        self._waiting: int | None = None  # since which place the next utterance is waited for
        self._timer: int | None = None

    def begin(self) -> None:
        """The call begins."""
        self._say_at(self._script[0].after_ms)

    def hears(self, until_ns: int) -> None:
        """The agent's sound will go on until then."""
        if self._until_ns <= self._queue.now_ns:
            self._began_ns = self._queue.now_ns
        self._until_ns = until_ns
        self._look()

    @property
    def _next(self) -> Utterance | None:
        return self._script[len(self.said)] if len(self.said) < len(self._script) else None

    def _look(self) -> None:
        """Whether it is time for what comes next; if not, look again when that may have changed."""
        if self._waiting is None:
            return
        now_ns, following = self._queue.now_ns, self._next
        answered = self._until_ns > at_ns(self._waiting + ANSWERED_AFTER_MS)
        gives_up_ns = at_ns(self._waiting + GIVE_UP_MS)
        if following is not None and following.barge_in_ms is not None:
            if answered and self._until_ns > now_ns and self._began_ns is not None:
                self._go_on(self._place(max(now_ns, self._began_ns)) + following.barge_in_ms)
                return
            look_ns = gives_up_ns
        elif self._until_ns > now_ns:
            look_ns = self._until_ns
        elif answered:
            self._go_on(self._place(now_ns) + (following.after_ms if following is not None else 0))
            return
        else:
            look_ns = gives_up_ns
        if now_ns >= gives_up_ns and self._until_ns <= now_ns:
            self._go_on(self._place(now_ns) + (following.after_ms if following is not None else 0))
            return
        self._queue.cancel(self._timer)
        self._timer = self._queue.at(look_ns, self._look)

    def _go_on(self, place: int) -> None:
        self._waiting = None
        self._queue.cancel(self._timer)
        if self._next is None:
            self._leave()
        else:
            self._say_at(place)

    def _say_at(self, place: int) -> None:
        self._queue.at(at_ns(place), lambda: self._say(place))

    def _say(self, start: int) -> None:
        utterance = self._next
        assert utterance is not None
        stretches = tuple((start + begin, start + end) for begin, end in utterance.stretches)
        said = Said(utterance, start, len(self.words), stretches)
        self.said.append(said)
        cut = utterance.hang_up_ms
        self.words += [
            (word.text, start + word.start_ms, start + word.end_ms)
            for word in utterance.words
            if cut is None or word.end_ms <= cut
        ]
        for begin, end in stretches:
            if end - begin >= VOICE_MS:
                self._voice(begin, end, heard_to_end=cut is None or end < said.stop)
        self._spoken(stretches[0][0])
        if cut is not None:
            self._queue.at(at_ns(said.stop), self._leave)
        else:
            self._queue.at(at_ns(said.stop + TAIL_MS), lambda: self._wait(said.stop))

    def _voice(self, begin: int, end: int, *, heard_to_end: bool) -> None:
        noticed = at_ns(min(begin + ONSET_MS, end))
        self._queue.at(at_ns(begin + SUSPECTED_MS), lambda: self._report(VoiceSuspected()))
        self._queue.at(noticed, lambda: self._report(SpeechStarted(at_ns(begin))))
        if heard_to_end:
            self._queue.at(at_ns(end + TAIL_MS), lambda: self._report(SpeechStopped(at_ns(end), at_ns(end))))

    def _wait(self, stop: int) -> None:
        self._waiting = stop
        self._look()

    def _leave(self) -> None:
        self._report(InputEnded(self._queue.now_ns, self._queue.now_ns))
        self._left()

    def _place(self, now_ns: int) -> int:
        return -(-now_ns // NS_PER_SAMPLE)
