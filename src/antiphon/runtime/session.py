"""The driver of a call: feed an event, carry out the actions, re-arm one timer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from antiphon.audio import AudioFrame, Samples, resample
from antiphon.config import Agent
from antiphon.core.actions import (
    Action,
    AskModel,
    CancelDraft,
    ChangeAgent,
    CommitDraft,
    DuckReply,
    EndDraft,
    FlushRecogniser,
    LocateReply,
    Notify,
    PauseReply,
    ResumeReply,
    SpeakProgress,
    StartDraft,
    StartSpeech,
    StopReply,
    UncommitDraft,
)
from antiphon.core.conversation import Conversation
from antiphon.core.endpointing import Endpointer
from antiphon.core.events import (
    CloseRequested,
    Event,
    HandOverRequested,
    ReplyHeard,
    SayRequested,
    Tick,
)
from antiphon.core.habits import USUAL, Habits
from antiphon.core.messages import Message
from antiphon.core.notices import Notice, Trouble, TurnEnded
from antiphon.core.persona import Takeover
from antiphon.core.times import NS_PER_S
from antiphon.errors import ProviderError, SessionClosedError
from antiphon.handover import HandOver
from antiphon.providers.base import LLMRequest, ReadsAhead
from antiphon.runtime.cast import Cast, Member, settings_of
from antiphon.runtime.channel import Channel, WhenFull
from antiphon.runtime.clock import Clock
from antiphon.runtime.draft import DraftRun
from antiphon.runtime.ears import Ears
from antiphon.runtime.errands import Errands
from antiphon.runtime.helpers import closing
from antiphon.runtime.inputs import Inputs
from antiphon.runtime.observers import Observer, Observers
from antiphon.runtime.phrases import PhraseStats
from antiphon.runtime.playout import Speaker
from antiphon.runtime.providers import Providers
from antiphon.runtime.recogniser import RecogniserLine
from antiphon.runtime.tool_servers import ToolServers
from antiphon.runtime.witness import Beginning, Witness
from antiphon.telemetry.spans import CallFacts
from antiphon.telemetry.trace import ChannelReading, Tracer
from antiphon.tools import check_state

TURN_MODEL_HEARS_NS = 8 * NS_PER_S
TURN_MODEL_RATE_HZ = 16_000
LAST_WORDS_S = 2  # how long the last final is waited for when the caller has gone and no turn is open
NOTICES_HELD = 1_000  # for a listener that is slower than the call; the oldest go, counted


class Session(Inputs):
    """One call: audio in, audio out.

    ```python
    async with Session(agent) as session:
        async for frame in session.process(microphone_frames):
            play(frame)
    ```

    Args:
        agent: Who answers.
        providers: Used instead of those the agent names; the session does not close them.
        endpointer: Decides ends of turns instead of the agent's ``endpointing``.
        earlier: What was said and heard before, where this call goes on from another; it is not greeted.
        habits: What an earlier session of the same caller learned: its ``habits`` at the end.
        state: The application's own, for the tools and hooks of this call; left out, what the agent's
            ``state`` makes. A tool that takes a ``ToolContext[Order]`` expects an ``Order``.
    """

    def __init__(
        self,
        agent: Agent,
        *,
        providers: Providers | None = None,
        endpointer: Endpointer | None = None,
        earlier: tuple[Message, ...] = (),
        habits: Habits = USUAL,
        state: Any = None,
    ) -> None:
        super().__init__()
        self.agent = agent
        self.state = agent.state() if state is None and agent.state is not None else state
        self.tracer = Tracer()
        self._providers = providers
        self._owns_providers = providers is None
        self._endpointer = endpointer
        self._earlier = earlier
        self._witnesses: list[Witness] = []
        self._habits = habits
        self._entered = False
        self._observers = Observers()
        self._listeners: list[Channel[Notice]] = []
        self._inbox: deque[Event] = deque()
        self._handling = False
        self._drafts: dict[int, DraftRun] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._armed_ns: int | None = None
        self._group: asyncio.TaskGroup | None = None
        self._listener: asyncio.Task[None] | None = None
        self._settled: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        check_state(self.agent.tools, self.state)
        self._clock = Clock()
        self._observers.begin(self._clock)
        async with AsyncExitStack() as undo:
            if self._providers is None:
                self._providers = Providers.of(self.agent, self._clock, self._note_failure)
                undo.push_async_callback(self._providers.aclose)
            for error in await self._providers.warm():  # not fatal: a turn that fails has an apology
                self._tell(Trouble(self._clock.now_ns(), "warm-up", str(error)))
            self._group = asyncio.TaskGroup()
            await self._group.__aenter__()
            undo.push_async_callback(self._leave_group)
            self._servers = ToolServers(self._group, self._note_server)
            undo.callback(self._servers.close)
            self._cast = Cast(self._clock, self.post, self._tell, self.tracer, self._servers)
            first = await self._cast.open(self.agent, self._providers, named=self._owns_providers)
            self._pipeline, self._phrases = first.pipeline, first.phrases
            self._set_up(first.agent, self._providers)
            self._observers.open(self._group)
            undo.pop_all()
        if self.agent.greeting and not self._earlier:
            protected = self.agent.interruption.protect_greeting
            self.post(SayRequested(self.agent.greeting, interruptible=not protected))
        if self.agent.presence.away_ms is not None:
            self.post(Tick())  # the call has begun: from now on somebody may be away
        return self

    async def _leave_group(self) -> None:
        assert self._group is not None
        try:  # told of no error, it does not wrap the one that leaves
            await self._group.__aexit__(None, None, None)
        finally:
            self._group = None

    def _note_server(self, message: str) -> None:
        self._tell(Trouble(self._clock.now_ns(), "tool_servers", message))

    def _set_up(self, agent: Agent, providers: Providers) -> None:
        reads_ahead = isinstance(providers.llm, ReadsAhead) and providers.llm.reads_ahead
        settings = settings_of(agent, reads_ahead=reads_ahead, asks_sound=providers.turn_model is not None)
        self._conversation = Conversation(
            settings, self._endpointer, earlier=self._earlier, habits=self._habits
        )
        beginning = Beginning(self._clock.now_ns(), settings, self._endpointer, self._earlier, self._habits)
        for witness in self._witnesses:
            witness.begin(beginning)
        self._entered = True
        if agent.telemetry.enabled:
            self._export_telemetry(providers)
        self._speaker = Speaker(self._clock, agent.playout, self.post, self._tell)
        self._errands = Errands(
            agent,
            providers,
            self._clock,
            self.post,
            self._tell,
            lambda: self.history,
            lambda: self._conversation.shown,
            self._take_over,
            lambda: self.state,
            self._heard,
        )
        self._line = RecogniserLine(providers.stt, agent.modes.stt, self._clock, self.post)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._group is not None
        assert self._providers is not None
        try:
            self.close()
            self._observers.close()
            await self._leave_group()
        finally:
            await self._cast.aclose()
            await self._observers.end()
            if self._owns_providers:
                await self._providers.aclose()

    # --- for the application --------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Whether nobody has the floor and nothing waits to be said or done."""
        return self._conversation.idle

    @property
    def history(self) -> tuple[Message, ...]:
        """What was finally said and actually heard so far, in order."""
        return self._conversation.history if self._entered else self._earlier

    @property
    def phrases(self) -> PhraseStats | None:
        """How often the voice's audio was remembered; ``None`` where it is not, and before the call."""
        return self._phrases.cache.stats if self._entered and self._phrases.cache is not None else None

    @property
    def habits(self) -> Habits:
        """How this caller pauses and ends turns, as far as is known by now: for their next call."""
        return self._conversation.habits if self._entered else self._habits

    @property
    def clock(self) -> Clock:
        """The clock that all times of this session are on."""
        return self._clock

    def add_witness(self, witness: Witness) -> None:
        """Have ``witness`` told of every event that enters the core and of what it leads to.

        Raises:
            SessionClosedError: If the call has begun: a witness sees all of it or nothing.
        """
        if self._entered:
            raise SessionClosedError('the call has begun: add a witness before "async with session"')
        self._witnesses.append(witness)

    def observe(self, observer: Observer, *, at_once: bool = False) -> None:
        """Call ``observer`` with each notice, in order.

        It never holds the call up: a plain function is called in a thread of its own, an async one in a task.
        One that is slow misses the oldest notices, one that fails is reported as a ``Trouble``.

        Args:
            observer: Who is called.
            at_once: It is quick and no more than notes things down, and is called where the call stands:
                audio would wait for it.
        """
        self._observers.add(observer, at_once=at_once)

    async def process(self, frames: AsyncIterable[AudioFrame]) -> AsyncIterator[AudioFrame]:
        """Audio in, audio out, until the caller's audio ends and what is to be said has been.

        Args:
            frames: The caller's audio as it is captured: mono, frames of any length and rate.

        Yields:
            What to play, when it is to be played. A frame with ``flush`` replaces whatever of the earlier
            frames has not been played yet.
        """
        group = self._running()
        if self._listener is not None:
            raise SessionClosedError("the session has a caller already: use one session for each call")
        self._listener = group.create_task(self._listen(frames), name="listener")
        try:
            async with closing(self._speaker.frames()) as out:
                async for frame in out:
                    yield frame
        finally:
            self._listener.cancel()

    async def hand_over(self, to: HandOver) -> None:
        """Have another agent answer from now on. What is being said is said to its end.

        Raises:
            ConfigError: If that agent can't be made ready.
            MissingExtraError: If an extra that it needs is not installed.
        """
        self._running()
        self.post(HandOverRequested(await self._take_over(to)))

    async def _take_over(self, to: HandOver) -> Takeover:
        takeover = await self._cast.takeover(to, self._conversation.before_turn)
        check_state(self._cast[takeover.persona.number].agent.tools, self.state)
        return takeover

    async def events(self) -> AsyncIterator[Notice]:
        """What happens from now on, until the call is closed. The oldest go if they are not taken."""
        self._running()
        channel: Channel[Notice] = Channel("notices", NOTICES_HELD, when_full=WhenFull.DROP_OLDEST)

        def keep(notice: Notice) -> None:
            if not channel.closed:
                channel.put_nowait(notice)

        self._observers.add(keep, at_once=True)
        self._listeners.append(channel)
        try:
            async for notice in channel:
                yield notice
        finally:
            self._listeners.remove(channel)
            self._observers.remove(keep)

    def note_heard(self, event: ReplyHeard) -> None:
        """Take the listener's own account of when a reply was heard, where a transport has it."""
        if self._group is not None:
            self._speaker.note_heard(event)
            self.post(event)

    def close(self) -> None:
        """End the call: everything in progress stops."""
        if self._group is None:
            return
        self.post(CloseRequested())
        self._speaker.close()
        self._errands.close()
        self._servers.close()
        if self._listener is not None:
            self._listener.cancel()
        for channel in self._listeners:
            channel.close()

    def _running(self) -> asyncio.TaskGroup:
        if self._group is None:
            raise SessionClosedError('the session is not open: use it inside "async with Session(agent)"')
        return self._group

    # --- in -------------------------------------------------------------------------------------------

    async def _listen(self, frames: AsyncIterable[AudioFrame]) -> None:
        assert self._providers is not None
        line = self._line
        ears = Ears(
            self._providers.vad,
            self.agent.voice_activity,
            self._providers.stt.format,
            self._clock,
            self.post,
            line.hear,
        )
        if self._providers.turn_model is not None:
            ears.remember(TURN_MODEL_HEARS_NS)
        self._ears = ears
        try:
            async with asyncio.TaskGroup() as group:
                recogniser = group.create_task(line.run(), name="recogniser")
                async for frame in frames:
                    await ears.take(self._captured(frame))
                ears.end()
                line.end()
                await asyncio.wait([recogniser], timeout=LAST_WORDS_S)
                await self._until_idle()
                recogniser.cancel()
        finally:
            ears.close()
            self._speaker.close()

    def _heard(self) -> Samples:
        """The caller's last seconds, as a turn model takes them."""
        assert self._ears is not None, "a pause was heard"
        heard = self._ears.recent()
        return resample(heard.samples, heard.rate_hz, TURN_MODEL_RATE_HZ)

    async def _until_idle(self) -> None:
        while not self._conversation.idle:
            self._settled = asyncio.get_running_loop().create_future()
            await self._settled

    def post(self, event: Event) -> None:
        """Take an event in: the core decides, and what it decides is done before this returns."""
        self._inbox.append(event)
        if self._handling:
            return
        self._handling = True
        try:
            while self._inbox:
                event, now_ns = self._inbox.popleft(), self._clock.now_ns()
                actions = self._conversation.handle(event, now_ns)
                for witness in self._witnesses:
                    witness.step(now_ns, event, actions)
                for action in actions:
                    self._perform(action)
        finally:
            self._handling = False
        self._arm()
        if self._settled is not None and not self._settled.done() and self._conversation.idle:
            self._settled.set_result(None)

    def _arm(self) -> None:
        """Keep the one timer at the core's next deadline."""
        deadline_ns = self._conversation.next_deadline()
        if deadline_ns == self._armed_ns:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._armed_ns = deadline_ns
        self._timer = None if deadline_ns is None else self._clock.call_at(deadline_ns, self._tick)

    def _tick(self) -> None:
        self._armed_ns = self._timer = None
        self.post(Tick())

    # --- out ------------------------------------------------------------------------------------------

    def _perform(self, action: Action) -> None:
        match action:
            case Notify(notice):
                self._tell(notice)
            case StartDraft(draft_id, messages, ahead_ms, tools, _, opens_with):
                request = None if messages is None else LLMRequest(messages, tools)
                opening = None if opens_with is None else self._drafts[opens_with].release_opening()
                self._start(DraftRun(draft_id, self._pipeline, request, ahead_ms, opening))
            case StartSpeech(draft_id, text):
                self._start(DraftRun(draft_id, self._pipeline, text))
            case CommitDraft(draft_id, reply_id):
                self._drafts[draft_id].go_on()
                self._speaker.begin(reply_id, self._drafts[draft_id], self._running())
            case UncommitDraft(draft_id, _):
                self._speaker.drop(draft_id)
            case CancelDraft(draft_id):
                self._speaker.drop(draft_id)
                self._cancel(draft_id)
            case StopReply(reply_id, fade_ms):
                self._cancel(self._speaker.draft_of(reply_id))
                self._speaker.stop(reply_id, fade_ms)
            case DuckReply() | PauseReply() | ResumeReply() | LocateReply():
                self._speaker.obey(action)
            case AskModel() | SpeakProgress() | EndDraft():
                self._direct(action)
            case ChangeAgent(number):
                self._change(self._cast[number])
            case FlushRecogniser():
                self._line.flush()
            case _:
                self._errands.serve(action, self._running())

    def _direct(self, action: AskModel | SpeakProgress | EndDraft) -> None:
        """Tell a draft that waits for tools how to go on."""
        run = self._drafts[action.draft_id]
        match action:
            case AskModel(_, messages, tools):
                run.ask(LLMRequest(messages, tools))
            case SpeakProgress(_, text):
                run.interject(text)
            case EndDraft():
                run.end()

    def _change(self, member: Member) -> None:
        self._pipeline = member.pipeline
        self._errands.adopt(member.agent, member.providers)

    def _start(self, run: DraftRun) -> None:
        self._drafts[run.draft_id] = run
        run.start(self._running())

    def _cancel(self, draft_id: int | None) -> None:
        run = None if draft_id is None else self._drafts.pop(draft_id, None)
        if run is not None:
            run.cancel()

    def _note_failure(self, error: ProviderError) -> None:
        self._tell(Trouble(self._clock.now_ns(), error.provider, str(error)))

    def _tell(self, notice: Notice) -> None:
        self._observers.tell(notice)
        if self.tracer.enabled and isinstance(notice, TurnEnded):
            self._trace_channels()

    def _trace_channels(self) -> None:
        for channel in (self._line.channel, self._speaker.channel):
            stats = channel.stats
            reading = ChannelReading(
                channel.name, len(channel), channel.capacity, stats.dropped, stats.max_depth
            )
            self.tracer.emit_channel(self._clock.now_ns(), reading)

    def _export_telemetry(self, providers: Providers) -> None:
        from antiphon.telemetry.otel import shared_export  # noqa: PLC0415 - optional

        facts = CallFacts(providers.stt.name, providers.llm.name, providers.tts.name)
        call = shared_export(self.agent.telemetry).call(facts, epoch_offset_ns=self._clock.epoch_offset_ns())
        self.observe(call.observe, at_once=True)
        self.tracer.add(call.trace)
