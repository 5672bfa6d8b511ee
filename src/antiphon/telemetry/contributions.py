"""What each contribution to a reply's delay is called, what it means and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antiphon.telemetry.wording import ms_text, printable


@dataclass(frozen=True, slots=True)
class Contribution:
    """A named share of the time from the caller's last sound to the reply's first.

    Attributes:
        name: As in ``TurnRecord.contributions_ns``.
        label: For people, 16 letters at most.
        letter: Its mark where there is no colour.
        colour: ``#rrggbb``; at least 3:1 against white and against near-black.
        pattern: An SVG path, 8 by 8 units, laid over the colour so that it is not told by colour alone.
        meaning: One sentence, for those who ask.
    """

    name: str
    label: str
    letter: str
    colour: str
    pattern: str
    meaning: str


_RISE = "M-2 2L2 -2M0 8L8 0M6 10L10 6"
_FALL = "M-2 6L2 10M0 0L8 8M6 -2L10 2"
_COLUMNS = "M2 0V8M6 0V8"
_ROWS = "M0 2H8M0 6H8"
_DOTS = "M2 1.2V2.8M6 5.2V6.8"
_GRID = "M0 4H8M4 0V8"
_PLAIN = ""

KNOWN = (
    Contribution(
        "endpointing",
        "end-of-turn wait",
        "E",
        "#4c6ef5",
        _PLAIN,
        "The silence that was waited for, by decision, before the turn counted as over.",
    ),
    Contribution(
        "vad",
        "voice detection",
        "V",
        "#3b8fd9",
        _DOTS,
        "How much later than that wait the end of the voice was detected.",
    ),
    Contribution(
        "stt",
        "transcript",
        "S",
        "#0c93a8",
        _RISE,
        "How much later still the recogniser's final transcript came.",
    ),
    Contribution("runtime", "runtime", "R", "#7a828c", _ROWS, "Antiphon's own work and scheduling."),
    Contribution(
        "judging",
        "judging",
        "J",
        "#8a6d3b",
        _GRID,
        "Asking an embedder whether a draft answers what was said.",
    ),
    Contribution(
        "before_reply",
        "before reply",
        "H",
        "#7a5af0",
        _DOTS,
        "Waiting for the author’s hook to say what the model is shown.",
    ),
    Contribution(
        "failed_attempt",
        "failed attempt",
        "F",
        "#d6336c",
        _COLUMNS,
        "An attempt at the reply that failed, up to the next one.",
    ),
    Contribution(
        "hand_over",
        "hand-over",
        "G",
        "#5f7a1f",
        _COLUMNS,
        "What one agent did before it handed the call over to the one that answers.",
    ),
    Contribution(
        "llm_tool_call",
        "tool call",
        "W",
        "#b5651d",
        _COLUMNS,
        "Waiting for the model to write which tools it wants.",
    ),
    Contribution("tools", "tools", "O", "#0f8b6d", _FALL, "Waiting for the tools the model asked for."),
    Contribution(
        "llm_first_token",
        "first token",
        "T",
        "#d9730d",
        _PLAIN,
        "Waiting for the model's first token.",
    ),
    Contribution(
        "llm_first_clause",
        "first clause",
        "C",
        "#c8377f",
        _FALL,
        "Waiting for enough words to speak.",
    ),
    Contribution(
        "tts_first_byte",
        "first audio",
        "A",
        "#2b8a3e",
        _PLAIN,
        "Waiting for the voice's first audio.",
    ),
    Contribution(
        "playout",
        "playout",
        "P",
        "#6a9a12",
        _COLUMNS,
        "Audio held back by decision: pre-buffering, and framing into blocks.",
    ),
    Contribution(
        "leading_silence",
        "leading silence",
        "L",
        "#9c5fd6",
        _DOTS,
        "Silence at the start of the synthesised audio.",
    ),
    Contribution(
        "uplink",
        "uplink",
        "U",
        "#7c8b1f",
        _FALL,
        "The caller's last sound on its way here: microphone, framing, network.",
    ),
    Contribution("network", "network", "N", "#b08400", _GRID, "The audio's way to the listener."),
    Contribution(
        "client_buffer",
        "client buffer",
        "B",
        "#a0644a",
        _ROWS,
        "Audio waiting in the listener's jitter buffer.",
    ),
    Contribution(
        "cut_in",
        "cut-in",
        "X",
        "#e03131",
        _FALL,
        "The reply began this much before the caller’s last sound.",
    ),
    Contribution("device", "device", "D", "#5f6f94", _RISE, "The listener's sound card and driver."),
)

_BY_NAME = {contribution.name: contribution for contribution in KNOWN}


def contribution(name: str) -> Contribution:
    """What is known of a contribution; one nobody has described gets a plain look and its own name."""
    known = _BY_NAME.get(name)
    if known is not None:
        return known
    label = printable(name.replace("_", " ")).strip() or "unnamed"
    return Contribution(name, label, label[0].upper(), "#8d7a55", _PLAIN, f"Time put down to “{label}”.")


@dataclass(frozen=True, slots=True)
class Span:
    """Where one contribution lies on the critical path.

    Attributes:
        name: Which contribution.
        start_ns: Where it begins, counted from the caller's last voiced sample.
        end_ns: Where it ends; the next one begins there.
        shown_ms: Its length in whole milliseconds, rounded so that those of a turn add up to the rounded
            total.
    """

    name: str
    start_ns: int
    end_ns: int
    shown_ms: int

    @property
    def text(self) -> str:
        """Its length for people."""
        return ms_text(self.shown_ms, exact_ns=self.end_ns - self.start_ns)


def critical_path(contributions_ns: Mapping[str, int]) -> tuple[Span, ...]:
    """Lay contributions end to end, in their order, from the caller's last voiced sample.

    Rounding each *end* (not each length) to a millisecond keeps the sum of what is shown equal to the
    rounded total.
    """
    spans = []
    start_ns = 0
    for name, length_ns in contributions_ns.items():
        end_ns = start_ns + length_ns
        spans.append(Span(name, start_ns, end_ns, whole_ms(end_ns) - whole_ms(start_ns)))
        start_ns = end_ns
    return tuple(spans)


def whole_ms(time_ns: int) -> int:
    """Nanoseconds to the nearest whole millisecond, halves up, in exact arithmetic."""
    return (time_ns + 500_000) // 1_000_000
