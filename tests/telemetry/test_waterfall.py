from __future__ import annotations

import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from antiphon.core.notices import TurnEnded, TurnRecord
from antiphon.telemetry.report import Report, ReportBuilder
from antiphon.telemetry.waterfall import comparison, reach, turns_side_by_side, waterfall

from .samples import DRAFTED, MS, STREAMED, report, turn_record, turn_records, variants


class Screen(io.StringIO):
    """A stream with an encoding of its own."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def drawn(
    what: RenderableType,
    width: int = 80,
    encoding: str = "utf-8",
    colours: Literal["truecolor", "standard"] | None = None,
) -> list[str]:
    screen = Screen(encoding)
    console = Console(
        file=screen,
        width=width,
        color_system=colours,
        force_terminal=colours is not None,
        legacy_windows=False,
    )
    console.print(what)
    return screen.getvalue().splitlines()


def report_of(records: list[TurnRecord]) -> Report:
    builder = ReportBuilder()
    for record in records:
        builder.observe(TurnEnded(0, record))
    return builder.build()


# --- one turn -----------------------------------------------------------------------------------------


def test_a_waterfall_names_every_contribution_and_its_time() -> None:
    lines = drawn(waterfall(turn_record(contributions_ms=DRAFTED)))
    assert [line.split()[0] for line in lines] == ["end-of-turn", "runtime", "playout", "leading", "glass"]
    assert [line[-6:].strip() for line in lines] == ["300 ms", "1 ms", "20 ms", "12 ms", "333 ms"]


def test_bars_follow_one_another_on_one_axis() -> None:
    lines = drawn(waterfall(turn_record(contributions_ms={"endpointing": 500, "stt": 250, "runtime": 250})))
    first, second, third = (line[19:].rindex("█") + 1 for line in lines[:3])
    begins = [line[19:].index("█") for line in lines[:3]]
    assert begins[0] == 0
    assert abs(first - 2 * (second - begins[1])) <= 1
    assert abs(begins[1] - first) <= 1
    assert abs(begins[2] - second) <= 1
    assert third > second


def test_turns_can_share_an_axis() -> None:
    alone = drawn(waterfall(turn_record(contributions_ms=DRAFTED)))
    shared = drawn(waterfall(turn_record(contributions_ms=DRAFTED), reach_ns=3 * 333 * MS))
    assert shared[0].count("█") * 3 == pytest.approx(alone[0].count("█"), abs=2)


def test_a_narrow_terminal_gets_names_and_figures_only() -> None:
    lines = drawn(waterfall(turn_record()), width=32)
    assert not any("█" in line for line in lines)
    assert "1,028 ms" in lines[-1]


def test_a_terminal_without_block_characters_gets_ascii() -> None:
    lines = drawn(waterfall(turn_record()), encoding="ascii")
    assert "#" in lines[0]
    assert all(line.isascii() for line in lines)


def test_colour_is_only_used_where_there_is_colour() -> None:
    assert "\x1b[" not in "".join(drawn(waterfall(turn_record())))
    assert "\x1b[38;2;76;110;245m" in "".join(drawn(waterfall(turn_record()), colours="truecolor"))


def test_a_turn_nobody_heard_an_answer_to_says_so() -> None:
    record = TurnRecord(1, "hello", None, None, {}, {}, turn_record().ledger, False, "failed")
    assert drawn(waterfall(record)) == ["  no reply was heard"]


@given(turn_records(), st.integers(4, 140), st.sampled_from(["utf-8", "ascii", "latin-1"]))
def test_any_turn_fits_any_terminal(record: TurnRecord, width: int, encoding: str) -> None:
    for line in drawn(waterfall(record), width, encoding):
        assert cell_len(line) <= width
        line.encode(encoding)


# --- variants -----------------------------------------------------------------------------------------


def test_a_comparison_draws_each_turn_once_for_each_variant() -> None:
    lines = drawn(comparison(variants()))
    assert [line.strip() for line in lines if line.startswith(" 2")] == ["2 Friday at seven please"]
    assert sum(line.startswith("  batch") for line in lines) == 4 + 1
    assert "2,564 ms" in lines[1]


def test_letters_stand_for_colours_where_there_are_none() -> None:
    plain = drawn(comparison(variants()))
    assert "EEE" in plain[1]
    assert any("E end-of-turn wait" in line for line in plain)
    assert "EEE" not in drawn(comparison(variants()), colours="truecolor")[1]


def test_the_totals_compare_with_the_first_variant() -> None:
    lines = drawn(comparison(variants()))
    assert lines[-3].split() == ["batch", "2,564", "ms", "2,564", "ms", "1"]
    assert lines[-1].split() == ["drafts", "333", "ms", "924", "ms", "1.75", "87%"]


def test_a_turn_that_a_variant_did_not_answer_says_so() -> None:
    short = {"all": report((STREAMED, STREAMED)), "one": report((DRAFTED,))}
    assert sum("no reply" in line for line in drawn(comparison(short))) == 1
    assert [turn is None for turn in list(turns_side_by_side(short))[1]] == [False, True]


@pytest.mark.parametrize("nothing", [{}, {"a": Report(())}])
def test_nothing_to_compare_is_no_trouble(nothing: dict[str, Report]) -> None:
    drawn(comparison(nothing))


@given(
    st.dictionaries(st.text(max_size=12), st.lists(turn_records(), max_size=3), max_size=3),
    st.integers(4, 140),
    st.sampled_from(["utf-8", "ascii"]),
    st.sampled_from([None, "truecolor"]),
)
def test_any_variants_fit_any_terminal(
    calls: dict[str, list[TurnRecord]], width: int, encoding: str, colours: Literal["truecolor"] | None
) -> None:
    what = comparison({name: report_of(records) for name, records in calls.items()})
    for line in drawn(what, width, encoding, colours):
        line.encode(encoding)
        assert colours is not None or cell_len(line) <= width


def test_a_shared_axis_reaches_to_the_longest_answer() -> None:
    assert reach(report((DRAFTED, STREAMED)).turns) == 1028 * MS
    assert reach(()) == 0
