"""The same conversation under several variants, side by side on the report's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from antiphon.telemetry.contributions import whole_ms
from antiphon.telemetry.page.chart import Bar, Chart, Row, contribution_bars
from antiphon.telemetry.page.markup import Html, element
from antiphon.telemetry.report import Report
from antiphon.telemetry.story import TurnStory
from antiphon.telemetry.waterfall import reach, turns_side_by_side
from antiphon.telemetry.wording import about_ms, count_text, ms_text, share_text


def comparison_section(variants: Mapping[str, Report]) -> Html:
    """Medians of each variant as bars and a table, then every turn with one stacked bar a variant.

    Args:
        variants: The reports by the variant's name, in the order to be drawn; the first is what the others
            are compared to.
    """
    reach_ms = reach(turn for report in variants.values() for turn in report.turns) / 1e6
    return element(
        "section",
        element("h2", "The same conversation, compared", id="comparison-name"),
        element("div", _medians(variants), _table(variants), class_="card"),
        element("div", list(_turns(variants, max(1.0, reach_ms))), class_="card compared"),
        aria_labelledby="comparison-name",
        class_="comparison",
    )


def _medians(variants: Mapping[str, Report]) -> Html:
    """A bar to each variant's median, a lighter one on to its 95th percentile."""
    rows, told, high_ms = [], [], 1.0
    for name, report in variants.items():
        p50, p95 = report.percentile_ms(0.5), report.percentile_ms(0.95)
        if p50 is None or p95 is None:
            rows.append(Row(name, "–", ()))
            continue
        high_ms = max(high_ms, p95)
        median = about_ms(p50)
        bars = [Bar(0.0, p50, "", f"{name}: median {median}", "median")]
        if p95 >= p50 + 1.0:
            bars.append(Bar(p50, p95, "", f"{name}: 95 of 100 replies within {about_ms(p95)}", "tail"))
        rows.append(Row(name, median, tuple(bars)))
        told.append(f"{name} {median}")
    chart = Chart(
        chart_id="medians",
        title="Median delay of each variant",
        description="; ".join(told) or "no reply was heard",
        rows=rows,
        low_ms=0.0,
        high_ms=high_ms,
    )
    return chart.html()


def _table(variants: Mapping[str, Report]) -> Html:
    base = next(iter(variants), "")
    columns = ("Variant", "Median", "p95", f"Against {base}", "Drafted ahead", "Model requests a turn")
    base_ms = variants[base].percentile_ms(0.5) if variants else None
    rows = []
    for name, report in variants.items():
        p50, p95 = report.percentile_ms(0.5), report.percentile_ms(0.95)
        change = "–" if p50 is None or not base_ms else f"{(p50 / base_ms - 1):+.0%}".replace("-", "\u2212")
        cells = (
            about_ms(p50),
            about_ms(p95),
            change if name != base else "–",
            share_text(report.hit_rate),
            count_text(report.llm_calls_per_turn),
        )
        rows.append(
            element(
                "tr",
                element("th", name, scope="row"),
                [element("td", cell, class_="number") for cell in cells],
            )
        )
    table = element(
        "table",
        element("thead", element("tr", [element("th", column, scope="col") for column in columns])),
        element("tbody", rows),
    )
    return element("div", table, class_="scroll-x", tabindex=0, role="region", aria_label="Variants")


def _turns(variants: Mapping[str, Report], reach_ms: float) -> Iterator[Html]:
    most = max((len(report.turns) for report in variants.values()), default=0)
    for number, turns in enumerate(turns_side_by_side(variants), start=1):
        said = next((turn.record.user for turn in turns if turn is not None), "")
        rows = [_bar_row(name, turn) for name, turn in zip(variants, turns, strict=True)]
        chart = Chart(
            chart_id=f"compared-{number}",
            title=f"Turn {number} under each variant",
            description="; ".join(f"{row.name} {row.value}" for row in rows),
            rows=rows,
            low_ms=min([0.0, *(bar.end_ms for row in rows for bar in row.bars)]),
            high_ms=reach_ms,
            labelled=number == most,
        )
        yield element("section", element("h3", f"{number}. {said}"), chart.html())


def _bar_row(name: str, turn: TurnStory | None) -> Row:
    delay_ns = turn.record.glass_to_glass_ns if turn is not None and turn.answered else None
    if turn is None or delay_ns is None:
        return Row(name, "no reply", ())
    return Row(name, ms_text(whole_ms(delay_ns)), contribution_bars(turn))
