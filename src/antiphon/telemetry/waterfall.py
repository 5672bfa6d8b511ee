"""Where the time went, drawn in a terminal: one turn as a waterfall, several variants side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.text import Text

from antiphon.core.notices import TurnRecord
from antiphon.telemetry.contributions import Span, contribution, critical_path, whole_ms
from antiphon.telemetry.report import Report
from antiphon.telemetry.story import TurnStory
from antiphon.telemetry.wording import about_ms, axis_ticks_ms, count_text, ms_text, printable, share_text

INDENT = 2
VALUE_WIDTH = 10
MIN_BAR_WIDTH = 8  # narrower than this a bar says nothing: names and figures only
_DIM = Style(dim=True)
_BOLD = Style(bold=True)
_PLAIN = str.maketrans("\u2212–", "--")  # figures every terminal has
_TOTALS = ("median", "p95", "requests/turn", "less")


@dataclass(frozen=True, slots=True)
class _Glyphs:
    """What bars are made of: a whole cell, its left half, its right half; a lower one for bars in a stack."""

    full: str
    left: str
    right: str
    low: str
    rule: str
    tick: str


_BLOCKS = _Glyphs("█", "▌", "▐", "▆", "─", "┬")
_ASCII = _Glyphs("#", "#", "#", "#", "-", "+")


def _glyphs(options: ConsoleOptions) -> _Glyphs:
    return _ASCII if options.ascii_only else _BLOCKS


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One turn from the caller's last sound to the first of the reply, one bar for each contribution.

    Print it with a ``rich`` console. It fits any width, needs no colour and falls back to ASCII.

    Attributes:
        record: The turn.
        reach_ns: Where the time axis ends; the same for several turns puts them on one scale. ``None`` takes
            the turn's own glass-to-glass.
    """

    record: TurnRecord
    reach_ns: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it, a line at a time."""
        spans = [span for span in critical_path(self.record.contributions_ns) if span.start_ns != span.end_ns]
        total_ns = self.record.glass_to_glass_ns
        if total_ns is None:
            yield _line("", Text("no reply was heard", style=_DIM))
            return
        label_width = max((cell_len(_label(span.name, options)) for span in spans), default=0)
        label_width = max(label_width, len("glass to glass"))
        bar_width = options.max_width - INDENT - label_width - VALUE_WIDTH - 3
        ends = [total_ns, *(span.end_ns for span in spans)]
        low_ns, high_ns = min(0, *ends), max(self.reach_ns or 0, *ends)
        glyphs = _glyphs(options)
        for span in spans:
            style = Style(color=contribution(span.name).colour)
            bar = _bar(span, low_ns, high_ns, bar_width, glyphs)
            yield _row(_label(span.name, options), label_width, Text(bar, style=style), span.text)
        axis = _axis(low_ns, high_ns, bar_width, glyphs)
        yield _row("glass to glass", label_width, axis, ms_text(whole_ms(total_ns)), style=_BOLD)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same turns under several variants: for each turn one stacked bar a variant, then the totals.

    Attributes:
        variants: The reports by the variant's name, in the order to be drawn; the first is what the others
            are compared to.
    """

    variants: Mapping[str, Report]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it, a line at a time."""
        label_width = max((cell_len(printable(name, options.encoding)) for name in self.variants), default=0)
        label_width = min(label_width, max(6, options.max_width // 3))
        bar_width = options.max_width - INDENT - label_width - VALUE_WIDTH - 3
        reach_ns = reach(turn for report in self.variants.values() for turn in report.turns)
        letters = console.no_color or console.color_system is None
        for number, turns in enumerate(turns_side_by_side(self.variants), start=1):
            said = next((turn.record.user for turn in turns if turn is not None), "")
            yield Text(
                f"{number:>{INDENT}} {printable(said, options.encoding)}",
                style=_BOLD,
                overflow="crop",
                no_wrap=True,
            )
            for name, turn in zip(self.variants, turns, strict=True):
                delay_ns = turn.record.glass_to_glass_ns if turn is not None and turn.answered else None
                if turn is None or delay_ns is None:
                    yield _row(
                        printable(name, options.encoding),
                        label_width,
                        Text(" " * max(0, bar_width)),
                        "no reply",
                    )
                    continue
                spans = critical_path(turn.record.contributions_ns)
                bar = _stack(spans, reach_ns, bar_width, options, letters=letters)
                yield _row(printable(name, options.encoding), label_width, bar, ms_text(whole_ms(delay_ns)))
        if bar_width >= MIN_BAR_WIDTH:
            yield from _legend(self.variants.values(), options, letters=letters)
        yield from self._totals(label_width, options)

    def _totals(self, label_width: int, options: ConsoleOptions) -> Iterator[Text]:
        """A table of the variants' figures; columns that do not fit are left out from the right."""
        base_ms = next(iter(self.variants.values())).percentile_ms(0.5) if self.variants else None
        lines = [_TOTALS]
        for report in self.variants.values():
            p50, p95 = report.percentile_ms(0.5), report.percentile_ms(0.95)
            lines.append(
                (
                    "no reply" if p50 is None else about_ms(p50),
                    "" if p95 is None else about_ms(p95),
                    count_text(report.llm_calls_per_turn),
                    share_text(1 - p50 / base_ms) if p50 is not None and base_ms and p50 < base_ms else "",
                )
            )
        widths = [max(map(len, column)) + 3 for column in zip(*lines, strict=True)]
        columns = sum(
            INDENT + label_width + sum(widths[: count + 1]) <= options.max_width
            for count in range(len(widths))
        )
        yield Text()
        for name, line in zip(("", *self.variants), lines, strict=True):
            figures = "".join(
                f"{figure:>{space}}" for figure, space in zip(line[:columns], widths, strict=False)
            )
            yield _line(
                _fit(printable(name, options.encoding), label_width),
                Text(figures.translate(_PLAIN), style="" if name else _DIM),
            )


def waterfall(record: TurnRecord, reach_ns: int | None = None) -> Waterfall:
    """A turn's waterfall, to be printed with a ``rich`` console."""
    return Waterfall(record, reach_ns)


def comparison(variants: Mapping[str, Report]) -> Comparison:
    """The same conversation under several variants, to be printed with a ``rich`` console."""
    return Comparison(variants)


def reach(turns: Iterable[TurnStory]) -> int:
    """The longest glass-to-glass of the turns that count, in ns: the end of an axis they share."""
    return max((turn.record.glass_to_glass_ns or 0 for turn in turns if turn.answered), default=0)


def turns_side_by_side(variants: Mapping[str, Report]) -> Iterator[tuple[TurnStory | None, ...]]:
    """The variants' first turns, then their second, and so on; ``None`` where a variant has no more."""
    return zip_longest(*(report.turns for report in variants.values()))


def _label(name: str, options: ConsoleOptions) -> str:
    return printable(contribution(name).label, options.encoding)


def _line(label: str, content: Text) -> Text:
    return Text.assemble(" " * INDENT, (label, _DIM), " " if label else "", content, no_wrap=True)


def _row(label: str, label_width: int, bar: Text, value: str, style: Style | None = None) -> Text:
    line = _line(_fit(label, label_width), bar)
    line.append(f" {value.translate(_PLAIN):>{VALUE_WIDTH}}", style=style)
    return line


def _fit(label: str, width: int) -> str:
    return set_cell_size(label, width)


def _bar(span: Span, low_ns: int, high_ns: int, width: int, glyphs: _Glyphs) -> str:
    """A bar placed to half a cell, at least half a cell long."""
    if width < MIN_BAR_WIDTH or high_ns <= low_ns:
        return " " * max(0, width)
    first, last = sorted((span.start_ns, span.end_ns))
    halves = 2 * width
    begin = min((first - low_ns) * halves // (high_ns - low_ns), halves - 1)
    end = max(begin + 1, round((last - low_ns) * halves / (high_ns - low_ns)))
    cells = []
    for cell in range(width):
        left, right = (begin <= half < end for half in (2 * cell, 2 * cell + 1))
        cells.append(
            glyphs.full if left and right else glyphs.left if left else glyphs.right if right else " "
        )
    return "".join(cells)


def _axis(low_ns: int, high_ns: int, width: int, glyphs: _Glyphs) -> Text:
    """A rule with ticks at round numbers, each followed by its milliseconds where they fit."""
    if width < MIN_BAR_WIDTH or high_ns <= low_ns:
        return Text(" " * max(0, width))
    low_ms, high_ms = low_ns / 1e6, high_ns / 1e6
    cells = [glyphs.rule] * width
    for tick_ms in axis_ticks_ms(low_ms, high_ms, max(2, width // 12)):
        place = min(width - 1, int((tick_ms - low_ms) / (high_ms - low_ms) * width))
        mark = f"{glyphs.tick}{tick_ms}"
        if place + len(mark) <= width:
            cells[place : place + len(mark)] = mark
    return Text("".join(cells), style=_DIM)


def _stack(
    spans: tuple[Span, ...], reach_ns: int, width: int, options: ConsoleOptions, *, letters: bool
) -> Text:
    """One bar of all contributions end to end; a cell goes to the one in its middle."""
    if width < MIN_BAR_WIDTH or reach_ns <= 0:
        return Text(" " * max(0, width))
    bar = Text()
    for cell in range(width):
        middle_ns = (cell + 0.5) * reach_ns / width
        name = next((span.name for span in spans if span.start_ns <= middle_ns < span.end_ns), None)
        bar.append_text(Text(" ") if name is None else _key(name, options, letters=letters))
    return bar


def _key(name: str, options: ConsoleOptions, *, letters: bool) -> Text:
    """One cell that stands for a contribution."""
    known = contribution(name)
    return (
        Text(printable(known.letter, options.encoding))
        if letters
        else Text(_glyphs(options).low, Style(color=known.colour))
    )


def _legend(reports: Iterable[Report], options: ConsoleOptions, *, letters: bool) -> Iterator[Text]:
    """What the colours or letters mean, for the contributions that were drawn."""
    drawn: dict[str, None] = {}
    for report in reports:
        for turn in report.turns:
            drawn.update((name, None) for name, ns in turn.record.contributions_ns.items() if ns)
    yield Text()
    keys = Text()
    for name in drawn:
        entry = Text.assemble(
            " " * INDENT, _key(name, options, letters=letters), " ", (_label(name, options), _DIM)
        )
        if keys and keys.cell_len + entry.cell_len > options.max_width:
            yield keys
            keys = Text()
        keys.append_text(entry)
    if drawn:
        yield keys
