from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.core import timeline
from antiphon.telemetry.contributions import KNOWN, contribution, critical_path, whole_ms

from .samples import contributions


@given(contributions)
def test_spans_follow_one_another_and_end_at_the_total(contributions_ns: Mapping[str, int]) -> None:
    spans = critical_path(contributions_ns)
    ends = [0, *(span.end_ns for span in spans)]
    assert [span.start_ns for span in spans] == ends[:-1]
    assert ends[-1] == sum(contributions_ns.values())
    assert [span.name for span in spans] == list(contributions_ns)


@given(contributions)
def test_the_milliseconds_shown_add_up_to_the_total_shown(contributions_ns: Mapping[str, int]) -> None:
    shown = sum(span.shown_ms for span in critical_path(contributions_ns))
    assert shown == whole_ms(sum(contributions_ns.values()))


@given(contributions)
def test_no_span_is_shown_more_than_a_millisecond_off(contributions_ns: Mapping[str, int]) -> None:
    for span in critical_path(contributions_ns):
        assert abs(span.shown_ms - (span.end_ns - span.start_ns) / 1e6) <= 1


def test_what_is_rounded_to_nothing_is_still_said_to_be_there() -> None:
    (span,) = critical_path({"runtime": 400_000})
    assert span.text == "<1 ms"


def test_known_contributions_differ_in_name_label_letter_and_look() -> None:
    for aspect in ("name", "label", "letter", "colour"):
        assert len({getattr(known, aspect) for known in KNOWN}) == len(KNOWN), aspect


def test_labels_fit_a_narrow_column() -> None:
    assert max(len(known.label) for known in KNOWN) <= 16


def test_every_contribution_the_core_accounts_for_is_described() -> None:
    accounted = {name for _, name in timeline.PATH} | {"cut_in"}
    assert accounted <= {known.name for known in KNOWN}


@pytest.mark.parametrize("background", ["#ffffff", "#171a20"])
def test_colours_stand_out_from_light_and_dark(background: str) -> None:
    for known in KNOWN:
        assert contrast(known.colour, background) >= 3, known.name


@given(st.text(max_size=20))
def test_any_name_has_a_look_and_a_harmless_label(name: str) -> None:
    known = contribution(name)
    assert known.label.isprintable() or "\u200c" in known.label or "\u200d" in known.label
    assert known.letter


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
