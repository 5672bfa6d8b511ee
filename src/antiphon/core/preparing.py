"""When an author's hook is asked what to add to a request, and what becomes of a draft when that changes.

A draft's model is asked once the hook has said what to add for the draft's transcript. When the turn is about
to end, the hook is asked once more, for what was finally said: a draft made with something else that matters
is let go, and the reply is made with the newer. A hook that is late is not waited for.
"""

from __future__ import annotations

from antiphon.core.actions import AskModel, PrepareReply, StartDraft
from antiphon.core.call import Call
from antiphon.core.events import ReplyPrepared
from antiphon.core.notices import Trouble
from antiphon.core.preparation import NOTHING_ADDED, Preparation
from antiphon.core.speculation import Draft, DraftPool
from antiphon.core.times import NS_PER_MS
from antiphon.core.tooling import Tooling
from antiphon.core.turn import Turn

FIRST_CLAUSE_MS = 1  # of speech before a commit: to the end of the first segment
CHANGED = "what was added for it has changed"


class Preparing:
    """A call's dealings with its ``before_reply`` hook.

    Args:
        call: The call.
        pool: Its drafts.
        tooling: Puts requests together.
        timeout_ms: How long the hook may take; ``None`` where there is none.
    """

    def __init__(self, call: Call, pool: DraftPool, tooling: Tooling, timeout_ms: int | None) -> None:
        self._call = call
        self._pool = pool
        self._tooling = tooling
        self._timeout_ms = timeout_ms
        self._requests = 0
        self._waiting: dict[int, tuple[Draft, Turn, int]] = {}  # asked for a draft, until when
        self._final: tuple[int, Turn, str, int] | None = None  # asked for a turn's end: words, until when
        self._settled: tuple[int, str, Preparation] | None = None  # the answer to that: turn, words

    def next_deadline(self) -> int | None:
        """When the hook is late for a draft, in nanoseconds."""
        return min((until_ns for _, _, until_ns in self._waiting.values()), default=None)

    def check_time(self) -> None:
        """Go on without an answer that is late."""
        late = [key for key, (_, _, until_ns) in self._waiting.items() if self._call.now_ns >= until_ns]
        for request_id in late:
            self._go_on(request_id, NOTHING_ADDED)

    def adopt(self, timeout_ms: int | None) -> None:
        """Another agent answers: nothing that was asked of the old one's hook is of use."""
        self._timeout_ms = timeout_ms
        self._waiting.clear()
        self._final = self._settled = None

    def turn_to_end(self, request_id: int) -> Turn | None:
        """The turn that the hook was asked about, if that is not for a draft."""
        if self._final is not None and self._final[0] == request_id:
            return self._final[1]
        draft, turn, _ = self._waiting.get(request_id, (None, None, 0))
        return None if draft is None or draft.speculative else turn

    # --- a draft --------------------------------------------------------------------------------------

    def begin(self, draft: Draft, turn: Turn, opens_with: int | None = None) -> None:
        """Start a draft: at once, or once it is known what to add.

        Args:
            draft: Which.
            turn: What it answers.
            opens_with: The draft whose first clause is its own now.
        """
        call, tools = self._call, self._tooling.specs
        if self._timeout_ms is None:
            draft.preparation = NOTHING_ADDED
        else:
            draft.preparation = self._settled_for(turn, draft.transcript)
        messages = None
        if draft.preparation is not None:
            messages = self._tooling.open(draft, turn, draft.preparation)
        begun = "" if draft.begun is None else draft.begun.text
        ahead_ms = FIRST_CLAUSE_MS if draft.early else None
        call.do(StartDraft(draft.draft_id, messages, ahead_ms, tools, begun, opens_with))
        if messages is not None:
            return
        request_id, until_ns = self._ask(turn, draft.transcript, draft=draft.speculative)
        self._waiting[request_id] = (draft, turn, until_ns)

    def on_prepared(self, event: ReplyPrepared) -> None:
        """The hook has answered, or failed."""
        call = self._call
        if event.error is not None:
            call.notify(Trouble(call.now_ns, "before_reply", event.error))
        if self._final is not None and self._final[0] == event.request_id:
            _, turn, text, _ = self._final
            self._settle(turn, text, event.preparation)
        elif event.request_id in self._waiting:
            self._go_on(event.request_id, event.preparation)

    def _go_on(self, request_id: int, preparation: Preparation) -> None:
        draft, turn, _ = self._waiting.pop(request_id)
        reply = self._call.reply
        kept = self._pool.get(draft.draft_id) is draft or (reply is not None and reply.draft is draft)
        if kept and draft.preparation is None:
            draft.preparation = preparation
            messages = self._tooling.open(draft, turn, preparation)
            self._call.do(AskModel(draft.draft_id, messages, self._tooling.specs))

    def _ask(self, turn: Turn, text: str, *, draft: bool) -> tuple[int, int]:
        assert self._timeout_ms is not None
        self._requests += 1
        until_ns = self._call.now_ns + self._timeout_ms * NS_PER_MS
        self._call.do(PrepareReply(self._requests, turn.turn_id, text, draft, until_ns))
        return self._requests, until_ns

    # --- the end of a turn ----------------------------------------------------------------------------

    def settle_by_ns(self, turn: Turn, best: Draft | None) -> int | None:
        """Until when the end of a turn waits for what to add; None once that is known, or does not matter."""
        text = turn.transcript.text
        if self._timeout_ms is None or best is None or self._settled_for(turn, text) is not None:
            return None
        if self._final is None or self._final[1] is not turn or self._final[2] != text:
            request_id, until_ns = self._ask(turn, text, draft=False)
            self._final = (request_id, turn, text, until_ns)
        until_ns = self._final[3]
        if self._call.now_ns < until_ns:
            return until_ns
        self._settle(turn, text, best.preparation or NOTHING_ADDED)  # it is late: the draft is as good
        return None

    def outdated(self, turn: Turn) -> list[Draft]:
        """Drafts that were made with something else than what is to be added now; the others have it."""
        preparation = self._settled_for(turn, turn.transcript.text)
        if preparation is None:
            return []
        for request_id, (draft, _, _) in list(self._waiting.items()):
            if self._pool.get(draft.draft_id) is draft:
                self._go_on(request_id, preparation)
        return [draft for draft in self._pool if _differ(draft.preparation, preparation)]

    def _settle(self, turn: Turn, text: str, preparation: Preparation) -> None:
        self._settled, self._final = (turn.turn_id, text, preparation), None
        turn.settled_ns = self._call.now_ns

    def _settled_for(self, turn: Turn, text: str) -> Preparation | None:
        if self._settled is not None and self._settled[:2] == (turn.turn_id, text):
            return self._settled[2]
        return None


def _differ(made_with: Preparation | None, preparation: Preparation) -> bool:
    return made_with is not None and made_with.matters_beside(preparation)
