from __future__ import annotations

from antiphon.telemetry.page.comparison import comparison_section
from antiphon.telemetry.report import Report

from ..samples import DRAFTED, STREAMED, report, variants
from .test_markup import Reader


def test_each_variant_has_its_median_and_how_it_compares_with_the_first() -> None:
    text = Reader(comparison_section(variants())).text
    assert "Against batch" in text
    assert "batch2,564 ms2,564 ms–0%1" in text
    assert "drafts333 ms924 ms\u221287%75%1.75" in text


def test_each_turn_has_one_bar_a_variant_on_a_common_axis() -> None:
    made = comparison_section(variants())
    assert made.count('id="compared-') == 2 * 4
    assert "batch 2,564 ms; streaming 1,028 ms; drafts 333 ms" in made
    assert made.count("2,500 ms") == 2  # under the medians, and once under the turns


def test_a_turn_a_variant_did_not_answer_says_so() -> None:
    made = comparison_section(
        {"all": report((STREAMED, STREAMED)), "one": report((DRAFTED,)), "none": Report(())}
    )
    assert "all 1,028 ms; one no reply; none no reply" in made


def test_variants_without_a_single_reply_are_no_trouble() -> None:
    made = comparison_section({"a": Report(()), "b": Report(())})
    assert "no reply was heard" in made


def test_names_of_variants_are_escaped() -> None:
    assert "<script>" not in comparison_section({"<script>": report((DRAFTED,))})
