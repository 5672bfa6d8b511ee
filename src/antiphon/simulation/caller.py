"""A simulated caller: what is said and when, as voiced and unvoiced sound.

A caller waits for the agent to fall silent, thinks for a moment, and says the next utterance. What happens
next depends only on the script and on what the caller hears.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from antiphon.audio import AudioFrame
from antiphon.runtime.clock import Clock
from antiphon.simulation.signal import FORMAT, NS_PER_SAMPLE, caller_samples

# Frames are cut where something can be learned from them: shortly after the voice begins and ends, as a
# detector's windows would find it. In between nothing happens that a shorter frame would tell earlier.
ONSET_MS = 80
SUSPECTED_MS = 40  # the level has jumped, and no more is known
TAIL_MS = 128
# Silence in which nothing is waited for but the agent is held back: for so long at first, then for so long.
FIRST_SILENCE_MS, HELD_BACK_MS = 1_500, 60_000
LONGEST_MS = 1_900  # a place must be known again in audio that is repeated 30 s later
CLOSED_GAP_MS = 20  # shorter silences between two words are none
ANSWERED_AFTER_MS = 200  # what still sounds this long after an utterance is an answer to it


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word at its place in the utterance."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says in one turn.

    Attributes:
        words: In order; a gap between two is a pause.
        after_ms: How long after the agent fell silent it begins.
        barge_in_ms: Begins this long after the agent began to speak instead, if at all.
        noises: Voiced sound without words, as start and stop in ms.
        hang_up_ms: Where the caller hangs up in the middle of it, if at all.
        backchannel: Whether it shows no more than that the caller listens; then it is no turn.
    """

    words: tuple[SpokenWord, ...]
    after_ms: int = 600
    barge_in_ms: int | None = None
    noises: tuple[tuple[int, int], ...] = ()
    hang_up_ms: int | None = None
    backchannel: bool = False

    @property
    def is_turn(self) -> bool:
        """Whether an answer is expected."""
        return bool(self.words) and not self.backchannel

    @property
    def text(self) -> str:
        """The words, joined."""
        return " ".join(word.text for word in self.words)

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """Where it is voiced: start and stop in ms, gaps too short to be heard closed."""
        stretches: list[tuple[int, int]] = []
        for start, end in sorted((*((word.start_ms, word.end_ms) for word in self.words), *self.noises)):
            if self.hang_up_ms is not None and start >= self.hang_up_ms:
                break
            stop = end if self.hang_up_ms is None else min(end, self.hang_up_ms)
            if stretches and start - stretches[-1][1] < CLOSED_GAP_MS:
                stretches[-1] = (stretches[-1][0], max(stop, stretches[-1][1]))
            else:
                stretches.append((start, stop))
        return stretches


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance as it happened: places are samples from the beginning of the call."""

    utterance: Utterance
    start: int
    first_word: int  # of the caller's words in this call, counted from 0
    stretches: tuple[tuple[int, int], ...]  # voiced: start and stop

    @property
    def stop(self) -> int:
        """Its last voiced sample."""
        return self.stretches[-1][1]


@dataclass(frozen=True, slots=True)
class _Sound:
    """What comes next: voiced sound, or silence, up to a place."""

    stop: int
    voiced: bool


@dataclass(slots=True)
class _Ear:
    """What the caller hears of the agent."""

    began: int | None = None  # place where its sound last set in, once it has
    until: int = 0  # place up to which it sounds
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Caller:
    """Speaks a script, turn by turn.

    Args:
        script: What is said.
        clock: The call's; the call begins now.
        give_up_ms: How long an answer is waited for.
    """

    def __init__(self, script: tuple[Utterance, ...], clock: Clock, *, give_up_ms: int = 20_000) -> None:
        self.said: list[Said] = []
        self.words: list[tuple[str, int, int]] = []  # text, place where it begins, place where it ends
        self.start_ns = clock.now_ns()
        self._script = script
        self._clock = clock
        self._give_up = give_up_ms
        self._at = 0  # samples sent so far
        self._since = 0  # place since which the next utterance is waited for
        self._send_by = 0  # place by which silence must be sent
        self._ear = _Ear()

    def hears(self, until_ns: int) -> None:
        """The agent's sound will go on until then."""
        ear, now = self._ear, self._place(self._clock.now_ns())
        if ear.until <= now:
            ear.began = now
            ear.changed.set()
        elif self._place(until_ns) < ear.until:
            ear.changed.set()
        ear.until = self._place(until_ns)

    async def frames(self) -> AsyncGenerator[AudioFrame, None]:
        """The call's audio, each frame when its last sample has been spoken."""
        to_say: list[Utterance | None] = [*self._script, None]
        while to_say:
            begin = await self._turn_to_speak(to_say[0])
            if begin is None:
                sounds = self._nothing(self._place(self._clock.now_ns()))
            else:
                utterance = to_say.pop(0)
                sounds = self._said_at(begin, utterance)
                if utterance is not None and utterance.hang_up_ms is not None:
                    to_say.clear()
            async with aclosing(self._sent(sounds)) as frames:
                async for frame in frames:
                    yield frame
            if begin is None:
                self._send_by = self._at + HELD_BACK_MS
            else:
                self._since, self._send_by = self._at, self._at + FIRST_SILENCE_MS

    async def _sent(self, sounds: Iterable[_Sound]) -> AsyncGenerator[AudioFrame, None]:
        """Sounds as frames."""
        for sound in sounds:
            while self._at < sound.stop:
                start, self._at = self._at, min(sound.stop, self._at + LONGEST_MS)
                await self._sleep_until(self._at)
                yield AudioFrame(caller_samples(start, self._at, voiced=sound.voiced), FORMAT.rate_hz)

    def _nothing(self, until: int) -> list[_Sound]:
        """Silence up to a place."""
        return [_Sound(until, voiced=False)]

    def _said_at(self, begin: int, utterance: Utterance | None) -> list[_Sound]:
        """An utterance that begins at a place, and the silence before it."""
        return [_Sound(begin, voiced=False), *self._sounds(utterance, begin)]

    def _sounds(self, utterance: Utterance | None, start: int) -> Iterator[_Sound]:
        """An utterance that begins at a place; nothing where there are no more."""
        if utterance is None:
            return
        stretches = tuple((start + begin, start + end) for begin, end in utterance.stretches)
        said = Said(utterance, start, len(self.words), stretches)
        self.said.append(said)
        self.words += [
            (word.text, start + word.start_ms, start + word.end_ms)
            for word in utterance.words
            if utterance.hang_up_ms is None or word.end_ms <= utterance.hang_up_ms
        ]
        for index, (begin, end) in enumerate(stretches):
            following = stretches[index + 1][0] if index + 1 < len(stretches) else end + TAIL_MS
            yield _Sound(begin, voiced=False)
            yield _Sound(min(begin + SUSPECTED_MS, end), voiced=True)
            yield _Sound(min(begin + ONSET_MS, end), voiced=True)
            yield _Sound(end, voiced=True)
            if utterance.hang_up_ms is None or end < stretches[-1][1]:
                yield _Sound(min(end + TAIL_MS, following), voiced=False)

    async def _turn_to_speak(self, utterance: Utterance | None) -> int | None:
        """Wait until it is time for what comes next; the place, ``None`` if that takes long."""
        if utterance is None:
            return await self._answer()
        if not self.said:
            return utterance.after_ms
        if utterance.barge_in_ms is None:
            silent = await self._answer()
            return None if silent is None else silent + utterance.after_ms
        began, now = await self._reply_begun(), self._place(self._clock.now_ns())
        if began is not None:
            return max(now, began + utterance.barge_in_ms)
        return now + utterance.after_ms if now >= self._since + self._give_up else None

    async def _answer(self) -> int | None:
        """Wait until the agent has answered and is silent, or for as long as anyone would hold the line.

        Returns:
            The place where it fell silent; ``None`` if that takes so long that sound must be sent meanwhile.
        """
        ear, give_up, send_by = self._ear, self._since + self._give_up, self._send_by
        answered_from = (self.said[-1].stop if self.said else 0) + ANSWERED_AFTER_MS
        while (now := self._place(self._clock.now_ns())) < give_up or ear.until > now:
            if now >= send_by:
                return None
            if ear.until > now:
                await self._hear(min(ear.until, send_by))
            elif ear.began is not None and ear.until > answered_from:
                return max(self._at, ear.until)
            else:
                await self._hear(min(give_up, send_by))
        return max(self._at, now)

    async def _reply_begun(self) -> int | None:
        """Wait until the agent speaks after the last utterance; where it began, if it does before long."""
        ear, give_up = self._ear, min(self._since + self._give_up, self._send_by)
        while (now := self._place(self._clock.now_ns())) < give_up:
            if ear.began is not None and ear.until > max(now, self.said[-1].stop + ANSWERED_AFTER_MS):
                return ear.began
            await self._hear(give_up)
        return None

    async def _hear(self, until: int) -> None:
        """Wait until the agent begins to speak, or is cut short."""
        self._ear.changed.clear()
        deadline_ns = self.start_ns + until * NS_PER_SAMPLE
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._clock.loop_time(deadline_ns)):
                await self._ear.changed.wait()

    async def _sleep_until(self, place: int) -> None:
        await self._clock.sleep_until(self.start_ns + place * NS_PER_SAMPLE)

    def _place(self, at_ns: int) -> int:
        """The first sample that begins at or after a time."""
        return -(-(at_ns - self.start_ns) // NS_PER_SAMPLE)
