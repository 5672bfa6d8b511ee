"""One whole call in virtual time: caller, vendors, session, listener, and all that happened in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from antiphon.config import NO_PHRASES, Agent, Modes, Playout
from antiphon.core.continuous_wait import shortest_wait_ms
from antiphon.core.endpointing import Endpointer, Endpointing
from antiphon.core.interruption import Interruption
from antiphon.core.messages import Message
from antiphon.core.notices import Notice, TurnEnded, TurnRecord
from antiphon.core.speculation import Speculation
from antiphon.core.times import NS_PER_MS
from antiphon.runtime.clock import Clock
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session
from antiphon.simulation.caller import Caller, Said
from antiphon.simulation.chance import chance
from antiphon.simulation.faults import Fault, FaultsAt, Kind, Where, draw_faults
from antiphon.simulation.listener import Heard, Listener
from antiphon.simulation.loop import run
from antiphon.simulation.populations import Population, World, own_world
from antiphon.simulation.replies import replier
from antiphon.simulation.scripted_llm import ScriptedLLM
from antiphon.simulation.scripted_stt import ScriptedSTT
from antiphon.simulation.scripted_tools import TOOL_USE, ScriptedTools
from antiphon.simulation.scripted_tts import ScriptedTTS
from antiphon.simulation.scripted_vad import ScriptedVAD
from antiphon.simulation.scripts import Script, draw_script, with_faults
from antiphon.simulation.vendor_log import VendorLog

INSTRUCTIONS = "You help callers with whatever they ask for."
APOLOGY = "sorry, that did not work, please say it again."

# Long blocks, as the listener can drop what it has not played: fewer passes, and the same sound.
PLAYOUT = Playout(block_ms=2_000, lead_ms=20)


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How simulated calls are answered.

    Attributes:
        world: What calls are drawn from.
        speculation: How replies are drafted ahead.
        endpointing: When the caller has finished.
        interruption: When the caller's voice stops the agent's.
        modes: Streaming or batch, stage by stage.
        endpointer: Makes what decides ends of turns instead of ``endpointing``, for each call.
        least_silence_ms: After how much silence it may end a turn; by default as ``endpointing`` has it.
        fault_rate: How likely each utterance, request, synthesis, run of a tool and action of the application
            goes wrong.
        tools: Whether the agent has tools, and its model asks for them.
    """

    world: World = field(default_factory=own_world)
    speculation: Speculation = field(default_factory=Speculation)
    endpointing: Endpointing = field(default_factory=Endpointing)
    interruption: Interruption = field(default_factory=Interruption)
    modes: Modes = field(default_factory=Modes)
    endpointer: Callable[[], Endpointer] | None = None
    least_silence_ms: int | None = None
    fault_rate: float = 0.0
    tools: bool = False

    @property
    def shortest_wait_ms(self) -> int:
        """No turn of spoken words ends sooner after the voice."""
        if self.least_silence_ms is not None:
            return self.least_silence_ms
        return shortest_wait_ms(self.endpointing)


@dataclass(frozen=True, slots=True)
class AppAction:
    """Something that the application did in a call."""

    kind: Kind  # say, text, close
    text: str
    at_ns: int
    interruptible: bool = True


@dataclass(slots=True)
class CallResult:
    """Everything that happened in a call. Times are nanoseconds since it began.

    Attributes:
        script: What was to happen.
        population: Who called.
        settings: How calls were answered.
        said: What the caller said.
        words: The caller's words: text, and the places in samples where each begins and ends.
        heard: What the caller heard.
        log: What the vendors were asked and what they made.
        app: What the application did.
        notices: What the session told.
        history: What the session held to have been said and heard.
        ended_ns: When the session had no more to say.
        closed_ns: When it had let go of everything; ``None`` if it never did.
        failure: What came out of it instead of an end.
    """

    script: Script
    population: Population
    settings: CallSettings
    said: list[Said] = field(default_factory=list)
    words: list[tuple[str, int, int]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    log: VendorLog = field(default_factory=VendorLog)
    app: list[AppAction] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    history: tuple[Message, ...] = ()
    ended_ns: int = 0
    closed_ns: int | None = None
    failure: Exception | None = None

    @property
    def app_closed(self) -> bool:
        """Whether the application ended the call."""
        return any(action.kind is Kind.CLOSE for action in self.app)

    @property
    def records(self) -> list[TurnRecord]:
        """The session's own account of its turns."""
        return [notice.record for notice in self.notices if isinstance(notice, TurnEnded)]

    @property
    def turns(self) -> int:
        """Utterances with words that the caller began."""
        return sum(said.utterance.is_turn for said in self.said)


def simulate_call(
    seed: str, population: Population, settings: CallSettings, faults: tuple[Fault, ...] | None = None
) -> CallResult:
    """Simulate one call; the same arguments give the same call.

    Args:
        seed: What the call is drawn from.
        population: Who calls.
        settings: How calls are answered.
        faults: What goes wrong; drawn at the settings' rate if left out.
    """
    script = draw_script(seed, population, settings.world)
    if faults is None:
        faults = draw_faults(chance("faults", seed), settings.fault_rate, len(script.utterances))
    return simulate_script(with_faults(script, faults), population, settings)


def simulate_script(script: Script, population: Population, settings: CallSettings) -> CallResult:
    """Simulate the call that a script has."""
    result = CallResult(script, population, settings)
    try:
        run(lambda: _hold_call(result))
    except Exception as error:  # noqa: BLE001 - whatever comes out of a call is a finding
        result.failure = error
    return result


async def _hold_call(result: CallResult) -> None:
    script, profile, clock, log = result.script, result.settings.world.profile, Clock(), result.log
    caller = Caller(script.utterances, clock)
    result.said, result.words = caller.said, caller.words
    listener = Listener(caller.hears)
    result.heard = listener.heard
    reply = replier(result.population.reply, profile.llm, lambda: result.turns - 1, script.asks)
    stt, llm, tts = (chance(vendor, script.seed) for vendor in ("stt", "llm", "tts"))
    faults = {where: FaultsAt(script.faults, where) for where in Where}
    providers = Providers(
        ScriptedSTT(caller, profile.stt, stt, clock, log, faults[Where.STT]),
        ScriptedLLM(reply, profile.llm, llm, clock, log, faults[Where.LLM], seed=script.seed),
        ScriptedTTS(profile.tts, tts, clock, log, faults[Where.TTS]),
        ScriptedVAD(),
    )
    make = result.settings.endpointer
    endpointer = None if make is None else make()
    agent = _agent(providers, result.settings, result.settings.world.examples(result.population))
    if result.settings.tools:
        tools = ScriptedTools(chance("tools", script.seed), clock, log, faults[Where.TOOL])
        agent = agent.replace(tools=tools.tools(), tool_use=TOOL_USE)
    async with Session(agent, providers=providers, endpointer=endpointer) as session:
        session.observe(result.notices.append, at_once=True)
        application = Application(session, clock, result)
        async for frame in session.process(caller.frames()):
            listener.play(frame, clock.now_ns())
        application.leave()
        result.ended_ns = clock.now_ns()
    result.history = session.history
    result.closed_ns = clock.now_ns()


def _agent(providers: Providers, settings: CallSettings, examples: tuple[str, ...]) -> Agent:
    return Agent(
        instructions=INSTRUCTIONS,
        apology=APOLOGY,
        stt=providers.stt,
        llm=providers.llm,
        tts=providers.tts,
        vad=providers.vad,
        examples=examples,
        modes=settings.modes,
        speculation=settings.speculation,
        endpointing=settings.endpointing,
        interruption=settings.interruption,
        playout=PLAYOUT,
        phrases=NO_PHRASES,  # each sound is to have a synthesis of its own
    )


class Application:
    """What uses the session: at times that the faults say, it speaks, types for the caller, or closes."""

    def __init__(self, session: Session, clock: Clock, result: CallResult) -> None:
        self._session, self._clock, self._result = session, clock, result
        self._timers = [
            clock.call_at(fault.ms * NS_PER_MS, partial(self._act, number, fault))
            for number, fault in enumerate(result.script.faults)
            if fault.where is Where.APP
        ]

    def leave(self) -> None:
        """Do nothing more."""
        for timer in self._timers:
            timer.cancel()

    def _act(self, number: int, fault: Fault) -> None:
        action = app_action(number, fault, self._clock.now_ns())
        self._result.app.append(action)
        match action.kind:
            case Kind.CLOSE:
                self.leave()
                self._session.close()
            case Kind.SAY:
                self._session.say(action.text, interruptible=action.interruptible)
            case _:
                self._session.send_text(action.text)


def app_action(number: int, fault: Fault, now_ns: int) -> AppAction:
    """What a fault has the application do; each text holds a word of its own to be known by."""
    if fault.kind is Kind.CLOSE:
        return AppAction(Kind.CLOSE, "", now_ns)
    if fault.kind is Kind.SAY:
        return AppAction(Kind.SAY, f"note s{number} your parcel is here.", now_ns, fault.ms % 4 != 0)
    return AppAction(Kind.TEXT, f"typed t{number} and what about tomorrow", now_ns)
