"""Calls over loopback sockets for the tests of faults: a caller of tones and an account of what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.config import Agent
from antiphon.core.endpointing import Endpointing
from antiphon.core.failover import Resilience
from antiphon.core.messages import Message
from antiphon.core.notices import EndOfTurn, Notice, ReplyAudible, ReplyOver, Trouble, TurnEnded, TurnRecord
from antiphon.core.speculation import Speculation
from antiphon.providers.base import VoiceWindow
from antiphon.providers.spec import ProviderSpec
from antiphon.runtime.session import Session
from antiphon.testing.vendors import DeepgramDouble, Fault, FaultPlan, OpenAIDouble, Profile, voiced_audio
from antiphon.testing.vendors.double import Double
from antiphon.transports.file import FileCaller

FORMAT = AudioFormat(16_000)
WORDS = "a table for two"
REPLY = "Certainly, a table for two."
APOLOGY = "Sorry, please say that again."
DEEPGRAM_KEY = "dg-d0n0ttell"
OPENAI_KEY = "sk-d0n0ttell"
DEADLINE_MS = 300  # of a model and of a voice, for the first byte and between two
SETTLE_S = 3  # how long the system may take to tell the doubles that their clients have gone

Spec = ProviderSpec
Specs = Sequence[ProviderSpec]


class LoudnessVAD:
    """What is loud is a voice."""

    name = "loudness"
    format = FORMAT
    _WINDOW = 320

    def __init__(self) -> None:
        self._end = 0
        self._rest = np.empty(0, np.int16)

    def open(self) -> LoudnessVAD:
        return LoudnessVAD()

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        self._rest = np.concatenate([self._rest, frame.samples])
        windows = []
        while len(self._rest) >= self._WINDOW:
            sound, self._rest = self._rest[: self._WINDOW], self._rest[self._WINDOW :]
            self._end += self._WINDOW
            loud = bool(np.abs(sound).max() > 1_000)
            windows.append(VoiceWindow(self._end, self._WINDOW, float(loud), -10.0 if loud else -120.0))
        return windows

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


def deepgram(**options: object) -> DeepgramDouble:
    """A recogniser that hears ``WORDS`` in each stretch of voice."""
    return DeepgramDouble(utterances=[WORDS], ms_per_word=100, **options)  # type: ignore[arg-type]


def openai(**options: object) -> OpenAIDouble:
    """A model and a voice that are as fast as can be."""
    return OpenAIDouble(REPLY, profile=Profile(ms_per_character=15), **options)  # type: ignore[arg-type]


def stt_spec(double: DeepgramDouble, key: str = DEEPGRAM_KEY, **options: object) -> Spec:
    access = {"base_url": double.url, "api_key": key, "connect_timeout_s": DEADLINE_MS / 1_000}
    return Spec("deepgram/nova-3", {**access, **options})


def llm_spec(double: OpenAIDouble, key: str = OPENAI_KEY, model: str = "gpt-4.1-mini") -> Spec:
    seconds = DEADLINE_MS / 1_000
    options = {"first_token_timeout_s": seconds, "stall_timeout_s": seconds}
    return Spec(f"openai/{model}", {"base_url": double.url, "api_key": key, **options})


def tts_spec(double: OpenAIDouble, key: str = OPENAI_KEY, model: str = "gpt-4o-mini-tts") -> Spec:
    seconds = DEADLINE_MS / 1_000
    options = {"first_byte_timeout_s": seconds, "stall_timeout_s": seconds}
    return Spec(f"openai/{model}", {"base_url": double.url, "api_key": key, **options})


def resilience(**settings: object) -> Resilience:
    """Short deadlines; one retry."""
    short: Mapping[str, object] = {
        "first_byte_timeout_ms": DEADLINE_MS,
        "between_bytes_timeout_ms": DEADLINE_MS,
        "retry_delay_ms": 20,
    }
    return Resilience(**{**short, **settings})  # type: ignore[arg-type]


def only_once(fault: Fault) -> FaultPlan:
    """The first request fails."""
    return FaultPlan({0: fault})


def always(fault: Fault) -> FaultPlan:
    """Every request fails."""
    return FaultPlan(probability=1, mix=(fault,))


@dataclass(slots=True)
class Account:
    """What became of a call."""

    notices: list[Notice] = field(default_factory=list)
    history: Sequence[Message] = ()
    voice_ended_ns: int = 0
    loud_samples: int = 0  # that the caller was given to hear

    @property
    def record(self) -> TurnRecord:
        """The one turn's."""
        (record,) = (notice.record for notice in self.notices if isinstance(notice, TurnEnded))
        return record

    @property
    def troubles(self) -> list[str]:
        return [notice.message for notice in self.notices if isinstance(notice, Trouble)]

    @property
    def heard(self) -> list[str]:
        """What was heard of each thing the agent said."""
        return [notice.text for notice in self.notices if isinstance(notice, ReplyOver)]

    @property
    def caller_said(self) -> list[str]:
        return [message.content for message in self.history if message.role == "user"]

    @property
    def turn_ms(self) -> float:
        """From the caller's last sound until the turn was over and accounted for."""
        (ended,) = (notice.at_ns for notice in self.notices if isinstance(notice, TurnEnded))
        return (ended - self.voice_ended_ns) / 1e6

    @property
    def answer_ms(self) -> float:
        """From the decision that the caller's turn was over until the agent was heard."""
        decided = next(notice.at_ns for notice in self.notices if isinstance(notice, EndOfTurn))
        audible = next(notice.at_ns for notice in self.notices if isinstance(notice, ReplyAudible))
        return (audible - decided) / 1e6


async def hold(
    stt: Specs, llm: Specs, tts: Specs, settings: Resilience | None = None, *, drafts: bool = True
) -> Account:
    """One call of one turn: half a second of voice, then silence until the call is over."""
    agent = Agent(
        stt=stt,
        llm=llm,
        tts=tts,
        vad=LoudnessVAD(),
        apology=APOLOGY,
        endpointing=Endpointing(silence_ms=200, final_timeout_ms=1_500),
        resilience=settings or resilience(),
        speculation=Speculation() if drafts else Speculation(strategy="discard"),  # type: ignore[arg-type]
    )
    account = Account()
    samples = voiced_audio((100, 600), rate_hz=FORMAT.rate_hz, silence_ms=60)
    async with asyncio.timeout(20), Session(agent) as session:
        session.observe(account.notices.append)
        caller = FileCaller(samples, FORMAT.rate_hz, session.clock, tail_ms=None)

        async for frame in session.process(_until_over(caller, account)):
            account.loud_samples += int((np.abs(frame.samples) > 1_000).sum())
        assert caller.started_ns is not None
        account.voice_ended_ns = caller.started_ns + 600_000_000
    account.history = session.history
    return account


async def _until_over(caller: FileCaller, account: Account) -> AsyncIterator[AudioFrame]:
    """The caller stays on the line until the turn is over."""
    async for frame in caller.frames():
        yield frame
        if any(isinstance(notice, TurnEnded) for notice in account.notices):
            return


def open_connections(doubles: Sequence[Double]) -> int:
    """Clients' connections that have not been closed."""
    connections = [one for double in doubles for one in double._server._connections.values()]
    return sum(not connection.is_closing() for connection in connections)


async def nothing_is_left(*doubles: Double) -> None:
    """Sessions are closed: see that no connection is, and no task runs but those that ask.

    The doubles learn of a closed socket from the system, a few passes of the event loop later.
    """
    own = asyncio.current_task()
    try:
        async with asyncio.timeout(SETTLE_S):
            while open_connections(doubles) or asyncio.all_tasks() != {own}:
                await asyncio.sleep(0)
    except TimeoutError:
        tasks = [task.get_coro() for task in asyncio.all_tasks() if task is not own]
        raise AssertionError(f"{open_connections(doubles)} connections are open, running: {tasks}") from None
