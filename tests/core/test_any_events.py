"""Whatever happens, in whatever order, the machine keeps its promises.

The driver (``harness``) checks at each action that it makes sense: one reply at a time, only drafts that were
started and not cancelled are committed, nothing audible is dropped without a stop, no deadline comes round
for ever, nothing but notices after the end.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from antiphon.core import events as on
from antiphon.core.endpointing import Endpointing
from antiphon.core.floor import Floor
from antiphon.core.interruption import Interruption
from antiphon.core.messages import ToolCall, ToolSpec
from antiphon.core.notices import EndOfTurn, TurnStarted
from antiphon.core.persona import Persona, Takeover
from antiphon.core.preparation import NOTHING_ADDED, Preparation
from antiphon.core.presence import Presence
from antiphon.core.speculation import Speculation, Strategy, Trigger
from antiphon.core.tools import ToolPolicy
from antiphon.core.trimming import Window

from .harness import FIXED, MS, Driver, a_call

WORDS = ["book", "a table", "for two", "for ten", "no", "please", "cancel it", ""]
DELAYS = st.sampled_from([0, 0, 1, 20, 80, 150, 300, 600, 1_500, 4_000, 12_000])
TOOLS = (ToolPolicy(ToolSpec("book", "Book.")), ToolPolicy(ToolSpec("look", "Look."), safe=True))
TAKEOVERS = [
    Takeover(Persona(1, "billing", tools=TOOLS), say="Billing here."),
    Takeover(Persona(3, "desk", tools=TOOLS, prepare_timeout_ms=1_000)),
    Takeover(Persona(2, "support", apology="Sorry."), history=()),
]
SPECULATIONS = st.sampled_from(
    [
        Speculation(strategy=strategy, triggers=tuple(Trigger), min_change=0.0, max_drafts=2, measure=measure)  # type: ignore[arg-type]
        for strategy in Strategy
        for measure in ("content", "semantic")
    ]
)


class AnyEvents(RuleBasedStateMachine):
    """Any event at any time, as long as the reply's own events are possible."""

    call: Driver

    @initialize(
        speculation=SPECULATIONS,
        apology=st.sampled_from(["Sorry.", ""]),
        grace_ms=st.sampled_from([0, 250, 5_000]),
        manual=st.booleans(),
        presence=st.sampled_from([Presence(), Presence(2_000, ("Hello?",))]),
        prepares=st.booleans(),
        window=st.sampled_from([Window(), Window(max_tokens=12)]),
        summarises=st.booleans(),
    )
    def begin(
        self,
        speculation: Speculation,
        apology: str,
        grace_ms: int,
        *,
        manual: bool,
        presence: Presence,
        prepares: bool,
        window: Window,
        summarises: bool,
    ) -> None:
        self.call = a_call(
            speculation=speculation,
            apology=apology,
            interruption=Interruption(grace_ms=grace_ms),
            tools=TOOLS,
            endpointing=Endpointing(manual=True) if manual else FIXED,
            presence=presence,
            prepare_timeout_ms=1_000 if prepares else None,
            window=window,
            summarises=summarises,
        )
        self.manual = manual
        self.final_until_ms = 0.0
        self.heard: list[str] = []
        self.voiced = False

    # --- what may happen --------------------------------------------------------------------------------

    @rule(wait_ms=DELAYS)
    def time_passes(self, wait_ms: int) -> None:
        self.call.to(self.call.now_ms + wait_ms)

    @rule(back_ms=st.integers(0, 300))
    def the_voice_sets_in_or_ceases(self, back_ms: int) -> None:
        at_ns = round((self.call.now_ms - back_ms) * MS)
        self.call.feed(on.SpeechStopped(at_ns, at_ns) if self.voiced else on.SpeechStarted(at_ns))
        self.voiced = not self.voiced

    @rule(
        voiced_ms=st.sampled_from([100, 300, 900]),
        interim=st.sampled_from(WORDS),
        final=st.sampled_from([*WORDS, None]),
        wait_ms=DELAYS,
    )
    def the_caller_says_something(
        self, voiced_ms: int, interim: str, final: str | None, wait_ms: int
    ) -> None:
        """As a recogniser in good order would have it, where random events hardly ever get."""
        call, began_ms = self.call, self.call.now_ms
        if not self.voiced:
            call.speaks(began_ms)
        call.interim(interim, call.now_ms + voiced_ms, start_ms=self.final_until_ms)
        call.pauses(call.now_ms)
        self.voiced = False
        if final is not None:
            call.final(final, call.now_ms + 80, start_ms=self.final_until_ms)
            self.final_until_ms = call.now_ms
        call.to(call.now_ms + wait_ms)

    @rule(text=st.sampled_from(WORDS), span=st.tuples(st.integers(0, 6_000), st.integers(0, 6_000)))
    def an_interim_comes(self, text: str, span: tuple[int, int]) -> None:
        start_ns, end_ns = self._span(span)
        self.call.feed(on.Interim(text, start_ns, end_ns))

    @rule(text=st.sampled_from(WORDS), span=st.tuples(st.integers(0, 6_000), st.integers(0, 6_000)))
    def a_final_comes(self, text: str, span: tuple[int, int]) -> None:
        start_ns, end_ns = self._span(span)
        self.call.feed(on.Final(text, start_ns, end_ns))

    def _span(self, back_ms: tuple[int, int]) -> tuple[int, int]:
        """Some audio of the past."""
        start_ms, end_ms = sorted(max(0, self.call.now_ms - back) for back in back_ms)
        return round(start_ms * MS), round(end_ms * MS)

    @rule(
        event=st.sampled_from(
            [
                on.EagerEndOfTurn("x"),
                on.TurnResumed(),
                on.VendorEndOfTurn(),
                on.RecogniserFailed("gone"),
                on.VoiceSuspected(),
                on.VoiceDismissed(),
                on.TurnModelAnswered(1, 0.5),
                on.InterruptRequested(),
                on.KeyPressed("1"),
                on.KeyPressed("2#"),
                on.Tick(),
            ]
        )
    )
    def the_recogniser_says_something(self, event: on.Event) -> None:
        self.call.feed(event)

    @rule()
    def the_application_ends_the_turn(self) -> None:
        at_ns = round(self.call.now_ms * MS)
        self.call.feed(on.TurnCommitted(at_ns, at_ns))
        self.voiced = False

    @rule()
    def the_caller_hangs_up(self) -> None:
        at_ns = round(self.call.now_ms * MS)
        self.call.feed(on.InputEnded(at_ns, at_ns))
        self.voiced = False

    @rule(text=st.sampled_from(WORDS))
    def the_caller_writes(self, text: str) -> None:
        self.call.writes(text)

    @rule(text=st.sampled_from(WORDS), interruptible=st.booleans())
    def the_application_has_something_to_say(self, text: str, interruptible: bool) -> None:
        self.call.say(text, interruptible=interruptible)

    @rule(request_id=st.integers(0, 12), similarity=st.sampled_from([-1.0, 0.5, 0.99]))
    def an_embedder_answers(self, request_id: int, similarity: float) -> None:
        self.call.feed(on.SimilarityAnswered(request_id, similarity))

    @precondition(lambda self: self._running())
    @rule(data=st.data(), what=st.sampled_from(["ready", "finished", "failed"]))
    def a_draft_gets_on(self, data: st.DataObject, what: str) -> None:
        draft_id = data.draw(st.sampled_from(self._running()))
        getattr(self.call, what)(draft_id)

    def _running(self) -> list[int]:
        return [draft.draft_id for draft in self.call.drafts.values() if draft.state == "running"]

    @precondition(lambda self: self._running())
    @rule(data=st.data(), names=st.lists(st.sampled_from(["book", "look"]), min_size=1, max_size=2))
    def a_model_asks_for_tools(self, data: st.DataObject, names: list[str]) -> None:
        written = [each for each in self._running() if self.call.drafts[each].text is None]
        if written:
            draft_id = data.draw(st.sampled_from(written))
            calls = tuple(ToolCall("x", name, "{}") for name in names)
            self.call.feed(
                on.ToolsRequested(draft_id, calls, data.draw(st.sampled_from(["", "One moment."])))
            )

    @rule(run_id=st.integers(1, 6), takeover=st.sampled_from([None, *TAKEOVERS]))
    def a_tool_answers(self, run_id: int, takeover: Takeover | None) -> None:
        self.call.feed(on.ToolFinished(run_id, "done", takeover=takeover))

    @rule(
        request_id=st.integers(1, 12),
        preparation=st.sampled_from([NOTHING_ADDED, Preparation(instructions=("Be brief.",))]),
        takeover=st.sampled_from([None, *TAKEOVERS]),
    )
    def a_hook_answers(self, request_id: int, preparation: Preparation, takeover: Takeover | None) -> None:
        self.call.feed(on.ReplyPrepared(request_id, preparation, takeover=takeover))

    @rule(request_id=st.integers(1, 4), text=st.sampled_from(["in short", None]))
    def what_was_left_out_is_summed_up(self, request_id: int, text: str | None) -> None:
        self.call.feed(on.Summarised(request_id, text))

    @rule(takeover=st.sampled_from(TAKEOVERS))
    def the_application_hands_the_call_over(self, takeover: Takeover) -> None:
        self.call.feed(on.HandOverRequested(takeover))

    @precondition(lambda self: self.call.playing is not None and not self.call.playing.audible)
    @rule()
    def the_reply_is_heard(self) -> None:
        self.call.audible()

    @precondition(lambda self: self.call.playing is not None)
    @rule(complete=st.booleans())
    def the_reply_is_over(self, complete: bool) -> None:
        playing = self.call.playing
        assert playing is not None
        text = f"reply {playing.reply_id}" if playing.audible else ""
        self.heard.append(text)
        self.call.played(text=text, complete=complete)

    @rule(reply_id=st.integers(0, 8), starved=st.booleans())
    def some_reply_is_starved_or_fed(self, reply_id: int, starved: bool) -> None:
        self.call.feed(on.ReplyStarved(reply_id) if starved else on.ReplyFed(reply_id))

    @precondition(lambda self: self.call.over)
    @rule(data=st.data())
    def a_reply_that_is_over_is_heard_of_again(self, data: st.DataObject) -> None:
        reply_id = data.draw(st.sampled_from(self.call.over))
        at_ns = round(self.call.now_ms * MS)
        self.call.feed(on.ReplyStarted(reply_id, at_ns, at_ns, on.DraftMarks()))
        self.call.feed(on.ReplyEnded(reply_id, "a ghost", 1.0, complete=True))

    # --- what always holds --------------------------------------------------------------------------------

    @invariant()
    def no_deadline_has_passed_unheeded(self) -> None:
        self.call.to(self.call.now_ms)
        deadline_ns = self.call.machine.next_deadline()
        assert deadline_ns is None or deadline_ns > self.call.now_ms * MS

    @invariant()
    def the_agent_has_the_floor_while_and_only_while_a_reply_is_in_hand(self) -> None:
        playing, floor = self.call.playing, self.call.floor
        if playing is None:
            assert floor in {Floor.IDLE, Floor.CALLER, Floor.CLOSED}
        else:
            assert floor is (Floor.AGENT if playing.audible else Floor.THINKING)

    @invariant()
    def history_holds_nothing_that_was_not_heard(self) -> None:
        heard = {*self.heard, self.call.heard}
        said = {
            each.content
            for each in self.call.machine.history
            if each.role == "assistant" and not each.tool_calls
        }
        assert said <= heard

    @invariant()
    def a_turn_is_accounted_for_at_most_once_and_adds_up(self) -> None:
        counts = Counter(record.turn_id for record in self.call.records)
        assert not counts or max(counts.values()) == 1
        for record in self.call.records:
            if record.glass_to_glass_ns is not None:
                assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns
                assert record.glass_to_glass_ns < self.call.now_ms * MS
            ledger = record.ledger
            assert ledger.started >= ledger.reused + ledger.opened + ledger.discarded
            assert ledger.reused <= 1

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        held_open = self.manual and self.call.floor is Floor.CALLER  # until the application ends the turn
        if self.call.floor in {Floor.CALLER, Floor.THINKING} and not self.voiced and not held_open:
            assert self.call.machine.next_deadline() is not None

    def teardown(self) -> None:
        call = self.call
        call.close()
        assert call.machine.idle
        assert call.machine.next_deadline() is None
        assert call.playing is None
        assert "running" not in call.states()
        started = {notice.turn_id for notice in call.of(TurnStarted)}
        ended = {notice.turn_id for notice in call.of(EndOfTurn)}
        recorded = {record.turn_id for record in call.records}
        assert ended <= recorded <= started
        drafting = call.machine._replying._drafting
        assert (drafting._accounts, drafting._asked, len(drafting.pool)) == ({}, {}, 0), "nothing is kept"


AnyEvents.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAnyEvents = AnyEvents.TestCase
