"""The player at the foot of the report's page: both voices drawn, the gaps between them marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from antiphon.telemetry.page.markup import Html, element
from antiphon.telemetry.page.recording import COLUMNS, Recording
from antiphon.telemetry.report import Report
from antiphon.telemetry.wording import clock_text

_MIDDLE = 50  # of an outline 100 units high: the caller above, the agent below


def player(recording: Recording, report: Report) -> Html:
    """Play, position and the outline of the recording; without a script, the browser's own player."""
    length = clock_text(recording.duration_s)
    return element(
        "aside",
        element(
            "button",
            Html(
                '<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">'
                '<path class="play" d="M7 4.5v15l12.5-7.5z"/>'
                '<path class="pause" d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z"/>'
                "</svg>"
            ),
            type="button",
            id="play",
            aria_label="Play",
            hidden=True,
        ),
        element(
            "div",
            _outline(recording, report),
            element(
                "input",
                type="range",
                id="position",
                min=0,
                max=recording.duration_s,
                step=0.1,
                value=0,
                aria_label="Position in the recording",
                aria_valuetext=f"0:00 of {length}",
            ),
            class_="wave",
            id="wave",
            hidden=True,
        ),
        element(
            "span", element("span", "0:00", id="now"), f" / {length}", class_="clock", id="clock", hidden=True
        ),
        element("audio", src=recording.source, preload="metadata", controls=True, id="audio"),
        class_="player",
        aria_label="Recording",
    )


def _outline(recording: Recording, report: Report) -> Html:
    paths = [
        element("path", d=_path(channel, upwards=index == 0), class_=look)
        for index, (channel, look) in enumerate(zip(recording.peaks, ("caller", "agent"), strict=False))
    ]
    played = [element("g", paths, class_="whole"), element("g", paths, class_="played", id="played")]
    return element(
        "svg",
        list(_gaps(report, recording.duration_s)),
        played,
        viewBox=f"0 0 {COLUMNS} 100",
        preserveAspectRatio="none",
        width="100%",
        height="100%",
        aria_hidden="true",
    )


def _path(heights: Sequence[float], *, upwards: bool) -> str:
    """A filled outline that stands on the middle line, or hangs from it."""
    direction = -1 if upwards else 1
    points = " ".join(
        f"{column} {_MIDDLE + direction * max(0.5, height * (_MIDDLE - 3)):.1f}"
        for column, height in enumerate(heights)
    )
    return f"M0 {_MIDDLE}L{points} {COLUMNS} {_MIDDLE}Z"


def _gaps(report: Report, duration_s: float) -> Iterator[Html]:
    """The stretch between the caller's last sound and the reply's first, for each turn."""
    if duration_s <= 0:
        return
    for turn in report.turns:
        if turn.last_voiced_ns is None or turn.audible_ns is None or turn.audible_ns <= turn.last_voiced_ns:
            continue
        scale = COLUMNS / duration_s / 1e9
        yield element(
            "rect",
            x=(turn.last_voiced_ns - report.began_ns) * scale,
            width=(turn.audible_ns - turn.last_voiced_ns) * scale,
            y=0,
            height=100,
            class_="gap",
        )
