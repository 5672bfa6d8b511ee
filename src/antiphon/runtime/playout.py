"""From a committed draft to the transport, in the listener's time, and back to what was heard.

Audio is handed over in blocks, each when the one before it is about to have been played (``lead_ms``
early), so that what has been handed over and not yet heard is always known and always little. Where the
listener's end says when it played something, the listener is known to be so much behind. A transport
that can drop what it holds may be given larger blocks: the frame that ends a stopped reply carries
``flush``, and with it the fade from exactly where the listener is.

A reply can be ducked, paused and resumed. Its samples wait as they were made and get their gain when the
transport takes them, so none is lost and none comes twice. What the transport holds already is left to it
if it is little; if it is much, a frame with ``flush`` replaces it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import numpy as np

from antiphon.audio import AudioFrame, Samples, first_audible, gain_of_db
from antiphon.config import Playout
from antiphon.core.actions import DuckReply, LocateReply, PauseReply, ResumeReply
from antiphon.core.events import (
    Event,
    ReplyEnded,
    ReplyFed,
    ReplyHeard,
    ReplyLocated,
    ReplyStarted,
    ReplyStarved,
)
from antiphon.core.notices import CaptionsSpoken, Notice
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.runtime.channel import Channel, ChannelClosedError
from antiphon.runtime.clock import Clock
from antiphon.runtime.draft import DraftRun
from antiphon.runtime.playing import Playing

# More than this in the transport's hands is taken back to change its level; less is soon played.
RETAKEN_FROM_MS = 60
SHORTEST_FADE_MS = 20


@dataclass(frozen=True, slots=True)
class _Block:
    """Audio that is ready for the transport."""

    playing: Playing | None  # None for the end of a stopped reply
    samples: Samples
    rate_hz: int


class Speaker:
    """Plays one reply at a time.

    Args:
        clock: The call's.
        settings: How audio is handed over.
        report: Takes events.
        tell: Takes captions, if anybody wants them.
    """

    def __init__(
        self,
        clock: Clock,
        settings: Playout,
        report: Callable[[Event], None],
        tell: Callable[[Notice], None] | None = None,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._settings = settings
        self._report = report
        self._playing: Playing | None = None
        self._free_ns = 0  # when all that was made ready will have been played
        self._free_before_ns = 0  # ... without the reply in hand
        self._lag_ns = 0  # how much later the listener hears it
        self._out: Channel[_Block] = Channel("playout")

    @property
    def channel(self) -> Channel[_Block]:
        """What is ready for the transport, for its counters."""
        return self._out

    def begin(self, reply_id: int, run: DraftRun, group: asyncio.TaskGroup) -> None:
        """Play a draft's audio, what there is and what is still to come."""
        playing = Playing(reply_id, run, group)
        self._playing = playing
        self._free_before_ns = self._free_ns
        self._go_on(playing)

    def _go_on(self, playing: Playing) -> None:
        name = f"playout of reply {playing.reply_id}"
        playing.task = playing.group.create_task(self._play(playing), name=name)

    def draft_of(self, reply_id: int) -> int | None:
        """The draft that is being played as a reply."""
        playing = self._playing
        return playing.run.draft_id if playing is not None and playing.reply_id == reply_id else None

    def drop(self, draft_id: int) -> None:
        """Play no more of a draft; nothing of it was audible."""
        playing = self._playing
        if playing is not None and playing.run.draft_id == draft_id:
            self._playing = None
            playing.run.audio.give_back(self._withhold(playing))
            self._free_ns = playing.free_ns or self._free_before_ns

    def stop(self, reply_id: int, fade_ms: int) -> None:
        """Fade a reply out from where the listener is, drop the rest, and report what was heard."""
        playing = self._named(reply_id)
        if playing is None:
            return
        self._playing = None
        held = self._withhold(playing)
        now_ns = self._clock.now_ns()
        unplayed = playing.unplayed(now_ns - self._lag_ns)
        heard = playing.handed - unplayed
        fade = self._fade(playing, unplayed, held, fade_ms)
        if (unplayed or len(fade) or playing.flush_next) and not self._out.closed:
            self._out.put_nowait(_Block(None, fade, playing.rate_hz))
        heard += len(fade)
        self._free_ns = now_ns + len(fade) * NS_PER_S // playing.rate_hz
        self._report_end(playing, heard, complete=False)

    def obey(self, action: DuckReply | PauseReply | ResumeReply | LocateReply) -> None:
        """Do what the core asks of a reply that is heard."""
        match action:
            case DuckReply(reply_id, by_db, ramp_ms):
                self.duck(reply_id, by_db, ramp_ms)
            case PauseReply(reply_id, fade_ms):
                self.pause(reply_id, fade_ms)
            case ResumeReply(reply_id, ramp_ms):
                self.resume(reply_id, ramp_ms)
            case LocateReply(reply_id):
                self.locate(reply_id)

    def duck(self, reply_id: int, by_db: float, ramp_ms: int) -> None:
        """Go on with a reply, more quietly."""
        playing = self._named(reply_id)
        if playing is not None and not playing.paused:
            self._change_level(playing, gain_of_db(-by_db), ramp_ms)

    def pause(self, reply_id: int, fade_ms: int) -> None:
        """Fade a reply out and hold it there; nothing is dropped."""
        playing = self._named(reply_id)
        if playing is None or playing.paused:
            return
        audio = playing.run.audio
        audio.give_back(self._withdraw(playing))
        if audio.finished and not audio.held:  # as good as over
            self._go_on(playing)
            return
        playing.paused = True
        left = playing.samples_in(fade_ms) - playing.unplayed(self._clock.now_ns() - self._lag_ns)
        fade = audio.take(max(left, playing.samples_in(SHORTEST_FADE_MS)))  # what it holds is heard before
        playing.fader = playing.fader.to(0.0, len(fade))
        self._free_ns = max(self._clock.now_ns(), playing.free_ns)
        if (len(fade) or playing.flush_next) and not self._out.closed:
            self._out.put_nowait(self._block(playing, fade))

    def resume(self, reply_id: int, ramp_ms: int) -> None:
        """Go on with a reply at full level, at the very sample where it was."""
        playing = self._named(reply_id)
        if playing is None:
            return
        if playing.paused:
            playing.paused = False
            playing.fader = playing.fader.to(1.0, playing.samples_in(ramp_ms))
            self._go_on(playing)
        else:
            self._change_level(playing, 1.0, ramp_ms)

    def locate(self, reply_id: int) -> None:
        """Report what of a reply's text was heard, and what of it is still to be."""
        playing = self._named(reply_id)
        if playing is not None:
            heard = playing.run.spoken.heard(
                playing.handed - playing.unplayed(self._clock.now_ns() - self._lag_ns)
            )
            coming = playing.run.spoken.text.lstrip()[len(heard) :]
            self._report(ReplyLocated(reply_id, heard, coming))

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """What the transport is to play, block by block, until ``close()``."""
        while True:
            try:
                block = await self._out.take()
            except ChannelClosedError:
                return
            yield self._handed(block)

    def note_heard(self, event: ReplyHeard) -> None:
        """The listener's end says when a reply was heard."""
        playing = self._playing
        if playing is not None and playing.reply_id == event.reply_id and playing.audible_ns is not None:
            self._lag_ns = max(0, event.audible_ns - playing.audible_ns)

    def close(self) -> None:
        """No more will be played; what is ready can still be taken."""
        self._out.close()

    def _named(self, reply_id: int) -> Playing | None:
        playing = self._playing
        return playing if playing is not None and playing.reply_id == reply_id else None

    async def _play(self, playing: Playing) -> None:
        audio = playing.run.audio
        block_samples = playing.rate_hz * self._settings.block_ms // 1000
        lead_ns = self._settings.lead_ms * NS_PER_MS
        await self._clock.sleep_until(self._free_ns)
        while True:
            if (
                not audio.held
                and not audio.finished
                and playing.audible_ns is not None
                and not playing.starved
            ):
                playing.starved = True
                self._report(ReplyStarved(playing.reply_id))
            if not await audio.wait():
                break
            if playing.starved:
                playing.starved = False
                self._report(ReplyFed(playing.reply_id))
            samples = audio.take(block_samples)
            start_ns = max(self._clock.now_ns(), self._free_ns)
            self._free_ns = start_ns + len(samples) * NS_PER_S // playing.rate_hz
            playing.waiting = samples
            try:
                await self._out.put(self._block(playing, samples))
            except ChannelClosedError:
                return
            playing.waiting = None
            await self._clock.sleep_until(self._free_ns - lead_ns)
        if playing.handed < playing.queued:
            playing.all_handed = asyncio.get_running_loop().create_future()
            await playing.all_handed
        self._free_ns = max(self._free_ns, playing.free_ns)
        await self._clock.sleep_until(self._free_ns + self._lag_ns)
        self._playing = None
        self._report_end(playing, playing.handed, complete=not playing.run.failed)

    def _block(self, playing: Playing, samples: Samples) -> _Block:
        """Samples that are ready."""
        playing.queued += len(samples)
        return _Block(playing, samples, playing.rate_hz)

    def _handed(self, block: _Block) -> AudioFrame:
        """The transport takes a block; the frame, with the marks of a reply's beginning."""
        playing = block.playing
        if playing is None:
            return AudioFrame(block.samples, block.rate_hz, flush=True)
        begins = playing.first_handed_ns is None
        frame, start_ns = playing.hand_over(block.samples, self._clock.now_ns(), self._lag_ns)
        if begins:
            frame = replace(frame, begins=playing.reply_id)
        if playing.audible_ns is None:
            index = first_audible(block.samples, playing.rate_hz)
            if index is not None:
                playing.audible_ns = start_ns + index * NS_PER_S // playing.rate_hz
                heard_ns, first_ns = playing.audible_ns + self._lag_ns, playing.first_handed_ns or start_ns
                self._report(ReplyStarted(playing.reply_id, first_ns, heard_ns, playing.run.marks))
                frame = replace(frame, audible=index)
        if self._tell is not None and (words := playing.captions_begun(self._lag_ns)):
            self._tell(CaptionsSpoken(playing.reply_id, self._clock.now_ns(), words))
        return frame

    def _withhold(self, playing: Playing) -> list[Samples]:
        """Make no more of a reply ready; answer what was, and was not handed over."""
        if playing.task is not None:
            playing.task.cancel()
        ready = self._out.take_all()
        for block in ready:
            if block.playing is not playing and not self._out.closed:  # the end of the reply before
                self._out.put_nowait(block)
        held = [block.samples for block in ready if block.playing is playing]
        if playing.waiting is not None:
            held.append(playing.waiting)
        playing.waiting = playing.all_handed = None
        playing.queued = playing.handed
        return held

    def _withdraw(self, playing: Playing) -> list[Samples]:
        """The same; and what the transport holds too, if that is much."""
        held, now_ns = self._withhold(playing), self._clock.now_ns()
        if self._holds_much(playing):
            held.insert(0, playing.retake(now_ns, self._lag_ns))
            self._free_ns = now_ns
        return held

    def _holds_much(self, playing: Playing) -> bool:
        return playing.unplayed(self._clock.now_ns()) > playing.samples_in(RETAKEN_FROM_MS)

    def _change_level(self, playing: Playing, gain: float, ramp_ms: int) -> None:
        much = self._holds_much(playing)
        if much:
            playing.run.audio.give_back(self._withdraw(playing))
        silent = playing.starved and not playing.unplayed(self._clock.now_ns() - self._lag_ns)
        playing.fader = playing.fader.to(gain, 0 if silent else playing.samples_in(ramp_ms))
        if much:
            self._go_on(playing)

    def _fade(self, playing: Playing, unplayed: int, held: list[Samples], fade_ms: int) -> Samples:
        wanted = playing.samples_in(fade_ms)
        tail, fader = playing.unheard(unplayed)
        if not playing.paused:  # else it is silent already, or about to be
            tail = np.concatenate([tail, *held])
            if len(tail) < wanted:
                tail = np.concatenate([tail, playing.run.audio.take(wanted - len(tail))])
        tail = tail[:wanted]
        return fader.to(0.0, len(tail)).apply(tail)[0]

    def _report_end(self, playing: Playing, heard: int, *, complete: bool) -> None:
        heard_text = playing.run.spoken.heard(heard)
        self._report(ReplyEnded(playing.reply_id, heard_text, heard * 1000 / playing.rate_hz, complete))
