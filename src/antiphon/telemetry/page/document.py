"""The page itself: masthead, figures, every turn at a glance, turn by turn, how to read it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from importlib import resources
from itertools import chain
from pathlib import Path

from antiphon.telemetry.contributions import KNOWN, Contribution, contribution, whole_ms
from antiphon.telemetry.page.chart import Chart, Mark, Row, contribution_bars, legend, patterns
from antiphon.telemetry.page.comparison import comparison_section
from antiphon.telemetry.page.markup import Html, element
from antiphon.telemetry.page.player import player
from antiphon.telemetry.page.recording import Recording, load_recording
from antiphon.telemetry.page.turn import TurnCard, spend_text
from antiphon.telemetry.report import Report
from antiphon.telemetry.story import TurnStory
from antiphon.telemetry.waterfall import reach
from antiphon.telemetry.wording import about_ms, count_text, ms_text, share_text

HUMAN_GAP_MS = 200  # between speakers in conversation: Stivers et al., PNAS 106 (2009)
_MANY_TURNS = 14  # from which the overview scrolls by itself


def write_page(
    path: Path,
    report: Report,
    *,
    recording: Path | None = None,
    title: str = "Call report",
    details: Mapping[str, str] | None = None,
    variants: Mapping[str, Report] | None = None,
) -> None:
    """Write a call's report to ``path``.

    Args:
        path: The page; its directory exists.
        report: The call.
        recording: A stereo WAV, caller left, agent right, that begins at ``report.began_ns``. A small one
            goes into the page, a large one is linked by its name relative to it.
        title: Of the page.
        details: What else is worth knowing: a name and a value each, as in ``{"Model": "handbook"}``.
        variants: The same conversation under several variants, to be compared; the first is the base.

    Raises:
        AudioError: If the recording is missing or is no audio.
    """
    audio = None if recording is None else load_recording(recording, path)
    page = render_page(report, recording=audio, title=title, details=details, variants=variants)
    path.write_text(page, encoding="utf-8")


def render_page(
    report: Report,
    *,
    recording: Recording | None = None,
    title: str = "Call report",
    details: Mapping[str, str] | None = None,
    variants: Mapping[str, Report] | None = None,
) -> str:
    """The page as text. The parameters are those of ``write_page``, but for a recording already loaded."""
    reports = (report, *(variants or {}).values())
    drawn = _drawn(chain.from_iterable(each.turns for each in reports))
    body = element(
        "body",
        patterns(drawn),
        element("a", "Skip to the turns", href="#turns", class_="skip"),
        element(
            "main",
            _masthead(title, details or {}),
            _head_figures(report),
            comparison_section(variants) if variants else None,
            _overview(report),
            legend(drawn) if drawn else None,
            _turns(report, playable=recording is not None),
            _troubles(report),
            _explanations(drawn),
        ),
        player(recording, report) if recording else None,
        element("script", _asset("report.js")),
    )
    return Html("<!doctype html>\n") + element("html", _head(title), body, lang="en")


def _asset(name: str) -> Html:
    return Html(
        resources.files("antiphon.telemetry.page").joinpath("assets", name).read_text(encoding="utf-8")
    )


def _head(title: str) -> Html:
    """Title, style and a policy under which the page runs its own script and fetches nothing."""
    digest = base64.b64encode(hashlib.sha256(_asset("report.js").encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "media-src data: 'self' file:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title} – Antiphon"),
        element("link", rel="icon", href="data:,"),
        element("style", _asset("report.css")),
    )


def _masthead(title: str, details: Mapping[str, str]) -> Html:
    pairs = [element("div", element("dt", name), element("dd", value)) for name, value in details.items()]
    return element(
        "header",
        element(
            "p",
            Html(
                '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">'
                '<path d="M3 9v6M7 5v14M11 10v4"/><path class="answer" d="M13 10v4M17 5v14M21 9v6"/></svg>'
            ),
            "Antiphon",
            class_="brand",
        ),
        element("h1", title),
        element("dl", pairs, class_="details") if pairs else None,
        class_="masthead",
    )


def _head_figures(report: Report) -> Html:
    ledger = report.ledger
    p50, p95 = report.percentile_ms(0.5), report.percentile_ms(0.95)
    turns = len(report.turns)
    figures = [
        ("p95", about_ms(p95), "95 of 100 replies come sooner"),
        ("drafted ahead", share_text(report.hit_rate), f"{ledger.reused + ledger.opened} of {turns} turns"),
        ("saved", about_ms(ledger.saved_ms), "by starting before the end of the turn"),
        (
            "model requests",
            count_text(report.llm_calls_per_turn),
            f"a turn; {ledger.discarded} of {ledger.started} drafts discarded",
        ),
    ]
    tiles = [
        element("div", element("dt", name), element("dd", value), element("dd", note, class_="note"))
        for name, value, note in figures
    ]
    return element(
        "section",
        element(
            "div",
            element("p", about_ms(p50), class_="headline"),
            element("p", "from the caller’s last sound to the first sound of the reply, at the median"),
            class_="median-figure",
        ),
        element("dl", tiles, class_="figures"),
        element("p", spend_text(ledger), class_="note spend"),
        class_="card hero",
        aria_label="Figures",
    )


def _overview(report: Report) -> Html | None:
    reach_ms = reach(report.turns) / 1e6
    if not report.turns or reach_ms <= 0:
        return None
    rows, told = [], []
    for number, turn in enumerate(report.turns, start=1):
        delay_ns = turn.record.glass_to_glass_ns if turn.answered else None
        value = turn.record.outcome if delay_ns is None else ms_text(whole_ms(delay_ns))
        bars = () if delay_ns is None else contribution_bars(turn)
        rows.append(Row(element("a", f"turn {number}", href=f"#turn-{number}"), value, bars))
        told.append(f"turn {number} {value}")
    chart = Chart(
        chart_id="overview",
        title="The delay of every turn",
        description="; ".join(told),
        rows=rows,
        low_ms=min([0.0, *(bar.end_ms for row in rows for bar in row.bars)]),
        high_ms=max(reach_ms, HUMAN_GAP_MS * 1.25),
        marks=(Mark(HUMAN_GAP_MS, "human"),),
    )
    scrolls = len(rows) > _MANY_TURNS
    return element(
        "section",
        element("h2", "Every turn", id="overview-name"),
        element(
            "div",
            element(
                "div",
                chart.html(),
                class_="scroll-y" if scrolls else None,
                tabindex=0 if scrolls else None,
                role="region" if scrolls else None,
                aria_label="Every turn" if scrolls else None,
            ),
            element(
                "p",
                f"Milliseconds from the caller’s last sound. The dotted line stands at {HUMAN_GAP_MS}: "
                "the gap that people leave between them.",
                class_="note",
            ),
            class_="card",
        ),
        aria_labelledby="overview-name",
    )


def _turns(report: Report, *, playable: bool) -> Html:
    reach_ms = reach(report.turns) / 1e6
    cards = [
        TurnCard(turn, number, report.began_ns, playable, reach_ms).html()
        for number, turn in enumerate(report.turns, start=1)
    ]
    left_out = f"{report.left_out:,} earlier turns are left out." if report.left_out else None
    return element(
        "section",
        element("h2", "Turn by turn", id="turns"),
        element("p", left_out, class_="note") if left_out else None,
        cards or element("p", "No turn was finished.", class_="card nothing"),
        aria_labelledby="turns",
    )


def _troubles(report: Report) -> Html | None:
    if not report.troubles:
        return None
    items = [
        element("li", element("b", trouble.where), f": {trouble.message}") for trouble in report.troubles
    ]
    return element(
        "section",
        element("h2", "Trouble", id="trouble"),
        element("ul", items, class_="card"),
        aria_labelledby="trouble",
    )


def _explanations(drawn: tuple[Contribution, ...]) -> Html:
    meanings = [element("div", element("dt", known.label), element("dd", known.meaning)) for known in drawn]
    return element(
        "footer",
        element(
            "details",
            element("summary", "How to read this page"),
            element(
                "p",
                "A turn’s delay is glass to glass: from the last voiced sample of the caller to the first "
                "audible sample of the reply at the listener, the synthesised audio’s leading silence and "
                "playout included. Its contributions follow one another along the critical path and sum to "
                "it exactly. Turns whose reply was taken back, because the caller went on, do not count. "
                "Percentiles are interpolated linearly between the sorted delays.",
            ),
            element("dl", meanings, class_="meanings"),
        ),
    )


def _drawn(turns: Iterator[TurnStory]) -> tuple[Contribution, ...]:
    """The contributions that took any time: those known in their order, then others as they are met."""
    names: dict[str, None] = {}
    for turn in turns:
        names.update((name, None) for name, length_ns in turn.record.contributions_ns.items() if length_ns)
    known = [each for each in KNOWN if each.name in names]
    return (*known, *(contribution(name) for name in names if contribution(name) not in known))
