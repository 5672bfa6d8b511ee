"""Bugs on purpose, each in place of one method of the product, to show that the checkers catch them.

A checker that never fires proves nothing. Each mutation is a mistake that somebody could make; it names the
invariants that it breaks and is simulated until one of them is found broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core import turn as core_turn
from antiphon.core.backchannel import Backchannels
from antiphon.core.conversation import Conversation
from antiphon.core.endpointing import Endpointing, FixedSilence, Wait
from antiphon.core.evidence import Evidence
from antiphon.core.floor import Floor
from antiphon.core.history import History
from antiphon.core.judge import Verdict
from antiphon.core.messages import ToolCall
from antiphon.core.notices import Trouble
from antiphon.core.playout import SpokenText
from antiphon.core.speculation import DraftPool, Speculation, Strategy
from antiphon.core.times import NS_PER_MS
from antiphon.core.tooling import Tooling
from antiphon.core.tools import ToolRun
from antiphon.core.transcript import FinalsSeen
from antiphon.runtime.channel import Channel
from antiphon.runtime.draft import DraftRun, HeldAudio
from antiphon.runtime.playing import Playing
from antiphon.runtime.playout import Speaker
from antiphon.runtime.recogniser import RecogniserLine
from antiphon.runtime.session import Session
from antiphon.simulation.call import CallSettings
from antiphon.simulation.campaign import Campaign
from antiphon.simulation.checkers import Violation, check_call

Method: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A bug.

    Attributes:
        name: What somebody got wrong.
        breaks: The invariants it breaks, any of them.
        owner: The class or module that is changed.
        method: Which of its methods.
        wrong: Makes the wrong method of the right one.
        fault_rate: How much else goes wrong, where the bug shows only then.
        strategy: What drafts may be used for.
        endpointing: When the caller has finished.
        tools: Whether the agent has tools.
    """

    name: str
    breaks: frozenset[int]
    owner: object
    method: str
    wrong: Callable[[Method], Method]
    fault_rate: float = 0.0
    strategy: Strategy = Strategy.USE_IF_SIMILAR
    endpointing: Endpointing = field(default_factory=Endpointing)
    tools: bool = False

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Have the bug in all sessions, for as long as this lasts."""
        right = getattr(self.owner, self.method)
        setattr(self.owner, self.method, self.wrong(right))
        try:
            yield
        finally:
            setattr(self.owner, self.method, right)


def caught(mutation: Mutation, calls: int, *, seed: int = 1) -> Violation | None:
    """Simulate calls with a bug until one of the invariants it breaks is found broken.

    Args:
        mutation: The bug.
        calls: How many calls at most.
        seed: What they are drawn from.

    Returns:
        The breach; ``None`` if there was none.
    """
    settings = CallSettings(
        speculation=Speculation(strategy=mutation.strategy),
        endpointing=mutation.endpointing,
        fault_rate=mutation.fault_rate,
        tools=mutation.tools,
    )
    campaign = Campaign(seed, calls, tuple(settings.world.populations), settings)
    with mutation.applied():
        for index in range(calls):
            for violation in check_call(campaign.simulate(index)):
                if violation.invariant in mutation.breaks:
                    return violation
    return None


# --- how a method goes wrong --------------------------------------------------------------------------


def _nothing(_: Method) -> Method:
    return lambda *_, **__: None


def _instead(answer: Method) -> Callable[[Method], Method]:
    """Another method altogether, with the same arguments."""
    return lambda _: answer


def _without(*kinds: type) -> Callable[[Method], Method]:
    """The machine's actions without those of some kinds."""

    def wrong(handle: Method) -> Method:
        def handle_without(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
            return [action for action in handle(self, event, now_ns) if not isinstance(action, kinds)]

        return handle_without

    return wrong


def _deaf_to(kind: type, floor: Floor | None = None, every: int = 1) -> Callable[[Method], Method]:
    """Every so many-th event of a kind never reaches the machine, in one state or in all."""

    def wrong(handle: Method) -> Method:
        seen = 0

        def handle_deaf(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
            nonlocal seen
            if isinstance(event, kind) and floor in {None, self.floor}:
                seen += 1
                if seen % every == 0:
                    return []
            actions: list[do.Action] = handle(self, event, now_ns)
            return actions

        return handle_deaf

    return wrong


def _each_draft_is_committed_at_once(handle: Method) -> Method:
    def handle_hastily(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
        hasty: list[do.Action] = []
        for action in handle(self, event, now_ns):
            hasty.append(action)
            if isinstance(action, do.StartDraft):
                hasty.append(do.CommitDraft(action.draft_id, -action.draft_id))
        return hasty

    return handle_hastily


def _each_answer_twice(handle: Method) -> Method:
    def handle_twice(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
        twice: list[do.Action] = []
        for action in handle(self, event, now_ns):
            twice.append(action)
            if isinstance(action, do.StartDraft):
                again = do.StartDraft(-action.draft_id, action.messages)
                twice += [again, do.CommitDraft(again.draft_id, again.draft_id)]
        return twice

    return handle_twice


def _mute(handle: Method) -> Method:
    def handle_muted(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
        return [
            action
            for action in handle(self, event, now_ns)
            if not isinstance(action, do.CommitDraft)
            and not (isinstance(action, do.Notify) and isinstance(action.notice, Trouble))
        ]

    return handle_muted


def _late_offsets(handle: Method) -> Method:
    def handle_late(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
        if isinstance(event, on.SpeechStopped):
            event = replace(event, offset_ns=event.offset_ns + 100 * NS_PER_MS)
        actions: list[do.Action] = handle(self, event, now_ns)
        return actions

    return handle_late


def _no_wait(self: FixedSilence, evidence: Evidence) -> Wait:
    return Wait(0, "at once")


def _any_draft(self: DraftPool, transcript: str) -> tuple[object, Verdict] | None:
    newest = self.newest()
    return None if newest is None else (newest, Verdict(reuse=True, score=1.0, reason="good enough"))


def _oldest_draft(self: DraftPool) -> object:
    return next(iter(self._drafts.values()), None)


def _a_residual(contributions: Method) -> Method:
    def with_residual(marks_ns: dict[str, int]) -> dict[str, int]:
        return {**contributions(marks_ns), "other": 1}

    return with_residual


def _long_fade(stop: Method) -> Method:
    return lambda self, reply_id, fade_ms: stop(self, reply_id, fade_ms * 20)


def _no_flush(stop: Method) -> Method:
    def stop_without(self: Speaker, reply_id: int, fade_ms: int) -> None:
        stop(self, reply_id, fade_ms)
        self.channel.take_all()

    return stop_without


def _not_dropped(retake: Method) -> Method:
    def retake_without(self: Playing, now_ns: int, lag_ns: int) -> Any:
        samples = retake(self, now_ns, lag_ns)
        self.flush_next = False
        return samples

    return retake_without


def _all_was_heard(_: Method) -> Method:
    return lambda self, samples: self.text.strip()


def _added_twice(add: Method) -> Method:
    def add_twice(self: History, text: str) -> None:
        add(self, text)
        add(self, text)

    return add_twice


def _draft_remembered(finish: Method) -> Method:
    def handle_remembering(self: Conversation, event: on.Event, now_ns: int) -> list[do.Action]:
        actions: list[do.Action] = finish(self, event, now_ns)
        for action in actions:
            if isinstance(action, do.CancelDraft) and isinstance(event, on.Interim):
                self._call.history.add_agent(f"draft {action.draft_id} of mine", interrupted=False)
        return actions

    return handle_remembering


async def _put_and_go_on(self: HeldAudio, samples: Any) -> None:
    self.give_back([samples])


def _without_bound(put: Method) -> Method:
    def put_unbounded(self: Channel[Any], item: Any) -> bool:
        self.capacity = max(self.capacity, len(self) + 1)
        return bool(put(self, item))

    return put_unbounded


def _interims_are_final(receive: Method) -> Method:
    def receive_hastily(self: RecogniserLine, event: on.RecogniserEvent, limit: Any) -> None:
        if isinstance(event, on.Interim) and event.end_ns % 5 == 0 and len(event.text) > 20:
            event = on.Final(event.text, event.start_ns, event.end_ns)
        receive(self, event, limit)

    return receive_hastily


def _runs_again(run_for: Method) -> Method:
    def run_anew(self: Tooling, turn: core_turn.Turn, call: ToolCall) -> ToolRun:
        turn.tool_runs.pop((call.name, call.arguments), None)
        run: ToolRun = run_for(self, turn, call)
        return run

    return run_anew


def _forgets_at_the_end(reopen: Method) -> Method:
    def reopen_forgetful(self: core_turn.Turn) -> None:
        reopen(self)
        self.tool_runs.clear()

    return reopen_forgetful


def _made_up(finished: Method) -> Method:
    def finish_otherwise(self: Tooling, event: on.ToolFinished) -> None:
        finished(self, replace(event, content="all went well"))

    return finish_otherwise


MUTATIONS: tuple[Mutation, ...] = (
    Mutation(
        "the turn is over at once",
        frozenset({1}),
        FixedSilence,
        "wait",
        _instead(_no_wait),
        endpointing=Endpointing(silence_ms=600),
    ),
    Mutation(
        "draft audio goes out before commit",
        frozenset({1}),
        Conversation,
        "handle",
        _each_draft_is_committed_at_once,
    ),
    Mutation("any draft will do", frozenset({2}), DraftPool, "best", _instead(_any_draft)),
    Mutation(
        "always-use takes the oldest draft",
        frozenset({2}),
        DraftPool,
        "newest",
        _instead(_oldest_draft),
        strategy=Strategy.ALWAYS_USE,
    ),
    Mutation(
        "every third final is lost", frozenset({3}), Conversation, "handle", _deaf_to(on.Final, every=3)
    ),
    Mutation(
        "a repeated final is taken for a new one",
        frozenset({3}),
        FinalsSeen,
        "is_new",
        _instead(lambda self, final: True),
        fault_rate=0.2,
    ),
    Mutation("interims count as final", frozenset({3}), RecogniserLine, "_receive", _interims_are_final),
    Mutation("the caller's words are kept twice", frozenset({3}), History, "add_caller", _added_twice),
    Mutation("the recogniser's audio is thrown away", frozenset({3, 9}), RecogniserLine, "hear", _nothing),
    Mutation(
        "each reply is answered twice", frozenset({1, 4, 5}), Conversation, "handle", _each_answer_twice
    ),
    Mutation(
        "what is withdrawn plays on",
        frozenset({4, 7}),
        Conversation,
        "handle",
        _without(do.StopReply),
        fault_rate=0.1,
    ),
    Mutation(
        "a commit taken back is heard",
        frozenset({1, 2, 4, 5}),
        Conversation,
        "handle",
        _without(do.UncommitDraft),
        strategy=Strategy.DISCARD,
    ),
    Mutation("history holds words nobody heard", frozenset({5}), SpokenText, "heard", _all_was_heard),
    Mutation(
        "a discarded draft is remembered",
        frozenset({5}),
        Conversation,
        "handle",
        _draft_remembered,
        fault_rate=0.1,
    ),
    Mutation(
        "every tool runs in a draft",
        frozenset({6}),
        Tooling,
        "_is_reply",
        _instead(lambda self, draft: True),
        tools=True,
    ),
    Mutation(
        "a tool runs whenever it is asked for",
        frozenset({6}),
        Tooling,
        "_run_for",
        _runs_again,
        0.1,
        tools=True,
    ),
    Mutation(
        "a turn that goes on forgets what was done in it",
        frozenset({5, 6}),
        core_turn.Turn,
        "reopen",
        _forgets_at_the_end,
        fault_rate=0.1,
        tools=True,
    ),
    Mutation(
        "the model is told another result", frozenset({5}), Tooling, "on_finished", _made_up, tools=True
    ),
    Mutation("what tools did is not kept", frozenset({5}), History, "add_tools", _nothing, tools=True),
    Mutation(
        "a tool that hangs is waited for", frozenset({9}), Tooling, "check_time", _nothing, 0.3, tools=True
    ),
    Mutation(
        "deaf while speaking",
        frozenset({7}),
        Conversation,
        "handle",
        _deaf_to(on.SpeechStarted, Floor.AGENT),
        fault_rate=0.1,
    ),
    Mutation("a fade of more than a second", frozenset({7}), Speaker, "stop", _long_fade, fault_rate=0.1),
    Mutation("playout is not flushed", frozenset({4, 5, 7}), Speaker, "stop", _no_flush, fault_rate=0.1),
    Mutation(
        "a backchannel interrupts",
        frozenset({7}),
        Backchannels,
        "is_backchannel",
        _instead(lambda self, text, asked=False: False),
        fault_rate=0.2,
    ),
    Mutation(
        "what was nothing leaves the reply soft",
        frozenset({7}),
        Conversation,
        "handle",
        _without(do.ResumeReply),
        fault_rate=0.2,
    ),
    Mutation(
        "a voice that goes on is talked over",
        frozenset({7}),
        Conversation,
        "handle",
        _without(do.PauseReply),
        fault_rate=0.2,
    ),
    Mutation(
        "what is ducked is heard twice", frozenset({4}), Playing, "retake", _not_dropped, fault_rate=0.1
    ),
    Mutation("cancelled drafts run on", frozenset({8, 9}), DraftRun, "cancel", _nothing),
    Mutation("held audio has no bound", frozenset({8}), HeldAudio, "put", _instead(_put_and_go_on)),
    Mutation("channels have no bound", frozenset({8}), Channel, "put_nowait", _without_bound, fault_rate=0.2),
    Mutation("no timer is ever armed", frozenset({9}), Session, "_arm", _nothing),
    Mutation("nothing is committed, nothing is told", frozenset({9}), Conversation, "handle", _mute),
    Mutation("the timeline has a residual", frozenset({10}), core_turn, "contributions", _a_residual),
    Mutation(
        "the end of the voice is taken too late", frozenset({10}), Conversation, "handle", _late_offsets
    ),
)
