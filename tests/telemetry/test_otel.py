from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from antiphon.core.notices import Trouble, TurnEnded
from antiphon.telemetry.otel import CallTelemetry, Export, connect
from antiphon.telemetry.settings import Exporter, Telemetry
from antiphon.telemetry.spans import CallFacts
from antiphon.telemetry.trace import ChannelReading, Tracer

from .samples import DRAFTED, MS, STREAMED, call, turn_record

FACTS = CallFacts("deepgram/nova-3", "openai/gpt-4.1-mini", "espeak", "call-7")
OFFSET_NS = 1_700_000_000 * 10**9


class Collector:
    """OpenTelemetry in memory."""

    def __init__(self, *, record_text: bool = False) -> None:
        self._spans = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracer_provider = TracerProvider(shutdown_on_exit=False)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        meter_provider = MeterProvider([self._reader], shutdown_on_exit=False)
        self.export = Export(self.tracer_provider, meter_provider, record_text=record_text)
        self.call = self.export.call(FACTS, epoch_offset_ns=OFFSET_NS)

    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._spans.get_finished_spans()

    def points(self, name: str) -> dict[str, Any]:
        """A metric's points by the values of their attributes."""
        data = self._reader.get_metrics_data()
        metrics = [
            metric
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
        ]
        return {
            " ".join(str(value) for value in (point.attributes or {}).values()): point
            for metric in metrics
            for point in metric.data.data_points
        }


def observed(call_telemetry: CallTelemetry, kinds: tuple[Mapping[str, float], ...], *outcomes: str) -> None:
    for notice in call(kinds, outcomes):
        call_telemetry.observe(notice)


# --- spans --------------------------------------------------------------------------------------------


def test_spans_have_times_since_1970_and_hang_together() -> None:
    collector = Collector()
    observed(collector.call, (STREAMED,))
    spans = {span.name: span for span in collector.spans()}
    turn, delay, stage = (spans[name] for name in ("antiphon.turn", "antiphon.delay", "antiphon.delay.stt"))
    assert turn.start_time == OFFSET_NS + 7_500 * MS
    assert delay.parent is not None
    assert turn.context is not None
    assert delay.context is not None
    assert delay.parent.span_id == turn.context.span_id
    assert stage.parent is not None
    assert stage.parent.span_id == delay.context.span_id
    assert (stage.end_time or 0) - (stage.start_time or 0) == 42 * MS
    assert len({span.context.trace_id for span in collector.spans() if span.context}) == 1


def test_a_turn_is_told_when_it_ends_not_when_the_call_does() -> None:
    collector = Collector()
    counts = []
    for notice in call((DRAFTED, STREAMED)):
        collector.call.observe(notice)
        counts.append(sum(span.name == "antiphon.turn" for span in collector.spans()))
    assert counts[-1] == 2
    assert 1 in counts
    assert len(collector.points("antiphon.turn.glass_to_glass")) == 2


def test_requests_to_others_are_told_from_our_own_work() -> None:
    collector = Collector()
    observed(collector.call, (STREAMED,))
    kinds = {span.name: span.kind for span in collector.spans()}
    assert kinds["chat gpt-4.1-mini"] is trace.SpanKind.CLIENT
    assert kinds["antiphon.endpointing"] is trace.SpanKind.INTERNAL


def test_spans_join_the_trace_they_are_made_in() -> None:
    collector = Collector()
    tracer = collector.tracer_provider.get_tracer("app")
    with tracer.start_as_current_span("phone call") as outer:
        observed(collector.call, (DRAFTED,))
    turn = next(span for span in collector.spans() if span.name == "antiphon.turn")
    assert turn.parent is not None
    assert turn.parent.span_id == outer.get_span_context().span_id


def test_a_failed_turn_is_an_error() -> None:
    collector = Collector()
    collector.call.observe(TurnEnded(9, turn_record(outcome="failed", error="tts: key sk-hunter2")))
    turn = next(span for span in collector.spans() if span.name == "antiphon.turn")
    assert turn.status.status_code is trace.StatusCode.ERROR
    assert "hunter2" not in turn.to_json()


def test_what_was_said_is_kept_only_on_demand() -> None:
    silent, telling = Collector(), Collector(record_text=True)
    for collector in (silent, telling):
        observed(collector.call, (DRAFTED,))
    assert "a table" not in "".join(span.to_json() for span in silent.spans())
    assert "a table" in "".join(span.to_json() for span in telling.spans())


# --- metrics ------------------------------------------------------------------------------------------


def test_delays_are_recorded_in_seconds_with_their_contributions() -> None:
    collector = Collector()
    observed(collector.call, (DRAFTED, STREAMED))
    delays = collector.points("antiphon.turn.glass_to_glass")
    assert {drafted: point.sum for drafted, point in delays.items()} == {"True": 0.333, "False": 1.028}
    contributions = collector.points("antiphon.turn.contribution")
    assert contributions["endpointing"].sum == pytest.approx(0.6)
    assert sum(point.sum for point in contributions.values()) == pytest.approx(0.333 + 1.028)
    assert collector.points("antiphon.turn.saved")[""].sum == pytest.approx(0.634)
    assert 0.2 in contributions["endpointing"].explicit_bounds


def test_spend_and_outcomes_are_counted() -> None:
    collector = Collector()
    observed(collector.call, (DRAFTED, STREAMED), "interrupted")
    model = "openai gpt-4.1-mini"

    def counted(name: str) -> dict[str, float]:
        return {key: point.value for key, point in collector.points(name).items()}

    assert counted("antiphon.drafts") == {"started": 3, "reused": 1, "opened": 0, "discarded": 1}
    assert counted("antiphon.turns") == {"interrupted": 1, "replied": 1}
    assert counted("antiphon.barge_ins") == {"": 1}
    assert counted("antiphon.llm.requests") == {model: 3}
    assert counted("antiphon.llm.tokens") == {
        f"input {model}": 680,
        f"cached_input {model}": 400,
        f"output {model}": 49,
    }
    assert counted("antiphon.tts.characters") == {"espeak espeak": 132}
    first_chunk = collector.points("gen_ai.client.operation.time_to_first_chunk")
    assert [point.sum for point in first_chunk.values()] == [pytest.approx(0.804)]


def test_a_withdrawn_reply_is_counted_as_a_turn_and_not_as_a_delay() -> None:
    collector = Collector()
    observed(collector.call, (DRAFTED,), "withdrawn")
    assert collector.points("antiphon.turn.glass_to_glass") == {}
    assert list(collector.points("antiphon.turns")) == ["withdrawn"]


def test_troubles_are_counted_by_place() -> None:
    collector = Collector()
    collector.call.observe(Trouble(1, "stt", "gone"))
    assert collector.points("antiphon.troubles")["stt"].value == 1


def test_channels_tell_their_depth_and_what_they_dropped() -> None:
    collector, tracer = Collector(), Tracer()
    tracer.add(collector.call.trace)
    for depth, dropped in ((3, 0), (10, 2), (9, 5)):
        tracer.emit_channel(1, ChannelReading("audio.in", depth, 10, dropped, 10))
    tracer.emit("stt.interim", 2, words=3)
    assert collector.points("antiphon.channel.depth")["audio.in"].max == 10
    assert collector.points("antiphon.channel.dropped")["audio.in"].value == 5


# --- where it goes ------------------------------------------------------------------------------------


@contextmanager
def collector_on_loopback() -> Iterator[tuple[str, dict[str, list[bytes]]]]:
    """An HTTP server that keeps what is posted to it, by path."""
    posted: dict[str, list[bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.setdefault(self.path, []).append(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", posted
        finally:
            server.shutdown()
            thread.join()


def test_a_collector_is_sent_spans_and_metrics_over_http() -> None:
    with collector_on_loopback() as (endpoint, posted):
        export = connect(Telemetry(Exporter.OTLP, endpoint=endpoint + "/", service_name="table booking"))
        observed(export.call(FACTS, epoch_offset_ns=OFFSET_NS), (DRAFTED,))
        export.flush()
        export.shutdown()
    assert set(posted) == {"/v1/traces", "/v1/metrics"}
    assert b"table booking" in posted["/v1/traces"][0]
    assert b"antiphon.turn" in posted["/v1/traces"][0]
    assert b"antiphon.turn.glass_to_glass" in posted["/v1/metrics"][0]


def test_without_an_endpoint_the_environment_says_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with collector_on_loopback() as (endpoint, posted):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        export = connect(Telemetry(Exporter.OTLP))
        observed(export.call(FACTS, epoch_offset_ns=OFFSET_NS), (DRAFTED,))
        export.shutdown()
    assert set(posted) == {"/v1/traces", "/v1/metrics"}


def test_a_collector_that_is_not_there_is_given_up() -> None:
    with collector_on_loopback() as (endpoint, _):
        gone = endpoint
    export = connect(Telemetry(Exporter.OTLP, endpoint=gone, timeout_ms=100))
    observed(export.call(FACTS, epoch_offset_ns=OFFSET_NS), (DRAFTED,))
    export.flush()
    export.shutdown()


def test_the_console_exporter_leaves_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    export = connect(Telemetry(Exporter.CONSOLE))
    observed(export.call(FACTS, epoch_offset_ns=OFFSET_NS), (DRAFTED,))
    export.flush()
    export.shutdown()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert '"name": "antiphon.turn"' in captured.err
    assert "antiphon.turn.glass_to_glass" in captured.err


def test_nothing_goes_out_when_the_exporter_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    export = connect(Telemetry())
    observed(export.call(FACTS, epoch_offset_ns=OFFSET_NS), (DRAFTED,))
    export.flush()
    export.shutdown()
    assert capsys.readouterr() == ("", "")


def test_spans_are_json_that_can_be_read() -> None:
    collector = Collector(record_text=True)
    observed(collector.call, (DRAFTED, STREAMED))
    for span in collector.spans():
        json.loads(span.to_json())
