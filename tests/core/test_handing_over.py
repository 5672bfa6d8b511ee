from __future__ import annotations

from antiphon.core import actions as do
from antiphon.core import events as on
from antiphon.core.floor import Floor
from antiphon.core.handing_over import MOST_IN_A_TURN
from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.core.notices import DraftDiscarded, HandedOver, ReplyOver, Trouble
from antiphon.core.persona import Persona, Takeover
from antiphon.core.preparation import NOTHING_ADDED
from antiphon.core.tools import ToolPolicy

from .harness import MS, Driver, a_call

TRANSFER = ToolPolicy(ToolSpec("transfer", "Hand the call over."))
REFUND = ToolPolicy(ToolSpec("refund", "Pay back."))
BILLING = Persona(1, "billing", "You are billing.", "Billing is sorry.", (REFUND,))
DONE = Message("tool", "handed over", tool_call_id="call_1")


def a_reply(**settings: object) -> Driver:
    """The reply to "my bill is wrong", committed and not heard."""
    settings = {"tools": (TRANSFER,), "instructions": "You are reception.", "apology": "Sorry.", **settings}
    return a_call(**settings).says("my bill is wrong", 1_000, 2_000).to(2_700)  # type: ignore[arg-type]


def hands_over(
    call: Driver,
    said: str = "",
    *,
    say: str | None = None,
    history: tuple[Message, ...] | None = None,
    to: Persona = BILLING,
) -> Driver:
    """The model asks for the tool, and the tool hands over."""
    number = len(call.of(do.RunTool)) + 1
    wish = ToolCall("x", "transfer", f'{{"number":{number}}}')
    call.feed(on.ToolsRequested(call.draft.draft_id, (wish,), said))
    run_id = call.of(do.RunTool)[-1].run_id
    call.feed(on.ToolFinished(run_id, "handed over", takeover=Takeover(to, history, say)))
    return call


# --- before anything was heard -------------------------------------------------------------------------


def test_the_new_agent_answers_the_turn_with_its_own_instructions_and_tools() -> None:
    call = hands_over(a_reply())
    assert call.floor is Floor.THINKING
    assert call.states() == ["cancelled", "running"]
    new = call.of(do.StartDraft)[-1]
    assert new.messages is not None
    assert new.messages[0] == Message("system", "You are billing.")
    assert new.messages[1] == Message("user", "my bill is wrong")
    assert new.messages[-1] == DONE, "it is shown what was done for the turn"
    assert [spec.name for spec in new.tools] == ["refund"]
    assert call.of(do.AskModel) == [], "the old one's model is not asked again"
    call.audible(3_000).played(4_000, "Your bill is right.")
    assert call.record.outcome == "replied"
    assert call.record.reply == "Your bill is right."
    assert sum(call.record.contributions_ns.values()) == call.record.glass_to_glass_ns
    assert [role for role, _ in call.history] == ["user", "assistant", "tool", "assistant"]


def test_what_is_begun_after_it_is_the_new_agents() -> None:
    call = hands_over(a_reply())
    (change,) = call.of(do.ChangeAgent)
    assert change.number == 1
    order = [type(action) for _, action in call.log]
    assert order.index(do.ChangeAgent) < len(order) - 1 - order[::-1].index(do.StartDraft)
    assert call.of(HandedOver) == [HandedOver(1, 2_700 * MS, "billing")]


def test_its_time_has_a_name() -> None:
    call = a_reply()
    call.to(3_200)
    hands_over(call)
    call.audible(3_500).played(4_000)
    assert call.record.contributions_ns["hand_over"] == 600 * MS
    assert sum(call.record.contributions_ns.values()) == call.record.glass_to_glass_ns


def test_it_may_say_something_of_its_own_first() -> None:
    call = hands_over(a_reply(), say="Billing here, how can I help?")
    assert call.of(do.StartSpeech)[-1].text == "Billing here, how can I help?"
    call.audible(3_000).played(4_000, "Billing here, how can I help?")
    assert call.record.outcome == "replied"
    assert call.history[-1] == ("assistant", "Billing here, how can I help?")


def test_if_that_fails_its_model_answers() -> None:
    call = hands_over(a_reply(), say="Billing here.")
    call.failed(call.draft.draft_id)
    assert call.of(do.StartDraft)[-1].tools == (REFUND.spec,)


def test_drafts_of_the_old_agent_die() -> None:
    call = a_call(tools=(TRANSFER,)).says("my bill is wrong", 1_000, 2_000)
    call.feed(on.HandOverRequested(Takeover(BILLING)))
    assert call.states() == ["cancelled"]
    assert [notice.reason for notice in call.of(DraftDiscarded)] == ["the call was handed over"]
    call.to(2_700)
    assert call.of(do.StartDraft)[-1].tools == (REFUND.spec,)


def test_its_apology_is_the_new_agents() -> None:
    call = hands_over(a_reply())
    for _ in range(2):
        call.failed(call.draft.draft_id)
    assert call.of(do.StartSpeech)[-1].text == "Billing is sorry."


def test_a_caller_who_goes_on_is_answered_by_the_new_agent() -> None:
    call = hands_over(a_reply())
    call.speaks(2_900).pauses(3_500).final("and my address too", 3_700).to(4_500)
    new = call.of(do.StartDraft)[-1]
    assert new.messages is not None
    assert Message("user", "my bill is wrong and my address too") in new.messages
    assert new.tools == (REFUND.spec,)
    assert len(call.of(do.RunTool)) == 1


# --- the history, as its author decides -----------------------------------------------------------------


def with_a_past(**takeover: tuple[Message, ...] | None) -> list[str]:
    call = a_reply(tools=(TRANSFER,)).audible(2_800).played(3_500, "How so?")
    call.says("it is too high", 5_000, 6_000).to(6_700)
    hands_over(call, **takeover)  # type: ignore[arg-type]
    messages = call.of(do.StartDraft)[-1].messages
    assert messages is not None
    return [
        message.content for message in messages if message.role in {"user", "assistant"} and message.content
    ]


def test_all_of_it_is_shown() -> None:
    assert with_a_past() == ["my bill is wrong", "How so?", "it is too high"]


def test_or_none_or_what_was_chosen_but_the_turn_in_hand_always() -> None:
    assert with_a_past(history=()) == ["it is too high"]
    assert with_a_past(history=(Message("user", "(a bill)"),)) == ["(a bill)", "it is too high"]


def test_what_follows_is_shown_and_the_session_keeps_everything() -> None:
    call = hands_over(a_reply(), history=()).audible(3_000).played(4_000, "I see.")
    call.says("what now", 5_000, 6_000).to(6_700)
    messages = call.of(do.StartDraft)[-1].messages
    assert messages is not None
    assert [each.content for each in messages if each.role == "user"] == ["my bill is wrong", "what now"]
    call.feed(on.HandOverRequested(Takeover(Persona(2, "other"), ())))
    assert call.history[0] == ("user", "my bill is wrong")


# --- while the old agent is heard ------------------------------------------------------------------------


def half_way() -> Driver:
    """The old agent says that it puts the caller through, and hands over."""
    return hands_over(a_reply().audible(2_800), "I'll put you through.")


def test_the_old_agent_says_what_it_has_to_say_and_the_new_one_goes_on() -> None:
    call = half_way()
    assert call.of(do.EndDraft) == [do.EndDraft(1)]
    assert call.of(do.StopReply) == []
    call.played(4_000, "I'll put you through.")
    assert call.floor is Floor.THINKING
    assert call.records == [], "the turn is not over"
    messages = call.of(do.StartDraft)[-1].messages
    assert messages is not None
    assert [each.content for each in messages][:3] == [
        "You are billing.",
        "my bill is wrong",
        "I'll put you through.",
    ]
    assert messages[-1] == DONE
    call.audible(4_500).played(5_500, "Your bill is right.")
    assert call.record.reply == "I'll put you through. Your bill is right."
    assert call.record.glass_to_glass_ns == 800 * MS, "to the first sound of the reply"
    assert sum(call.record.contributions_ns.values()) == call.record.glass_to_glass_ns
    assert [content for _, content in call.history if content] == [
        "my bill is wrong",
        "I'll put you through.",
        "handed over",
        "Your bill is right.",
    ]
    assert [notice.text for notice in call.of(ReplyOver)] == ["I'll put you through.", "Your bill is right."]


def test_a_barge_in_over_the_old_agent_is_answered_by_the_new_one() -> None:
    call = half_way()
    call.heard = "I'll put"
    call.speaks(3_200).interim("no wait stop it please", 3_700).pauses(4_000).final(
        "no wait stop it please", 4_200
    )
    assert call.record.outcome == "interrupted"
    call.to(5_000)
    new = call.of(do.StartDraft)[-1]
    assert new.messages is not None
    assert new.messages[0].content == "You are billing."
    assert new.messages[-1].content == "no wait stop it please"


def test_a_caller_who_speaks_before_the_new_agent_does_is_answered() -> None:
    call = half_way().played(4_000, "I'll put you through.")
    call.speaks(4_100).pauses(4_800).final("are you there", 5_000).to(5_700)
    assert call.of(do.StartDraft)[-1].messages[-1].content == "are you there"  # type: ignore[index]
    call.audible(6_000).played(7_000, "Yes.")
    assert [record.user for record in call.records] == ["my bill is wrong", "are you there"]
    assert [record.reply for record in call.records] == ["I'll put you through.", "Yes."]
    assert [content for role, content in call.history if role == "user"] == [
        "my bill is wrong",
        "are you there",
    ]


def test_a_sound_without_words_does_not_keep_it_from_going_on() -> None:
    call = half_way().played(4_000, "I'll put you through.")
    call.speaks(4_100).pauses(4_300).final("", 4_500).to(6_000)
    assert call.floor is Floor.THINKING
    call.audible(6_200).played(7_000, "Billing.")
    assert call.record.reply == "I'll put you through. Billing."


def test_a_barge_in_over_the_new_agent_is_one_over_the_turns_reply() -> None:
    call = half_way().played(4_000, "I'll put you through.").audible(4_500)
    call.heard = "Your bill"
    call.speaks(4_600).interim("no it is not right at all", 5_200).pauses(5_600).final(
        "no it is not right at all", 5_800
    )
    assert call.records[0].outcome == "interrupted"
    assert call.records[0].reply == "I'll put you through. Your bill"


def test_the_end_of_the_call_leaves_nothing_open() -> None:
    for call in (half_way(), half_way().played(4_000, "I'll put you through.")):
        call.close(4_200)
        assert len(call.records) == 1
        assert call.machine.idle


def test_words_that_come_late_are_not_lost_between_the_two() -> None:
    call = a_call(tools=(TRANSFER,)).speaks(1_000).interim("my bill is wrong", 1_900).pauses(2_000)
    hands_over(call.to(4_200).audible(4_300), "I'll put you through.").played(5_000, "I'll put you through.")
    call.final("my bill is wrong twice over", 5_100, start_ms=0, end_ms=2_100)
    assert ("user", "my bill is wrong twice over") in call.history
    call.audible(5_500).played(6_500, "I see.")
    assert call.record.user == "my bill is wrong twice over"
    assert call.record.reply == "I'll put you through. I see."


# --- by a hook, by the application ------------------------------------------------------------------------


def test_a_hook_hands_over_at_the_end_of_a_turn() -> None:
    call = a_call(prepare_timeout_ms=1_000).says("my bill is wrong", 1_000, 2_000)
    call.feed(on.ReplyPrepared(1, NOTHING_ADDED, takeover=Takeover(BILLING)))
    assert call.of(HandedOver) == [], "the turn may still go on"
    call.to(2_700)
    ask = call.of(do.PrepareReply)[-1]
    assert not ask.draft
    call.feed(
        on.ReplyPrepared(ask.request_id, NOTHING_ADDED, takeover=Takeover(BILLING, say="Billing here."))
    )
    assert call.of(do.StartSpeech)[-1].text == "Billing here."
    assert call.states() == ["cancelled", "running"]
    call.audible(3_000).played(4_000, "Billing here.")
    assert call.record.reply == "Billing here."


def test_a_hook_hands_over_where_there_was_no_draft() -> None:
    call = a_call(prepare_timeout_ms=1_000).writes("my bill is wrong", 1_000)
    ask = call.of(do.PrepareReply)[-1]
    call.feed(on.ReplyPrepared(ask.request_id, NOTHING_ADDED, takeover=Takeover(BILLING)))
    messages = call.of(do.StartDraft)[-1].messages
    assert messages is not None
    assert messages[0].content == "You are billing."


def test_the_application_hands_over_at_any_time() -> None:
    call = a_call().to(1_000)
    call.feed(on.HandOverRequested(Takeover(BILLING, say="Billing here.")))
    assert call.of(do.StartSpeech)[-1].text == "Billing here."
    heard = a_reply().audible(2_800)
    heard.feed(on.HandOverRequested(Takeover(BILLING)))
    assert heard.of(do.StopReply) == [], "what is being said is said"
    heard.played(3_500)
    assert len(heard.records) == 1


# --- what does not happen ---------------------------------------------------------------------------------


def test_two_agents_can_not_pass_a_caller_back_and_forth_for_ever() -> None:
    again = Persona(2, "again", "", "Sorry.", (TRANSFER,))
    call = a_reply()
    for _ in range(MOST_IN_A_TURN):
        hands_over(call, to=again)
    assert len(call.of(HandedOver)) == MOST_IN_A_TURN
    hands_over(call, to=again)
    assert len(call.of(HandedOver)) == MOST_IN_A_TURN
    assert "handed over 4 times" in call.of(do.AskModel)[-1].messages[-1].content


def test_nor_can_a_hook() -> None:
    again = Persona(2, "again", "", "Sorry.", prepare_timeout_ms=1_000)
    call = a_call(prepare_timeout_ms=1_000).writes("my bill is wrong", 1_000)
    for _ in range(MOST_IN_A_TURN + 1):
        ask = call.of(do.PrepareReply)[-1]
        call.feed(on.ReplyPrepared(ask.request_id, NOTHING_ADDED, takeover=Takeover(again)))
    assert [notice.where for notice in call.of(Trouble)] == ["before_reply"]
    assert call.of(do.AskModel), "the caller is answered all the same"


def test_a_tool_that_was_stopped_hands_nothing_over() -> None:
    call = a_reply()
    call.feed(on.ToolsRequested(1, (ToolCall("x", "transfer", "{}"),), ""))
    call.to(14_000)
    call.feed(on.ToolFinished(1, "handed over", takeover=Takeover(BILLING)))
    assert call.of(HandedOver) == []


def test_words_of_its_own_take_the_place_of_a_draft_where_the_caller_went_on_before_them() -> None:
    call = hands_over(a_reply(), say="Billing here.")
    call.speaks(2_900).pauses(3_500).final("and my address too", 3_700)
    drafted = call.draft
    call.to(4_500)
    assert call.of(do.StartSpeech)[-1].text == "Billing here."
    assert drafted.state == "cancelled"
    assert call.of(do.AskModel) == []
