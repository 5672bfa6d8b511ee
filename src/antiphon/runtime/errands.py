"""What the core asks for beside replies: tools run, hooks and embedders asked, a model read to ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from antiphon.audio import Samples
from antiphon.config import Agent
from antiphon.core.actions import (
    Action,
    AskSimilarity,
    AskTurnModel,
    CancelTool,
    PrepareReply,
    ReadAhead,
    RunTool,
    Summarise,
)
from antiphon.core.events import Event, ReplyPrepared, SimilarityAnswered, Summarised, TurnModelAnswered
from antiphon.core.messages import Message
from antiphon.core.notices import Trouble
from antiphon.core.persona import Takeover
from antiphon.core.preparation import NOTHING_ADDED
from antiphon.errors import ProviderError
from antiphon.handover import HandOver
from antiphon.hooks import LeftOut, ReplyContext
from antiphon.providers.base import ReadsAhead
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.runtime.toolbox import Toolbox
from antiphon.tools import ToolContext


class Errands:
    """A session's errands, each in a task that ends with it.

    Args:
        agent: Whose tools and hooks they are, at first.
        providers: What it is made of.
        clock: The session's.
        post: Told of what came of them.
        note_trouble: Told of what went wrong.
        history: What was said and heard so far.
        shown: What of it a model is shown.
        take_over: Makes an agent ready that a tool or a hook hands the call over to.
        state: The application's own.
        heard: The caller's last seconds, at 16 kHz.
    """

    def __init__(
        self,
        agent: Agent,
        providers: Providers,
        clock: Clock,
        post: Callable[[Event], None],
        note_trouble: Callable[[Trouble], None],
        history: Callable[[], tuple[Message, ...]],
        shown: Callable[[], tuple[Message, ...]],
        take_over: Callable[[HandOver], Awaitable[Takeover]],
        state: Callable[[], Any],
        heard: Callable[[], Samples],
    ) -> None:
        self._first = self._agent = agent
        self._providers = providers
        self._clock = clock
        self._post = post
        self._note_trouble = note_trouble
        self._history = history
        self._shown = shown
        self._take_over = take_over
        self._state = state
        self._heard = heard
        self._toolbox = Toolbox(agent.tools, clock, post, take_over)
        self._reading: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def adopt(self, agent: Agent, providers: Providers) -> None:
        """Another agent answers: these are its tools, its hooks and its model."""
        self._agent, self._providers = agent, providers
        self._toolbox.adopt(agent.tools)

    def serve(self, action: Action, group: asyncio.TaskGroup) -> None:
        """Do what an action asks for, in the group."""
        match action:
            case RunTool(_, turn_id, _, _, in_draft):
                context = ToolContext(self._state(), turn_id, in_draft, self._history())
                self._toolbox.run(action, context, group)
            case CancelTool(run_id):
                self._toolbox.cancel(run_id)
            case PrepareReply():
                self._keep(group.create_task(self._prepare(action, self._agent), name="before_reply"))
            case Summarise():
                self._keep(group.create_task(self._summarise(action), name="summarise"))
            case AskSimilarity():
                self._keep(group.create_task(self._ask(action), name="embedder"))
            case AskTurnModel():
                self._keep(group.create_task(self._ask_turn_model(action), name="turn model"))
            case ReadAhead(messages):  # one at a time: words that come meanwhile are read with the next
                if self._reading is None or self._reading.done():
                    self._reading = group.create_task(self._read_ahead(messages), name="read ahead")
                    self._keep(self._reading)

    def close(self) -> None:
        """Nothing more is asked."""
        for task in tuple(self._asking):
            task.cancel()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _prepare(self, request: PrepareReply, agent: Agent) -> None:
        hook = agent.before_reply
        assert hook is not None, "only an author's hook is asked"
        context = ReplyContext(
            request.transcript,
            draft=request.draft,
            turn_id=request.turn_id,
            state=self._state(),
            history=self._shown(),
        )
        preparation, takeover, error = NOTHING_ADDED, None, None
        try:
            async with asyncio.timeout_at(self._clock.loop_time(request.deadline_ns)):
                await hook(context)
                if context.handed_over is not None and not request.draft:
                    takeover = await self._take_over(context.handed_over)
            preparation = context.preparation
        except TimeoutError:
            error = f"no answer within {agent.before_reply_timeout_ms} ms"
        except Exception as problem:  # noqa: BLE001 - the boundary to anyone's code: it is reported
            error = f"{type(problem).__name__}: {problem}"
        self._post(ReplyPrepared(request.request_id, preparation, error, takeover))

    async def _summarise(self, request: Summarise) -> None:
        hook = self._first.summarise
        assert hook is not None, "only an author's hook is asked"
        text: str | None = None
        error = None
        try:
            async with asyncio.timeout_at(self._clock.loop_time(request.deadline_ns)):
                told: object = await hook(LeftOut(request.messages, self._state()))
            if isinstance(told, str):
                text = told
            else:
                error = f"expected a text, found {told!r}"
        except TimeoutError:
            error = f"no answer within {self._first.window.summary_timeout_ms} ms"
        except Exception as problem:  # noqa: BLE001 - as above
            error = f"{type(problem).__name__}: {problem}"
        self._post(Summarised(request.request_id, text, error))

    async def _ask(self, question: AskSimilarity) -> None:
        embedder = self._providers.embedder
        if embedder is None:
            return
        try:
            async with asyncio.timeout_at(self._clock.loop_time(question.deadline_ns)):
                similarity = await embedder.similarity(question.left, question.right)
        except TimeoutError:
            return
        except ProviderError as error:
            self._note_trouble(Trouble(self._clock.now_ns(), "embedder", str(error)))
            return
        self._post(SimilarityAnswered(question.request_id, similarity))

    async def _ask_turn_model(self, question: AskTurnModel) -> None:
        model = self._providers.turn_model
        assert model is not None, "only a model that is there is asked"
        try:
            async with asyncio.timeout_at(self._clock.loop_time(question.deadline_ns)):
                probability = await model.probability(self._heard())
        except TimeoutError:
            return
        except ProviderError as error:
            self._note_trouble(Trouble(self._clock.now_ns(), error.provider, str(error)))
            return
        self._post(TurnModelAnswered(question.request_id, probability))

    async def _read_ahead(self, messages: tuple[Message, ...]) -> None:
        llm = self._providers.llm
        if not isinstance(llm, ReadsAhead):  # the call's first model does, this one does not
            return
        try:
            await llm.warm_prefix(messages)
        except ProviderError as error:
            self._note_trouble(Trouble(self._clock.now_ns(), error.provider, str(error)))
