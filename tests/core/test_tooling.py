from __future__ import annotations

from typing import Any

import pytest

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.conversation import Conversation, ConversationSettings
from antiphon.core.floor import Floor
from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.core.notices import ToolEnded, ToolStarted, Trouble
from antiphon.core.patience import Patience
from antiphon.core.speculation import Speculation, Trigger
from antiphon.core.tools import OnBargeIn, ToolOutcome, ToolPolicy, ToolUse

from .harness import FIXED, Driver, a_call

BOOK = ToolPolicy(ToolSpec("book", "Book a table."), timeout_ms=5_000)
CANCEL = ToolPolicy(ToolSpec("pay", "Pay."), on_barge_in=OnBargeIn.CANCEL)
LOOK = ToolPolicy(ToolSpec("look", "Look it up."), safe=True, on_barge_in=OnBargeIn.CANCEL)
WATCH = ToolPolicy(ToolSpec("watch", "Watch it."), safe=True, on_barge_in=OnBargeIn.FINISH)
TOOLS = (BOOK, CANCEL, LOOK, WATCH)


def a_call_with_tools(**settings: Any) -> Driver:
    return a_call(tools=TOOLS, **settings)


def asks(
    call: Driver, *names: str, draft_id: int | None = None, said: str = "", arguments: str = "{}"
) -> None:
    """The newest draft's model, or another's, asks for tools."""
    calls = tuple(ToolCall("x", name, arguments) for name in names)
    call.feed(on.ToolsRequested(draft_id or call.draft.draft_id, calls, said))


def runs(call: Driver) -> list[str]:
    return [action.name for action in call.of(do.RunTool)]


def answers(call: Driver, run_id: int, content: str = "done", *, failed: bool = False) -> None:
    call.feed(on.ToolFinished(run_id, content, failed))


def a_draft(**settings: Any) -> Driver:
    """A draft for "book a table", made while the caller may go on."""
    return a_call_with_tools(**settings).says("book a table", 1_000, 2_000)


def committed(**settings: Any) -> Driver:
    """... which is the reply now."""
    return a_draft(**settings).to(2_700)


def goes_on(call: Driver, from_ms: float = 2_300) -> Driver:
    """The caller does: there is another draft."""
    return call.speaks(from_ms).pauses(from_ms + 800).final("and a taxi to the airport", from_ms + 950)


# --- when a tool runs ----------------------------------------------------------------------------------


def test_a_model_is_told_of_the_tools() -> None:
    (start,) = a_draft().of(do.StartDraft)
    assert [spec.name for spec in start.tools] == ["book", "pay", "look", "watch"]


def test_a_tool_that_is_not_safe_waits_for_the_commit() -> None:
    call = a_draft()
    asks(call, "book")
    assert runs(call) == []
    call.to(2_700)
    assert call.floor is Floor.THINKING
    (run,) = call.of(do.RunTool)
    assert (run.name, run.arguments, run.turn_id, run.in_draft) == ("book", "{}", 1, False)
    assert call.when(do.RunTool) == call.when(do.CommitDraft)


def test_a_safe_one_does_not() -> None:
    call = a_draft()
    asks(call, "look", "book")
    (run,) = call.of(do.RunTool)
    assert (run.name, run.in_draft) == ("look", True)
    assert call.of(ToolStarted)[0].in_draft


def test_a_draft_that_is_let_go_leaves_no_trace() -> None:
    call = a_draft()
    asks(call, "book")
    goes_on(call).to(4_000)
    assert call.states()[0] == "cancelled"
    asks(call, "book", draft_id=1)
    assert runs(call) == [], "the new draft asks for itself"


def test_in_the_reply_it_runs_when_it_is_asked_for() -> None:
    call = committed()
    asks(call, "book")
    assert runs(call) == ["book"]


def test_calls_run_side_by_side_and_their_results_come_together_in_the_models_order() -> None:
    call = committed()
    asks(call, "book", "look", said="One moment.")
    answers(call, 2, "second")
    assert call.of(do.AskModel) == []
    answers(call, 1, "first")
    (ask,) = call.of(do.AskModel)
    wish, *results = ask.messages[-3:]
    assert wish.content == "One moment."
    assert [each.name for each in wish.tool_calls] == ["book", "look"]
    assert [(each.role, each.content) for each in results] == [("tool", "first"), ("tool", "second")]
    assert ask.messages[:-3] == call.draft.messages
    assert ask.tools


def test_what_is_asked_for_twice_at_once_runs_once() -> None:
    call = committed()
    asks(call, "book", "book")
    assert runs(call) == ["book"]
    answers(call, 1)
    assert len(call.of(do.AskModel)[0].messages[-1:]) == 1


def test_a_tool_that_is_not_there_is_an_error_for_the_model() -> None:
    call = committed()
    asks(call, "fly")
    assert runs(call) == []
    (ask,) = call.of(do.AskModel)
    assert ask.messages[-1].content == "Error: there is no tool 'fly'; there are: book, pay, look, watch."


def test_a_model_may_ask_only_so_often() -> None:
    call = committed(tool_use=ToolUse(max_rounds=2, max_calls=3))
    for number in range(1, 3):
        asks(call, "look", arguments=f'{{"{number}":0}}')
        answers(call, number)
    first, second = call.of(do.AskModel)
    assert first.tools
    assert second.tools == (), "now it must answer"


def test_a_turn_has_only_so_many_calls() -> None:
    call = committed(tool_use=ToolUse(max_calls=1))
    asks(call, "book", "look")
    assert runs(call) == ["book"]
    answers(call, 1)
    assert call.of(do.AskModel)[0].messages[-1].content == "Error: too many calls of tools in one turn."


# --- once in a turn ------------------------------------------------------------------------------------


def test_a_safe_result_is_kept_for_the_turn() -> None:
    call = a_draft()
    asks(call, "look")
    answers(call, 1, "found")
    goes_on(call).to(4_000)
    asks(call, "look")
    assert runs(call) == ["look"]
    assert call.of(do.AskModel)[-1].messages[-1].content == "found"


def test_only_the_draft_that_waits_is_told() -> None:
    both = Speculation(triggers=tuple(Trigger), min_change=0.0)
    call = a_call_with_tools(speculation=both).speaks(1_000).interim("book a table", 1_400)
    call.interim("cook a table", 1_800)
    assert call.states() == ["running", "running"]
    asks(call, "look", draft_id=1)
    answers(call, 1)
    assert [ask.draft_id for ask in call.of(do.AskModel)] == [1]


def test_a_safe_one_that_failed_may_run_again() -> None:
    call = a_draft()
    asks(call, "look")
    answers(call, 1, "Error: down", failed=True)
    asks(call, "look")
    assert runs(call) == ["look", "look"]


def test_a_caller_who_goes_on_does_not_make_it_run_twice() -> None:
    call = committed()
    asks(call, "book")
    goes_on(call, 2_750)
    assert call.floor is Floor.CALLER
    assert call.of(do.CancelTool) == [], "it may have taken effect already"
    asks(call, "book")
    assert runs(call) == ["book"]
    answers(call, 1, "booked")
    assert call.of(do.AskModel)[-1].messages[-1].content == "booked"


def test_what_was_done_is_shown_to_a_draft_that_is_begun_later() -> None:
    call = committed()
    asks(call, "book")
    call.speaks(2_750)
    answers(call, 1, "booked")
    call.pauses(3_600).final("and a taxi to the airport", 3_750)
    question, wish, result = call.draft.messages[-3:]
    assert question == Message("user", "book a table and a taxi to the airport")
    assert wish.tool_calls[0].name == "book"
    assert result.content == "booked"
    asks(call, "book")
    assert runs(call) == ["book"]


def test_a_draft_that_goes_back_into_the_pool_waits_again() -> None:
    call = committed()
    asks(call, "look")
    call.speaks(2_750)
    answers(call, 1)
    asks(call, "book")
    assert runs(call) == ["look"]
    call.pauses(2_900).final("", 3_050).to(3_600)
    assert runs(call) == ["look", "book"], "it is committed once more"


def test_another_attempt_is_shown_what_the_first_one_did() -> None:
    call = committed()
    asks(call, "book")
    answers(call, 1, "booked")
    call.failed(1)
    assert call.draft.draft_id == 2
    assert call.draft.messages[-1].content == "booked"
    call.audible(3_000).played(4_000)
    assert call.history == [
        ("user", "book a table"),
        ("assistant", ""),
        ("tool", "booked"),
        ("assistant", "Certainly, I can do that."),
    ]


def test_the_next_turn_is_another_matter() -> None:
    call = committed()
    asks(call, "book")
    answers(call, 1)
    call.audible(3_000).played(4_000)
    call.says("book a table", 5_000, 6_000).to(6_800)
    asks(call, "book")
    assert runs(call) == ["book", "book"]


# --- slow, failing, hanging ----------------------------------------------------------------------------


def test_a_tool_that_takes_too_long_is_stopped_and_the_model_is_told() -> None:
    call = committed()
    asks(call, "book")
    call.to(2_700 + 4_999)
    assert call.of(do.CancelTool) == []
    call.to(2_700 + 5_001)
    assert call.of(do.CancelTool) == [do.CancelTool(1)]
    told = call.of(do.AskModel)[0].messages[-1].content
    assert told == "Error: no answer within 5 s. Whether it took effect is not known."
    assert [ended.outcome for ended in call.of(ToolEnded)] == [ToolOutcome.TIMED_OUT]
    answers(call, 1, "after all")
    assert len(call.of(do.AskModel)) == 1


def test_of_a_safe_one_it_is_known_that_it_took_no_effect() -> None:
    call = committed()
    asks(call, "look")
    call.to(13_000)
    assert call.of(do.AskModel)[0].messages[-1].content == "Error: no answer within 10 s."


def test_a_reply_that_waits_for_a_tool_has_not_failed() -> None:
    call = committed(patience=Patience(reply_timeout_ms=2_000))
    asks(call, "look")
    call.to(12_600)
    assert call.of(Trouble) == []
    answers(call, 1)
    call.to(14_500)
    assert call.of(Trouble) == [], "the model has its time"
    call.to(14_700)
    assert len(call.of(Trouble)) == 1


def test_a_starved_reply_that_waits_for_a_tool_has_not_failed_either() -> None:
    call = committed(patience=Patience(starved_timeout_ms=1_000))
    call.audible(2_750)
    asks(call, "look", said="One moment.")
    call.feed(on.ReplyStarved(1), 3_000)
    call.to(9_000)
    answers(call, 1)
    call.to(9_900)
    assert call.of(do.StopReply) == []
    call.to(10_100)
    assert len(call.of(do.StopReply)) == 1


# --- the caller is told that it takes a moment ---------------------------------------------------------


def test_a_slow_tool_is_talked_over_once_in_a_turn() -> None:
    call = committed()
    committed_ms = call.now_ms
    asks(call, "book")
    call.to(6_000)
    assert call.of(do.SpeakProgress) == [do.SpeakProgress(1, "Let me look that up.")]
    assert call.when(do.SpeakProgress) == [committed_ms + 800]
    answers(call, 1)
    asks(call, "pay")
    call.to(12_000)
    assert len(call.of(do.SpeakProgress)) == 1


def test_a_quick_one_is_not() -> None:
    call = committed()
    asks(call, "book")
    answers(call, 1)
    assert call.to(6_000).of(do.SpeakProgress) == []


def test_nor_one_that_the_model_announced_itself() -> None:
    call = committed()
    asks(call, "book", said="One moment.")
    assert call.to(6_000).of(do.SpeakProgress) == []


def test_nor_one_in_a_draft() -> None:
    call = a_draft()
    asks(call, "look")
    call.to(4_000)
    assert call.when(do.SpeakProgress) == [call.when(do.CommitDraft)[0] + 800]


@pytest.mark.parametrize(
    ("progress", "after_ms", "said"),
    [("Hm.", 100, [(2_800, "Hm.")]), ("", None, []), (None, 0, [(2_700, "Let me look that up.")])],
)
def test_its_author_may_say_what_is_said_and_when(
    progress: str | None, after_ms: int | None, said: list[tuple[float, str]]
) -> None:
    own = ToolPolicy(ToolSpec("book", ""), progress=progress, progress_after_ms=after_ms)
    call = a_call(tools=(own,)).says("book a table", 1_000, 2_000).to(2_700)
    asks(call, "book")
    call.to(6_000)
    spoken = call.of(do.SpeakProgress)
    assert list(zip(call.when(do.SpeakProgress), [each.text for each in spoken], strict=True)) == said


# --- the turn is over ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "stopped"), [("book", False), ("pay", True), ("look", True), ("watch", False)]
)
def test_a_barge_in_stops_a_tool_as_its_author_chose(name: str, stopped: bool) -> None:
    call = committed().audible(2_800)
    asks(call, name, said="One moment, please.")
    call.speaks(4_000).interim("no wait", 4_400).to(4_500)
    assert call.floor is Floor.CALLER
    assert bool(call.of(do.CancelTool)) is stopped
    if stopped:
        assert call.history[2] == ("tool", "Stopped: the caller interrupted.")
        assert call.of(do.AskModel) == []
    else:
        assert call.history[2] == ("tool", "(not finished yet)")
        answers(call, 1, "booked")
        assert call.history[2] == ("tool", "booked")
    assert call.history[3] == ("assistant", "Certainly")


def test_what_a_lost_draft_looked_up_is_stopped_and_not_told() -> None:
    call = a_draft()
    asks(call, "look")
    goes_on(call).to(4_000)
    call.audible(4_100).played(5_000)
    assert call.of(do.CancelTool) == [do.CancelTool(1)]
    assert [role for role, _ in call.history] == ["user", "assistant"]


def test_a_call_is_not_over_while_a_tool_has_work_to_finish() -> None:
    call = committed().audible(2_800)
    asks(call, "book", said="One moment, please.")
    call.speaks(4_000).to(4_500).pauses(4_600).final("no", 4_750).to(5_400)
    call.audible(5_500).played(6_000)
    assert call.floor is Floor.IDLE
    assert not call.machine.idle
    answers(call, 1)
    assert call.machine.idle


def test_the_end_of_the_call_stops_everything() -> None:
    call = committed()
    asks(call, "book", "look")
    call.close(3_000)
    assert call.of(do.CancelTool) == [do.CancelTool(2), do.CancelTool(1)]
    assert call.of(do.AskModel) == []
    assert [content for role, content in call.history if role == "tool"] == [
        "Stopped: the caller interrupted.",
        "Stopped: the caller interrupted.",
    ]
    answers(call, 1)


def test_a_model_whose_tool_is_stopped_by_the_end_of_the_call_is_told_nothing() -> None:
    call = committed()
    asks(call, "look")
    call.close(3_000)
    assert call.of(do.CancelTool) == [do.CancelTool(1)]
    assert call.of(do.AskModel) == []


def test_speech_that_needs_no_model_waits_for_no_tool() -> None:
    call = a_call_with_tools().say("Welcome.", 1_000)
    assert call.machine.next_deadline() == (1_000 + 10_000) * 1_000_000


def test_calls_of_a_session_that_went_before_keep_their_ids_to_themselves() -> None:
    first = committed()
    asks(first, "book")
    answers(first, 1, "booked")
    first.audible().played()
    again = Driver(
        Conversation(ConversationSettings(tools=TOOLS, endpointing=FIXED), earlier=first.machine.history)
    )
    again.says("and a taxi", 1_000, 2_000).to(2_700)
    asks(again, "pay")
    answers(again, 2, "paid")
    again.audible().played()
    ids = [call.id for message in again.machine.history for call in message.tool_calls]
    assert ids == ["call_1", "call_2"]
    assert [content for role, content in again.history if role == "tool"] == ["booked", "paid"]
