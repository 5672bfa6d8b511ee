"""The ``before_reply`` hook in whole calls."""

from __future__ import annotations

from typing import Any

from antiphon.core.notices import DraftDiscarded, Trouble
from antiphon.core.preparation import Document
from antiphon.hooks import ReplyContext

from .calls import REPLY, Call, recognises, speaking
from .fakes import MS, FakeLLM, after, virtually


class Library:
    """A hook that looks up what it is asked for, and takes its time."""

    def __init__(self, takes_ms: float = 30) -> None:
        self.takes_ms = takes_ms
        self.asked: list[tuple[str, bool]] = []
        self.found = {True: "Open from noon.", False: "Open from noon."}

    async def before_reply(self, turn: ReplyContext[Any]) -> None:
        self.asked.append((turn.text, turn.draft))
        await after(self.takes_ms)
        turn.add(Document(self.found[turn.draft], {"asked": len(self.asked)}))


def a_call(library: Library, llm: FakeLLM | None = None, **agent: Any) -> Call:
    return Call(recognises("book a table"), llm, before_reply=library.before_reply, **agent)


@virtually
async def test_the_model_is_shown_what_was_found_and_the_draft_is_used() -> None:
    library = Library()
    call = a_call(library)
    await call.run(speaking(500, 800, 2_000))
    assert library.asked == [("book a table", True), ("book a table", False)]
    (request,) = call.llm.requests
    assert "Open from noon." in request.messages[-2].content
    assert request.messages[-1].content == "book a table"
    assert call.history == [("user", "book a table"), ("assistant", REPLY)], "it is no part of the history"
    (record,) = call.records
    assert record.ledger.reused == 1
    assert record.contributions_ns["before_reply"] == 30 * MS
    assert sum(record.contributions_ns.values()) == record.glass_to_glass_ns


@virtually
async def test_a_change_that_matters_makes_the_reply_anew() -> None:
    library = Library()
    library.found[False] = "Open from one."
    call = a_call(library)
    await call.run(speaking(500, 800, 2_000))
    assert len(call.of(DraftDiscarded)) == 1
    assert "Open from one." in call.llm.requests[-1].messages[-2].content
    assert call.records[0].ledger.reused == 0
    assert call.records[0].outcome == "replied"


@virtually
async def test_a_hook_that_hangs_or_fails_is_reported_and_the_caller_is_answered() -> None:
    slow = a_call(Library(takes_ms=1e6), before_reply_timeout_ms=50)
    await slow.run(speaking(500, 800, 2_000))
    assert slow.records[0].outcome == "replied"
    assert [str(each.message) for each in slow.of(Trouble)] == ["no answer within 50 ms"] * 2  # type: ignore[attr-defined]

    async def broken(turn: ReplyContext[Any]) -> None:
        raise KeyError(turn.text)

    call = Call(recognises("book a table"), before_reply=broken)
    await call.run(speaking(500, 800, 2_000))
    assert call.records[0].outcome == "replied"
    assert [str(each.message) for each in call.of(Trouble)] == ["KeyError: 'book a table'"] * 2  # type: ignore[attr-defined]


@virtually
async def test_a_hook_is_given_the_state_and_may_change_what_is_shown() -> None:
    async def forgetful(turn: ReplyContext[list[str]]) -> None:
        turn.state.append(turn.text)
        turn.history = ()
        turn.instruct("Be brief.")

    call = Call(recognises("book a table", "for two"), before_reply=forgetful)
    call.session.state = []
    await call.run(speaking(500, 800, 2_000, 800, 2_000))
    assert call.session.state == ["book a table", "book a table", "for two", "for two"]
    assert [message.content for message in call.llm.requests[-1].messages] == ["Be brief.", "for two"]
