"""However the caller speaks and the recogniser lags, no word that was finally said is lost, doubled or moved.

A small call is played out around the machine: a caller who cares little whose turn it is, a recogniser in
good order that flushes when asked, an agent whose drafts take their time, fail now and then, and are heard
for a while.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core import events as on
from antiphon.core.actions import FlushRecogniser
from antiphon.core.speculation import Speculation, Strategy, Trigger

from .harness import ONSET_MS, SILENCE_MS, Driver, a_call

WORD_MS = 250


@dataclass(frozen=True)
class Utterance:
    """Some words, a while after the last ones."""

    gap_ms: int
    words: int
    final_ms: int  # until a final is out, once there is a reason for one
    splits: bool  # a final comes before the last word too


@dataclass(frozen=True)
class Agent:
    """How its replies fare."""

    first_audio_ms: int
    length_ms: int
    fails_every: int  # this many drafts, one fails; 0 for none


UTTERANCES = st.builds(
    Utterance,
    gap_ms=st.sampled_from([150, 300, 550, 620, 700, 900, 1_500, 3_000, 6_000]),
    words=st.integers(1, 5),
    final_ms=st.sampled_from([0, 20, 80, 300, 900]),
    splits=st.booleans(),
)
AGENTS = st.builds(
    Agent,
    st.sampled_from([50, 300, 900]),
    st.sampled_from([100, 1_000, 4_000]),
    st.sampled_from([0, 0, 2, 3]),
)


@dataclass
class Call:
    """Plays a call out in the order of time."""

    driver: Driver
    agent: Agent
    ends_at_words: bool = False  # whether a final ends where its last word does, or where the flush was
    final_ms: int = 80
    spoken: list[tuple[float, str]] = field(default_factory=list)  # when each word ended
    final_until: int = 0  # words that are final
    final_until_ms: float = 0
    _queue: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _seen: int = 0  # actions looked at
    _started: set[int] = field(default_factory=set)

    def at(self, at_ms: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (at_ms, next(self._numbers), do))

    def play(self) -> None:
        while self._queue or not self.driver.machine.idle:
            deadline_ns = self.driver.machine.next_deadline()
            at_ms = self._queue[0][0] if self._queue else float("inf")
            if deadline_ns is not None and deadline_ns / 1e6 < at_ms:
                self.driver.to(max(self.driver.now_ms, deadline_ns / 1e6))
            else:
                assert self._queue, "nothing can happen any more, and the machine waits"
                _, _, do = heapq.heappop(self._queue)
                self.driver.to(max(self.driver.now_ms, at_ms))
                do()
            self._answer()

    def _answer(self) -> None:
        """What session, recogniser and agent do about what the machine asked for."""
        driver = self.driver
        new, self._seen = driver.log[self._seen :], len(driver.log)
        for at_ms, action in new:
            if isinstance(action, FlushRecogniser):
                self.at(at_ms + self.final_ms, partial(self.finalise, at_ms))
        for draft in list(driver.drafts.values()):
            if draft.draft_id not in self._started:
                self._started.add(draft.draft_id)
                self.at(driver.now_ms + self.agent.first_audio_ms, partial(self._first_audio, draft.draft_id))
        playing = driver.playing
        if (
            playing is not None
            and not playing.audible
            and driver.drafts[playing.draft_id].state == "finished"
        ):
            self.at(driver.now_ms, self._hear)

    def _first_audio(self, draft_id: int) -> None:
        if self.driver.drafts[draft_id].state != "running":
            return
        if self.agent.fails_every and draft_id % self.agent.fails_every == 0:
            self.driver.failed(draft_id)
        else:
            self.driver.ready(draft_id).finished(draft_id)

    def _hear(self) -> None:
        playing = self.driver.playing
        if playing is None or playing.audible or self.driver.drafts[playing.draft_id].state != "finished":
            return
        self.driver.audible()
        reply_id = playing.reply_id
        self.at(self.driver.now_ms + self.agent.length_ms, lambda: self._over(reply_id))

    def _over(self, reply_id: int) -> None:
        if self.driver.playing is not None and self.driver.playing.reply_id == reply_id:
            self.driver.played()

    # --- the recogniser ---------------------------------------------------------------------------------

    def interim(self) -> None:
        now_ms = self.driver.now_ms
        words = [word for ended_ms, word in self.spoken[self.final_until :] if ended_ms <= now_ms]
        if words:
            self.driver.interim(" ".join(words), now_ms, start_ms=self.final_until_ms)

    def finalise(self, until_ms: float) -> None:
        """Make final what was said up to a moment; empty where that was nothing new."""
        if until_ms <= self.final_until_ms:
            return
        words = [word for ended_ms, word in self.spoken[self.final_until :] if ended_ms <= until_ms]
        self.final_until += len(words)
        if words and self.ends_at_words:
            until_ms = self.spoken[self.final_until - 1][0]
        start_ms, self.final_until_ms = self.final_until_ms, until_ms
        self.driver.final(" ".join(words), self.driver.now_ms, start_ms=start_ms, end_ms=until_ms)

    # --- the caller -------------------------------------------------------------------------------------

    def says(self, utterance: Utterance, begins_ms: float) -> float:
        self.at(begins_ms + ONSET_MS, lambda: self._voice(begins_ms))
        ends_ms = begins_ms
        for number in range(utterance.words):
            ends_ms = begins_ms + (number + 1) * WORD_MS
            word = f"w{sum(1 for _ in self.spoken)}"
            self.spoken.append((ends_ms, word))
            self.at(ends_ms + 120, self.interim)
        if utterance.splits:
            middle_ms = begins_ms + utterance.words // 2 * WORD_MS + 10
            self.at(middle_ms + 150, lambda: self.finalise(middle_ms))
        self.at(ends_ms + SILENCE_MS - 1, lambda: setattr(self, "final_ms", utterance.final_ms))
        self.at(ends_ms + SILENCE_MS, lambda: self._silence(ends_ms))
        return ends_ms

    def _voice(self, onset_ms: float) -> None:
        self.driver.feed(on.SpeechStarted(round(onset_ms * 1e6)))

    def _silence(self, offset_ms: float) -> None:
        self.driver.feed(on.SpeechStopped(round(offset_ms * 1e6), round(offset_ms * 1e6)))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(UTTERANCES, min_size=1, max_size=7),
    AGENTS,
    st.sampled_from(Strategy),
    st.sampled_from([(Trigger.PAUSE, Trigger.FINAL), tuple(Trigger)]),
    st.booleans(),
)
def test_each_word_finally_said_is_in_the_history_once_and_in_order(
    utterances: list[Utterance],
    agent: Agent,
    strategy: Strategy,
    triggers: tuple[Trigger, ...],
    ends_at_words: bool,
) -> None:
    call = Call(a_call(speculation=Speculation(strategy=strategy, triggers=triggers)), agent, ends_at_words)
    ends_ms = 1_000.0
    for utterance in utterances:
        ends_ms = call.says(utterance, ends_ms + utterance.gap_ms)
    call.play()
    said = " ".join(word for _, word in call.spoken)
    assert " ".join(text for role, text in call.driver.history if role == "user") == said
    assert " ".join(record.user for record in call.driver.records) == said


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(UTTERANCES, st.sampled_from([None, 2_500, 4_000])), min_size=1, max_size=7),
    AGENTS,
    st.sampled_from(Strategy),
)
def test_with_a_recogniser_that_is_far_too_late_a_word_may_be_told_twice_but_none_is_lost(
    utterances: list[tuple[Utterance, int | None]], agent: Agent, strategy: Strategy
) -> None:
    call = Call(a_call(speculation=Speculation(strategy=strategy)), agent)
    ends_ms = 1_000.0
    for utterance, late_ms in utterances:
        ends_ms = call.says(
            replace(utterance, final_ms=late_ms or utterance.final_ms), ends_ms + utterance.gap_ms
        )
    call.play()
    told = iter(" ".join(text for role, text in call.driver.history if role == "user").split())
    assert all(word in told for _, word in call.spoken), "in order, too"


@settings(max_examples=200, deadline=None)
@given(st.lists(UTTERANCES, min_size=1, max_size=5), AGENTS, st.integers(0, 8_000))
def test_a_call_closed_in_the_middle_has_what_was_final_by_then(
    utterances: list[Utterance], agent: Agent, closes_ms: int
) -> None:
    call = Call(a_call(), agent)
    ends_ms = 1_000.0
    for utterance in utterances:
        ends_ms = call.says(utterance, ends_ms + utterance.gap_ms)
    final: list[str] = []

    def close() -> None:
        final.extend(word for _, word in call.spoken[: call.final_until])
        call.driver.close()

    call.at(1_000 + closes_ms, close)
    call.play()
    told = " ".join(text for role, text in call.driver.history if role == "user").split()
    assert told[: len(final)] == final
