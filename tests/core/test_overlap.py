"""The caller's voice over the agent's: suspected, confirmed, or found to be nothing."""

from __future__ import annotations

import pytest

from antiphon.core import actions as do
from antiphon.core.events import RecogniserFailed
from antiphon.core.floor import Floor
from antiphon.core.interruption import Interruption, Suspicion
from antiphon.core.notices import OverlapJudged, ReplyOver, TurnStarted, WordsDismissed
from antiphon.core.overlap import _whole_words

from .harness import Driver, a_call_in

NO_GUARD = Interruption(echo_guard_ms=0)


def a_reply(interruption: Interruption = NO_GUARD, **settings: str) -> Driver:
    """The agent has been answering "book a table" since 4,700 ms."""
    return a_call_in("agent", interruption=interruption, **settings)


def verdicts(call: Driver) -> list[tuple[float, str]]:
    """What was thought of the sound over the reply, and when."""
    return list(zip(call.when(OverlapJudged), (one.verdict for one in call.of(OverlapJudged)), strict=True))


# --- suspected -----------------------------------------------------------------------------------------


def test_the_reply_is_ducked_as_soon_as_a_voice_is_heard_over_it() -> None:
    call = a_reply().speaks(5_500)
    assert call.of(do.DuckReply) == [do.DuckReply(1, 18.0, 30)]
    assert call.when(do.DuckReply) == [5_564], "when the voice is known"
    judged = call.of(OverlapJudged)[0]
    assert (judged.onset_ns, judged.reason) == (5_500_000_000, "voice of 64 ms, no words")


def test_it_is_at_full_level_again_when_that_was_nothing() -> None:
    call = a_reply().speaks(5_500).pauses(5_700).to(6_500)
    assert call.when(do.ResumeReply) == [5_900], "words are waited for a little"
    assert call.floor is Floor.AGENT
    call.played(7_000)
    assert call.floor is Floor.CALLER
    assert call.to(8_000).floor is Floor.IDLE


def test_the_sooner_when_the_recogniser_says_so() -> None:
    call = a_reply().speaks(5_500).pauses(5_700).final("", 5_820)
    assert call.when(do.ResumeReply) == [5_820]


def test_a_voice_that_goes_on_without_a_word_makes_it_wait() -> None:
    call = a_reply().speaks(5_500).to(6_179)
    assert call.of(do.PauseReply) == []
    call.to(6_180)
    assert call.of(do.PauseReply) == [do.PauseReply(1, 60)]
    call.pauses(6_400).to(6_799)
    assert call.of(do.ResumeReply) == []
    call.to(6_800)
    assert call.of(do.ResumeReply) == [do.ResumeReply(1, 100)]
    assert [verdict for _, verdict in verdicts(call)] == ["suspected", "held", "dismissed"]
    assert call.of(do.StopReply) == []


def test_words_that_come_then_stop_it_for_good() -> None:
    call = a_reply().speaks(5_500).to(6_200).interim("unfortunately", 6_400)
    assert call.when(do.StopReply) == [6_400]
    assert call.of(OverlapJudged)[-1].reason == "words: unfortunately"
    assert call.history[-1] == ("assistant", "Certainly")


def test_a_voice_that_takes_the_floor_stops_it_whatever_the_recogniser_says() -> None:
    call = a_reply().speaks(5_500)
    call.feed(RecogniserFailed("gone"), 5_600)
    call.to(7_999)
    assert call.of(do.StopReply) == []
    call.to(8_000)
    assert call.of(do.StopReply) == [do.StopReply(1, 60)]


def test_a_pause_in_the_voice_does_not_make_it_shorter() -> None:
    call = a_reply().speaks(5_500).pauses(5_650).speaks(5_740).interim("no", 5_815)
    assert call.of(do.StopReply) == []
    call.to(5_830)
    assert call.of(do.StopReply) == [do.StopReply(1, 60)], "150 ms and 90"


@pytest.mark.parametrize(
    ("suspicion", "down"),
    [(Suspicion.PAUSE, do.PauseReply), (Suspicion.NOTHING, None), ("duck", do.DuckReply)],
)
def test_what_it_does_on_suspicion_can_be_chosen(suspicion: Suspicion, down: type | None) -> None:
    call = a_reply(Interruption(on_suspicion=suspicion, echo_guard_ms=0)).speaks(5_500)
    changes = [kind for kind in (do.DuckReply, do.PauseReply) if call.of(kind)]
    assert changes == ([] if down is None else [down])
    call.pauses(5_700).to(6_500)
    assert len(call.of(do.ResumeReply)) == len(changes)
    call.speaks(6_600).interim("no wait", 6_900)
    assert call.floor is Floor.CALLER, "and words stop it in any case"


def test_words_of_a_voice_that_has_ceased_must_be_several_or_final() -> None:
    several = a_reply().speaks(5_500).pauses(5_800).interim("no wait", 5_900)
    assert several.floor is Floor.CALLER
    one = a_reply().speaks(5_500).pauses(5_800).interim("oak", 5_900).to(6_000)
    assert one.level == "full"
    one.final("okay", 6_050)
    assert one.of(do.StopReply) == []
    late = a_reply().speaks(5_500).pauses(5_800).interim("no", 5_900).to(6_000).final("no", 6_100)
    assert late.floor is Floor.CALLER


def test_speech_that_must_be_heard_is_not_even_ducked() -> None:
    call = a_call_in("idle").say("This call is recorded.", 5_000, interruptible=False).audible(5_200)
    call.speaks(5_500).interim("no wait", 5_900).to(9_000)
    assert (call.of(do.DuckReply), call.of(do.PauseReply), call.of(do.StopReply)) == ([], [], [])


# --- backchannels --------------------------------------------------------------------------------------


def test_a_backchannel_lets_the_reply_go_on_and_is_no_turn() -> None:
    call = a_reply().speaks(5_500).pauses(5_900).interim("mm-hm", 6_000)
    assert call.level == "full"
    call.final("Mm-hm.", 6_080).played(7_000)
    assert call.of(WordsDismissed)[0].text == "Mm-hm."
    assert call.of(do.StopReply) == []
    assert call.floor is Floor.IDLE
    assert call.record.outcome == "replied"
    assert call.to(9_000).of(do.CommitDraft)[1:] == [], "nothing answers it"


def test_it_is_in_the_history_behind_what_it_was_said_over() -> None:
    call = a_reply().says("yeah", 5_500, 5_900).played(7_000).says("at seven", 8_000, 9_000).to(9_600)
    call.audible(9_700)
    assert call.history == [
        ("user", "book a table"),
        ("assistant", "Certainly, I can do that."),
        ("user", "yeah"),
        ("user", "at seven"),
    ]


def test_a_final_that_comes_late_is_put_right_where_it_belongs() -> None:
    call = a_call_in("caller pausing", interruption=NO_GUARD).to(7_000).audible(7_000)
    call.speaks(7_500).pauses(7_900).final("yeah", 8_080, start_ms=7_400).played(9_000)
    call.final("book a table.", 9_100, start_ms=0, end_ms=4_700)
    assert call.history[0] == ("user", "book a table.")
    assert call.history[-1] == ("user", "yeah")


def test_several_may_be_said_one_after_the_other() -> None:
    call = a_reply().says("yeah", 5_500, 5_900).says("okay right", 6_600, 7_100).played(8_000)
    assert [notice.text for notice in call.of(WordsDismissed)] == ["yeah", "okay right"]
    assert [text for _, text in call.history[2:]] == ["yeah", "okay right"]


def test_a_backchannel_that_turns_into_more_is_a_barge_in_with_all_its_words() -> None:
    call = a_reply().speaks(5_500).interim("yeah", 6_000).interim("yeah but", 6_200).pauses(6_500)
    assert call.when(do.StopReply) == [6_200]
    call.final("yeah but at seven", 6_700).to(7_300).audible(7_400)
    assert call.history[-1] == ("user", "yeah but at seven")


def test_backchannels_explain_a_long_voice() -> None:
    call = a_reply().speaks(5_500).interim("yeah", 5_900).interim("yeah yeah", 6_300).to(6_900)
    assert call.level == "low"
    call.to(6_980)
    assert call.level == "held", "680 ms more of which nothing is known"
    call.interim("yeah yeah okay", 7_000)
    assert call.level == "low"
    assert call.of(do.StopReply) == []


def test_its_final_may_come_before_the_voice_ceases() -> None:
    call = a_reply().speaks(5_500).final("yeah", 5_900)
    assert call.of(WordsDismissed) == []
    call.pauses(6_000)
    assert call.of(WordsDismissed)[0].text == "yeah"
    assert call.level == "full"


def test_an_answer_to_what_the_agent_asks_is_none() -> None:
    call = a_reply()
    call.heard, call.coming = "Shall I book it for", " two? I have seven or nine."
    call.says("yeah", 5_500, 5_900)
    assert call.when(do.StopReply) == [6_076]
    assert call.to(6_800).draft.answers == "yeah"


def test_they_may_count_like_any_words() -> None:
    call = a_reply(Interruption(backchannels=False, echo_guard_ms=0)).says("yeah", 5_500, 5_900)
    assert call.floor is Floor.CALLER


def test_in_a_language_that_is_not_known_there_are_none() -> None:
    call = a_reply(language="nl").says("ja", 5_500, 5_900)
    assert call.floor is Floor.CALLER


def test_a_backchannel_over_a_reply_that_is_superseded_is_part_of_the_turn() -> None:
    call = a_call_in("caller pausing", interruption=NO_GUARD).to(7_000).audible(7_000)
    call.speaks(7_500).pauses(7_900).final("yeah", 8_080, start_ms=7_400)
    assert len(call.of(WordsDismissed)) == 1
    call.final("book a table for two", 8_500, start_ms=0, end_ms=4_700).to(9_300)
    assert call.of(ReplyOver)[0].reason == "superseded"
    assert call.draft.answers == "book a table for two yeah"
    call.audible(9_400)
    assert [text for _, text in call.history] == ["Certainly", "book a table for two yeah"]


def test_one_said_when_the_call_ends_is_kept() -> None:
    call = a_reply().says("yeah", 5_500, 5_900).close(6_500)
    assert [text for _, text in call.history] == ["book a table", "Certainly", "yeah"]


# --- the agent's own voice -----------------------------------------------------------------------------


def test_the_agent_s_own_words_heard_back_are_nobody_s() -> None:
    call = a_reply(Interruption())
    call.heard, call.coming = "Certainly", ", I can do that for you."
    call.speaks(5_500).interim("certainly i", 5_900)
    assert call.level == "full"
    call.interim("certainly i can dew that", 6_300).pauses(6_500).final("certainly i can do that", 6_600)
    assert call.of(WordsDismissed)[0].reason == "echo"
    assert call.of(do.StopReply) == []
    assert call.played(7_000).floor is Floor.IDLE
    assert [role for role, _ in call.history] == ["user", "assistant"]


def test_an_echo_ducks_the_reply_once_and_never_holds_it() -> None:
    call = a_reply(Interruption())
    call.speaks(5_000).pauses(5_200).speaks(5_500).to(6_600)
    assert len(call.of(do.DuckReply)) == 1
    assert call.of(do.PauseReply) == []
    assert call.to(6_700).of(do.PauseReply), "the guard ends 2,000 ms after the agent was first heard"


def test_other_words_stop_it_even_then() -> None:
    call = a_reply(Interruption()).speaks(5_000).interim("no stop that", 5_400)
    assert call.floor is Floor.CALLER
    assert call.of(ReplyOver)[0].reason == "barge-in"


def test_the_guard_is_for_the_beginning_of_the_call() -> None:
    call = a_reply(Interruption()).played(6_000).says("at seven", 7_000, 8_000).to(8_700).audible(8_800)
    call.speaks(9_500).interim("certainly", 9_900)
    assert call.of(do.StopReply) != [] or call.level == "low"
    assert len(call.of(TurnStarted)) == 3


@pytest.mark.parametrize(
    ("characters", "said"), [(0, "every"), (3, "every"), (6, "every thing"), (40, "every thing")]
)
def test_an_echo_is_of_whole_words(characters: int, said: str) -> None:
    """A caller's "I" is no echo of the first letter of "is"."""
    assert _whole_words("every thing", characters) == said
