"""What an agent is: one frozen, validated description."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeAlias, cast

from pydantic import ConfigDict, PlainValidator, with_config

from antiphon.core.budget import Prices
from antiphon.core.checks import as_choice, check_range
from antiphon.core.endpointing import Endpointing
from antiphon.core.failover import Resilience
from antiphon.core.interruption import Interruption
from antiphon.core.judge import Measure
from antiphon.core.keypad import Keypad
from antiphon.core.presence import Presence
from antiphon.core.speculation import Speculation
from antiphon.core.tools import ToolUse
from antiphon.core.trimming import Window
from antiphon.core.voice_activity import VoiceActivity
from antiphon.errors import ConfigError
from antiphon.hooks import BeforeReply, Summarise
from antiphon.providers.base import LLM, STT, TTS, VAD, Embedder, ProviderContext, TurnModel
from antiphon.providers.spec import Choice, ProviderSpec, choices, did_you_mean, masked
from antiphon.speakable.settings import Speakable
from antiphon.telemetry.settings import Telemetry
from antiphon.tool_servers import ToolServer
from antiphon.tools import Tool

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Mode(StrEnum):
    """How a stage hands on its work."""

    STREAMING = "streaming"  # piece by piece, as it comes
    BATCH = "batch"  # all at once, when it is complete


@dataclass(frozen=True, slots=True)
class Modes:
    """How each stage hands on its work; batch is there to measure what streaming is worth.

    Attributes:
        stt: ``"batch"``: no interims, the transcript comes when the caller has fallen silent.
        llm: ``"batch"``: the reply's text goes to the voice when it is complete.
        tts: ``"batch"``: the reply's audio is played when it is complete.
    """

    stt: Mode = Mode.STREAMING
    llm: Mode = Mode.STREAMING
    tts: Mode = Mode.STREAMING

    def __post_init__(self) -> None:
        for stage in ("stt", "llm", "tts"):
            object.__setattr__(self, stage, as_choice(f"modes.{stage}", getattr(self, stage), Mode))


@dataclass(frozen=True, slots=True)
class Playout:
    """How a reply's audio is handed to the transport.

    Attributes:
        block_ms: Length of the blocks it is cut into: a reply can be stopped between any two.
        lead_ms: How far ahead of its being heard a block is handed over. More of it survives a busy
            machine; the reply's start is not delayed by it.
    """

    block_ms: int = 20
    lead_ms: int = 20

    def __post_init__(self) -> None:
        check_range("playout.block_ms", self.block_ms, 5, 2_000)
        check_range("playout.lead_ms", self.lead_ms, 0, 2_000)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is remembered of the voice's audio, so that it need not be spoken (and paid for) again.

    Attributes:
        memory_s: Audio kept in memory, at most, for each voice of the process; 0 for none.
        longest_chars: Longer segments are not kept.
        folder: Where phrases that were used again outlast the process; ``None`` for nowhere.
    """

    memory_s: float = 120.0
    longest_chars: int = 80
    folder: Path | str | None = None

    def __post_init__(self) -> None:
        check_range("phrases.memory_s", self.memory_s, 0, 86_400)
        check_range("phrases.longest_chars", self.longest_chars, 1, 1_000)
        if self.folder is not None:
            _check_kind("phrases.folder", self.folder, str | Path, "the path of a directory")
            object.__setattr__(self, "folder", Path(self.folder))


NO_PHRASES = Phrases(memory_s=0)
"""For measurements: each reply is spoken by the voice, whatever was spoken before."""


def _read_choice(value: object) -> Choice[Any]:
    """A provider as a file names it: ``"vendor/model"``, a table with ``provider``, or a list of these."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [_read_choice(one) for one in value]
    if isinstance(value, Mapping):
        options = dict(value)
        name = options.pop("provider", None)
        if not isinstance(name, str):
            raise ValueError(  # noqa: TRY004 - pydantic reports only these with the key they are about
                'expected provider = "vendor/model" in the table'
            )
        try:
            return ProviderSpec(name, options)
        except ConfigError as error:
            raise ValueError(error) from None
    raise ValueError('expected "vendor/model", a table with provider = "vendor/model", or a list of these')


def _read_tools(value: object) -> tuple[Tool, ...]:
    """Tools as a file names them: a list of ``"module:name"``."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError('expected a list of tools, each "module:name"')
    try:
        return tuple(_import_tool(one) for one in value)
    except ConfigError as error:
        raise ValueError(error) from None


def _read_hook(value: object) -> BeforeReply:
    """A hook as a file names it: ``"module:name"``."""
    if not isinstance(value, str):
        raise ValueError('expected the place of a function, "module:name"')  # noqa: TRY004 - as above
    try:
        found = _imported(value)
    except ConfigError as error:
        raise ValueError(error) from None
    if not inspect.iscoroutinefunction(found):
        raise ValueError(f"{value!r}: expected an async function")
    return cast("BeforeReply", found)


def _read_factory(value: object) -> Callable[[], Any]:
    """What makes a call's state, as a file names it: ``"module:name"``."""
    if not isinstance(value, str):
        raise ValueError('expected the place of a class, "module:name"')  # noqa: TRY004 - as above
    try:
        return cast("Callable[[], Any]", _imported(value))
    except ConfigError as error:
        raise ValueError(error) from None


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError, TypeError) as error:  # the last for "."
        raise ConfigError(f"{path!r}: {error}") from None


def _import_tool(path: str) -> Tool:
    found = _imported(path)
    if not isinstance(found, Tool):
        raise ConfigError(f"{path!r}: expected a function made @tool")
    return found


_FromFile = PlainValidator(_read_choice)
STTChoice: TypeAlias = Annotated[Choice[STT], _FromFile]
LLMChoice: TypeAlias = Annotated[Choice[LLM], _FromFile]
TTSChoice: TypeAlias = Annotated[Choice[TTS], _FromFile]
VADChoice: TypeAlias = Annotated[Choice[VAD], _FromFile]
HookChoice: TypeAlias = Annotated[BeforeReply, PlainValidator(_read_hook)]
SummariseChoice: TypeAlias = Annotated[Summarise, PlainValidator(_read_hook)]
StateChoice: TypeAlias = Annotated[Callable[[], Any], PlainValidator(_read_factory)]
ToolChoice: TypeAlias = Annotated[Sequence[Tool], PlainValidator(_read_tools)]
TurnModelChoice: TypeAlias = Annotated[Choice[TurnModel], _FromFile]
EmbedderChoice: TypeAlias = Annotated[Choice[Embedder], _FromFile]

_SEAMS: Mapping[str, tuple[str, ...]] = {
    "stt": ("name", "format", "open", "aclose"),
    "llm": ("name", "stream", "warm", "aclose"),
    "tts": ("name", "format", "stream", "warm", "aclose"),
    "vad": ("name", "format", "open", "aclose"),
    "turn_model": ("name", "probability", "warm", "aclose"),
    "embedder": ("name", "similarity"),
}  # what an object must have to be used there; see providers.base
_OPTIONAL = {"turn_model", "embedder"}


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A voice agent: who it is, what it is made of, how it behaves. Given a handbook, it runs offline.

    ``stt``, ``llm``, ``tts``, ``vad``, ``turn_model`` and ``embedder`` each take a name
    (``"deepgram/nova-3"``), a ``ProviderSpec`` with options, an object that implements the Protocol of
    ``antiphon.providers.base``, or several of these in order of preference. They are kept as a tuple.

    Attributes:
        name: What people call it, in reports.
        instructions: What the model is told about its task, before the conversation.
        stt: Speech to text.
        llm: The language model.
        tts: The voice.
        vad: Voice activity detection.
        turn_model: Judges at each pause, from the sound, whether the caller has finished; without one, words
            and silence do.
        embedder: Compares transcripts with ``speculation.measure = "semantic"``; needed for that alone.
        language: What is spoken, as a BCP 47 tag.
        greeting: What the agent says first; ``None`` lets the caller begin.
        handbook: A Markdown file of what the agent knows. The embedded model answers from it, the embedded
            recogniser listens for its words.
        examples: What callers say, whole turns: who has said one has finished. A text file may be named
            instead, with one on each line.
        apology: What is said when a turn's reply fails.
        tools: What the model may call: functions made ``@tool``; in a file ``"module:name"``.
        tool_servers: MCP servers whose tools it may call too.
        tool_use: How they are used.
        state: Makes each call's state for tools and hooks: a class, as a rule. In a file ``"module:name"``.
        before_reply: Called with each turn before the model is asked, and once more before it is answered;
            see ``antiphon.ReplyContext``. In a file ``"module:name"``.
        before_reply_timeout_ms: How long it may take; after that the model is asked without it.
        window: How much of the conversation the model is shown.
        summarise: Sums up what it is shown no more; see ``antiphon.LeftOut``. In a file ``"module:name"``.
        modes: Streaming or batch, stage by stage.
        speculation: How replies are drafted ahead.
        endpointing: When the caller has finished.
        interruption: When the caller's voice stops the agent's.
        keypad: When keys that a caller presses are a turn.
        presence: What happens when nobody has said anything for long.
        voice_activity: When sound counts as the caller's voice.
        playout: How audio is handed to the transport.
        phrases: What is remembered of the voice's audio.
        prices: What vendors bill: drafts are weighed by it.
        resilience: How faults of providers are borne.
        speakable: How replies are made speakable; captions and history keep what was written.
        telemetry: What is told to a tracing system.

    Raises:
        ConfigError: If a value is of the wrong kind or out of range; the message names it.
    """

    name: str = "agent"
    instructions: str = ""
    stt: STTChoice = "pocketsphinx"
    llm: LLMChoice = "handbook"
    tts: TTSChoice = "espeak/en-gb"
    vad: VADChoice = "silero"
    turn_model: TurnModelChoice | None = None
    embedder: EmbedderChoice | None = None
    language: str = "en"
    greeting: str | None = None
    handbook: Path | str | None = None
    examples: tuple[str, ...] | Path | str = ()
    apology: str = "I'm sorry, something went wrong. Could you say that again?"
    tools: ToolChoice = ()
    tool_servers: tuple[ToolServer, ...] = ()
    tool_use: ToolUse = field(default_factory=ToolUse)
    state: StateChoice | None = None
    before_reply: HookChoice | None = None
    before_reply_timeout_ms: int = 1_000
    window: Window = field(default_factory=Window)
    summarise: SummariseChoice | None = None
    modes: Modes = field(default_factory=Modes)
    speculation: Speculation = field(default_factory=Speculation)
    endpointing: Endpointing = field(default_factory=Endpointing)
    interruption: Interruption = field(default_factory=Interruption)
    keypad: Keypad = field(default_factory=Keypad)
    presence: Presence = field(default_factory=Presence)
    voice_activity: VoiceActivity = field(default_factory=VoiceActivity)
    playout: Playout = field(default_factory=Playout)
    phrases: Phrases = field(default_factory=Phrases)
    prices: Prices = field(default_factory=Prices)
    resilience: Resilience = field(default_factory=Resilience)
    speakable: Speakable = field(default_factory=Speakable)
    telemetry: Telemetry = field(default_factory=Telemetry)

    def __post_init__(self) -> None:
        for setting, needs in _SEAMS.items():
            if (choice := getattr(self, setting)) is not None or setting not in _OPTIONAL:
                object.__setattr__(self, setting, choices(setting, choice, needs))
        for each in dataclasses.fields(self):
            kind: object = each.default_factory
            if isinstance(kind, type):
                _check_kind(each.name, getattr(self, each.name), kind, f"{kind.__name__}(…)")
        object.__setattr__(self, "tools", _checked_tools(self.tools))
        object.__setattr__(self, "tool_servers", _checked_servers(self.tool_servers))
        _check_functions(self)
        check_range("before_reply_timeout_ms", self.before_reply_timeout_ms, 1, 60_000)
        for text in ("name", "instructions", "language", "apology"):
            _check_kind(text, getattr(self, text), str, "a text")
        if self.greeting is not None:
            _check_kind("greeting", self.greeting, str, "a text")
        if self.handbook is not None:
            _check_kind("handbook", self.handbook, str | Path, "the path of a Markdown file")
            object.__setattr__(self, "handbook", Path(self.handbook))
        object.__setattr__(self, "examples", _examples(self.examples))
        if self.speculation.measure is Measure.SEMANTIC and self.embedder is None:
            raise ConfigError('speculation.measure = "semantic": expected an embedder as well')
        if not _LANGUAGE.fullmatch(self.language):
            raise ConfigError(f'language = {self.language!r}: expected a BCP 47 tag such as "en" or "en-GB"')

    def replace(self, **changes: Any) -> Agent:
        """A copy with some settings changed, validated again."""
        for name in changes:
            if name not in (known := names(self)):
                raise ConfigError(f"Agent has no setting {name!r}: {did_you_mean(name, known)}")
        return dataclasses.replace(self, **changes)

    def handbook_text(self) -> str | None:
        """The handbook's Markdown, if there is a handbook.

        Raises:
            ConfigError: If the file can't be read.
        """
        if self.handbook is None:
            return None
        try:
            return Path(self.handbook).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"handbook = {str(self.handbook)!r}: {reason(error)}") from None

    def example_texts(self) -> tuple[str, ...]:
        """What callers say, as the author knows: given, or read from the file that was named.

        Raises:
            ConfigError: If the file can't be read.
        """
        if not isinstance(self.examples, Path):
            return tuple(self.examples)
        try:
            lines = self.examples.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"examples = {str(self.examples)!r}: {reason(error)}") from None
        return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))

    def known_turns(self) -> tuple[str, ...]:
        """What callers are known to say, whole turns: the examples, and the handbook's questions.

        Raises:
            ConfigError: If a file can't be read.
        """
        from antiphon.providers.handbook_text import handbook_questions  # noqa: PLC0415 - a Markdown parser

        handbook = self.handbook_text()
        return self.example_texts() + (() if handbook is None else handbook_questions(handbook))

    def context(self, environ: Mapping[str, str] | None = None) -> ProviderContext:
        """What the agent's providers may know of it.

        Args:
            environ: Where keys are looked up; the process's environment if left out.

        Raises:
            ConfigError: If the handbook can't be read.
        """
        return ProviderContext(
            language=self.language,
            handbook=self.handbook_text(),
            environ=os.environ if environ is None else environ,
        )

    def to_dict(self) -> dict[str, Any]:
        """All settings as plain values for a report, secrets masked; ``agent_from_dict`` reads them again."""
        values = {name: getattr(self, name) for name in names(self)}
        return {
            name: _plain_providers(value) if name in _SEAMS else _plain(value)
            for name, value in values.items()
            if value is not None
        }


def _check_functions(agent: Agent) -> None:
    for name in ("before_reply", "summarise"):
        hook = getattr(agent, name)
        if hook is not None and not inspect.iscoroutinefunction(hook):
            raise ConfigError(f"{name} = {hook!r}: expected an async function")
    if agent.state is not None and not callable(agent.state):
        raise ConfigError(f"state = {agent.state!r}: expected a class, or a function that makes one")


def _checked_tools(tools: object) -> tuple[Tool, ...]:
    if not isinstance(tools, tuple | list) or not all(isinstance(one, Tool) for one in tools):
        raise ConfigError(f"tools = {tools!r}: expected a list of functions made @tool")
    seen = set()
    for one in tools:
        if one.name in seen:
            raise ConfigError(f"tools: two are called {one.name!r}")
        seen.add(one.name)
    return tuple(tools)


def _checked_servers(servers: object) -> tuple[ToolServer, ...]:
    if not isinstance(servers, tuple | list) or not all(isinstance(one, ToolServer) for one in servers):
        raise ConfigError(f"tool_servers = {servers!r}: expected a list of ToolServer(…)")
    return tuple(servers)


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, to end a sentence with."""
    if isinstance(error, UnicodeDecodeError):
        return f"expected UTF-8 text; byte {error.start} is none"
    return (error.strerror or str(error)).lower()


def _examples(value: object) -> tuple[str, ...] | Path:
    """Sentences as a tuple, or the path of a file of them."""
    if isinstance(value, str | Path):
        return Path(value)
    if not isinstance(value, Sequence) or not all(isinstance(one, str) for one in value):
        raise ConfigError(f"examples = {value!r}: expected a list of sentences, or the path of a text file")
    return tuple(value)


def _check_kind(setting: str, value: object, kind: Any, expected: str) -> None:
    if not isinstance(value, kind):
        raise ConfigError(f"{setting} = {value!r}: expected {expected}")


def names(owner: Any) -> list[str]:
    """The settings of a group of settings."""
    return [each.name for each in dataclasses.fields(owner)]


def _plain_providers(providers: tuple[Any, ...]) -> object:
    """What ``_read_choice`` reads; of a provider that was given as an object, its name."""
    plain = [
        {"provider": one.name, **masked(one.options)}
        if isinstance(one, ProviderSpec) and one.options
        else one.name
        for one in providers
    ]
    return plain[0] if len(plain) == 1 else plain


def _plain(value: Any) -> Any:
    """A setting's value in what TOML and JSON can hold."""
    if isinstance(value, Tool | ToolServer):
        return value.name if isinstance(value, Tool) else value.shown()
    if callable(value):
        return f"{value.__module__}:{value.__qualname__}" if hasattr(value, "__qualname__") else repr(value)
    if dataclasses.is_dataclass(value):
        return {name: _plain(each) for name in names(value) if (each := getattr(value, name)) is not None}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str | Path) else value
