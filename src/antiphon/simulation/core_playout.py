"""Playout and listener as the machine sees them: a committed draft sounds until its end or a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from antiphon.core.actions import DuckReply, LocateReply, PauseReply, ResumeReply
from antiphon.core.events import Event, ReplyEnded, ReplyLocated, ReplyStarted
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.core_drafts import CoreDraft, place_words
from antiphon.simulation.core_queue import CoreQueue
from antiphon.simulation.listener import Heard, Level
from antiphon.simulation.signal import NS_PER_SAMPLE


@dataclass(slots=True)
class _Playing:
    reply_id: int
    draft: CoreDraft
    timer: int | None = None
    began_ns: int | None = None  # when it would have begun to sound had it not been held since
    held_ns: int | None = None  # since when it is held

    def samples_at(self, now_ns: int) -> int:
        """How much of it was heard."""
        assert self.began_ns is not None
        until_ns = now_ns if self.held_ns is None else min(self.held_ns, now_ns)
        return min(self.draft.samples, -(-(until_ns - self.began_ns) // NS_PER_SAMPLE))


class CorePlayout:
    """Plays one reply at a time, without gaps: the voice is made faster than it is heard."""

    def __init__(
        self,
        queue: CoreQueue,
        ms_per_character: int,
        report: Callable[[Event], None],
        hears: Callable[[int], None],
    ) -> None:
        self.heard: list[Heard] = []
        self._queue, self._ms_per_character, self._report, self._hears = (
            queue,
            ms_per_character,
            report,
            hears,
        )
        self._playing: _Playing | None = None
        self._free_ns = 0

    def begin(self, reply_id: int, draft: CoreDraft) -> None:
        """Play a draft as soon as it sounds."""
        playing = self._playing = _Playing(reply_id, draft)
        draft.taken_from_ns = max(self._queue.now_ns, draft.ready_ns, self._free_ns)
        sounds = draft.samples > 0
        if draft.failed_ns is None or draft.begun:
            at_ns = draft.taken_from_ns if sounds else draft.done_ns
            playing.timer = self._queue.at(at_ns, self._sound if sounds else self._end)

    def draft_of(self, reply_id: int) -> CoreDraft | None:
        """The draft that is being played as a reply."""
        playing = self._playing
        return playing.draft if playing is not None and playing.reply_id == reply_id else None

    def drop(self, draft: CoreDraft) -> None:
        """Play no more of a draft; nothing of it was audible, or all of it was."""
        draft.taken_from_ns = None
        if self._playing is not None and self._playing.draft is draft:
            self._silence()

    def stop(self, reply_id: int, fade_ms: int) -> None:
        """Fade a reply out, and report what was heard."""
        playing = self._playing
        if playing is None or playing.reply_id != reply_id:
            return
        self._silence()
        now_ns = self._queue.now_ns
        if playing.began_ns is None:
            self._report(ReplyEnded(reply_id, "", 0.0, complete=False))
            return
        stop_ns = min(self._free_ns, now_ns + fade_ms * NS_PER_MS)
        samples = playing.samples_at(stop_ns)
        self._sounds_until(stop_ns)
        words = self._spoken_in(playing, samples)
        self._report(ReplyEnded(reply_id, " ".join(words), float(samples), complete=False))

    def obey(self, action: DuckReply | PauseReply | ResumeReply | LocateReply) -> None:
        """Change the level of a reply, or say where it is."""
        playing = self._playing
        if playing is None or playing.reply_id != action.reply_id or playing.began_ns is None:
            return
        match action:
            case LocateReply(reply_id):
                heard = " ".join(self._spoken_in(playing, playing.samples_at(self._queue.now_ns)))
                self._report(ReplyLocated(reply_id, heard, playing.draft.text.strip()[len(heard) :]))
            case DuckReply():
                self._sounds_at(playing, Level.LOW)
            case ResumeReply():
                self._sounds_at(playing, Level.FULL)
            case PauseReply(_, fade_ms):
                self._hold(playing, fade_ms)

    def _hold(self, playing: _Playing, fade_ms: int) -> None:
        now_ns = self._queue.now_ns
        if playing.held_ns is None and self._free_ns > now_ns:
            self._queue.cancel(playing.timer)
            playing.held_ns = min(self._free_ns, now_ns + fade_ms * NS_PER_MS)
            self._sounds_until(playing.held_ns)

    def _sounds_at(self, playing: _Playing, level: Level) -> None:
        """It goes on, from now on at a level."""
        now_ns, began_ns = self._queue.now_ns, playing.began_ns
        assert began_ns is not None
        if playing.held_ns is not None:
            now_ns = max(now_ns, playing.held_ns)
            playing.began_ns = began_ns = began_ns + now_ns - playing.held_ns
            playing.held_ns = None
        elif self._free_ns <= now_ns:
            return
        else:
            self._sounds_until(now_ns)
        self._sound_on(playing, now_ns, began_ns + playing.draft.samples * NS_PER_SAMPLE, level)

    def _spoken_in(self, playing: _Playing, samples: int) -> list[str]:
        place_words(playing.draft, self._ms_per_character)
        return playing.draft.synthesis.spoken_in(samples)

    def _silence(self) -> None:
        if self._playing is not None:
            self._queue.cancel(self._playing.timer)
        self._playing = None

    def _sound(self) -> None:
        playing = self._playing
        assert playing is not None
        now_ns, draft = self._queue.now_ns, playing.draft
        playing.began_ns = now_ns
        self._sound_on(playing, now_ns, now_ns + draft.samples * NS_PER_SAMPLE, Level.FULL)
        self._report(ReplyStarted(playing.reply_id, now_ns, now_ns, draft.marks))

    def _sound_on(self, playing: _Playing, from_ns: int, until_ns: int, level: Level) -> None:
        self._queue.cancel(playing.timer)
        if self.heard and self.heard[-1].start_ns >= from_ns:  # its level is changed again at once
            self.heard.pop()
        self.heard.append(Heard(playing.draft.synthesis.synthesis_id, from_ns, until_ns, level))
        self._sounds_until(until_ns)
        playing.timer = self._queue.at(until_ns, self._end)

    def _sounds_until(self, until_ns: int) -> None:
        self._free_ns = until_ns
        self.heard[-1] = replace(self.heard[-1], stop_ns=until_ns)
        self._hears(until_ns)

    def _end(self) -> None:
        playing = self._playing
        assert playing is not None
        self._playing = None
        draft, complete = playing.draft, playing.draft.failed_ns is None
        self._report(
            ReplyEnded(playing.reply_id, draft.text.strip(), float(draft.samples), complete=complete)
        )
