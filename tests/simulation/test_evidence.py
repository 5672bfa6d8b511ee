"""What a call shows."""

from dataclasses import replace

from antiphon.core.messages import Message
from antiphon.core.notices import ReplyOver, Trouble, WordsDismissed
from antiphon.simulation.call import AppAction
from antiphon.simulation.evidence import Evidence, Voice
from antiphon.simulation.faults import Kind
from antiphon.simulation.listener import UNKNOWN, Heard, Level
from antiphon.simulation.vendor_log import Delivered

from .calls import MS, a_call, empty_result, replied, spoken, utterance


def test_a_reply_knows_what_of_it_was_heard() -> None:
    result = empty_result()
    replied(result, "for two", 1_000, "a fine table", heard_ms=400)
    (reply,) = Evidence(result).replies
    assert (reply.begin_ns, reply.end_ns, reply.samples) == (1_000 * MS, 1_400 * MS, 400)
    assert reply.words == ["k0", "a"]
    assert not reply.complete


def test_all_of_it_is_its_whole_text() -> None:
    result = empty_result()
    synthesis = replied(result, "for two", 1_000, "a fine table")
    (reply,) = Evidence(result).replies
    assert reply.complete
    assert reply.words == synthesis.text.split()


def test_where_its_loudness_changes_between_two_samples_no_word_is_missing() -> None:
    result = empty_result()
    replied(result, "for two", 1_000, "a fine table")
    (whole,) = result.heard
    begin_ns, seam_ns = whole.start_ns + 838_000, whole.start_ns + 500 * MS
    result.heard[:] = [
        Heard(0, begin_ns, seam_ns),
        Heard(0, seam_ns, whole.stop_ns, Level.LOW),
    ]
    (reply,) = Evidence(result).replies
    assert reply.samples == reply.synthesis.samples - 1
    assert reply.complete


def test_words_over_a_reply_are_no_question_but_the_same_words_before_it_are() -> None:
    result = empty_result()
    replied(result, "yes", 1_000)
    replied(result, "for two", 3_000)
    for reply_id in (1, 2):
        result.notices += [
            *([WordsDismissed(9, 3_500 * MS, "yes", "backchannel")] if reply_id == 2 else []),
            ReplyOver(reply_id, reply_id, (2_000 * reply_id) * MS, f"k{reply_id - 1} yes", True, "played"),
        ]
    result.history = (
        Message("user", "yes"),
        Message("assistant", "k0 yes"),
        Message("user", "for two"),
        Message("assistant", "k1 yes"),
        Message("user", "yes"),
    )
    assert [reply.asked_user for reply in Evidence(result).replies] == ["yes", "for two"]


def test_words_may_be_the_agents_own_come_back_only_while_echo_is_guarded_against() -> None:
    result = empty_result()
    replied(result, "for two", 1_000, "a fine table")
    evidence = Evidence(result)
    own = Delivered("fine table", 1_500 * MS, 1_700 * MS, (0, 2), final=True, at_ns=1_800 * MS)
    assert evidence.may_be_echo(own)
    assert not evidence.may_be_echo(replace(own, text="friday please"))
    assert not evidence.may_be_echo(replace(own, at_ns=9_800 * MS))
    evidence.guarded_until_ns = 0
    assert not evidence.may_be_echo(own)


def test_a_text_may_be_what_was_heard_but_for_a_word_at_the_cut() -> None:
    result = empty_result()
    replied(result, "for two", 1_000, "a fine table", heard_ms=400)
    (reply,) = Evidence(result).replies
    assert reply.may_be("k0")
    assert reply.may_be("k0 a fine")
    assert not reply.may_be("k0 a fine table")
    assert reply.may_be_told_by("k0 a fine table")
    assert not reply.may_be_told_by("k0 the fine table")


def test_the_history_s_messages_are_paired_with_what_was_heard() -> None:
    result = empty_result()
    replied(result, "wait", 1_000, heard_ms=20)  # no word of it
    replied(result, "wait for two", 3_000)
    result.history = (Message("user", "wait for two"), Message("assistant", "k1 yes"))
    evidence = Evidence(result)
    barely, answer = evidence.replies
    assert evidence.told == [(None, barely), (result.history[1], answer)]
    assert (barely.asked_user, answer.asked_user) == (None, "wait for two")


def test_a_message_is_paired_with_the_reply_it_tells_best() -> None:
    result = empty_result()
    replied(result, "wait", 1_000, heard_ms=20)
    replied(result, "wait for two", 3_000, heard_ms=120)  # its first word
    result.history = (Message("user", "wait for two"), Message("assistant", "k1", interrupted=True))
    assert [reply.asked_user for reply in Evidence(result).replies] == [None, "wait for two"]


def test_a_fade_of_nothing_is_nobody_s() -> None:
    result = empty_result()
    result.heard.append(Heard(UNKNOWN, 0, 60 * MS))
    assert Evidence(result).replies == []
    assert Evidence(result).order == []


def test_a_voice_counts_when_it_could_have_been_noticed() -> None:
    result = empty_result()
    spoken(result, utterance("for two"), 1_000)
    evidence = Evidence(result)
    assert evidence.voices == [Voice(1_000 * MS, 1_600 * MS, 0)]
    assert evidence.voice_before(1_050 * MS) is None
    assert evidence.voice_before(1_100 * MS) == evidence.voices[0]


def test_a_repeated_final_counts_once_and_finals_are_in_the_order_of_their_audio() -> None:
    result = empty_result()
    late = Delivered("two", 5 * MS, 9 * MS, (1, 2), final=True, at_ns=20)
    early = Delivered("for", 0, 5 * MS, (0, 1), final=True, at_ns=30)
    result.log.transcripts += [late, early, early]
    evidence = Evidence(result)
    assert evidence.finals == [early, late]
    assert evidence.final_at == {0: 30, 1: 20}


def test_a_call_that_the_application_closed_was_over_then() -> None:
    result = empty_result()
    result.ended_ns = 9
    assert Evidence(result).over_ns == 9
    result.app.append(AppAction(Kind.CLOSE, "", 5))
    assert Evidence(result).over_ns == 5


def test_troubles_and_commits_are_the_session_s_account() -> None:
    result = a_call()
    evidence = Evidence(result)
    assert len(evidence.committed) == len(evidence.replies)
    assert evidence.troubles == []
    result.notices.append(Trouble(7, "stt", "gone"))
    assert Evidence(result).troubles == [7]
