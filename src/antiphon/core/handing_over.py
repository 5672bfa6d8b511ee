"""When a call passes from one agent to another, and what becomes of what the first had begun.

A tool, a hook or the application hands over. From then on every reply is the new agent's: its instructions,
its tools, its voice; the drafts of the old one are let go of at once. A reply that nothing was heard of is
made anew by the new agent. One that is audible is played to the end of what it says, and the new agent goes
on from there: for the account both are the reply to one turn. A turn is handed over a few times at most, so
that two agents can't pass a caller back and forth for ever.
"""

from __future__ import annotations

from dataclasses import replace

from antiphon.core.actions import ChangeAgent, EndDraft
from antiphon.core.call import Call
from antiphon.core.drafting import Drafting
from antiphon.core.events import HandOverRequested, ReplyPrepared, ToolFinished
from antiphon.core.floor import Floor
from antiphon.core.notices import HandedOver, Trouble
from antiphon.core.persona import Takeover
from antiphon.core.preparing import Preparing
from antiphon.core.replying import Replying
from antiphon.core.tooling import Tooling
from antiphon.core.turn import Turn

MOST_IN_A_TURN = 4
TOO_OFTEN = f"the call was handed over {MOST_IN_A_TURN} times in this turn already"


class HandingOver:
    """A call's way from one agent to another."""

    def __init__(
        self, call: Call, drafting: Drafting, tooling: Tooling, preparing: Preparing, replying: Replying
    ) -> None:
        self._call = call
        self._drafting = drafting
        self._tooling = tooling
        self._preparing = preparing
        self._replying = replying

    def on_tool_finished(self, event: ToolFinished) -> None:
        """A tool has answered; some hand the call over by it."""
        turn = self._tooling.turn_of_run(event.run_id)
        if event.takeover is None or turn is None:
            self._tooling.on_finished(event)
        elif turn.handed_over >= MOST_IN_A_TURN:
            self._tooling.on_finished(replace(event, content=f"Error: {TOO_OFTEN}.", failed=True))
        else:
            waits = self._tooling.release(event.run_id)
            self._tooling.on_finished(event)
            self._take_over(event.takeover, turn, ends=waits)

    def on_prepared(self, event: ReplyPrepared) -> None:
        """The author's hook has answered; for the end of a turn it may hand the call over."""
        turn = self._preparing.turn_to_end(event.request_id)
        if event.takeover is None or turn is None:
            self._preparing.on_prepared(event)
        elif turn.handed_over >= MOST_IN_A_TURN:
            self._call.notify(Trouble(self._call.now_ns, "before_reply", TOO_OFTEN))
            self._preparing.on_prepared(event)
        else:
            turn.say_first = event.takeover.say
            self._take_over(event.takeover, turn)

    def on_requested(self, event: HandOverRequested) -> None:
        """The application hands the call over."""
        self._take_over(event.takeover, None)

    def _take_over(self, takeover: Takeover, turn: Turn | None, *, ends: bool = False) -> None:
        call, reply = self._call, self._call.reply
        persona = takeover.persona
        told = call.reply is not None and call.reply.turn is not None and call.reply.turn.told
        call.history.hand_over(persona.instructions, takeover.history, told=told)
        self._tooling.adopt(persona.tools, persona.tool_use)
        self._preparing.adopt(persona.prepare_timeout_ms)
        self._replying.adopt(persona.apology)
        call.do(ChangeAgent(persona.number))
        self._drafting.discard_all(call.turn, "the call was handed over")
        if turn is not None:
            turn.handed_over += 1
        call.notify(HandedOver(turn.turn_id if turn else None, call.now_ns, persona.name))
        if reply is not None and reply.turn is not None and call.floor is Floor.THINKING:
            self._replying.begin_again(reply, takeover.say)
        elif reply is not None and reply.turn is turn and turn is not None:
            self._replying.follow(reply, takeover.say)
            if ends:
                call.do(EndDraft(reply.draft_id))
        elif takeover.say and (turn is None or call.floor is Floor.IDLE):
            self._replying.say(takeover.say)
