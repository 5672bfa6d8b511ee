from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from antiphon.config import Mode, Modes
from antiphon.core.actions import Action
from antiphon.core.conversation import Conversation
from antiphon.core.endpointing import Endpointing
from antiphon.core.events import Event, ReplyHeard
from antiphon.core.habits import USUAL
from antiphon.core.interruption import Interruption
from antiphon.core.messages import Message
from antiphon.core.notices import (
    CaptionsSpoken,
    EndOfTurn,
    Notice,
    OverlapJudged,
    ReplyAudible,
    ReplyOver,
    TurnEnded,
)
from antiphon.errors import SessionClosedError
from antiphon.runtime.helpers import closing
from antiphon.runtime.session import Session
from antiphon.runtime.witness import Beginning
from antiphon.telemetry.settings import Exporter, Telemetry
from antiphon.telemetry.spans import CallFacts
from antiphon.telemetry.trace import CHANNEL, DRAFT, TraceEvent

from .calls import REPLY, REPLY_MS, Call, Frames, recognises, speaking
from .fakes import (
    MS,
    FakeLLM,
    after,
    clock,
    kinds,
    now_ms,
    silence,
    sound,
    virtually,
    voice,
)

# --- a call --------------------------------------------------------------------------------------------


@virtually
async def test_a_caller_is_heard_and_answered() -> None:
    call = Call()
    await call.run(speaking(500, 800, 1_500))
    assert call.history == [("user", "book a table"), ("assistant", REPLY)]
    assert call.ear.heard == voice(0, REPLY_MS).tolist()
    (record,) = call.records
    assert record.outcome == "replied"
    assert record.marks_ns["last_voiced"] == pytest.approx(1_300 * MS, abs=5 * MS)
    assert record.glass_to_glass_ns == pytest.approx(600 * MS, abs=6 * MS), "the draft was ready"
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns
    assert record.ledger.reused == record.ledger.started == record.ledger.llm_requests == 1
    assert call.open == 0


@virtually
async def test_it_ends_after_the_caller_s_audio_and_the_last_reply() -> None:
    call = Call(llm=FakeLLM([1_000, "It is " + "very " * 20 + "far."]))
    await call.run(speaking(500, 800, 100))
    assert call.history[-1][1].endswith("far.")
    assert now_ms() == pytest.approx(1_900 + 20 + 200 + 20 * 110, rel=0.1)
    assert call.open == 0


@virtually
async def test_a_caller_who_hangs_up_in_mid_word_is_answered_too() -> None:
    call = Call()
    await call.run(speaking(500, 800))
    assert call.history == [("user", "book a table"), ("assistant", REPLY)]


@virtually
async def test_a_call_in_which_nothing_is_said_ends_when_the_audio_does() -> None:
    call = Call()
    await call.run(speaking(1_000))
    assert now_ms() == pytest.approx(1_000, abs=50)
    assert call.notices == []


@virtually
async def test_two_turns_follow_one_another() -> None:
    call = Call()
    await call.run(speaking(500, 800, 2_000, 800, 2_000))
    assert call.history == [
        *(("user", "book a table"), ("assistant", REPLY)),
        *(("user", "for two"), ("assistant", REPLY)),
    ]
    assert [message.content for message in call.llm.requests[1].messages] == [
        "book a table",
        REPLY,
        "for two",
    ]


@virtually
async def test_the_caller_s_voice_silences_the_agent_and_the_words_stop_it() -> None:
    unguarded = Interruption(echo_guard_ms=0)
    call = Call(llm=FakeLLM([50, "It is " + "very " * 20 + "far."]), interruption=unguarded)
    await call.run(speaking(500, 800, 1_500, 800, 1_000))
    (record, *_) = call.records
    assert record.outcome == "interrupted"
    onset_ms = 500 + 800 + 1_500
    held, confirmed = (
        notice.at_ns / MS
        for notice in call.notices
        if isinstance(notice, OverlapJudged) and notice.verdict in {"held", "confirmed"}
    )
    assert held == pytest.approx(onset_ms + 680, abs=5)
    assert confirmed > onset_ms + 800, "the recogniser is silent until the caller is"
    sounds = [at_ms + len(frame.samples) for at_ms, frame in call.ear.frames if frame.samples.any()]
    assert max(at_ms for at_ms in sounds if at_ms < confirmed) <= held + 40 + 60
    assert not any(confirmed <= at_ms < confirmed + 60 for at_ms in sounds)
    over = next(notice for notice in call.notices if isinstance(notice, ReplyOver))
    assert over.text
    assert not over.text.endswith("far.")
    assert call.history[1] == ("assistant", over.text)


@virtually
async def test_a_caller_who_goes_on_before_the_reply_is_heard_gets_one_to_all_of_it() -> None:
    call = Call(llm=FakeLLM([2_000, REPLY]))
    await call.run(speaking(500, 800, 1_000, 600, 4_000))
    assert call.history == [("user", "book a table for two"), ("assistant", REPLY)]
    assert call.ear.heard == voice(0, REPLY_MS).tolist()
    assert [record.user for record in call.records] == ["book a table for two"]
    assert call.open == 0


@virtually
async def test_a_cough_before_the_reply_is_heard_costs_nothing() -> None:
    call = Call(recognises("book a table"), FakeLLM([1_000, REPLY]))
    await call.run(speaking(500, 800, 900, 100, 4_000))
    assert call.history == [("user", "book a table"), ("assistant", REPLY)]
    assert len(call.llm.requests) == 1
    assert call.ear.heard == voice(0, REPLY_MS).tolist()


@pytest.mark.parametrize("stage", ["stt", "llm", "tts"])
def test_each_stage_may_work_in_batch(stage: str) -> None:
    @virtually
    async def main() -> None:
        call = Call(modes=Modes(**{stage: Mode.BATCH}))
        await call.run(speaking(500, 800, 2_500))
        assert call.history == [("user", "book a table"), ("assistant", REPLY)]

    main()


@virtually
async def test_the_end_of_a_turn_comes_at_its_moment_not_at_the_next_frame() -> None:
    async def long_frames() -> Frames:
        for frame in (silence(500), sound(800), silence(300), silence(2_000)):
            await after(len(frame.samples))
            yield frame

    call = Call(endpointing=Endpointing(silence_ms=700))
    await call.run(long_frames())
    (end,) = call.of(EndOfTurn)
    assert isinstance(end, EndOfTurn)
    assert end.at_ns == pytest.approx(2_000 * MS, abs=5 * MS)


# --- the application -----------------------------------------------------------------------------------


@virtually
async def test_the_greeting_comes_first() -> None:
    call = Call(greeting="Welcome.")
    await call.run(speaking(1_000, 600, 1_000))
    assert call.history[0] == ("assistant", "Welcome.")
    assert len(call.history) == 3


@virtually
async def test_words_of_the_application_are_said_and_typed_ones_answered() -> None:
    call = Call()

    async def typing() -> Frames:
        async for frame in speaking(100):
            yield frame
        call.session.say("One moment.")
        async for frame in speaking(1_000):
            yield frame
        call.session.send_text("hello")
        async for frame in speaking(1_000):
            yield frame

    await call.run(typing())
    assert call.history == [("assistant", "One moment."), ("user", "hello"), ("assistant", REPLY)]


@virtually
async def test_an_observer_is_told_everything_in_order() -> None:
    call = Call()
    await call.run(speaking(500, 800, 1_500))
    captions = [notice for notice in call.notices if isinstance(notice, CaptionsSpoken)]
    assert kinds(call.notices) == [
        *("TurnStarted", "TranscriptChanged", "DraftStarted", "EndOfTurn", "DraftCommitted"),
        *("ReplyAudible", *["CaptionsSpoken"] * len(captions), "ReplyOver", "TurnEnded"),
    ]
    assert " ".join(word.text for notice in captions for word in notice.words) == REPLY


@virtually
async def test_events_are_told_to_whoever_asks_until_the_call_is_closed() -> None:
    call = Call()
    heard: list[Notice] = []

    async def listen() -> None:
        async for notice in call.session.events():
            heard.append(notice)

    async with asyncio.TaskGroup() as group:
        await call.run(speaking(500, 800, 1_500), lambda _: group.create_task(listen()))
    assert heard == call.notices


@virtually
async def test_events_tell_of_the_end_of_a_call_that_is_cut_short() -> None:
    call = Call()
    heard: list[Notice] = []

    async def listen() -> None:
        async for notice in call.session.events():
            heard.append(notice)

    async with asyncio.TaskGroup() as group, call.session:
        group.create_task(listen())
        await after(10)
        call.session.send_text("hello")
        await after(10)
    assert kinds(heard)[-1] == "TurnEnded"


@virtually
async def test_whoever_stops_listening_to_events_is_forgotten() -> None:
    call = Call()
    async with call.session as session:
        async with closing(session.events()) as events:
            asking = asyncio.ensure_future(anext(events))
            await after(0)
            session.send_text("hello")
            assert await asking == call.notices[0]
        assert session._listeners == []
        assert len(session._observers) == 1


@virtually
async def test_an_observer_may_close_the_call() -> None:
    call = Call()

    def close_when_audible(notice: Notice) -> None:
        if isinstance(notice, ReplyAudible):
            call.session.close()

    call.session.observe(close_when_audible)
    await call.run(speaking(500, 800, 5_000))
    assert now_ms() < 2_500
    assert call.records[-1].outcome == "closed"
    assert call.open == 0


@virtually
async def test_an_observer_may_have_something_said() -> None:
    call = Call()

    def add(notice: Notice) -> None:
        if isinstance(notice, TurnEnded):
            call.session.say("Anything else?")

    call.session.observe(add)
    await call.run(speaking(500, 800, 1_500))
    assert call.history[-1] == ("assistant", "Anything else?")


@virtually
async def test_what_the_listener_s_end_says_of_a_reply_goes_into_its_account() -> None:
    call = Call()
    call.session.note_heard(ReplyHeard(1, 0, 0, 0, 0))  # nobody listens yet: it is passed over

    def report(notice: Notice) -> None:
        if isinstance(notice, ReplyAudible):
            at_ns = notice.at_ns + 30 * MS
            clock().call_at(at_ns, lambda: call.session.note_heard(ReplyHeard(1, at_ns, at_ns, at_ns, at_ns)))

    call.session.observe(report)
    await call.run(speaking(500, 800, 1_500))
    (record,) = call.records
    assert record.contributions_ns["network"] == 30 * MS
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns


def test_a_session_that_is_not_open_says_so() -> None:
    @virtually
    async def main() -> None:
        session = Call().session
        assert session.history == ()
        session.close()
        for use in (lambda: session.say("x"), lambda: session.send_text("x")):
            with pytest.raises(SessionClosedError, match="async with Session"):
                use()
        with pytest.raises(SessionClosedError):
            async for _ in session.process(speaking(20)):
                pass
        with pytest.raises(SessionClosedError):
            async for _ in session.events():
                pass

    main()


@virtually
async def test_after_a_call_its_history_can_still_be_read_and_nothing_else_be_done() -> None:
    call = Call()
    await call.run(speaking(500, 800, 1_500))
    assert len(call.session.history) == 2
    with pytest.raises(SessionClosedError):
        call.session.say("x")


# --- what can be watched -------------------------------------------------------------------------------


@virtually
async def test_how_full_its_channels_are_is_told_after_each_turn() -> None:
    call = Call()
    events: list[TraceEvent] = []
    call.session.tracer.add(events.append)
    await call.run(speaking(500, 800, 1_500))
    readings = [event for event in events if event.name == CHANNEL]
    assert [reading.attributes["channel"] for reading in readings] == ["stt", "playout"]
    assert readings[0].at_ns == call.of(TurnEnded)[0].at_ns
    assert call.session.clock.now_ns() > readings[0].at_ns


@virtually
async def test_when_each_draft_passed_its_stations_is_told_at_its_end() -> None:
    call = Call()
    events: list[TraceEvent] = []
    call.session.tracer.add(events.append)
    await call.run(speaking(500, 800, 1_500))
    (draft,) = (event for event in events if event.name == DRAFT)
    (record,) = call.records
    assert draft.attributes["outcome"] == "DraftFinished"
    assert draft.attributes["requested_ns"] == record.marks_ns["llm_requested"]
    assert draft.attributes["first_audio_ns"] == record.marks_ns["first_audio"]


class Steps:
    """A witness that keeps what it sees."""

    def __init__(self) -> None:
        self.beginning: Beginning | None = None
        self.steps: list[tuple[int, Event, tuple[Action, ...]]] = []

    def begin(self, beginning: Beginning) -> None:
        assert self.beginning is None
        self.beginning = beginning

    def step(self, now_ns: int, event: Event, actions: Sequence[Action]) -> None:
        self.steps.append((now_ns, event, tuple(actions)))


@virtually
async def test_a_witness_sees_enough_to_decide_everything_again() -> None:
    call, witness = Call(greeting="Welcome."), Steps()
    call.session.add_witness(witness)
    await call.run(speaking(500, 800, 3_000))
    assert witness.beginning is not None
    begun = witness.beginning
    again = Conversation(begun.settings, earlier=begun.earlier, habits=begun.habits)
    for now_ns, event, actions in witness.steps:
        assert tuple(again.handle(event, now_ns)) == actions
    assert again.history == call.session.history
    assert len(again.history) == 3


@virtually
async def test_who_comes_late_is_no_witness() -> None:
    call = Call()
    async with call.session as session:
        with pytest.raises(SessionClosedError, match="add a witness before"):
            session.add_witness(Steps())


@virtually
async def test_a_call_that_goes_on_knows_what_was_said_and_greets_nobody_again() -> None:
    call = Call(greeting="Welcome.")
    earlier = (Message("user", "book a table"), Message("assistant", "For how many?"))
    call.session = Session(call.agent, providers=call.providers, earlier=earlier)
    await call.run(speaking(500, 800, 1_500))
    assert call.session.history[:2] == earlier
    assert [message.content for message in call.llm.requests[0].messages] == [
        *("book a table", "For how many?"),
        "book a table",
    ]
    assert call.history[2:] == [("user", "book a table"), ("assistant", REPLY)]


def test_a_tracing_system_is_told_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="needs the extra otel")
    from antiphon.telemetry import otel

    class Export:
        """Keeps what it is told."""

        def __init__(self, *_: object) -> None:
            self.calls: list[tuple[CallFacts, int]] = []
            self.notices: list[Notice] = []
            self.events: list[TraceEvent] = []

        def call(self, facts: CallFacts, *, epoch_offset_ns: int) -> Export:
            self.calls.append((facts, epoch_offset_ns))
            return self

        def observe(self, notice: Notice) -> None:
            self.notices.append(notice)

        def trace(self, event: TraceEvent) -> None:
            self.events.append(event)

    export = Export()
    monkeypatch.setattr(otel, "shared_export", lambda _: export)

    @virtually
    async def main() -> None:
        call = Call(telemetry=Telemetry(exporter=Exporter.OTLP))
        await call.run(speaking(500, 800, 1_500))
        ((facts, epoch_offset_ns),) = export.calls
        assert facts == CallFacts("fake/stt", "fake/llm", "fake/tts")
        assert epoch_offset_ns > 1_700_000_000_000 * MS
        assert export.notices == call.notices
        assert [event.name for event in export.events].count(CHANNEL) == 2

    main()


@virtually
async def test_what_is_learned_of_a_caller_goes_into_their_next_call() -> None:
    call = Call()
    assert call.session.habits == USUAL
    await call.run(speaking(500, 800, 1_500))
    learned = call.session.habits
    assert learned.turns == 1
    assert Session(call.agent, habits=learned).habits == learned
