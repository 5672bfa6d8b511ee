"""One kind of chart for the whole page: named rows on the left, bars on a common time axis on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from antiphon.telemetry.contributions import Contribution, contribution, critical_path
from antiphon.telemetry.page.markup import Html, element
from antiphon.telemetry.story import TurnStory
from antiphon.telemetry.wording import axis_ticks_ms, ms_text

ROW_HEIGHT = 26  # px; the style sheet gives the names the same
BAR_HEIGHT = 14
AXIS_HEIGHT = 24
_MOST_TICKS = 6
_LEAST_WIDTH = 0.006  # of the axis: a bar is seen, however short


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in ms on the chart's axis.

    Attributes:
        start_ms: Where it begins.
        end_ms: Where it ends.
        fill: An SVG paint, such as ``"url(#fill-stt)"``.
        label: What a pointer held over it is told.
        look: Class of the style sheet.
    """

    start_ms: float
    end_ms: float
    fill: str
    label: str
    look: str = "bar"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a name, a value, and bars."""

    name: str | Html
    value: str
    bars: tuple[Bar, ...]
    look: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at a moment that matters to every row."""

    at_ms: float
    look: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows on a time axis.

    Attributes:
        chart_id: Unique in the page; its title and description are known by it.
        title: What it shows, in a few words.
        description: What it says, in a sentence, for those who can't see it.
        rows: From top to bottom.
        low_ms: Where the axis begins.
        high_ms: Where it ends, later than that.
        marks: Vertical lines.
        labelled: Whether the axis has its labels; without them the grid alone goes on from the chart below.
    """

    chart_id: str
    title: str
    description: str
    rows: Sequence[Row]
    low_ms: float
    high_ms: float
    marks: Sequence[Mark] = ()
    labelled: bool = True

    def html(self) -> Html:
        """The chart as markup."""
        names = [
            element(
                "li",
                element("span", row.name, class_="name"),
                element("span", row.value, class_="value"),
                class_=row.look or None,
            )
            for row in self.rows
        ]
        return element("div", element("ul", names, class_="rows"), self._svg(), class_="chart")

    def _svg(self) -> Html:
        height = len(self.rows) * ROW_HEIGHT
        title_id, description_id = f"{self.chart_id}-title", f"{self.chart_id}-desc"
        return element(
            "svg",
            element("title", self.title, id=title_id),
            element("desc", self.description, id=description_id),
            self._grid(height),
            [self._bar(bar, index) for index, row in enumerate(self.rows) for bar in row.bars],
            [self._mark(mark, height) for mark in self.marks],
            role="img",
            aria_labelledby=title_id,
            aria_describedby=description_id,
            width="100%",
            height=height + (AXIS_HEIGHT if self.labelled else 0),
        )

    def _grid(self, height: int) -> Iterator[Html]:
        """Grid lines and their labels, the last with the unit; a narrow screen shows ends and middle."""
        ticks_ms = axis_ticks_ms(self.low_ms, self.high_ms, _MOST_TICKS)
        last = len(ticks_ms) - 1
        for index, tick_ms in enumerate(ticks_ms):
            place = self._place(tick_ms)
            yield element("line", x1=place, x2=place, y1=0, y2=height, class_="grid")
            if self.labelled:
                label = ms_text(tick_ms)
                shown = "tick last" if index == last else "tick" if 2 * index in {0, last} else "tick spare"
                yield element(
                    "text",
                    label if index == last else label.removesuffix(" ms"),
                    x=place,
                    y=height + 16,
                    text_anchor="middle",
                    class_=shown,
                )

    def _bar(self, bar: Bar, index: int) -> Html:
        first, last = sorted((self._share(bar.start_ms), self._share(bar.end_ms)))
        width = max(last - first, _LEAST_WIDTH)
        return element(
            "rect",
            element("title", bar.label),
            x=_percent(min(first, 1.0 - width)),
            y=index * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) // 2,
            width=_percent(width),
            height=BAR_HEIGHT,
            rx=2,
            fill=bar.fill,
            class_=bar.look,
        )

    def _mark(self, mark: Mark, height: int) -> Html:
        place = self._place(mark.at_ms)
        return element("line", x1=place, x2=place, y1=0, y2=height, class_=mark.look)

    def _share(self, at_ms: float) -> float:
        """Where on the axis, from 0 to 1; what lies beyond is drawn at the end."""
        return min(1.0, max(0.0, (at_ms - self.low_ms) / (self.high_ms - self.low_ms)))

    def _place(self, at_ms: float) -> str:
        return _percent(self._share(at_ms))


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def contribution_bars(turn: TurnStory) -> tuple[Bar, ...]:
    """A turn's critical path as bars, from the caller's last voiced sample; nothing for what took no time."""
    return tuple(
        Bar(
            span.start_ns / 1e6,
            span.end_ns / 1e6,
            paint(contribution(span.name)),
            f"{contribution(span.name).label}: {span.text}",
        )
        for span in critical_path(turn.record.contributions_ns)
        if span.start_ns != span.end_ns
    )


def paint(known: Contribution) -> str:
    """How a contribution is filled: the pattern that ``patterns`` defines, its colour if that is missing."""
    return f"url(#fill-{known.colour[1:]}) {known.colour}"


def patterns(drawn: Sequence[Contribution]) -> Html:
    """The fills of the contributions that a page draws: each a colour and, told without it, a pattern."""
    by_colour = {known.colour: known for known in drawn}
    fills = [
        element(
            "pattern",
            element("rect", width=8, height=8, fill=known.colour),
            element("path", d=known.pattern, class_="hatch") if known.pattern else None,
            id=f"fill-{known.colour[1:]}",
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
        )
        for known in by_colour.values()
    ]
    return element("svg", element("defs", fills), width=0, height=0, aria_hidden="true", class_="defs")


def legend(drawn: Sequence[Contribution]) -> Html:
    """Each contribution's look, name and meaning."""
    items = [
        element(
            "li",
            element(
                "svg",
                element("rect", width=14, height=14, rx=2, fill=paint(known)),
                width=14,
                height=14,
                aria_hidden="true",
            ),
            element("span", known.label),
            title=known.meaning,
        )
        for known in drawn
    ]
    return element("ul", items, class_="legend")
