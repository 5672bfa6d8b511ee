"""The seams: what a recogniser, a model, a voice and their helpers must do to be used by a session.

Each is a small Protocol. A provider maps its vendor's errors to ``antiphon.errors`` at its own edge, holds
no turn logic, and lets go of every connection when its stream is closed or its task cancelled.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, TypeAlias, runtime_checkable

from antiphon.audio import AudioFormat, AudioFrame, Samples
from antiphon.core.events import RecogniserEvent, Word
from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.errors import ConfigError

# --- how a provider is made ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProviderContext:
    """What a provider may know of the agent it is made for."""

    language: str = "en"  # BCP 47
    handbook: str | None = None  # the agent's handbook, Markdown
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)  # where keys are looked up


def check_options(provider: str, options: Mapping[str, object], known: Collection[str]) -> None:
    """Refuse options that a provider does not have.

    Raises:
        ConfigError: Naming the unknown option and those there are.
    """
    for option in options:
        if option not in known:
            there_are = ", ".join(sorted(known)) or "none"
            raise ConfigError(f"{provider}: unknown option {option!r}; it has: {there_are}")


# --- speech to text -----------------------------------------------------------------------------------


class STTStream(Protocol):
    """One call's audio on its way through a recogniser.

    ``async for event in stream`` gives interims and finals in the order of the audio and ends after
    ``end()`` once the last final is out. Iterate from one task, send from another.
    """

    async def send(self, frame: AudioFrame) -> None:
        """Give the next audio, in the recogniser's ``format``; waits while the recogniser can't take more."""
        ...

    async def flush(self) -> None:
        """Ask for a final of all audio sent so far. One final follows, empty if nothing was said."""
        ...

    async def end(self) -> None:
        """Say that no more audio comes; what is pending becomes final and the iteration ends."""
        ...

    def __aiter__(self) -> AsyncIterator[RecogniserEvent]: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class Warmable(Protocol):
    """What a recogniser may offer as well: being made ready before the caller's first word."""

    async def warm(self) -> None:
        """Make ready what the first connection would wait for; cheap to call again."""
        ...


class STT(Protocol):
    """A streaming recogniser."""

    @property
    def name(self) -> str:
        """Registry name, such as ``"deepgram/nova-3"``."""
        ...

    @property
    def format(self) -> AudioFormat:
        """The audio it takes: mono, at this rate."""
        ...

    def open(self) -> STTStream:
        """A stream for one call; enter it to connect."""
        ...

    async def aclose(self) -> None:
        """Let go of everything shared between streams."""
        ...


# --- language model -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LLMRequest:
    """What a model is asked."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    begun: str = ""  # the reply's own beginning, already spoken: go on from it and do not repeat it
    max_output_tokens: int | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class LLMUsage:
    """What a request was billed; the last item of a stream, where the model reports it."""

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0  # of the input tokens, those served from the vendor's prompt cache


LLMEvent: TypeAlias = TextDelta | ToolCall | LLMUsage


class LLM(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """Registry name, such as ``"openai/gpt-4.1-mini"``."""
        ...

    def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """An async generator of the reply; closing it (or cancelling its task) cancels the request."""
        ...

    async def warm(self) -> None:
        """Make ready what the first request would wait for (connections, files); cheap to call again."""
        ...

    async def aclose(self) -> None:
        """Let go of everything."""
        ...


@runtime_checkable
class ReadsAhead(Protocol):
    """What a model of one's own may offer as well: a cache of what it has read, filled ahead of a request."""

    @property
    def reads_ahead(self) -> bool:
        """Whether that is worth it: on an engine of one's own it costs nothing but idle time."""
        ...

    async def warm_prefix(self, messages: Sequence[Message]) -> None:
        """Read messages and forget the answer. The next request's will begin like them."""
        ...


# --- text to speech -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """The next audio of a reply."""

    samples: Samples  # int16, mono, at the voice's rate
    segment: int  # which of the text segments it speaks, counted from 0
    words: tuple[Word, ...] = ()  # words that begin in it; times since the first sample of the whole stream


class TTS(Protocol):
    """A voice."""

    @property
    def name(self) -> str:
        """Registry name, such as ``"espeak/en-gb"``."""
        ...

    @property
    def format(self) -> AudioFormat:
        """The audio it gives: mono, at this rate."""
        ...

    def stream(self, segments: AsyncIterator[str]) -> AsyncIterator[SpeechChunk]:
        """An async generator of audio for text that arrives while it speaks.

        The first audio comes out as soon as the first segment allows; segments are spoken in order in one
        voice context. Closing it (or cancelling its task) cancels the synthesis.
        """
        ...

    async def warm(self) -> None:
        """Make ready what the first request would wait for; cheap to call again."""
        ...

    async def aclose(self) -> None:
        """Let go of everything."""
        ...


# --- helpers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoiceWindow:
    """How likely a stretch of audio is voiced."""

    end_sample: int  # counted from the stream's first sample
    samples: int  # its length
    probability: float
    level_dbfs: float  # RMS of the stretch


class VADStream(Protocol):
    """One call's audio on its way through a voice activity detector."""

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        """Take the next audio in the detector's ``format``; answer the windows it completed, often none."""
        ...

    def close(self) -> None:
        """Let go of the stream's state."""
        ...


class VAD(Protocol):
    """A voice activity detector, shared by many calls."""

    @property
    def name(self) -> str:
        """Registry name, such as ``"silero"``."""
        ...

    @property
    def format(self) -> AudioFormat:
        """The audio it takes: mono, at this rate."""
        ...

    def open(self) -> VADStream:
        """A stream for one call."""
        ...

    async def aclose(self) -> None:
        """Let go of everything shared between streams."""
        ...


class TurnModel(Protocol):
    """Judges from the sound of the last seconds whether a turn is complete."""

    @property
    def name(self) -> str:
        """Registry name, such as ``"smart-turn/model.onnx"``."""
        ...

    async def probability(self, samples: Samples) -> float:
        """P(the speaker has finished), from up to 8 s of mono int16 audio at 16 kHz, newest sample last."""
        ...

    async def warm(self) -> None:
        """Make ready what the first question would wait for; cheap to call again."""
        ...

    async def aclose(self) -> None:
        """Let go of everything."""
        ...


class Embedder(Protocol):
    """Places texts in a space where near means alike."""

    @property
    def name(self) -> str:
        """Registry name, such as ``"minilm"``."""
        ...

    async def similarity(self, left: str, right: str) -> float:
        """Cosine of the two texts' embeddings, in [-1, 1]."""
        ...

    async def warm(self) -> None:
        """Make ready what the first question would wait for; cheap to call again."""
        ...

    async def aclose(self) -> None:
        """Let go of everything."""
        ...
