"""One turn of a call on the report's page: what was said, where the time went, what became of the drafts."""

from __future__ import annotations

from dataclasses import dataclass

from antiphon.core.notices import Ledger
from antiphon.telemetry.contributions import contribution, critical_path, whole_ms
from antiphon.telemetry.page.chart import Chart, Mark, Row, contribution_bars
from antiphon.telemetry.page.lanes import FATES, lanes
from antiphon.telemetry.page.markup import Html, element, join
from antiphon.telemetry.story import DraftStory, TurnStory
from antiphon.telemetry.wording import about_ms, clock_text, ms_text, quantity

LEAD_IN_S = 0.3  # playing a turn begins this much before it, so that its first sound is not cut
_OUTCOMES = {
    "interrupted": "interrupted",
    "withdrawn": "withdrawn: the caller went on",
    "failed": "failed",
    "closed": "call closed",
}


@dataclass(frozen=True, slots=True)
class TurnCard:
    """A turn as the page shows it.

    Attributes:
        turn: What happened.
        number: Counted from 1.
        began_ns: Where the recording begins, on the session's clock.
        playable: Whether there is a recording to play the turn from.
        reach_ms: Where the time axis of its waterfall ends, the same for all turns.
    """

    turn: TurnStory
    number: int
    began_ns: int
    playable: bool
    reach_ms: float

    def html(self) -> Html:
        """The card."""
        position_s = self.position_s
        return element(
            "article",
            self._header(position_s),
            self._exchange(),
            element("div", self._waterfall(), self._lanes(), class_="charts"),
            self._drafts(),
            id=f"turn-{self.number}",
            class_="card turn",
            data_seek=position_s if self.playable else None,
            aria_labelledby=f"turn-{self.number}-name",
        )

    @property
    def position_s(self) -> float:
        """Where in the recording the turn begins."""
        started_ns = self.turn.started_ns
        if started_ns is None:
            started_ns = self.turn.last_voiced_ns or self.turn.ended_ns
        return max(0.0, (started_ns - self.began_ns) / 1e9 - LEAD_IN_S)

    def _header(self, position_s: float) -> Html:
        record = self.turn.record
        delay_ns = record.glass_to_glass_ns if self.turn.answered else None
        where = clock_text(position_s)
        return element(
            "header",
            element("h3", f"Turn {self.number}", id=f"turn-{self.number}-name"),
            element("span", ms_text(whole_ms(delay_ns)), class_="delay") if delay_ns is not None else None,
            element("span", "drafted ahead", class_="tag good") if record.ledger.reused else None,
            element("span", "opening", class_="tag good") if record.ledger.opened else None,
            *(element("span", f"handed to {name}", class_="tag") for name in self.turn.handed_to),
            element("span", _OUTCOMES[record.outcome], class_="tag") if record.outcome in _OUTCOMES else None,
            element(
                "button",
                element("span", "▶", aria_hidden="true"),
                f" {where}",
                type="button",
                class_="seek",
                data_seek=position_s,
                aria_label=f"Play turn {self.number} from {where}",
            )
            if self.playable
            else None,
        )

    def _exchange(self) -> Html:
        record = self.turn.record
        reply = record.reply or "Nothing was heard."
        return element(
            "dl",
            element("div", element("dt", "Caller"), element("dd", record.user or "…"), class_="caller"),
            element(
                "div",
                element("dt", "Agent"),
                element("dd", reply, " —" if record.interrupted and record.reply else None),
                class_="agent" if record.reply else "agent nothing",
            ),
            element("div", element("dt", "Error"), element("dd", record.error), class_="error")
            if record.error
            else None,
            class_="talk",
        )

    def _waterfall(self) -> Html | None:
        record = self.turn.record
        total_ns = record.glass_to_glass_ns
        if total_ns is None:
            return None
        spans = [span for span in critical_path(record.contributions_ns) if span.start_ns != span.end_ns]
        values = [span.text for span in spans]
        labels = [contribution(span.name).label for span in spans]
        said = "; ".join(f"{label} {value}" for label, value in zip(labels, values, strict=True))
        bars = contribution_bars(self.turn)
        total = ms_text(whole_ms(total_ns))
        rows = [Row(label, value, (bar,)) for label, value, bar in zip(labels, values, bars, strict=True)]
        ends_ms = [0.0, total_ns / 1e6, *(bar.end_ms for bar in bars)]
        chart = Chart(
            chart_id=f"waterfall-{self.number}",
            title=f"Turn {self.number}: where the time went",
            description=f"{total} from the caller's last sound to the reply's first: {said}.",
            rows=[*rows, Row("glass to glass", total, (), look="total")],
            low_ms=min(ends_ms),
            high_ms=max(self.reach_ms, min(ends_ms) + 1.0, *ends_ms),
            marks=(Mark(total_ns / 1e6, "audible"),),
        )
        return element("section", element("h4", "Where the time went"), chart.html())

    def _lanes(self) -> Html | None:
        chart = lanes(self.turn, self.number)
        if chart is None:
            return None
        key = "Lines: the caller’s last sound, the reply’s first; dotted: the turn decided to be over"
        reason = f" ({self.turn.end_of_turn_reason})." if self.turn.end_of_turn_reason else "."
        note = element("p", key + reason, class_="note key")
        return element("section", element("h4", "What happened when"), chart.html(), note)

    def _drafts(self) -> Html | None:
        if not self.turn.drafts:
            return None
        ledger = self.turn.record.ledger
        fates = f"{ledger.reused} reused, {ledger.discarded} discarded"
        saved = f", {about_ms(ledger.saved_ms)} saved" if ledger.saved_ms >= 1 else ""
        columns = ("Begun", "Because", "Answers", "What became of it")
        table = element(
            "table",
            element("thead", element("tr", [element("th", name, scope="col") for name in columns])),
            element("tbody", [self._draft(draft) for draft in self.turn.drafts]),
        )
        return element(
            "details",
            element("summary", f"{quantity(ledger.started, 'draft')}: {fates}{saved}"),
            element("div", table, class_="scroll-x", tabindex=0, role="region", aria_label="Drafts"),
            element("p", spend_text(ledger), class_="note"),
        )

    def _draft(self, draft: DraftStory) -> Html:
        zero_ns = self.turn.last_voiced_ns
        begun = "" if zero_ns is None else ms_text(whole_ms(draft.started_ns - zero_ns))
        fate = join(
            element("b", FATES[draft.fate], class_=f"fate {draft.fate}"),
            f": {draft.reason}" if draft.reason else None,
        )
        return element(
            "tr",
            element("td", begun, class_="number"),
            element("td", draft.trigger),
            element("td", f"“{draft.transcript}”"),
            element("td", fate),
        )


def spend_text(ledger: Ledger) -> str:
    """What a ledger's replies cost, in words."""
    usage = ledger.usage
    cached = f" ({usage.cached_input_tokens:,} cached)" if usage.cached_input_tokens else ""
    return (
        f"Spent: {quantity(ledger.llm_requests, 'model request')}, {usage.input_tokens:,} tokens in{cached}, "
        f"{usage.output_tokens:,} out, {quantity(usage.tts_characters, 'character')} spoken."
    )
