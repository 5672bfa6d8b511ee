"""How figures and strangers' texts are put before people."""

from __future__ import annotations

import math

_MINUS = "\u2212"
_JOINERS = "\u200c\u200d"  # part of many scripts and of emoji, though not printable by themselves
_STEPS = (1, 2, 5, 10, 20)  # the last ones only where a logarithm was rounded down


def printable(text: str, encoding: str = "utf-8") -> str:
    """``text`` on one line, without what could drive a terminal, reorder a page or break its encoding.

    Space of any kind becomes a space; control characters, direction overrides and lone surrogates
    become U+FFFD; what ``encoding`` does not have becomes ``?``.
    """
    harmless = "".join(
        " " if char.isspace() else char if char.isprintable() or char in _JOINERS else "\ufffd"
        for char in text
    )
    return harmless.encode(encoding, "replace").decode(encoding)


def ms_text(shown_ms: int, *, exact_ns: int | None = None) -> str:
    """Whole milliseconds, as in ``"1,240 ms"``; what was rounded to nothing is ``"<1 ms"``."""
    if shown_ms == 0 and exact_ns:
        return "<1 ms"
    return f"{shown_ms:,} ms".replace("-", _MINUS)


def finite(value: float | None) -> float | None:
    """``value``, if it is a number that JSON and people can read."""
    return value if value is not None and math.isfinite(value) else None


def about_ms(time_ms: float | None) -> str:
    """Milliseconds rounded to whole ones; a dash where there are none."""
    known_ms = finite(time_ms)
    return "–" if known_ms is None else ms_text(round(known_ms))


def share_text(share: float | None) -> str:
    """A share as whole per cent; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def count_text(count: float | None) -> str:
    """A count or mean: whole if it is whole, else with two decimals; a dash where there is none."""
    if count is None or not math.isfinite(count):
        return "–"
    return f"{count:,.0f}" if count == int(count) else f"{count:,.2f}"


def clock_text(position_s: float) -> str:
    """A place in a recording, as in ``"1:07"``."""
    whole_s = int(max(0.0, position_s))
    return f"{whole_s // 60}:{whole_s % 60:02d}"


def quantity(count: int, noun: str) -> str:
    """A count and what it counts, in the plural where that is due."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Some ``most`` round numbers within an axis of any unit, at steps of 1, 2 or 5 times a power of ten."""
    if high <= low or most < 1:
        return []
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(factor * power for factor in _STEPS if (high - low) // (factor * power) < most)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(index * step, 9) for index in range(first, last + 1)]


def axis_ticks_ms(low_ms: float, high_ms: float, most: int) -> list[int]:
    """At most ``most`` round numbers within an axis, at steps of 1, 2 or 5 times a power of ten."""
    reach_ms = high_ms - low_ms
    if reach_ms <= 0 or most < 1:
        return []
    power = 10 ** max(0, math.floor(math.log10(max(1.0, reach_ms / most))))
    step = next(factor * power for factor in _STEPS if reach_ms // (factor * power) < most)
    first = math.ceil(low_ms / step) * step
    return list(range(first, math.floor(high_ms) + 1, step))
