"""One call of the cloud benchmark: a session in real time, its vendors' doubles behind loopback sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from antiphon.bench.cloud_script import MS_PER_CHARACTER, Timetable, answer_request
from antiphon.bench.ear import Ear, Sound
from antiphon.bench.speech import FORMAT
from antiphon.bench.steady import STEADY
from antiphon.config import NO_PHRASES, Agent, Modes
from antiphon.core.messages import Message
from antiphon.core.notices import DraftCommitted, Notice, ReplyAudible, Trouble, TurnEnded, TurnRecord
from antiphon.core.speculation import Speculation
from antiphon.providers.spec import ProviderSpec
from antiphon.runtime.session import Session
from antiphon.simulation.vendor_log import ModelCall, Synthesis, VendorLog
from antiphon.testing.vendors import DeepgramDouble, OpenAIDouble, Profile, RequestLog
from antiphon.testing.vendors.replies import tokens_of
from antiphon.transports.file import FileCaller

# Each figure is that of an ordinary vendor; see docs/howto/measure.md.
PROFILE = Profile(
    connect_ms=80,
    behind_voice_ms=150,
    interim_every_ms=100,
    finalize_ms=65,
    first_token_ms=400,
    tokens_per_s=60,
    first_byte_ms=150,
    faster_than_real_time=5,
    ms_per_character=MS_PER_CHARACTER,
    jitter=0.1,
)
INSTRUCTIONS = (
    "You answer the telephone of a small town's services. Say what you will see to, and nothing else."
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to run the same calls.

    Attributes:
        name: In tables.
        modes: Of the stages.
        speculation: Whether replies are drafted ahead.
        patience_ms: How long the caller waits for the beginning of an answer: longer than it ever takes.
    """

    name: str
    modes: Modes
    speculation: Speculation
    patience_ms: int


@dataclass(slots=True)
class CallAccount:
    """What became of a call. Times are on the session's clock.

    Attributes:
        timetable: What the caller said.
        log: What the model's and the voice's vendor were asked for, and gave.
        start_ns: When its first sample was spoken.
        sounds: What was heard of the agent.
        records: The session's own account of the turns.
        replies_ns: When replies were audible, by the session's account.
        committed: Replies that a draft was committed to.
        troubles: What failed.
    """

    timetable: Timetable
    log: VendorLog = field(default_factory=VendorLog)
    start_ns: int = 0
    sounds: list[Sound] = field(default_factory=list)
    records: list[TurnRecord] = field(default_factory=list)
    replies_ns: dict[int, int] = field(default_factory=dict)
    committed: set[int] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)

    def observe(self, notice: Notice) -> None:
        """Take a notice down."""
        match notice:
            case TurnEnded():
                self.records.append(notice.record)
            case ReplyAudible():
                self.replies_ns[notice.reply_id] = notice.at_ns
            case DraftCommitted():
                self.committed.add(notice.reply_id)
            case Trouble():
                self.troubles.append(notice)


async def hold_call(timetable: Timetable, variant: Variant, seed: int) -> CallAccount:
    """Hold one call to its end, with vendors of its own.

    Args:
        timetable: What the caller says.
        variant: How the agent works.
        seed: Of the vendors' jitter.
    """
    account = CallAccount(timetable)
    ear = Ear()
    async with (
        DeepgramDouble(timetable.words, profile=PROFILE, seed=seed) as deepgram,
        OpenAIDouble(answer_request, profile=PROFILE, seed=seed) as openai,
    ):
        async with Session(agent(variant, deepgram.url, openai.url)) as session:
            session.observe(account.observe, at_once=True)
            caller = FileCaller(timetable.samples, FORMAT.rate_hz, session.clock)
            async for frame in session.process(caller.frames()):
                ear.hears(frame, session.clock.now_ns())
        account.log = vendor_log(openai.requests)
    assert caller.started_ns is not None, "the session took the caller's audio"
    account.start_ns = caller.started_ns
    account.sounds = ear.sounds
    return account


def agent(variant: Variant, deepgram_url: str, openai_url: str) -> Agent:
    """An agent on the vendors' doubles."""
    openai = {"base_url": openai_url, "api_key": "none"}
    return Agent(
        instructions=INSTRUCTIONS,
        stt=ProviderSpec("deepgram/nova-3", {"base_url": deepgram_url, "api_key": "none"}),
        llm=ProviderSpec("openai/gpt-4.1-mini", openai),
        tts=ProviderSpec("openai/gpt-4o-mini-tts", openai),
        modes=variant.modes,
        speculation=variant.speculation,
        phrases=NO_PHRASES,
        endpointing=STEADY,
    )


def vendor_log(requests: RequestLog) -> VendorLog:
    """What a double was asked for and gave, in the simulation's terms."""
    log = VendorLog()
    for record in requests.on("chat"):
        assert isinstance(record.body, Mapping)
        messages = tuple(Message(one["role"], one["content"]) for one in record.body["messages"])
        text = answer_request(record.body)
        # The first event holds no token, and those after the last token are not counted.
        tokens = max(0, min(record.sent - 1, len(tokens_of(text))))
        log.model_calls.append(ModelCall(record.index, record.received_ns, messages, text, tokens))
    for record in requests.on("speech"):
        assert isinstance(record.body, Mapping)
        log.syntheses.append(Synthesis(record.index, record.received_ns, record.body["input"]))
    return log
