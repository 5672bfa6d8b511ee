"""A call that a test holds with an agent: whole, in virtual time, over in milliseconds.

The agent is the test's own, its tools and hooks run; caller, recogniser, voice and the line are simulated at
the pace of ordinary cloud vendors, the model is scripted or recorded. Nothing is real-time, so nothing is
flaky: the same test gives the same milliseconds on every machine.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, TypeVar

from antiphon.config import NO_PHRASES, Agent
from antiphon.core import notices as told
from antiphon.core.messages import Message
from antiphon.core.notices import Notice, TurnRecord
from antiphon.core.persona import Takeover
from antiphon.core.times import NS_PER_MS
from antiphon.errors import ConfigError
from antiphon.handover import HandOver
from antiphon.providers.base import LLM
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.simulation.caller import SpokenWord, Utterance
from antiphon.simulation.chance import chance
from antiphon.simulation.listener import Listener
from antiphon.simulation.loop import Steps
from antiphon.simulation.profile import LogNormal, Recogniser, Voice
from antiphon.simulation.scripted_stt import ScriptedSTT
from antiphon.simulation.scripted_tts import ScriptedTTS
from antiphon.simulation.scripted_vad import ScriptedVAD
from antiphon.simulation.vendor_log import VendorLog
from antiphon.telemetry.settings import Telemetry
from antiphon.testing.live_caller import LiveCaller

Result = TypeVar("Result")

WORD_MS = 345  # 2.9 words a second
PATIENCE_S = 120  # of virtual time, for an answer
HEARS = Recogniser(newest_word_revised=0.0, older_word_revised=0.0, final_differs_from_last_interim=0.0)
SPEAKS = Voice(first_byte_ms=LogNormal(150))
_SPACE = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class CalledTool:
    """A tool that ran in a turn."""

    name: str
    arguments: dict[str, Any]
    answer: str  # what the model was told
    outcome: str  # "done", "failed", "timed out", "cancelled"
    in_draft: bool

    @property
    def shown(self) -> str:
        """The same in a line."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({arguments}) {self.outcome}: {self.answer}"


@dataclass(slots=True)
class Exchange:
    """What the caller said, and what the agent did about it.

    Attributes:
        caller: What the agent understood.
        agent: What the caller heard of the reply.
        tools: The tools that ran, in order.
        record: The session's account of the turn, once it is over.
    """

    call: Rehearsal = field(repr=False)
    turn_id: int | None = None
    caller: str = ""
    agent: str = ""
    tools: list[CalledTool] = field(default_factory=list)
    record: TurnRecord | None = None

    @property
    def delay_ms(self) -> float | None:
        """From the caller's last sound to the reply's first; ``None`` where nothing was heard."""
        whole_ns = None if self.record is None else self.record.glass_to_glass_ns
        return None if whole_ns is None else whole_ns / NS_PER_MS

    @property
    def interrupted(self) -> bool:
        """Whether the caller cut in on the reply."""
        return self.record is not None and self.record.interrupted

    @property
    def transcript(self) -> str:
        """The exchange, line by line."""
        tools = [f"tool    {use.shown}" for use in self.tools]
        return "\n".join([f"caller  {self.caller}", *tools, f"agent   {self.agent}"])

    def said(self, *texts: str | re.Pattern[str], within_ms: float | None = None) -> Self:
        """Check what the agent said.

        Args:
            texts: Words that were heard, whatever their case and punctuation, or patterns to be found.
            within_ms: By how much after the caller's last sound the reply had to be heard.

        Raises:
            AssertionError: If it did not; the message shows the conversation.
        """
        for text in texts:
            found = (
                text.search(self.agent)
                if isinstance(text, re.Pattern)
                else _plain(text) in _plain(self.agent)
            )
            if not found:
                wanted = text.pattern if isinstance(text, re.Pattern) else text
                self._fail(f"the agent should have said {wanted!r}; it said {self.agent!r}")
        if within_ms is not None and (self.delay_ms is None or self.delay_ms > within_ms):
            took = "nothing was heard" if self.delay_ms is None else f"it took {self.delay_ms:.0f} ms"
            self._fail(f"the reply should have been heard within {within_ms:g} ms; {took}")
        return self

    def called(self, tool: str, /, **arguments: object) -> Self:
        """Check that a tool ran once in this turn, with at least these arguments.

        Raises:
            AssertionError: If it did not; the message shows the conversation.
        """
        runs = [use for use in self.tools if use.name == tool]
        if len(runs) != 1:
            others = ", ".join(use.name for use in self.tools) or "none"
            self._fail(f"{tool} should have run once; it ran {len(runs)} times; tools that ran: {others}")
        wrong = {
            name: runs[0].arguments.get(name)
            for name in arguments
            if runs[0].arguments.get(name) != arguments[name]
        }
        if wrong:
            self._fail(f"{tool} should have been called with {arguments}; it was with {runs[0].arguments}")
        return self

    def called_nothing(self) -> Self:
        """Check that no tool ran in this turn.

        Raises:
            AssertionError: If one did; the message shows the conversation.
        """
        if self.tools:
            self._fail(f"no tool should have run; {', '.join(use.name for use in self.tools)} did")
        return self

    def _fail(self, message: str) -> None:
        raise AssertionError(f"{message}\n\n{self.call.account}")


def _plain(text: str) -> str:
    return f" {_SPACE.sub(' ', text.lower()).strip()} "


class _RehearsedSession(Session):
    """A session in which every agent, also one that takes the call over, has the rehearsal's providers."""

    def __init__(self, rehearsed: Callable[[Agent], Agent], agent: Agent, **options: Any) -> None:
        super().__init__(rehearsed(agent), **options)
        self._rehearsed = rehearsed
        self._others: dict[int, tuple[Agent, Agent]] = {}  # as they are, and as they are rehearsed

    async def _take_over(self, to: HandOver) -> Takeover:
        agent = to.agent
        assert isinstance(agent, Agent)
        _, rehearsed = self._others.setdefault(id(agent), (agent, self._rehearsed(agent)))
        return await super()._take_over(replace(to, agent=rehearsed))


class Rehearsal:
    """A call with an agent, held by a test.

    Args:
        agent: Yours. Its model, recogniser, voice and detector are replaced; all else is as it is.
        model: Who writes the replies: a ``ScriptedModel``, a ``RecordedModel``, or any ``LLM`` that needs no
            network.
        state: The call's state object for tools and hooks.
        earlier: What was said before, where the call goes on from another.

    Example:
        >>> with Rehearsal(agent, ScriptedModel({"hello": "Good morning."})) as call:
        ...     call.says("hello").said("good morning", within_ms=1_000)
    """

    def __init__(
        self, agent: Agent, model: LLM, *, state: object = None, earlier: tuple[Message, ...] = ()
    ) -> None:
        self._agent, self._model, self._state, self._earlier = agent, model, state, earlier
        self.exchanges: list[Exchange] = []
        self.notices: list[Notice] = []
        self._lines: list[str] = []
        self._running: dict[int, tuple[dict[str, Any], bool]] = {}  # tools, by run
        self._history: tuple[Message, ...] = ()
        self._session: Session | None = None
        self._holder: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._steps = stack.enter_context(Steps())
            self._step(self._begin())
            self._at_end = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._at_end.__exit__(kind, error, trace)
            return
        with self._at_end:
            self._step(self._end())

    # --- what the caller does -------------------------------------------------------------------------

    def says(
        self, *words: str | int, after_ms: int = 600, hear_out: bool = True, noise_ms: int = 0
    ) -> Exchange:
        """Say something, and hear the answer out.

        Args:
            words: What is said; a number among the words is a pause of so many milliseconds.
            after_ms: How long after now it begins.
            hear_out: Whether to wait for the end of the answer, or only for its beginning: what is said next
                then cuts in on it.
            noise_ms: A sound without words that comes first, as of a door.

        Raises:
            AssertionError: If nothing comes of it in two minutes.
        """
        return self._step(self._say(_utterance(words, after_ms, noise_ms), hear_out=hear_out))

    def murmurs(self, words: str = "mm-hm", *, after_ms: int = 600) -> None:
        """Show that the caller listens: no answer is waited for."""
        self._step(self._utter(_utterance((words,), after_ms, 0)))

    def coughs(self, ms: int = 300, *, after_ms: int = 600) -> None:
        """Make a sound that is like a voice, and no words."""
        self._step(self._utter(Utterance((), after_ms, noises=((0, ms),))))

    def types(self, text: str, *, hear_out: bool = True) -> Exchange:
        """Write a turn instead of speaking it, and hear the answer out."""
        return self._step(self._type(text, hear_out=hear_out))

    def waits(self, ms: int) -> None:
        """Let time pass."""
        self._step(self._wait(ms))

    def listens(self) -> None:
        """Let time pass until the agent is silent, and nothing is going on."""
        self._step(self._until_idle())

    # --- what is known --------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The call's session, for what a test wants to do to it: ``call.session.say(…)``."""
        assert self._session is not None, "inside the with block"
        return self._session

    @property
    def history(self) -> tuple[Message, ...]:
        """What was finally said and actually heard."""
        return self._history if self._session is None else self._session.history

    @property
    def transcript(self) -> str:
        """The conversation, line by line: caller, tools, agent, troubles."""
        return "\n".join(line for line in self._lines if not line.startswith(" "))

    @property
    def account(self) -> str:
        """The same with how long each reply took."""
        return "\n".join(self._lines)

    # --- within virtual time --------------------------------------------------------------------------

    def _step(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self._steps.run(coroutine)

    async def _begin(self) -> None:
        self._clock = clock = Clock()
        self._changed = asyncio.Event()
        self._caller = LiveCaller(clock)
        self._holder = self._steps.start(self._hold(clock), "rehearsal")
        await self._until(lambda: self._session is not None, "the session begins")
        if self._agent.greeting:
            await self._until_idle()

    async def _hold(self, clock: Clock) -> None:
        try:
            await self._call(clock)
        finally:
            self._changed.set()

    async def _call(self, clock: Clock) -> None:
        log, listener = VendorLog(), Listener(self._caller.hears)
        providers = Providers(
            ScriptedSTT(self._caller, HEARS, chance("rehearsal"), clock, log),
            self._model,
            ScriptedTTS(SPEAKS, chance("rehearsal"), clock, log),
            ScriptedVAD(),
        )

        def rehearsed(agent: Agent) -> Agent:
            return agent.replace(
                stt=providers.stt,
                llm=providers.llm,
                tts=providers.tts,
                vad=providers.vad,
                turn_model=None,
                phrases=NO_PHRASES,
                telemetry=Telemetry(),
            )

        async with _RehearsedSession(
            rehearsed, self._agent, providers=providers, earlier=self._earlier, state=self._state
        ) as session:
            session.observe(self._note)
            self._session = session
            self._changed.set()
            async for frame in session.process(self._caller.frames()):
                listener.play(frame, clock.now_ns())
            self._history = session.history

    async def _say(self, utterance: Utterance, *, hear_out: bool) -> Exchange:
        began = len(self.notices)
        spoken = await self._utter(utterance)
        return await self._answer(began, spoken, hear_out=hear_out)

    async def _utter(self, utterance: Utterance) -> int:
        """Say something; when the voice fell silent."""
        self._alive()
        said = await self._caller.say(utterance)
        return said.stop * NS_PER_MS

    async def _type(self, text: str, *, hear_out: bool) -> Exchange:
        began, at_ns = len(self.notices), self._clock.now_ns()
        self.session.send_text(text)
        return await self._answer(began, at_ns, hear_out=hear_out)

    async def _answer(self, began: int, silent_ns: int, *, hear_out: bool) -> Exchange:
        """The exchange of the turn that ended after the caller fell silent."""
        found: list[Exchange] = []

        def answered() -> bool:
            ends = [
                notice.turn_id
                for notice in self.notices[began:]
                if isinstance(notice, told.EndOfTurn) and notice.at_ns >= silent_ns
            ]
            found[:] = [one for one in self.exchanges if ends and one.turn_id == ends[-1]]
            if not found:
                return False
            if hear_out or found[0].record is not None:
                return found[0].record is not None
            return any(
                isinstance(notice, told.ReplyAudible) and notice.turn_id == found[0].turn_id
                for notice in self.notices[began:]
            )

        await self._until(answered, "an answer")
        return found[0]

    async def _wait(self, ms: int) -> None:
        self._alive()
        await self._clock.sleep_until(self._clock.now_ns() + ms * NS_PER_MS)

    async def _until_idle(self) -> None:
        while True:
            await self._wait(100)
            if not self._caller.agent_sounds and self.session.idle:
                return

    async def _end(self) -> None:
        assert self._holder is not None
        self._caller.hang_up()
        await self._holder
        self._session = None

    def _alive(self) -> None:
        if self._holder is not None and self._holder.done():
            self._holder.result()
            raise AssertionError(f"the call is over\n\n{self.account}")

    async def _until(self, done: Callable[[], bool], what: str) -> None:
        deadline_ns = self._clock.now_ns() + PATIENCE_S * 1_000 * NS_PER_MS
        while not done():
            self._alive()
            self._changed.clear()
            try:
                async with asyncio.timeout_at(self._clock.loop_time(deadline_ns)):
                    await self._changed.wait()
            except TimeoutError:
                raise AssertionError(f"{what} was waited for in vain\n\n{self.account}") from None

    # --- told -----------------------------------------------------------------------------------------

    def _note(self, notice: Notice) -> None:
        self.notices.append(notice)
        self._lines.extend(self._told(notice))
        self._changed.set()

    def _told(self, notice: Notice) -> Iterator[str]:
        match notice:
            case told.EndOfTurn(turn_id, _, text, _):
                exchange = self._exchange(turn_id)
                exchange.caller = text
                yield f"caller  {text}"
            case told.ToolStarted(turn_id, run_id, _, name, arguments, in_draft):
                self._exchange(turn_id)
                self._running[run_id] = (json.loads(arguments or "{}"), in_draft)
            case told.ToolEnded(turn_id, run_id, _, name, content, outcome):
                arguments_of, in_draft = self._running.pop(run_id, ({}, False))
                use = CalledTool(name, arguments_of, content, outcome.value, in_draft)
                self._exchange(turn_id).tools.append(use)
                yield f"tool    {use.shown}"
            case told.ReplyOver(_, _, _, text, complete, reason):
                cut = "" if complete else f" – {reason}"
                if text:
                    yield f"agent   {text}{cut}"
            case told.HandedOver(agent=name):
                yield f"handed  over to {name or 'another agent'}"
            case told.Trouble(_, where, message):
                yield f"trouble {where}: {message}"
            case told.TurnEnded(_, record):
                exchange = self._exchange(record.turn_id)
                exchange.record, exchange.agent = record, record.reply or ""
                if record.glass_to_glass_ns is not None:
                    yield f"        heard {record.glass_to_glass_ns / NS_PER_MS:.0f} ms after the caller"
            case _:
                pass

    def _exchange(self, turn_id: int) -> Exchange:
        found = next((one for one in self.exchanges if one.turn_id == turn_id), None)
        if found is None:
            found = Exchange(self, turn_id)
            self.exchanges.append(found)
        return found


def _utterance(parts: tuple[str | int, ...], after_ms: int, noise_ms: int) -> Utterance:
    words: list[SpokenWord] = []
    at_ms = noise_ms + 400 if noise_ms else 0
    for part in parts:
        if isinstance(part, int):
            at_ms += part
            continue
        for word in part.split():
            words.append(SpokenWord(word, at_ms, at_ms + WORD_MS))
            at_ms += WORD_MS
    if not words:
        raise ConfigError(f"says{parts!r}: there are no words; coughs() makes a sound without any")
    return Utterance(tuple(words), after_ms, noises=((0, noise_ms),) if noise_ms else ())
