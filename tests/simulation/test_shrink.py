"""Cutting a failing call down."""

from dataclasses import replace

from antiphon.simulation.call import CallResult, CallSettings, simulate_call
from antiphon.simulation.caller import SpokenWord, Utterance
from antiphon.simulation.campaign import Campaign
from antiphon.simulation.checkers import check_call
from antiphon.simulation.faults import Fault, Kind, Where
from antiphon.simulation.mutations import MUTATIONS
from antiphon.simulation.scripts import Script
from antiphon.simulation.shrink import shrink

from .calls import ECHO, empty_result, spoken, utterance


def test_what_is_left_still_fails_and_is_no_longer_than_it_need_be() -> None:
    mutation = next(each for each in MUTATIONS if each.name == "the caller's words are kept twice")
    settings = CallSettings()
    campaign = Campaign(1, 1, ("echo",), settings)

    def simulate(script: Script) -> CallResult:
        return campaign.simulate_script(script, ECHO, settings)

    with mutation.applied():
        script = simulate_call(campaign.name(0), ECHO, settings).script
        cut = shrink(script, simulate, 3)
        assert 3 in {violation.invariant for violation in check_call(simulate(cut))}
    assert len(cut.utterances) == 1
    assert len(cut.utterances[0].words) == 1


def fails_if_silent_after(word: str, fault: Fault) -> object:
    """Simulates by hand: nobody answers a call in which a word is said and a fault is there."""

    def simulate(script: Script) -> CallResult:
        result = empty_result(*script.utterances)
        result.script = script
        said = [each for each in script.utterances if word in each.text.split()]
        if said and fault.kind in {each.kind for each in script.faults}:
            spoken(result, said[0], 0)
            result.ended_ns = 60_000_000_000
        return result

    return simulate


PAUSED = Utterance(
    (SpokenWord("wait", 0, 300), SpokenWord("two", 900, 1_200), SpokenWord("now", 1_200, 1_500))
)


def test_faults_words_and_pauses_go_that_make_no_difference() -> None:
    needed = Fault(Where.LLM, Kind.STALL, nth=1)
    script = Script(
        "test",
        (utterance("a table"), PAUSED, utterance("thank you")),
        faults=(Fault(Where.STT, Kind.SLOW, nth=2), needed, Fault(Where.APP, Kind.SAY)),
    )
    cut = shrink(script, fails_if_silent_after("two", needed), 9)  # type: ignore[arg-type]
    assert [each.text for each in cut.utterances] == ["two"]
    assert [fault.kind for fault in cut.faults] == [Kind.STALL]


def test_a_recogniser_s_fault_stays_with_its_utterance() -> None:
    needed = Fault(Where.STT, Kind.SLOW, nth=2)
    script = Script("test", (utterance("one"), utterance("two"), utterance("three")), faults=(needed,))
    cut = shrink(script, fails_if_silent_after("three", needed), 9)  # type: ignore[arg-type]
    assert cut == Script("test", (utterance("three"),), faults=(replace(needed, nth=0),))


def test_what_can_t_be_cut_stays() -> None:
    script = Script("test", (utterance("two"),), faults=(Fault(Where.LLM, Kind.STALL),))
    assert shrink(script, fails_if_silent_after("two", script.faults[0]), 9) == script  # type: ignore[arg-type]
