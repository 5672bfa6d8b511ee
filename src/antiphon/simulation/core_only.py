"""A call of the conversation machine alone: the same scripts and invariants, no session and no event loop.

Caller, recogniser, drafts and playout are worked out event by event; what the machine is told and asked is
the same as in a session. Faults are those that the machine can see: late, repeated, reordered and empty
transcripts, drafts that stall, fail or are empty, whatever callers and applications do. Broken connections
and providers that do not obey are the session's to mend: they are left to whole calls.
"""

from __future__ import annotations

from collections import deque
from functools import partial

from antiphon.config import Mode
from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.conversation import Conversation, ConversationSettings
from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_MS
from antiphon.simulation.call import APOLOGY, INSTRUCTIONS, CallResult, CallSettings, app_action
from antiphon.simulation.chance import chance
from antiphon.simulation.core_caller import CoreCaller
from antiphon.simulation.core_drafts import CoreDraft, CoreVendors
from antiphon.simulation.core_playout import CorePlayout
from antiphon.simulation.core_queue import CoreQueue
from antiphon.simulation.core_recogniser import CoreRecogniser
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Where, draw_faults
from antiphon.simulation.loop import DeadlockError
from antiphon.simulation.populations import Population
from antiphon.simulation.replies import replier
from antiphon.simulation.scripts import Script, draw_script, with_faults
from antiphon.simulation.signal import NS_PER_SAMPLE

MOST_STEPS = 100_000  # of a call; one takes some hundreds
LAST_FINAL_MS = 80


def simulate_core(
    seed: str, population: Population, settings: CallSettings, faults: tuple[Fault, ...] | None = None
) -> CallResult:
    """Simulate one call of the machine alone; the same arguments give the same call.

    Args:
        seed: What the call is drawn from.
        population: Who calls.
        settings: How calls are answered; every stage streams.
        faults: What goes wrong; drawn at the settings' rate if left out.
    """
    script = draw_script(seed, population, settings.world)
    if faults is None:
        faults = draw_faults(chance("faults", seed), settings.fault_rate, len(script.utterances))
    return simulate_core_script(with_faults(script, faults), population, settings)


def simulate_core_script(script: Script, population: Population, settings: CallSettings) -> CallResult:
    """Simulate the call that a script has."""
    call = CoreCall(script, population, settings)
    try:
        call.hold()
    except Exception as error:  # noqa: BLE001 - whatever comes out of a call is a finding
        call.result.failure = error
    return call.result


class CoreCall:
    """The machine, and everybody whom it deals with."""

    def __init__(self, script: Script, population: Population, settings: CallSettings) -> None:
        self.result = result = CallResult(script, population, settings)
        profile, queue, log = settings.world.profile, CoreQueue(), result.log
        self._queue = queue
        self._held_ms = settings.speculation.held_audio_ms
        make = settings.endpointer
        self._conversation = Conversation(_machine(settings, population), None if make is None else make())
        self._inbox: deque[on.Event] = deque()
        self._handling = False
        self._drafts: dict[int, CoreDraft] = {}
        self._left_ns: int | None = None
        self._closed = False
        at = {where: FaultsAt(script.faults, where) for where in Where}
        self._caller = CoreCaller(script.utterances, queue, self.post, self._spoken, self._leave)
        result.said, result.words = self._caller.said, self._caller.words
        reply = replier(population.reply, profile.llm, lambda: result.turns - 1, script.asks)
        self._vendors = CoreVendors(reply, profile, script.seed, log, at[Where.LLM], at[Where.TTS])
        self._recogniser = CoreRecogniser(
            result.words,
            result.said,
            profile.stt,
            script.seed,
            queue,
            log,
            at[Where.STT],
            self.post,
            result.notices.append,
        )
        self._playout = CorePlayout(queue, profile.tts.audio_ms_per_character, self.post, self._caller.hears)
        result.heard = self._playout.heard
        for number, fault in enumerate(script.faults):
            if fault.where is Where.APP:
                queue.at(fault.ms * NS_PER_MS, partial(self._act, number, fault))

    def hold(self) -> None:
        """From the first word to the last."""
        conversation, queue, result = self._conversation, self._queue, self.result
        self._caller.begin()
        for _ in range(MOST_STEPS):
            if self._closed or (self._is_over() and conversation.idle):
                break
            deadline_ns, next_ns = conversation.next_deadline(), queue.next_ns()
            if deadline_ns is not None and (next_ns is None or deadline_ns < next_ns):
                queue.now_ns = max(queue.now_ns, deadline_ns)
                self.post(on.Tick())
            elif next_ns is None:
                raise DeadlockError("nothing can ever happen again")
            else:
                queue.step()
        else:
            raise DeadlockError(f"still not over after {MOST_STEPS} steps")
        result.ended_ns = queue.now_ns
        self.post(on.CloseRequested())
        result.history = conversation.history
        for draft in self._drafts.values():
            draft.settle(queue.now_ns, self._held_ms)
        result.closed_ns = queue.now_ns

    def post(self, event: on.Event) -> None:
        """Take an event in, and do what the machine decides."""
        self._inbox.append(event)
        if self._handling:
            return
        self._handling = True
        while self._inbox:
            for action in self._conversation.handle(self._inbox.popleft(), self._queue.now_ns):
                self._perform(action)
        self._handling = False

    def _is_over(self) -> bool:
        return self._left_ns is not None and self._queue.now_ns >= self._left_ns

    def _spoken(self, start: int) -> None:
        self._recogniser.listen(start)

    def _leave(self) -> None:
        """The caller has gone: what was not final becomes so."""
        queue = self._queue
        self._left_ns = queue.now_ns + (LAST_FINAL_MS + 1) * NS_PER_MS
        queue.at(queue.now_ns + LAST_FINAL_MS * NS_PER_MS, self._recogniser.finish)
        queue.at(self._left_ns, lambda: None)

    def _act(self, number: int, fault: Fault) -> None:
        if self._is_over():
            return
        action = app_action(number, fault, self._queue.now_ns)
        self.result.app.append(action)
        match action.kind:
            case Kind.CLOSE:
                self._closed = True
            case Kind.SAY:
                self.post(on.SayRequested(action.text, action.interruptible))
            case _:
                self.post(on.TextReceived(action.text))

    # --- out ------------------------------------------------------------------------------------------

    def _perform(self, action: do.Action) -> None:
        match action:
            case do.Notify(notice):
                self.result.notices.append(notice)
            case do.StartDraft(draft_id, tuple(messages), ahead_ms, _, _, opens_with):
                self._start(draft_id, messages, ahead_ms, opens_with)
            case do.StartSpeech(draft_id, text):
                self._started(self._vendors.speech(draft_id, text, self._queue.now_ns))
            case do.CommitDraft(draft_id, reply_id):
                draft = self._drafts[draft_id]
                self._playout.begin(reply_id, draft)
                self._expect_end(draft)
            case do.UncommitDraft(draft_id, _):
                self._playout.drop(self._drafts[draft_id])
            case do.CancelDraft(draft_id):
                self._cancel(self._drafts.get(draft_id))
            case do.StopReply(reply_id, fade_ms):
                self._stop(reply_id, fade_ms)
            case do.DuckReply() | do.PauseReply() | do.ResumeReply() | do.LocateReply():
                self._playout.obey(action)
            case do.FlushRecogniser():
                self._recogniser.flush(self._queue.now_ns // NS_PER_SAMPLE)
            case _:
                """Nobody here reads ahead or compares by meaning."""

    def _start(
        self, draft_id: int, messages: tuple[Message, ...], ahead_ms: int | None, opens_with: int | None
    ) -> None:
        now_ns = self._queue.now_ns
        if opens_with is None:
            draft = self._vendors.draft(draft_id, messages, now_ns)
        else:
            draft = self._vendors.continuation(draft_id, messages, now_ns, self._drafts[opens_with])
        draft.ahead_ms = ahead_ms
        self._started(draft)
        if draft.segments and draft.failed_ns is None and not draft.begun:
            characters, samples, _ = draft.segments[0]
            faster = self.result.settings.world.profile.tts.faster_than_real_time
            spoken_ns = draft.ready_ns + round(samples * NS_PER_SAMPLE / faster)
            told = on.OpeningReady(draft_id, draft.text[:characters], float(samples))
            draft.timers.append(self._queue.at(spoken_ns, lambda: self.post(told)))

    def _started(self, draft: CoreDraft) -> None:
        queue = self._queue
        self._drafts[draft.draft_id] = draft
        if draft.failed_ns is not None:
            draft.timers.append(queue.at(draft.failed_ns, lambda: self._fail(draft)))
            return
        if draft.samples:
            ready = on.DraftReady(draft.draft_id)
            draft.timers.append(queue.at(draft.ready_ns, lambda: self.post(ready)))
        if draft.samples <= self._held_ms:
            self._expect_end(draft)

    def _expect_end(self, draft: CoreDraft) -> None:
        """All audio is made, or made but for what is held until it is played."""
        begins_ns = draft.taken_from_ns or 0
        done_ns = max(draft.done_ns, begins_ns + (draft.samples - self._held_ms) * NS_PER_SAMPLE)
        if draft.failed_ns is None and not draft.over:
            draft.timers.append(self._queue.at(done_ns, lambda: self._finish(draft)))

    def _finish(self, draft: CoreDraft) -> None:
        if not draft.over and (draft.taken_from_ns is not None or draft.samples <= self._held_ms):
            draft.over = True
            usage = draft.settle(self._queue.now_ns, self._held_ms)
            self.post(on.DraftFinished(draft.draft_id, draft.text, usage))

    def _fail(self, draft: CoreDraft) -> None:
        draft.over = True
        usage = draft.settle(self._queue.now_ns, self._held_ms)
        self.post(on.DraftFailed(draft.draft_id, "scripted error", "", usage))

    def _cancel(self, draft: CoreDraft | None) -> None:
        if draft is None:
            return
        self._settle(draft)
        self._playout.drop(draft)

    def _stop(self, reply_id: int, fade_ms: int) -> None:
        draft = self._playout.draft_of(reply_id)
        if draft is not None:
            self._settle(draft)
        self._playout.stop(reply_id, fade_ms)

    def _settle(self, draft: CoreDraft) -> None:
        """Let go of a draft."""
        self._drafts.pop(draft.draft_id, None)
        for timer in draft.timers:
            self._queue.cancel(timer)
        if not draft.over:
            draft.over = True
            self._inbox.append(
                on.DraftCancelled(draft.draft_id, draft.settle(self._queue.now_ns, self._held_ms))
            )


def _machine(settings: CallSettings, population: Population) -> ConversationSettings:
    return ConversationSettings(
        instructions=INSTRUCTIONS,
        apology=APOLOGY,
        flush_at_pause=settings.modes.stt is Mode.STREAMING,
        known_turns=settings.world.examples(population),
        speculation=settings.speculation,
        endpointing=settings.endpointing,
        interruption=settings.interruption,
    )
