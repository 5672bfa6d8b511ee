"""One kind of picture for every benchmark: labelled bars on a time axis, as a self-contained SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from antiphon.telemetry.contributions import KNOWN, Contribution, contribution
from antiphon.telemetry.page.chart import paint, patterns
from antiphon.telemetry.page.markup import Html, element
from antiphon.telemetry.wording import axis_ticks_ms, ms_text

WIDTH = 960
MARGIN = 32
_LABELS = 250  # px for the bars' names ...
_VALUES = 150  # ... and for their figures
_AXIS = WIDTH - 2 * MARGIN - _LABELS - _VALUES
_ROW = 30
_BAR = 16
_MOST_TICKS = 7
_LEGEND_COLUMN = 149
_LEGEND_COLUMNS = 6
LINE = 128  # letters of small print in a line

FRAME_STYLE = """
text { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  fill: #15171c; font-variant-numeric: tabular-nums; }
.ground { fill: #fff; } .title { font-size: 22px; font-weight: 650; }
.soft, .tick { fill: #5b626e; } .soft { font-size: 13px; } .tick { font-size: 12px; }
.grid { stroke: #e3e3de; } .target { stroke: #b42318; stroke-width: 1.6; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #eceef2; } .ground { fill: #171a20; } .soft, .tick { fill: #9ba3b0; }
  .grid { stroke: #2b3039; } .target { stroke: #ff8f85; }
}
"""
_STYLE = (
    FRAME_STYLE
    + """
.panel { font-size: 15px; font-weight: 650; } .value { font-weight: 650; } .plain { fill: #5546d6; }
.whisker { stroke: #15171c; stroke-width: 1.6; }
.hatch { fill: none; stroke: #fff; stroke-opacity: 0.5; stroke-width: 1.4; stroke-linecap: round; }
@media (prefers-color-scheme: dark) { .whisker { stroke: #eceef2; } .plain { fill: #a69bff; } }
"""
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: What it stands for.
        value: Its figure, as text.
        spent_ms: What it consists of, contribution by contribution.
        tail_ms: Where a whisker ends that begins at the bar's end, such as the 95th percentile.
        target_ms: Where a line says how far it may reach.
    """

    label: str
    value: str
    spent_ms: Mapping[str, float]
    tail_ms: float | None = None
    target_ms: float | None = None

    @property
    def length_ms(self) -> float:
        """Where the bar ends."""
        return sum(self.spent_ms.values())

    @property
    def reach_ms(self) -> float:
        """Where the rightmost of what is drawn ends."""
        return max(self.length_ms, self.tail_ms or 0.0, self.target_ms or 0.0)


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars on one axis."""

    title: str
    bars: Sequence[Bar]

    @property
    def reach_ms(self) -> float:
        """Where the axis ends."""
        return max([1e-3, *(bar.reach_ms for bar in self.bars)])

    @property
    def height(self) -> int:
        """Pixels, title and axis included."""
        return 34 + len(self.bars) * _ROW + 34


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture: a title, panels below one another, a legend, small print.

    Attributes:
        title: What it shows.
        subtitle: How to read it.
        panels: From top to bottom.
        small_print: What it was measured on, a line each.
    """

    title: str
    subtitle: str
    panels: Sequence[Panel]
    small_print: Sequence[str] = ()

    def svg(self) -> str:
        """The picture as a file's text: light or dark as the viewer has it, with nothing from elsewhere."""
        drawn = _drawn(self.panels)
        small_print = [part for line in self.small_print for part in textwrap.wrap(line, LINE)]
        legend_rows = -(-len(drawn) // _LEGEND_COLUMNS)
        below = MARGIN + 66 + sum(panel.height for panel in self.panels)
        height = below + 24 * legend_rows + 20 * len(small_print) + MARGIN
        return element(
            "svg",
            element("title", self.title),
            element("desc", self._description()),
            element("style", Html(_STYLE)),
            patterns(drawn),
            element("rect", width=WIDTH, height=height, rx=14, class_="ground"),
            element("text", self.title, x=MARGIN, y=MARGIN + 18, class_="title"),
            element("text", self.subtitle, x=MARGIN, y=MARGIN + 42, class_="soft"),
            self._panels(),
            _legend(drawn, below),
            [
                element("text", line, x=MARGIN, y=below + 24 * legend_rows + 20 * number + 18, class_="soft")
                for number, line in enumerate(small_print)
            ],
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH} {height}",
            width=WIDTH,
            height=height,
            role="img",
        )

    def _panels(self) -> Iterator[Html]:
        top = MARGIN + 66
        for panel in self.panels:
            yield from _draw_panel(panel, top)
            top += panel.height

    def _description(self) -> str:
        told = (
            f"{panel.title}: {'; '.join(f'{bar.label} {bar.value}' for bar in panel.bars)}"
            for panel in self.panels
        )
        return ". ".join(told)


def _draw_panel(panel: Panel, top: int) -> Iterator[Html]:
    yield element("text", panel.title, x=MARGIN, y=top + 18, class_="panel")
    first, bottom = top + 34, top + 34 + len(panel.bars) * _ROW
    for tick_ms, text in _ticks(panel.reach_ms):
        at = _place(tick_ms, panel)
        yield element("line", x1=at, x2=at, y1=first, y2=bottom, class_="grid")
        yield element("text", text, x=at, y=bottom + 17, text_anchor="middle", class_="tick")
    for index, bar in enumerate(panel.bars):
        yield from _draw_bar(bar, panel, first + index * _ROW)


def _draw_bar(bar: Bar, panel: Panel, top: int) -> Iterator[Html]:
    middle = top + _ROW // 2
    yield element("text", bar.label, x=MARGIN, y=middle + 5)
    ends_ms = list(accumulate(bar.spent_ms.values()))
    for (name, length_ms), end_ms in zip(bar.spent_ms.items(), ends_ms, strict=True):
        known = _known(name)
        start, end = _place(end_ms - length_ms, panel), _place(end_ms, panel)
        label = f"{known.label if known else name}: {length_ms:,.1f} ms"
        yield element(
            "rect",
            element("title", label),
            x=start,
            y=middle - _BAR // 2,
            width=max(0.0, end - start),
            height=_BAR,
            fill=paint(known) if known else None,
            class_=None if known else "plain",
        )
    if bar.tail_ms is not None and bar.tail_ms > bar.length_ms:
        start, end = _place(bar.length_ms, panel), _place(bar.tail_ms, panel)
        yield element("line", x1=start, x2=end, y1=middle, y2=middle, class_="whisker")
        yield element("line", x1=end, x2=end, y1=middle - 5, y2=middle + 5, class_="whisker")
    if bar.target_ms is not None:
        at = _place(bar.target_ms, panel)
        yield element("line", x1=at, x2=at, y1=top + 3, y2=top + _ROW - 3, class_="target")
    yield element("text", bar.value, x=WIDTH - MARGIN, y=middle + 5, text_anchor="end", class_="value")


def _legend(drawn: Sequence[Contribution], top: int) -> Iterator[Html]:
    for index, known in enumerate(drawn):
        row, column = divmod(index, _LEGEND_COLUMNS)
        x, y = MARGIN + column * _LEGEND_COLUMN, top + row * 24
        yield element(
            "g",
            element("title", known.meaning),
            element("rect", x=x, y=y, width=14, height=14, rx=2, fill=paint(known)),
            element("text", known.label, x=x + 20, y=y + 12, class_="soft"),
        )


def _drawn(panels: Sequence[Panel]) -> tuple[Contribution, ...]:
    """The contributions that take any time, in the order of the critical path."""
    bars = chain.from_iterable(panel.bars for panel in panels)
    names = {name for bar in bars for name, length_ms in bar.spent_ms.items() if length_ms}
    return tuple(known for known in KNOWN if known.name in names)


def _known(name: str) -> Contribution | None:
    known = contribution(name)
    return known if known in KNOWN else None


def _place(at_ms: float, panel: Panel) -> float:
    return MARGIN + _LABELS + _AXIS * at_ms / panel.reach_ms


def _ticks(reach_ms: float) -> Iterator[tuple[float, str]]:
    """Places and texts of the axis, in microseconds where milliseconds are too coarse."""
    if reach_ms >= _MOST_TICKS - 1:
        for tick_ms in axis_ticks_ms(0, reach_ms, _MOST_TICKS):
            yield tick_ms, ms_text(tick_ms)
    else:
        for tick_us in axis_ticks_ms(0, reach_ms * 1_000, _MOST_TICKS):
            yield tick_us / 1_000, f"{tick_us / 1_000:g} ms"
