"""Whole calls for the tests of the session: a session with fakes, a caller, and somebody who listens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from antiphon.audio import AudioFrame
from antiphon.config import Agent
from antiphon.core.endpointing import Endpointing
from antiphon.core.events import Final, Interim
from antiphon.core.notices import Notice, TurnEnded, TurnRecord
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session

from .fakes import MS, Ear, FakeLLM, FakeSTT, FakeSTTStream, FakeTTS, FakeVAD, after, clock, silence, sound

REPLY = "Certainly."
REPLY_MS = 20 * len(REPLY)
Frames = AsyncIterator[AudioFrame]


def recognises(*texts: str, after_ms: float = 30) -> FakeSTT:
    """A recogniser that answers each flush with the next of some texts, of all audio since the last."""
    left = list(texts)
    final_until: dict[FakeSTTStream, int] = {}

    def on_flush(stream: FakeSTTStream) -> None:
        start, end = final_until.get(stream, 0), stream.sent_ns
        final_until[stream] = end
        event = Final(left.pop(0) if left else "", start, end)
        later(lambda: say(stream, event))

    def later(do: Callable[[], None]) -> None:
        clock().call_at(clock().now_ns() + round(after_ms * MS), do)

    stt = FakeSTT(on_flush)
    stt.on_end = lambda stream: later(stream.says.close)
    return stt


def say(stream: FakeSTTStream, event: Final | Interim) -> None:
    if not stream.says.closed:
        stream.says.put_nowait(event)


async def speaking(*stretches: int) -> Frames:
    """A caller in frames of 20 ms: silence, voice, silence ... of these lengths."""
    for number, length in enumerate(stretches):
        for _ in range(length // 20):
            await after(20)
            yield sound(20) if number % 2 else silence(20)


class Call:
    """A session with fakes, a caller, and somebody who listens."""

    def __init__(
        self,
        stt: FakeSTT | None = None,
        llm: FakeLLM | None = None,
        tts: FakeTTS | None = None,
        **agent: object,
    ) -> None:
        self.stt = stt or recognises("book a table", "for two")
        self.llm, self.tts, self.vad = llm or FakeLLM([50, REPLY]), tts or FakeTTS(), FakeVAD()
        self.providers = Providers(self.stt, self.llm, self.tts, self.vad)
        settings = {"apology": "Sorry.", "endpointing": Endpointing(silence_ms=600), **agent}
        self.agent = Agent(stt=self.stt, llm=self.llm, tts=self.tts, vad=self.vad, **settings)  # type: ignore[arg-type]
        self.session = Session(self.agent, providers=self.providers)
        self.notices: list[Notice] = []
        self.ear = Ear()
        self.session.observe(self.notices.append, at_once=True)

    async def run(self, frames: Frames, during: Callable[[Session], object] | None = None) -> None:
        """The whole call."""
        async with self.session as session:
            if during is not None:
                during(session)
            async for frame in session.process(frames):
                self.ear.play(frame)

    def of(self, kind: type[Notice]) -> list[Notice]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    @property
    def records(self) -> list[TurnRecord]:
        return [notice.record for notice in self.notices if isinstance(notice, TurnEnded)]

    @property
    def open(self) -> int:
        """Streams of providers that nobody has let go of."""
        return sum(each.streams.open for each in (self.stt, self.llm, self.tts, self.vad))

    @property
    def history(self) -> list[tuple[str, str]]:
        return [(message.role, message.content) for message in self.session.history]
