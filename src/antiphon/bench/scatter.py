"""Two figures against each other: points on two axes, those of a series joined, as a self-contained SVG."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from antiphon.bench.chart import FRAME_STYLE, LINE, MARGIN, WIDTH
from antiphon.telemetry.page.markup import Html, element
from antiphon.telemetry.wording import round_ticks

_LEFT = 110  # px: the vertical axis and its labels
_TOP = 124
_PLOT_WIDTH = WIDTH - _LEFT - MARGIN
_PLOT_HEIGHT = 420
_MOST_TICKS = 7
_DOT = 6.0
_LABEL_HEIGHT = 17
_LOG_ROOM = 1.3
_LETTER = 7.2  # px, about, in a label
_COLOURS = ("c0", "c1", "c2", "c3", "c4", "c5")

_STYLE = (
    FRAME_STYLE
    + """
.c0 { color: #5546d6; } .c1 { color: #b4530a; } .c2 { color: #0b7a5c; } .c3 { color: #b42364; }
.c4 { color: #2c6fb0; } .c5 { color: #5b626e; } .dot { fill: currentColor; stroke: #fff; stroke-width: 1.5; }
.join { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-opacity: 0.55; }
.label { font-size: 12.5px; fill: currentColor; }
@media (prefers-color-scheme: dark) {
  .c0 { color: #a69bff; } .c1 { color: #f2a25c; } .c2 { color: #5fd3ae; } .c3 { color: #ff8fbf; }
  .c4 { color: #86bdf2; } .c5 { color: #9ba3b0; } .dot { stroke: #171a20; }
}
"""
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point.

    Attributes:
        label: What it stands for.
        x: Its place on the horizontal axis, in the axis' unit.
        y: ... on the vertical one.
    """

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, in one colour.

    Attributes:
        name: What they have in common.
        points: In the order in which a line joins them.
        joined: Whether one does.
    """

    name: str
    points: Sequence[Point]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        title: What it measures, with the unit.
        from_zero: Whether it begins at zero rather than near the least figure.
        target: Where a line says how far it may reach.
        logarithmic: Whether equal ratios take equal room; all figures are above zero then.
    """

    title: str
    from_zero: bool = True
    target: float | None = None
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Scatter:
    """A picture: a title, points on two axes, a legend, small print.

    Attributes:
        title: What it shows.
        subtitle: How to read it.
        x: The horizontal axis.
        y: The vertical axis.
        series: The points.
        small_print: What it was measured on, a line each.
    """

    title: str
    subtitle: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    small_print: Sequence[str] = ()

    def svg(self) -> str:
        """The picture as a file's text: light or dark as the viewer has it, with nothing from elsewhere."""
        points = [point for series in self.series for point in series.points]
        plot = _Plot(
            _Scale.of(self.x, [point.x for point in points], _LEFT, _LEFT + _PLOT_WIDTH),
            _Scale.of(self.y, [point.y for point in points], _TOP + _PLOT_HEIGHT, _TOP),
        )
        small_print = [part for line in self.small_print for part in textwrap.wrap(line, LINE)]
        legend = _TOP + _PLOT_HEIGHT + 66
        height = legend + 20 * len(small_print) + 20 + MARGIN
        return element(
            "svg",
            element("title", self.title),
            element("desc", self._description()),
            element("style", Html(_STYLE)),
            element("rect", width=WIDTH, height=height, rx=14, class_="ground"),
            element("text", self.title, x=MARGIN, y=MARGIN + 18, class_="title"),
            element("text", self.subtitle, x=MARGIN, y=MARGIN + 42, class_="soft"),
            _grid(plot, self.x, self.y),
            _points(plot, self.series),
            _legend(self.series, legend),
            [
                element("text", line, x=MARGIN, y=legend + 20 * number + 30, class_="soft")
                for number, line in enumerate(small_print)
            ],
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH} {height}",
            width=WIDTH,
            height=height,
            role="img",
        )

    def _description(self) -> str:
        told = (
            f"{series.name}: {'; '.join(f'{each.label} {each.x:g}, {each.y:g}' for each in series.points)}"
            for series in self.series
        )
        return f"{self.x.title} against {self.y.title}. {'. '.join(told)}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Places on one axis."""

    low: float
    high: float
    start_px: float
    end_px: float
    logarithmic: bool = False

    @classmethod
    def of(cls, axis: Axis, values: Sequence[float], start_px: float, end_px: float) -> _Scale:
        """An axis that holds all values and the target, with a little room at the ends."""
        held = [*values, *(() if axis.target is None else (axis.target,))] or [1.0]
        low, high = min(held), max(held)
        if axis.logarithmic:
            return cls(low / _LOG_ROOM, high * _LOG_ROOM, start_px, end_px, logarithmic=True)
        room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
        return cls(min(0.0, low) if axis.from_zero else low - room, high + room, start_px, end_px)

    def place(self, value: float) -> float:
        """Where a value is, in pixels."""
        share = (
            math.log(value / self.low) / math.log(self.high / self.low)
            if self.logarithmic
            else (value - self.low) / (self.high - self.low)
        )
        return self.start_px + (self.end_px - self.start_px) * share

    def ticks(self) -> list[float]:
        """Round values within the axis."""
        if not self.logarithmic:
            return round_ticks(self.low, self.high, _MOST_TICKS)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        ticks = (factor * 10.0**power for power in powers for factor in (1, 2, 5))
        return [tick for tick in ticks if self.low <= tick <= self.high]


@dataclass(frozen=True, slots=True)
class _Plot:
    x: _Scale
    y: _Scale


def _grid(plot: _Plot, x: Axis, y: Axis) -> Iterator[Html]:
    left, right, top, bottom = _LEFT, _LEFT + _PLOT_WIDTH, _TOP, _TOP + _PLOT_HEIGHT
    for tick in plot.x.ticks():
        at = plot.x.place(tick)
        yield element("line", x1=at, x2=at, y1=top, y2=bottom, class_="grid")
        yield element("text", f"{tick:,g}", x=at, y=bottom + 18, text_anchor="middle", class_="tick")
    for tick in plot.y.ticks():
        at = plot.y.place(tick)
        yield element("line", x1=left, x2=right, y1=at, y2=at, class_="grid")
        yield element("text", f"{tick:,g}", x=left - 8, y=at + 4, text_anchor="end", class_="tick")
    if x.target is not None:
        at = plot.x.place(x.target)
        yield element("line", x1=at, x2=at, y1=top, y2=bottom, class_="target")
    if y.target is not None:
        at = plot.y.place(y.target)
        yield element("line", x1=left, x2=right, y1=at, y2=at, class_="target")
    yield element("text", x.title, x=right, y=bottom + 38, text_anchor="end", class_="soft")
    yield element("text", y.title, x=MARGIN, y=top - 12, class_="soft")


def _points(plot: _Plot, every: Sequence[Series]) -> Iterator[Html]:
    dots = [(plot.x.place(each.x), plot.y.place(each.y)) for series in every for each in series.points]
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in dots]  # left, top, right, bottom
    for number, series in enumerate(every):
        places = [(plot.x.place(point.x), plot.y.place(point.y)) for point in series.points]
        join = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield element(
            "g",
            element("polyline", points=join, class_="join") if series.joined and len(places) > 1 else None,
            [
                element("circle", element("title", told), cx=x, cy=y, r=_DOT, class_="dot")
                for point, (x, y) in zip(series.points, places, strict=True)
                for told in (f"{series.name}, {point.label}: {point.x:g}, {point.y:g}",)
            ],
            [_label(point.label, *place, taken) for point, place in zip(series.points, places, strict=True)],
            class_=_COLOURS[number % len(_COLOURS)],
        )


def _label(text: str, x: float, y: float, taken: list[tuple[float, float, float, float]]) -> Html:
    """A point's label beside it, where no other stands if there is such a place."""
    width = _LETTER * len(text)
    right, left = x + _DOT + 4, x - _DOT - 4 - width
    sides = (right, left) if right + width <= WIDTH - 4 else (left, right)
    places = [(side, y + down) for down in (4, -10, 18, -24, 32, -38, 46) for side in sides]
    boxes = [(at, base - _LABEL_HEIGHT + 4, at + width, base + 4) for at, base in places]
    free = (index for index, box in enumerate(boxes) if not any(_overlap(box, other) for other in taken))
    chosen = next(free, 0)
    taken.append(boxes[chosen])
    return element("text", text, x=places[chosen][0], y=places[chosen][1], class_="label")


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(every: Sequence[Series], top: int) -> Iterator[Html]:
    x: float = MARGIN
    for number, series in enumerate(every):
        yield element(
            "g",
            element("circle", cx=x + 6, cy=top - 4, r=_DOT, class_="dot"),
            element("text", series.name, x=x + 18, y=top, class_="label"),
            class_=_COLOURS[number % len(_COLOURS)],
        )
        x += 18 + _LETTER * len(series.name) + 28
