"""The caller's voice over the agent's: suspected, confirmed, or found to be nothing.

A voice says soon that it is there and late what it says. So the reply goes down before it stops::

    full level --[voice]--> low --[voice goes on, and no word comes]--> held
    low, held --[words that are no backchannel]--> stopped: a barge-in
    low, held --[silence; a backchannel; the agent's own words]--> full level, where it was

Words confirm an interruption as soon as the voice has lasted ``speech_ms``. Of a voice that has ceased, only
a final or several words do: the newest word of an interim is often wrong, and a short sound over a reply is
more often a backchannel than not. Voice alone makes the reply wait; it is stopped for it only when it goes
on for ``floor_ms``, as where the recogniser is silent until the caller is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from antiphon.core.actions import DuckReply, LocateReply, PauseReply, ResumeReply
from antiphon.core.backchannel import Backchannels, is_asking, is_echo
from antiphon.core.call import Call
from antiphon.core.events import ReplyLocated
from antiphon.core.floor import Floor
from antiphon.core.interruption import Interruption, Suspicion
from antiphon.core.notices import OverlapJudged, OverlapVerdict, WordsDismissed
from antiphon.core.playout import NS_PER_CHARACTER
from antiphon.core.replying import Replying
from antiphon.core.times import NS_PER_MS
from antiphon.core.turn import Reply, Turn

DOWN_MS, UP_MS = 30, 100  # a duck's way down, and any way back up
MARGIN_CHARACTERS = 16  # for a voice that speaks faster than most
ECHOED_SHARE = 0.6  # of the words: a recogniser mishears an echo even more than a voice
HELD_SETTLES = 2  # how many times as long the words of a voice are waited for that was long enough to pause


class Meaning(StrEnum):
    """What was said over the reply, as far as is known."""

    NOTHING = "nothing"
    BACKCHANNEL = "backchannel"
    ECHO = "echo"
    MEANT = "words"


class Level(IntEnum):
    """How loud the reply is."""

    FULL = 0
    LOW = 1
    HELD = 2
    STOPPED = 3


_SUSPECTED = {Suspicion.DUCK: Level.LOW, Suspicion.PAUSE: Level.HELD, Suspicion.NOTHING: Level.FULL}


@dataclass(slots=True)
class _Sound:
    """What is heard over the reply since there was last nothing."""

    onset_ns: int | None = None  # of the voice that goes on
    first_ns: int = 0  # onset of the first
    offset_ns: int = 0  # of the last voice that ceased
    before_ns: int = 0  # voiced, before the voice that goes on
    words_ns: int = 0  # a backchannel was last heard
    meaning: Meaning = Meaning.NOTHING
    certain: bool = False  # it is final
    several: bool = False  # it is more than one word
    text: str = ""

    @property
    def since_ns(self) -> int:
        """When the voice would have set in had it not paused."""
        assert self.onset_ns is not None
        return self.onset_ns - self.before_ns

    @property
    def known_ns(self) -> int:
        """Since when there is voice of which nothing is known."""
        return max(self.since_ns, self.words_ns)


class Overlap:
    """Decides what becomes of a reply that the caller is heard over."""

    def __init__(self, call: Call, replying: Replying, settings: Interruption, language: str) -> None:
        self._call = call
        self._replying = replying
        self._settings = settings
        self._backchannels = Backchannels(language)
        self._sound = _Sound()
        self._level = Level.FULL
        self._place: ReplyLocated | None = None
        self._located_ns = 0
        self._guard_ends_ns: int | None = None  # set when the agent is first heard
        self._alarms = 0

    # --- told -----------------------------------------------------------------------------------------

    def on_voice(self, onset_ns: int) -> None:
        """The caller's voice sets in over the reply."""
        sound = self._sound
        sound.onset_ns = onset_ns
        sound.first_ns = sound.first_ns or onset_ns
        assert self._call.reply is not None, "the agent has the floor"
        self._call.do(LocateReply(self._call.reply.reply_id))

    def on_silence(self, offset_ns: int) -> None:
        """It has ceased."""
        sound = self._sound
        if sound.onset_ns is not None:
            sound.before_ns += max(0, offset_ns - sound.onset_ns)
            sound.onset_ns, sound.offset_ns = None, offset_ns

    def on_words(self, turn: Turn, *, final: bool) -> None:
        """Words over the reply are recognised, or that there are none."""
        sound = self._sound
        sound.text = turn.transcript.text
        sound.certain = final and turn.transcript.is_final
        sound.several = " " in sound.text
        sound.meaning = self._meaning(sound.text)
        if sound.meaning is Meaning.BACKCHANNEL:
            sound.words_ns = self._call.now_ns
        self.check_time()

    def on_located(self, event: ReplyLocated) -> None:
        """Where the reply was when the voice set in."""
        self._place, self._located_ns = event, self._call.now_ns

    def _meaning(self, text: str) -> Meaning:
        place = self._place
        if not text:
            return Meaning.NOTHING
        if self._guarded and place is not None:
            said_since = (self._call.now_ns - self._located_ns) // NS_PER_CHARACTER + MARGIN_CHARACTERS
            if is_echo(text, place.heard + _whole_words(place.coming, said_since), ECHOED_SHARE):
                return Meaning.ECHO
        asked = place is not None and is_asking(place.heard, place.coming)
        if self._settings.backchannels and self._backchannels.is_backchannel(text, asked=asked):
            return Meaning.BACKCHANNEL
        return Meaning.MEANT

    @property
    def _guarded(self) -> bool:
        return self._guard_ends_ns is not None and self._call.now_ns < self._guard_ends_ns

    def comes_within_grace(self, onset_ns: int) -> bool:
        """Whether a voice set in so soon after the reply's start that the caller had not finished."""
        reply = self._overlapped()
        if reply is None or reply.turn is None or reply.audible_ns is None or reply.follows:
            return False
        return onset_ns <= reply.audible_ns + self._settings.grace_ms * NS_PER_MS

    # --- decided --------------------------------------------------------------------------------------

    def _overlapped(self) -> Reply | None:
        """The reply that is heard, if it may be interrupted."""
        reply = self._call.reply
        heard = self._call.floor is Floor.AGENT and reply is not None and self._settings.enabled
        return reply if heard and reply is not None and reply.interruptible else None

    def next_deadline(self) -> int | None:
        """When something will follow if nothing happens before, in nanoseconds."""
        sound, settings = self._sound, self._settings
        if self._overlapped() is None:
            return None
        if sound.onset_ns is not None:
            times = [sound.known_ns + ms * NS_PER_MS for ms in (settings.voice_ms, settings.floor_ms)]
            times += [sound.since_ns + settings.speech_ms * NS_PER_MS, self._guard_ends_ns or 0]
        else:
            times = [self._settled_ns()] if self._level is not Level.FULL else []
        return min((at_ns for at_ns in times if at_ns > self._call.now_ns), default=None)

    def check_time(self) -> None:
        """Do what time and what is known call for."""
        reply = self._overlapped()
        if reply is None:
            if self._call.floor is not Floor.AGENT:
                self._sound, self._level, self._place = _Sound(), Level.FULL, None
            return
        if self._guard_ends_ns is None and reply.audible_ns is not None:
            self._guard_ends_ns = reply.audible_ns + self._settings.echo_guard_ms * NS_PER_MS
        wanted = self._wanted()
        if wanted is not self._level:
            self._go_to(wanted, reply)
        if wanted is Level.FULL and self._sound.onset_ns is None:
            self._dismiss(reply)

    def _wanted(self) -> Level:
        if self._is_meant():
            return Level.STOPPED
        return self._wanted_in_silence() if self._sound.onset_ns is None else self._wanted_in_voice()

    def _wanted_in_silence(self) -> Level:
        sound = self._sound
        nothing = sound.certain or sound.meaning in {Meaning.BACKCHANNEL, Meaning.ECHO}
        return Level.FULL if nothing or self._call.now_ns >= self._settled_ns() else self._level

    def _wanted_in_voice(self) -> Level:
        sound, settings, now_ns = self._sound, self._settings, self._call.now_ns
        if not self._guarded:
            if now_ns >= sound.known_ns + settings.floor_ms * NS_PER_MS:
                return Level.STOPPED
            if now_ns >= sound.known_ns + settings.voice_ms * NS_PER_MS:
                return Level.HELD
        suspicion = _SUSPECTED[settings.on_suspicion]
        # An echo would duck the reply again and again: in the guarded time it is ducked once.
        echoed = self._guarded and self._alarms and self._level is Level.FULL
        if sound.meaning is Meaning.ECHO or echoed:
            return Level.FULL
        return suspicion if sound.words_ns else max(suspicion, self._level)

    def _is_meant(self) -> bool:
        sound, long_ns = self._sound, self._settings.speech_ms * NS_PER_MS
        if sound.meaning is not Meaning.MEANT:
            return False
        if sound.onset_ns is not None:
            return sound.certain or self._call.now_ns >= sound.since_ns + long_ns
        return sound.certain or (sound.several and sound.before_ns >= long_ns)

    def _settled_ns(self) -> int:
        """Until when words of a voice that has ceased are waited for."""
        times = HELD_SETTLES if self._level is Level.HELD else 1
        return self._sound.offset_ns + times * self._settings.settle_ms * NS_PER_MS

    # --- done -----------------------------------------------------------------------------------------

    def _go_to(self, wanted: Level, reply: Reply) -> None:
        call, settings, reply_id = self._call, self._settings, reply.reply_id
        before, self._level = self._level, wanted
        if wanted is Level.STOPPED:
            self._tell(reply, "confirmed")
            self._replying.barge_in()
        elif wanted is Level.HELD:
            self._tell(reply, "held")
            call.do(PauseReply(reply_id, settings.fade_ms))
        elif wanted is Level.LOW:
            if before is Level.HELD:
                call.do(ResumeReply(reply_id, UP_MS))
            else:
                self._tell(reply, "suspected")
            call.do(DuckReply(reply_id, settings.duck_db, DOWN_MS))
        else:
            self._alarms += self._guarded
            self._tell(reply, "dismissed")
            call.do(ResumeReply(reply_id, UP_MS))

    def _tell(self, reply: Reply, verdict: OverlapVerdict) -> None:
        sound, now_ns = self._sound, self._call.now_ns
        reason = f"{sound.meaning}: {sound.text}"
        if not sound.text:
            voiced_ns = sound.before_ns if sound.onset_ns is None else now_ns - sound.since_ns
            reason = f"voice of {voiced_ns // NS_PER_MS} ms, no words"
        turn = self._call.turn
        onset_ns = sound.first_ns or (turn.onset_ns if turn is not None else now_ns)
        self._call.notify(OverlapJudged(reply.reply_id, now_ns, onset_ns, verdict, reason))

    def _dismiss(self, reply: Reply) -> None:
        """There is nothing over the reply any more; words that count for nothing are no turn."""
        call, sound, turn = self._call, self._sound, self._call.turn
        nothing = sound.meaning in {Meaning.BACKCHANNEL, Meaning.ECHO}
        if nothing and not sound.certain:
            return
        self._sound = _Sound()
        if nothing:
            assert turn is not None, "words are a turn's"
            call.turn = None
            call.notify(WordsDismissed(turn.turn_id, call.now_ns, sound.text, sound.meaning.value))
            if sound.meaning is Meaning.BACKCHANNEL:
                reply.asides.append(turn)


def _whole_words(text: str, characters: int) -> str:
    """The beginning of a text, to the end of a word: the "i" of "is" is nobody's echo."""
    end = text.find(" ", characters)
    return text if end < 0 else text[:end]
