"""The conversation machine: each event in, the actions it calls for out. Nothing else decides anything.

It reads no clock, waits for nothing and knows no provider: the driver passes the time with each event,
carries out the actions in order, and calls again with a ``Tick`` at ``next_deadline()``. The states and the
ways between them stand as a table in ``core.floor``. What is decided where:

- *A turn opens* with voice or words and collects finals, in the order of their audio (``transcript``).
- *At each pause* the recogniser is flushed, so that the final is not what is waited for, and a draft is
  begun for the first transcript that holds every word (``speculation``, ``drafting``).
- *The turn ends* when the wait since the last voiced sample is over (``endpointing``), the words up to
  there are final, and nothing that matters for the choice is still out. A final that does not come in time
  is replaced by the interim; should it come after all and differ, the reply is taken back (``listening``).
- *The reply* is the draft that answers those words, or a new attempt, which is never refused. It is
  committed either way: the committed draft's audio, there or still to come, is what is heard.
- *A failed attempt* is made once more; then the turn ends in the author's apology, and if that can't be
  spoken either, in a report. A reply that fails half-way keeps what was heard, and the apology follows
  (``replying``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from antiphon.core import events as on
from antiphon.core.actions import Action
from antiphon.core.budget import Prices
from antiphon.core.call import Call
from antiphon.core.continuous_wait import endpointer_of
from antiphon.core.drafting import Drafting
from antiphon.core.early import Early
from antiphon.core.ending import Ending
from antiphon.core.endpointing import Endpointer, Endpointing
from antiphon.core.floor import Floor
from antiphon.core.habits import USUAL, Habits
from antiphon.core.handing_over import HandingOver
from antiphon.core.interruption import Interruption
from antiphon.core.keypad import Entry, Keypad
from antiphon.core.learning import Learning
from antiphon.core.listening import Listening
from antiphon.core.messages import Message
from antiphon.core.overlap import Overlap
from antiphon.core.patience import Patience
from antiphon.core.preparing import Preparing
from antiphon.core.presence import Presence, Watch
from antiphon.core.replying import Replying
from antiphon.core.speculation import DraftPool, Speculation
from antiphon.core.tooling import Tooling
from antiphon.core.tools import ToolPolicy, ToolUse
from antiphon.core.trimming import Trimming, Window


@dataclass(frozen=True, slots=True)
class ConversationSettings:
    """What the machine needs to know of an agent.

    Attributes:
        instructions: What the model is told about its part.
        apology: What is said when a turn fails; empty for nothing.
        language: The caller's, BCP 47.
        flush_at_pause: Whether the recogniser is flushed at each pause, or only when the wait is over.
        reads_ahead: Whether the model is sent the growing transcript ahead of the request.
        asks_sound: Whether there is a turn model to judge the sound at a pause.
        known_turns: What callers are known to say, whole turns: who has said one has finished.
        tools: What the model may ask for. Where there is any, a reply may hang on one.
        tool_use: How they are used.
        prepare_timeout_ms: How long the author's ``before_reply`` may take; ``None`` where there is none.
        window: How much of the conversation the model is shown.
        summarises: Whether the author sums up what it is shown no more.
    """

    instructions: str = ""
    apology: str = "Sorry, something went wrong. Could you say that again?"
    language: str = "en"
    flush_at_pause: bool = True
    reads_ahead: bool = False
    asks_sound: bool = False
    known_turns: tuple[str, ...] = ()
    tools: tuple[ToolPolicy, ...] = ()
    tool_use: ToolUse = field(default_factory=ToolUse)
    prepare_timeout_ms: int | None = None
    window: Window = field(default_factory=Window)
    summarises: bool = False
    patience: Patience = field(default_factory=Patience)
    speculation: Speculation = field(default_factory=Speculation)
    prices: Prices = field(default_factory=Prices)
    endpointing: Endpointing = field(default_factory=Endpointing)
    interruption: Interruption = field(default_factory=Interruption)
    keypad: Keypad = field(default_factory=Keypad)
    presence: Presence = field(default_factory=Presence)


class Conversation:
    """One call's decisions."""

    def __init__(
        self,
        settings: ConversationSettings,
        endpointer: Endpointer | None = None,
        *,
        earlier: tuple[Message, ...] = (),
        habits: Habits = USUAL,
    ) -> None:
        """Begin a call.

        Args:
            settings: How it is answered.
            endpointer: Decides ends of turns instead of the settings' ``endpointing``.
            earlier: What was said and heard before, where the call goes on from another.
            habits: What was learned of the caller in earlier calls.
        """
        judge = settings.speculation.judge(settings.language)
        pool = DraftPool(settings.speculation, judge, settings.speculation.opening_judge(settings.language))
        self._call = call = Call(settings.instructions, earlier)
        self._tooling = tooling = Tooling(call, pool, settings.tools, settings.tool_use)
        self._preparing = preparing = Preparing(call, pool, tooling, settings.prepare_timeout_ms)
        drafting = Drafting(call, pool, settings.speculation, preparing, settings.prices)
        early = Early(drafting, settings.speculation, settings.known_turns, settings.language)
        self._learning = learning = Learning(habits, settings.language)
        self._replying = replying = Replying(
            call, drafting, learning, tooling, settings.apology, settings.patience, settings.interruption
        )
        self._trimming = trimming = Trimming(call, pool, settings.window, summarises=settings.summarises)
        self._drafting = drafting
        handing = HandingOver(call, drafting, tooling, preparing, replying)
        overlap = Overlap(call, replying, settings.interruption, settings.language)
        endpointer = endpointer or endpointer_of(
            settings.endpointing, settings.language, settings.known_turns
        )
        ending = Ending(call, drafting, replying, endpointer, learning, settings.endpointing)
        self._listening = listening = Listening(
            call,
            drafting,
            replying,
            judge,
            ending,
            learning,
            overlap,
            early,
            speculation=settings.speculation,
            interruption=settings.interruption,
            flush_at_pause=settings.flush_at_pause,
            reads_ahead=settings.reads_ahead,
            asks_sound=settings.asks_sound,
        )
        self._entry = entry = Entry(call, settings.keypad, listening.on_text)
        self._watch = Watch(call, replying, settings.presence)
        self._handlers = _handlers(listening, ending, replying, drafting, tooling, handing, overlap)
        self._parts = (listening, replying, tooling, preparing, trimming, entry, self._watch)
        self._handlers[on.KeyPressed] = entry.on_key
        self._handlers[on.Summarised] = trimming.on_summarised

    @property
    def floor(self) -> Floor:
        """Who has the floor."""
        return self._call.floor

    @property
    def history(self) -> tuple[Message, ...]:
        """What was finally said and actually heard so far, in order."""
        return self._call.history.messages

    @property
    def shown(self) -> tuple[Message, ...]:
        """What of it a model is shown."""
        return self._call.history.shown

    @property
    def before_turn(self) -> tuple[Message, ...]:
        """What of it was before the turn in hand."""
        reply = self._call.reply
        told = reply is not None and reply.turn is not None and reply.turn.told
        return self._call.history.before(told=told)

    @property
    def habits(self) -> Habits:
        """What is known of the caller's pauses and endings now."""
        return self._learning.habits

    @property
    def idle(self) -> bool:
        """Whether nothing is going on and nothing waits to."""
        return self._call.floor in {Floor.IDLE, Floor.CLOSED} and self._replying.idle and self._tooling.idle

    def handle(self, event: on.Event, now_ns: int) -> list[Action]:
        """Take one event in.

        Args:
            event: What happened.
            now_ns: When; never earlier than at the last call.

        Returns:
            What to do, in order.
        """
        call = self._call
        call.now_ns = now_ns
        actions: list[Action] = []
        call.actions = actions
        if call.floor is not Floor.CLOSED or isinstance(event, on.ReplyEnded | on.DraftCancelled):
            self._handlers[type(event)](event)
            self._entry.check_time()
            self._listening.check_time()
            self._preparing.check_time()
            self._tooling.check_time()
            self._trimming.check_time()
            self._drafting.discard_outdated()
            self._replying.check_patience()
            self._watch.check_time()
            if call.floor is Floor.IDLE:
                self._replying.speak_next()
        return actions

    def next_deadline(self) -> int | None:
        """When the machine wants a ``Tick`` if nothing happens before, in nanoseconds."""
        if self._call.floor is Floor.CLOSED:
            return None
        soonest: int | None = None
        for part in self._parts:
            at_ns = part.next_deadline()
            if at_ns is not None and (soonest is None or at_ns < soonest):
                soonest = at_ns
        return soonest


def _handlers(
    listening: Listening,
    ending: Ending,
    replying: Replying,
    drafting: Drafting,
    tooling: Tooling,
    handing: HandingOver,
    overlap: Overlap,
) -> dict[type[on.Event], Callable[[Any], None]]:
    """Which part of the machine takes which event."""
    return {
        on.SpeechStarted: listening.on_speech_started,
        on.SpeechStopped: listening.on_speech_stopped,
        on.VoiceSuspected: ending.on_voice_suspected,
        on.VoiceDismissed: ending.on_voice_dismissed,
        on.TurnModelAnswered: listening.on_turn_model_answered,
        on.InputEnded: listening.on_input_ended,
        on.Interim: listening.on_interim,
        on.Final: listening.on_final,
        on.EagerEndOfTurn: listening.on_eager_end_of_turn,
        on.TurnResumed: listening.on_turn_resumed,
        on.VendorEndOfTurn: listening.on_vendor_end_of_turn,
        on.RecogniserFailed: listening.on_recogniser_failed,
        on.TextReceived: listening.on_text,
        on.TurnCommitted: listening.on_turn_committed,
        on.InterruptRequested: listening.on_interrupt,
        on.SayRequested: replying.on_say,
        on.HandOverRequested: handing.on_requested,
        on.CloseRequested: lambda _: replying.close(),
        on.DraftReady: drafting.on_ready,
        on.OpeningReady: drafting.on_opening,
        on.DraftFinished: drafting.on_finished,
        on.DraftFailed: replying.on_draft_failed,
        on.DraftCancelled: lambda event: drafting.close_account(event.draft_id, event.usage),
        on.ToolsRequested: tooling.on_requested,
        on.ToolFinished: handing.on_tool_finished,
        on.ReplyPrepared: handing.on_prepared,
        on.SimilarityAnswered: drafting.on_similarity,
        on.ReplyStarted: replying.on_started,
        on.ReplyHeard: replying.on_heard,
        on.ReplyEnded: replying.on_ended,
        on.ReplyStarved: replying.on_starved,
        on.ReplyFed: replying.on_fed,
        on.ReplyLocated: overlap.on_located,
        on.Tick: lambda _: None,
    }
