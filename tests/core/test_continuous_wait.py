from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.completeness import model_for
from antiphon.core.continuous_wait import ContinuousWait, endpointer_of, longest_wait_ms, shortest_wait_ms
from antiphon.core.endpointing import Endpointing, FixedSilence
from antiphon.core.evidence import Evidence
from antiphon.core.habits import USUAL, Habits
from antiphon.core.language.en_endings import ENGLISH
from antiphon.core.stopping import Preset

MS = 1_000_000
LONGEST_MS = Endpointing().longest_ms
COMPLETE = "book a table for two people on friday"
OPEN = "book a table for two people at the"
UNSURE = "book a table"


def evidence(transcript: str = COMPLETE, **known: object) -> Evidence:
    ready = Evidence(transcript, is_final=True, reply_ready=True, vendor_end_of_turn=False)
    return replace(ready, **known)  # type: ignore[arg-type]


def ms(endpointer: ContinuousWait, known: Evidence) -> int:
    return endpointer.wait(known).wait_ns // MS


WORDS = st.lists(st.sampled_from([*sorted(ENGLISH.classes)[::9], "table", "two"]), max_size=12)
PROBABILITIES = st.none() | st.floats(0, 1)
EVIDENCE = st.builds(
    Evidence,
    transcript=WORDS.map(" ".join),
    is_final=st.booleans(),
    reply_ready=st.booleans(),
    vendor_end_of_turn=st.booleans(),
    silence_ns=st.integers(0, 3_000 * MS),
    stable_ns=st.integers(0, 9_000 * MS),
    drafting=st.booleans(),
    answers=st.booleans(),
    stability=PROBABILITIES,
    vendor_probability=PROBABILITIES,
    sound_probability=PROBABILITIES,
    habits=st.just(USUAL) | st.builds(Habits, st.floats(0, 50), shortfall=st.floats(-60, 60)),
)
ENDPOINTERS = st.builds(
    lambda preset, longest_ms, language, known: ContinuousWait(
        Endpointing(preset, longest_ms), language=language, known_turns=known
    ),
    st.sampled_from(Preset),
    st.integers(200, 2_000),
    st.sampled_from(["en", "de"]),
    st.sampled_from([(), (COMPLETE, "two", "table table")]),
)


# --- what callers are known to say --------------------------------------------------------------------

KNOWN_TURNS = ("Where can I park?", "What is the fare?", "What is the fare for a dog?", "Wo ist der Hafen?")


def test_who_has_said_what_callers_are_known_to_say_has_finished() -> None:
    asked = evidence("where can i park")
    assert ms(ContinuousWait(), asked) == LONGEST_MS
    wait = ContinuousWait(known_turns=KNOWN_TURNS).wait(asked)
    assert wait.wait_ns <= 260 * MS
    assert wait.reason == f"wait {wait.wait_ns // MS} ms: known turn, final"


def test_who_is_amid_it_has_not_and_who_may_go_on_has_perhaps() -> None:
    knowing = ContinuousWait(known_turns=KNOWN_TURNS)
    assert ms(knowing, evidence("where can")) == LONGEST_MS
    assert ms(knowing, evidence("what is the fare")) > ms(knowing, evidence("where can i park"))


def test_other_words_are_read_as_they_are_without() -> None:
    knowing, without = ContinuousWait(known_turns=KNOWN_TURNS), ContinuousWait()
    for words in (COMPLETE, OPEN, UNSURE, "where could i park"):
        assert knowing.wait(evidence(words)) == without.wait(evidence(words))


def test_known_turns_are_known_in_languages_that_are_not_read() -> None:
    knowing = ContinuousWait(language="de", known_turns=KNOWN_TURNS)
    without = ContinuousWait(language="de")
    assert ms(knowing, evidence("wo ist der hafen")) < ms(without, evidence("wo ist der hafen"))
    assert ms(knowing, evidence("wo ist der")) > ms(without, evidence("wo ist der"))


def test_a_fixed_silence_is_fixed_whatever_is_known() -> None:
    endpointer = endpointer_of(Endpointing(silence_ms=450), known_turns=KNOWN_TURNS)
    assert endpointer.wait(evidence("where can i park")).wait_ns == 450 * MS


# --- always -------------------------------------------------------------------------------------------


@given(ENDPOINTERS, st.lists(EVIDENCE, min_size=1, max_size=5))
def test_a_wait_is_bounded_and_explains_itself(endpointer: ContinuousWait, known: list[Evidence]) -> None:
    for each in known:
        wait = endpointer.wait(each)
        assert 100 * MS <= wait.wait_ns <= endpointer.longest_ns
        assert wait.reason.startswith(f"wait {wait.wait_ns // MS} ms: ")


@given(ENDPOINTERS, EVIDENCE)
def test_it_never_waits_longer_once_a_reply_is_ready(endpointer: ContinuousWait, known: Evidence) -> None:
    drafting = endpointer.wait(replace(known, reply_ready=False, drafting=True))
    ready = endpointer.wait(replace(known, reply_ready=True))
    assert ready.wait_ns <= drafting.wait_ns == endpointer.longest_ns


@given(ENDPOINTERS, EVIDENCE, EVIDENCE)
def test_what_was_asked_before_changes_nothing(
    endpointer: ContinuousWait, known: Evidence, before: Evidence
) -> None:
    first = endpointer.wait(known)
    endpointer.wait(before)
    assert endpointer.wait(known) == first


@given(ENDPOINTERS, EVIDENCE, st.integers(0, 2_000 * MS))
def test_while_only_time_passes_the_wait_stays_as_it_is(
    endpointer: ContinuousWait, known: Evidence, passed_ns: int
) -> None:
    later = replace(known, silence_ns=known.silence_ns + passed_ns, stable_ns=known.stable_ns + passed_ns)
    assert endpointer.wait(later) is endpointer.wait(known)


@given(ENDPOINTERS, EVIDENCE, st.floats(0, 1), st.floats(0, 1))
def test_the_likelier_others_think_it_over_the_shorter_the_wait(
    endpointer: ContinuousWait, known: Evidence, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    for name in ("vendor_probability", "sound_probability"):
        likely = endpointer.wait(replace(known, **{name: high}))  # type: ignore[arg-type]
        unlikely = endpointer.wait(replace(known, **{name: low}))  # type: ignore[arg-type]
        assert likely.wait_ns <= unlikely.wait_ns


# --- words --------------------------------------------------------------------------------------------


def test_complete_words_are_answered_at_human_speed() -> None:
    assert ms(ContinuousWait(), evidence()) <= 240


@pytest.mark.parametrize("transcript", [OPEN, UNSURE])
def test_words_that_may_go_on_are_waited_for(transcript: str) -> None:
    assert ms(ContinuousWait(), evidence(transcript)) == LONGEST_MS


def test_no_preset_waits_longer_than_a_more_patient_one() -> None:
    eager, balanced, patient = (ContinuousWait(Endpointing(preset)) for preset in Preset)
    for transcript in (COMPLETE, OPEN, UNSURE, "yes", ""):
        known = evidence(transcript)
        assert ms(eager, known) <= ms(balanced, known) <= ms(patient, known)


def test_a_short_answer_is_waited_for_less_where_the_agent_had_asked() -> None:
    endpointer = ContinuousWait()
    assert ms(endpointer, evidence("on friday", answers=True)) < ms(endpointer, evidence("on friday"))


def test_without_words_it_waits_for_longer_than_complete_ones_and_shorter_than_open_ones() -> None:
    endpointer = ContinuousWait()
    assert ms(endpointer, evidence()) < ms(endpointer, evidence("")) < ms(endpointer, evidence(OPEN))


def test_a_language_that_is_not_read_has_wider_bounds_and_the_same_wait_for_all_words() -> None:
    endpointer = ContinuousWait(language="de-CH")
    assert endpointer.longest_ns == 1.25 * ContinuousWait().longest_ns
    assert ms(endpointer, evidence("ich hätte gern einen")) == ms(endpointer, evidence("danke"))
    assert 600 < ms(endpointer, evidence("danke")) < 1_100
    assert "words not read" in endpointer.wait(evidence("danke")).reason


# --- the recogniser -----------------------------------------------------------------------------------


def test_an_interim_is_waited_for_until_it_has_stood_for_a_while() -> None:
    endpointer = ContinuousWait()
    known = evidence(is_final=False, silence_ns=900 * MS, stable_ns=0, stability=1.0)
    assert ms(endpointer, known) == 1_020
    assert ms(endpointer, replace(known, silence_ns=1_190 * MS)) == LONGEST_MS


def test_an_interim_counts_for_what_it_is_worth() -> None:
    endpointer = ContinuousWait()
    stable = evidence(is_final=False, stable_ns=500 * MS)
    sure, usual, unsure = (
        ms(endpointer, replace(stable, stability=stability)) for stability in (1.0, None, 0.0)
    )
    assert sure == ms(endpointer, evidence())
    assert sure < usual <= unsure


def test_where_the_recogniser_is_sure_there_is_hardly_a_wait() -> None:
    endpointer = ContinuousWait()
    assert ms(endpointer, evidence(UNSURE, vendor_end_of_turn=True)) < 200
    assert ms(endpointer, evidence("", vendor_end_of_turn=True)) < 300


# --- readiness and habits -----------------------------------------------------------------------------


def test_while_nothing_is_ready_waiting_costs_nothing() -> None:
    endpointer = ContinuousWait()
    assert ms(endpointer, evidence(reply_ready=False, drafting=True)) == LONGEST_MS


def test_where_the_reply_begins_only_at_the_end_each_millisecond_counts() -> None:
    endpointer = ContinuousWait()
    assert endpointer.wait(evidence(reply_ready=False)).wait_ns == endpointer.wait(evidence()).wait_ns


def test_a_caller_who_never_hesitates_is_waited_for_less() -> None:
    endpointer, habits = ContinuousWait(), USUAL
    for _ in range(40):
        habits = habits.after_turn(0.0)
    fluent = replace(habits, shortfall=0.0)
    transcript = "what is the name of the museum"
    assert ms(endpointer, evidence(transcript, habits=fluent)) < ms(endpointer, evidence(transcript))


def test_a_caller_whose_turns_end_in_words_that_look_unfinished_is_taken_at_that() -> None:
    endpointer, habits, model = ContinuousWait(), USUAL, model_for("en")
    assert model is not None
    for _ in range(30):
        habits = habits.after_turn(model.shortfall("where is my parcel"))
    assert habits.expected_shortfall() > 0.5
    loose = replace(USUAL, turns=habits.turns, shortfall=habits.shortfall)
    assert ms(endpointer, evidence("is the pool open in winter", habits=loose)) < LONGEST_MS


# --- as the settings have it --------------------------------------------------------------------------


def test_a_fixed_silence_is_taken_where_one_is_set() -> None:
    settings = Endpointing(silence_ms=450)
    assert isinstance(endpointer_of(settings), FixedSilence)
    assert endpointer_of(settings).wait(evidence()).wait_ns == 450 * MS
    assert (shortest_wait_ms(settings), longest_wait_ms(settings)) == (450, 450)


@pytest.mark.parametrize("preset", Preset)
def test_otherwise_the_wait_is_decided_from_the_evidence_between_bounds(preset: Preset) -> None:
    settings = Endpointing(preset)
    endpointer = endpointer_of(settings)
    assert isinstance(endpointer, ContinuousWait)
    assert endpointer.wait(evidence(vendor_end_of_turn=True)).wait_ns == shortest_wait_ms(settings) * MS
    assert ms(endpointer, evidence(OPEN)) == longest_wait_ms(settings) == settings.longest_ms


def test_a_longest_wait_below_the_usual_shortest_is_both() -> None:
    settings = Endpointing("patient", 100)  # type: ignore[arg-type]
    assert (shortest_wait_ms(settings), longest_wait_ms(settings)) == (100, 100)
    assert ms(ContinuousWait(settings), evidence(OPEN)) == 100


# --- its reasons --------------------------------------------------------------------------------------


def test_it_says_why() -> None:
    endpointer = ContinuousWait()
    assert endpointer.wait(evidence(OPEN)).reason == "wait 1200 ms: unfinished request: 'the', final"
    stable = evidence(
        "yes please", is_final=False, answers=True, silence_ns=0, stable_ns=80 * MS, stability=1.0
    )
    wait = endpointer.wait(stable)
    assert (
        wait.reason == f"wait {wait.wait_ns // MS} ms: complete answer, stable {wait.wait_ns // MS + 80} ms"
    )


def test_it_names_all_that_it_heeded() -> None:
    known = evidence(
        vendor_end_of_turn=True,
        vendor_probability=0.8,
        sound_probability=0.25,
        reply_ready=False,
        drafting=True,
    )
    assert ContinuousWait().wait(known).reason == (
        "wait 1200 ms: complete request, final, the recogniser's end of turn, the recogniser's estimate 80%, "
        "the sound's 25%, nothing to say yet"
    )
