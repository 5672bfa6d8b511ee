"""Tools as the machine knows them: what may run when, what has run, what a draft's model waits for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from antiphon.core.checks import check_range
from antiphon.core.messages import Message, ToolCall, ToolSpec

CALL_ID = "call_"
STILL_RUNNING = "(not finished yet)"
ToolKey: TypeAlias = tuple[str, str]  # a tool's name and its arguments: at most one run of it in a turn


class OnBargeIn(StrEnum):
    """What becomes of a tool that runs when the caller interrupts."""

    CANCEL = "cancel"  # it is told to stop
    FINISH = "finish"  # it goes on, and the model is told of the result in the next turn


class ToolOutcome(StrEnum):
    """How a run of a tool ended."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ToolPolicy:
    """A tool and the rules it runs by.

    Attributes:
        spec: What the model is told of it.
        safe: Whether it may run in a draft: it changes nothing, so a run too many does no harm.
        timeout_ms: How long it may take.
        on_barge_in: What becomes of it when the caller interrupts the reply that waits for it.
        progress: What is said while it is slow, instead of the agent's; empty for nothing.
        progress_after_ms: How long it may keep the caller waiting before that, instead of the agent's.
    """

    spec: ToolSpec
    safe: bool = False
    timeout_ms: int = 10_000
    on_barge_in: OnBargeIn = OnBargeIn.FINISH
    progress: str | None = None
    progress_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """How an agent's tools are used.

    Attributes:
        progress: What is said, once in a turn at most, while a tool keeps the caller waiting; empty for
            nothing.
        progress_after_ms: How long it may keep the caller waiting before that.
        max_rounds: How often the model may ask for tools in one reply; then it must answer.
        max_calls: Runs of tools in one turn, at most.
    """

    progress: str = "Let me look that up."
    progress_after_ms: int = 800
    max_rounds: int = 5
    max_calls: int = 16

    def __post_init__(self) -> None:
        check_range("tool_use.progress_after_ms", self.progress_after_ms, 0, 60_000)
        check_range("tool_use.max_rounds", self.max_rounds, 1, 8)
        check_range("tool_use.max_calls", self.max_calls, 1, 64)


@dataclass(slots=True)
class ToolRun:
    """A call of a tool in a turn: wished for, running or answered.

    Attributes:
        run_id: The machine's name for it.
        policy: Which tool, and its rules.
        arguments: JSON.
        started: Whether it was begun. An unsafe one that no committed draft wants never is.
        deadline_ns: When it has taken too long.
        content: What the model is told; ``None`` until it is known.
        outcome: How it ended.
        wanted: Whether the reply to the turn was given it, or waits for it.
        told: Whether the history has it.
    """

    run_id: int
    policy: ToolPolicy
    arguments: str
    started: bool = False
    deadline_ns: int = 0
    content: str | None = None
    outcome: ToolOutcome | None = None
    wanted: bool = False
    told: bool = False

    @property
    def running(self) -> bool:
        """Whether it was begun and has not ended."""
        return self.started and self.content is None

    @property
    def repeatable(self) -> bool:
        """Whether it may be begun again: it changes nothing, and it brought nothing."""
        return self.policy.safe and self.outcome not in {None, ToolOutcome.DONE}

    @property
    def call(self) -> ToolCall:
        """The call as the model is shown it. Its id is ours: vendors' ids repeat from request to request."""
        return ToolCall(f"{CALL_ID}{self.run_id}", self.policy.spec.name, self.arguments)

    @property
    def answer(self) -> Message:
        """The result as the model is shown it."""
        content = STILL_RUNNING if self.content is None else self.content
        return Message("tool", content, tool_call_id=self.call.id)


@dataclass(slots=True)
class ToolDialogue:
    """What a draft's model was shown, and which tools it waits for.

    Attributes:
        messages: All it was shown so far.
        said: What it has said besides.
        round_said: ... in the round in hand.
        rounds: How often it asked for tools.
        waits_for: The runs of the round in hand, in the model's order; empty when it waits for none.
        given: The runs of the rounds before.
        asked_ns: When it asked.
    """

    messages: tuple[Message, ...] = ()
    said: str = ""
    round_said: str = ""
    rounds: int = 0
    waits_for: list[ToolRun] = field(default_factory=list)
    given: list[ToolRun] = field(default_factory=list)
    asked_ns: int = 0


def exchange(said: str, runs: list[ToolRun]) -> tuple[Message, ...]:
    """A round of calls and their results, as a model is shown it."""
    calls = Message("assistant", said, tool_calls=tuple(run.call for run in runs))
    return (calls, *(run.answer for run in runs))
