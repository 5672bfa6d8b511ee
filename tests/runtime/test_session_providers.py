from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from antiphon.core.events import Interim
from antiphon.core.judge import Measure
from antiphon.core.messages import Message
from antiphon.core.notices import Trouble
from antiphon.core.speculation import Speculation, Trigger
from antiphon.errors import ProviderConnectionError
from antiphon.runtime.providers import Providers
from antiphon.runtime.session import Session

from .calls import REPLY, REPLY_MS, Call, Frames, recognises, say, speaking
from .fakes import MS, Ear, FakeEmbedder, FakeLLM, FakeTTS, after, now_ms, virtually, voice

# --- providers -----------------------------------------------------------------------------------------


@virtually
async def test_given_providers_are_warmed_and_left_open() -> None:
    call = Call()
    await call.run(speaking(100))
    assert (call.llm.warmed, call.tts.warmed) == (1, 1)
    assert [each.closed for each in (call.stt, call.llm, call.tts, call.vad)] == [0, 0, 0, 0]


@virtually
async def test_its_own_are_closed_with_it() -> None:
    call = Call()
    async with Session(call.agent) as session:
        async for _ in session.process(speaking(500, 800, 1_500)):
            pass
    assert [each.closed for each in (call.stt, call.llm, call.tts, call.vad)] == [1, 1, 1, 1]
    assert call.open == 0


@virtually
async def test_one_that_can_t_be_warmed_is_reported_and_the_call_goes_on() -> None:
    call = Call()
    call.llm.warm_error = ProviderConnectionError("fake/llm", "refused")
    await call.run(speaking(500, 800, 1_500))
    assert call.of(Trouble) == [Trouble(0, "warm-up", "fake/llm: refused")]
    assert call.history[-1] == ("assistant", REPLY)


@virtually
async def test_one_that_can_t_be_warmed_does_not_keep_the_others_cold() -> None:
    class SlowToWarm(FakeTTS):
        async def warm(self) -> None:
            await after(100)
            self.warmed += 1

    call = Call(tts=SlowToWarm())
    call.llm.warm_error = ProviderConnectionError("fake/llm", "refused")
    await call.run(speaking(100))
    assert call.tts.warmed == 1


@virtually
async def test_its_own_providers_are_closed_where_warming_breaks() -> None:
    call = Call()
    call.llm.warm_error = ZeroDivisionError()
    with pytest.raises((ZeroDivisionError, ExceptionGroup)):
        await Session(call.agent).__aenter__()
    assert [each.closed for each in (call.stt, call.llm, call.tts, call.vad)] == [1, 1, 1, 1]


@virtually
async def test_two_calls_may_share_them() -> None:
    one, two = Call(), Call()
    shared = Providers(one.stt, one.llm, one.tts, one.vad)
    one.stt.on_flush = recognises("book a table", "book a table").on_flush
    other = Session(two.agent, providers=shared)
    heard = Ear()

    async def second() -> None:
        async with other as session:
            async for frame in session.process(speaking(700, 800, 1_500)):
                heard.play(frame)

    async with asyncio.TaskGroup() as group:
        group.create_task(one.run(speaking(500, 800, 1_500)))
        group.create_task(second())
    assert one.history == [(message.role, message.content) for message in other.history]
    assert heard.heard == one.ear.heard == voice(0, REPLY_MS).tolist()
    assert one.open == 0


# --- an embedder ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("embedder", "requests"),
    [
        (FakeEmbedder(0.95), 1),
        (FakeEmbedder(0.3), 2),
        (FakeEmbedder(0.95, takes_ms=500), 2),
        (FakeEmbedder(ProviderConnectionError("fake/embedder", "down")), 2),
        (None, 2),
    ],
    ids=["alike", "different", "late", "down", "none"],
)
def test_an_embedder_is_asked_and_not_waited_for_too_long(
    embedder: FakeEmbedder | None, requests: int
) -> None:
    @virtually
    async def main() -> None:
        stt = recognises("a large table for ten book me", after_ms=550)

        async def interim_first() -> Frames:
            async for frame in speaking(500, 700):
                yield frame
            say(stt.connections[0], Interim("book me a large table for ten", 0, 1_320 * MS))
            async for frame in speaking(0, 100, 2_000):
                yield frame

        call = Call(
            stt,
            speculation=Speculation(
                measure=Measure.SEMANTIC,
                guard=False,
                triggers=(Trigger.PAUSE,),
                similarity_timeout_ms=50,
            ),
            embedder=embedder or FakeEmbedder(1.0),
        )
        given = Providers(call.stt, call.llm, call.tts, call.vad, embedder)
        call.session = Session(call.agent, providers=given)
        call.session.observe(call.notices.append)
        await call.run(interim_first())
        assert len(call.llm.requests) == requests
        assert call.history == [("user", "a large table for ten book me"), ("assistant", REPLY)]
        failed = [
            notice
            for notice in call.of(Trouble)
            if isinstance(notice, Trouble) and notice.where == "embedder"
        ]
        assert len(failed) == (embedder is not None and isinstance(embedder.similarity_or_error, Exception))

    main()


@virtually
async def test_a_question_that_is_out_does_not_hold_up_the_end_of_the_call() -> None:
    embedder = FakeEmbedder(1.0, takes_ms=60_000)
    call = Call(
        recognises("book me a large table for ten", "please and a chair"),
        speculation=Speculation(measure=Measure.SEMANTIC, guard=False, similarity_timeout_ms=5_000),
        embedder=embedder,
    )
    call.session = Session(call.agent, providers=replace(call.providers, embedder=embedder))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(call.run(speaking(500, 800, 400, 300, 1_000)))
        await after(2_200)
        assert embedder.asked
        call.session.close()
        await running
    assert now_ms() == 2_200
    assert call.open == 0


# --- a model of one's own ------------------------------------------------------------------------------


class Reader(FakeLLM):
    """A model that reads ahead, each time for a while."""

    reads_ahead = True

    def __init__(self, takes_ms: float = 10, error: ProviderConnectionError | None = None) -> None:
        super().__init__([50, REPLY])
        self.takes_ms, self.error = takes_ms, error
        self.read: list[str] = []

    async def warm_prefix(self, messages: Sequence[Message]) -> None:
        self.read.append(messages[-1].content)
        with self.streams:
            await after(self.takes_ms)
        if self.error is not None:
            raise self.error


async def with_interims(call: Call) -> Frames:
    async for frame in speaking(500, 600):
        yield frame
    for text in ("book", "book a", "book a table"):
        say(call.stt.connections[0], Interim(text, 0, call.stt.connections[0].sent_ns))
        async for frame in speaking(0, 600):
            yield frame
    async for frame in speaking(1_500):
        yield frame


BUSY = ProviderConnectionError("fake/llm", "busy")


@pytest.mark.parametrize(
    ("reader", "read", "troubles"),
    [
        (Reader(), ["book", "book a", "book a table"], 0),
        (Reader(takes_ms=1_000), ["book", "book a table"], 0),
        (Reader(error=BUSY), ["book", "book a", "book a table"], 3),
    ],
    ids=["quick", "slow", "failing"],
)
def test_it_reads_the_caller_s_words_as_they_come(reader: Reader, read: list[str], troubles: int) -> None:
    @virtually
    async def main() -> None:
        call = Call(llm=reader)
        await call.run(with_interims(call))
        assert reader.read == read
        assert len(call.of(Trouble)) == troubles
        assert call.history[-1] == ("assistant", REPLY)
        assert call.open == 0

    main()


@virtually
async def test_it_stops_reading_when_the_call_is_over() -> None:
    call = Call(llm=Reader(takes_ms=60_000))
    async with call.session as session:
        async for _ in session.process(with_interims(call)):
            break
        session.close()
    assert now_ms() < 10_000
    assert call.open == 0
