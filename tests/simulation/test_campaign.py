"""Many calls."""

from antiphon.core.speculation import Speculation, Strategy
from antiphon.simulation.call import CallSettings
from antiphon.simulation.campaign import COMPARED, Campaign, run_campaign

EVERYBODY = tuple(CallSettings().world.populations)


def test_every_population_has_its_share_and_nothing_is_broken() -> None:
    done: list[int] = []
    report = run_campaign(Campaign(1, 8, EVERYBODY, CallSettings()), progress=done.append)
    assert report["calls"] == sum(done) == 8
    assert tuple(report["populations"]) == EVERYBODY
    assert report["violations"] == []
    assert report["turns_per_s"] > 0


def test_faults_break_nothing_either() -> None:
    report = run_campaign(Campaign(11, 120, EVERYBODY, CallSettings(fault_rate=0.05)))
    assert report["violations"] == []


def test_nor_do_they_where_everything_goes_wrong() -> None:
    report = run_campaign(Campaign(12, 40, EVERYBODY, CallSettings(fault_rate=0.4)))
    assert report["violations"] == []


def test_two_processes_find_what_one_does() -> None:
    campaign = Campaign(1, 40, ("echo",), CallSettings(), core_only=True)
    one, two = run_campaign(campaign), run_campaign(campaign, processes=2)
    assert one["populations"] == two["populations"]
    assert (one["turns"], one["violations"]) == (two["turns"], two["violations"])


def test_a_call_can_be_had_again_from_its_name() -> None:
    campaign = Campaign(7, 3, EVERYBODY, CallSettings())
    assert campaign.name(2) == "7:2"
    assert campaign.population(5).name == EVERYBODY[1]
    one = campaign.simulate(2)
    again = campaign.simulate_script(one.script, campaign.population(2), campaign.settings)
    assert one.notices == again.notices


def test_some_calls_are_compared_with_the_same_without_drafts() -> None:
    campaign = Campaign(1, 9, ("echo",), CallSettings(), core_only=True)
    compared = [
        campaign.compared(index, campaign.summary(index)).baseline_usd for index in range(2 * COMPARED)
    ]
    assert [usd is not None for usd in compared] == [True, False, False] * 2


def test_without_drafts_there_is_nothing_to_compare() -> None:
    settings = CallSettings(speculation=Speculation(strategy=Strategy.DISCARD))
    report = run_campaign(Campaign(1, 4, ("echo",), settings))
    assert report["populations"]["echo"]["spend_ratio"] == 1.0
    assert report["populations"]["echo"]["hit_rate"] == 0.0


def test_the_core_alone_tells_about_the_same_as_the_whole_session() -> None:
    whole = run_campaign(Campaign(1, 40, ("echo",), CallSettings()))["populations"]["echo"]
    core = run_campaign(Campaign(1, 40, ("echo",), CallSettings(), core_only=True))["populations"]["echo"]
    p50, core_p50 = whole["glass_to_glass_ms"]["p50"], core["glass_to_glass_ms"]["p50"]
    assert p50 is not None
    assert core_p50 is not None
    assert abs(p50 - core_p50) < 0.05 * p50
