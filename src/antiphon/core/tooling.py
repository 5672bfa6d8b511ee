"""When a tool that a model asks for may run, and what the model is told of it.

A draft's model may ask for tools like any other. A tool marked safe runs at once, and its result is kept for
the turn: another draft that asks the same is given it. Any other waits until its draft is committed, so a
draft that is let go leaves no trace. What once ran in a turn does not run again in it, whichever draft asks
and however often the turn is taken up again: the same call is given the same result, and a draft begun after
it is shown what was done. Each run has a deadline; what the model is told then is that it took too long. A
tool that keeps the caller waiting is talked over once in a turn, unless the model has said something itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from antiphon.core.actions import AskModel, CancelTool, RunTool, SpeakProgress
from antiphon.core.call import Call
from antiphon.core.events import ToolFinished, ToolsRequested
from antiphon.core.floor import Floor
from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.core.notices import ToolEnded, ToolStarted
from antiphon.core.preparation import Preparation
from antiphon.core.speculation import Draft, DraftPool
from antiphon.core.times import NS_PER_MS
from antiphon.core.tools import (
    CALL_ID,
    OnBargeIn,
    ToolDialogue,
    ToolOutcome,
    ToolPolicy,
    ToolRun,
    ToolUse,
    exchange,
)
from antiphon.core.turn import Reply, Turn

TIMED_OUT = "Error: no answer within {seconds:g} s."
NOT_KNOWN = " Whether it took effect is not known."
INTERRUPTED = "Stopped: the caller interrupted."
NO_SUCH_TOOL = "Error: there is no tool {name!r}; there are: {names}."
TOO_MANY = "Error: too many calls of tools in one turn."


class Tooling:
    """The tools of a call."""

    def __init__(
        self,
        call: Call,
        pool: DraftPool,
        policies: Sequence[ToolPolicy] = (),
        settings: ToolUse | None = None,
    ) -> None:
        self._call = call
        self._pool = pool
        self._policies = {policy.spec.name: policy for policy in policies}
        self._settings = settings or ToolUse()
        pool.hangs_on_tools = bool(policies)
        self._runs = _last_run(
            call.history.messages
        )  # a call's id is its own, also after one that went before
        self._running: dict[int, tuple[ToolRun, Turn]] = {}

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools as a model is told of them."""
        return tuple(policy.spec for policy in self._policies.values())

    @property
    def idle(self) -> bool:
        """Whether no tool runs whose work would be lost with the call."""
        return all(run.policy.safe for run, _ in self._running.values())

    def keeps_waiting(self, reply: Reply) -> bool:
        """Whether a reply waits for a tool, which has a deadline of its own."""
        return reply.draft is not None and bool(reply.draft.dialogue.waits_for)

    def next_deadline(self) -> int | None:
        """When a tool will have taken too long, or is to be talked over, in nanoseconds."""
        deadlines = [run.deadline_ns for run, _ in self._running.values()]
        progress = self._progress()
        if progress is not None:
            deadlines.append(progress[0])
        return min(deadlines, default=None)

    def check_time(self) -> None:
        """Do what time calls for."""
        now_ns = self._call.now_ns
        late = [run_id for run_id, (run, _) in self._running.items() if now_ns >= run.deadline_ns]
        for run_id in late:
            run, _ = self._running[run_id]
            told = TIMED_OUT.format(seconds=run.policy.timeout_ms / 1000)
            self._stop(run, told + ("" if run.policy.safe else NOT_KNOWN), ToolOutcome.TIMED_OUT)
        progress = self._progress()
        if progress is not None and now_ns >= progress[0]:
            reply = self._call.reply
            assert reply is not None
            assert reply.turn is not None
            reply.turn.progress_said = True
            self._call.do(SpeakProgress(reply.draft_id, progress[1]))

    # --- a draft and its model ------------------------------------------------------------------------

    def open(self, draft: Draft, turn: Turn, added: Preparation) -> tuple[Message, ...]:
        """What a draft's model is shown first: the conversation, and what was done in this turn already."""
        transcript = None if turn.told else draft.transcript
        messages = self._call.history.request(transcript, added)
        done = [run for run in turn.tool_runs.values() if run.content is not None and not run.policy.safe]
        done = [run for run in done if run.started and not run.told]
        if done:
            messages = (*messages, *exchange("", done))
        draft.history_version = self._call.history.version
        draft.dialogue = ToolDialogue(messages, given=list(done))
        return messages

    def on_requested(self, event: ToolsRequested) -> None:
        """A draft's model asks for tools."""
        draft = self._find(event.draft_id)
        if draft is None:
            return  # it was let go of meanwhile
        dialogue = draft.dialogue
        turn = self._turn_of(draft)
        dialogue.rounds += 1
        dialogue.asked_ns = self._call.now_ns
        runs = {run.run_id: run for run in (self._run_for(turn, call) for call in event.calls)}
        dialogue.waits_for = list(runs.values())
        dialogue.said += event.said
        dialogue.round_said = event.said
        self._go_on(draft, turn)

    def adopt(self, policies: Sequence[ToolPolicy], settings: ToolUse) -> None:
        """Another agent answers: these are its tools. What runs goes on."""
        self._policies = {policy.spec.name: policy for policy in policies}
        self._settings = settings
        self._pool.hangs_on_tools = bool(policies)

    def turn_of_run(self, run_id: int) -> Turn | None:
        """In which turn a tool runs; None where it does not any more."""
        entry = self._running.get(run_id)
        return None if entry is None else entry[1]

    def release(self, run_id: int) -> bool:
        """The reply in hand is not to go on once a tool has answered; whether it waits for it."""
        reply, run = self._call.reply, self._running[run_id][0]
        if reply is None or reply.draft is None or run not in reply.draft.dialogue.waits_for:
            return False
        reply.draft.dialogue.waits_for = []
        return True

    def on_committed(self, draft: Draft, turn: Turn) -> None:
        """A draft became the reply: what it was not allowed yet, it is now."""
        self._go_on(draft, turn)

    def on_uncommitted(self, draft: Draft) -> None:
        """It is a draft again. What has begun goes on; what has not waits."""
        for run in (*draft.dialogue.given, *draft.dialogue.waits_for):
            run.wanted = False

    def on_finished(self, event: ToolFinished) -> None:
        """A tool has answered, or failed."""
        entry = self._running.get(event.run_id)
        if entry is not None:
            self._end(entry[0], event.content, ToolOutcome.FAILED if event.failed else ToolOutcome.DONE)

    def _go_on(self, draft: Draft, turn: Turn) -> None:
        """Begin what a draft may have begun; give its model the results once all are there."""
        dialogue = draft.dialogue
        committed = self._is_reply(draft)
        for run in (*dialogue.given, *dialogue.waits_for):
            run.wanted = run.wanted or committed
        if not dialogue.waits_for:
            return
        for run in dialogue.waits_for:
            if run.content is None and not run.started and (committed or run.policy.safe):
                self._start(run, turn, in_draft=not committed)
        if all(run.content is not None for run in dialogue.waits_for):
            self._answer(draft, dialogue)

    def _answer(self, draft: Draft, dialogue: ToolDialogue) -> None:
        call, reply = self._call, self._call.reply
        dialogue.messages = (*dialogue.messages, *exchange(dialogue.round_said, dialogue.waits_for))
        dialogue.given += dialogue.waits_for
        dialogue.waits_for = []
        if reply is not None and reply.draft is draft:
            reply.patient_from_ns = call.now_ns
            if reply.starved_ns is not None:
                reply.starved_ns = call.now_ns
        may_ask = dialogue.rounds < self._settings.max_rounds
        call.do(AskModel(draft.draft_id, dialogue.messages, self.specs if may_ask else ()))

    def _find(self, draft_id: int) -> Draft | None:
        reply = self._call.reply
        if reply is not None and reply.draft_id == draft_id:
            return reply.draft
        return self._pool.get(draft_id)

    def _is_reply(self, draft: Draft) -> bool:
        return self._call.reply is not None and self._call.reply.draft is draft

    def _turn_of(self, draft: Draft) -> Turn:
        reply = self._call.reply
        turn = reply.turn if reply is not None and reply.draft is draft else self._call.turn
        assert turn is not None, "a draft that is kept answers a turn"
        return turn

    # --- a run ----------------------------------------------------------------------------------------

    def _run_for(self, turn: Turn, call: ToolCall) -> ToolRun:
        """The turn's one run of a call."""
        key = (call.name, call.arguments)
        run = turn.tool_runs.get(key)
        if run is None or run.repeatable:
            self._runs += 1
            policy = self._policies.get(call.name, ToolPolicy(ToolSpec(call.name, ""), safe=True))
            run = ToolRun(self._runs, policy, call.arguments)
            if call.name not in self._policies:
                names = ", ".join(self._policies) or "none"
                run.content = NO_SUCH_TOOL.format(name=call.name, names=names)
                run.outcome = ToolOutcome.FAILED
            elif len(turn.tool_runs) >= self._settings.max_calls:
                run.content, run.outcome = TOO_MANY, ToolOutcome.FAILED
            else:
                turn.tool_runs[key] = run
        return run

    def _start(self, run: ToolRun, turn: Turn, *, in_draft: bool) -> None:
        call, name = self._call, run.policy.spec.name
        run.started = True
        run.deadline_ns = call.now_ns + run.policy.timeout_ms * NS_PER_MS
        self._running[run.run_id] = (run, turn)
        call.notify(ToolStarted(turn.turn_id, run.run_id, call.now_ns, name, run.arguments, in_draft))
        call.do(RunTool(run.run_id, turn.turn_id, name, run.arguments, in_draft))

    def _stop(self, run: ToolRun, content: str, outcome: ToolOutcome) -> None:
        self._call.do(CancelTool(run.run_id))
        self._end(run, content, outcome)

    def _end(self, run: ToolRun, content: str, outcome: ToolOutcome) -> None:
        call = self._call
        _, turn = self._running.pop(run.run_id)
        run.content, run.outcome = content, outcome
        name = run.policy.spec.name
        call.notify(ToolEnded(turn.turn_id, run.run_id, call.now_ns, name, content, outcome))
        if run.told:
            call.history.amend_tool(run.answer)
        if not run.policy.safe:  # what others were told of the world is not true any more
            for draft in self._pool:
                shown = (*draft.dialogue.given, *draft.dialogue.waits_for)
                draft.outdated = draft.outdated or run not in shown
        reply = call.reply
        drafts = [*self._pool, *([reply.draft] if reply is not None and reply.draft is not None else [])]
        for draft in drafts:
            if run in draft.dialogue.waits_for:
                self._go_on(draft, turn)

    # --- the caller is kept waiting -------------------------------------------------------------------

    def _progress(self) -> tuple[int, str] | None:
        """When to say that it takes a moment, and what; None where there is no need to."""
        reply = self._call.reply
        if reply is None or reply.turn is None or reply.draft is None or reply.turn.progress_said:
            return None
        dialogue = reply.draft.dialogue
        if self._call.floor is not Floor.THINKING or not dialogue.waits_for or dialogue.said.strip():
            return None
        run = next(run for run in dialogue.waits_for if run.content is None)
        policy, usual = run.policy, self._settings
        text = usual.progress if policy.progress is None else policy.progress
        after_ms = usual.progress_after_ms if policy.progress_after_ms is None else policy.progress_after_ms
        from_ns = max(reply.committed_ns, dialogue.asked_ns)
        return (from_ns + after_ms * NS_PER_MS, text) if text else None

    # --- a turn is over -------------------------------------------------------------------------------

    def tell(self, turn: Turn, *, interrupted: bool = False) -> None:
        """A turn is over: the history is told what was done for its reply, the rest is stopped."""
        runs = list(turn.tool_runs.values())
        done = [run for run in runs if run.started and not run.told and (run.wanted or not run.policy.safe)]
        for run in runs:
            if run.running and not _may_finish(run, interrupted=interrupted):
                self._stop(run, INTERRUPTED, ToolOutcome.CANCELLED)
        if done:
            self._call.history.add_tools(exchange("", done))
            for run in done:
                run.told = True

    def close(self) -> None:
        """The call is over: nothing runs on."""
        for run, _ in list(self._running.values()):
            self._stop(run, INTERRUPTED, ToolOutcome.CANCELLED)


def _last_run(messages: Sequence[Message]) -> int:
    """The highest number among the calls of tools of an earlier session."""
    ids = [call.id.removeprefix(CALL_ID) for message in messages for call in message.tool_calls]
    return max((int(number) for number in ids if number.isascii() and number.isdigit()), default=0)


def _may_finish(run: ToolRun, *, interrupted: bool) -> bool:
    """Whether a tool may go on after the turn it ran in."""
    if interrupted:
        return run.policy.on_barge_in is OnBargeIn.FINISH and (run.wanted or not run.policy.safe)
    return not run.policy.safe
