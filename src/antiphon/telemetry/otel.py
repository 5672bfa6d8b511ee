"""A call in OpenTelemetry's spans and metrics: the only importer of OpenTelemetry.

Import this module only where something is to be exported (``Telemetry.enabled``); that is what makes it cost
nothing otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

from antiphon.core.notices import Notice, Trouble, TurnRecord
from antiphon.errors import MissingExtraError
from antiphon.telemetry.settings import Exporter, Telemetry
from antiphon.telemetry.spans import (
    OPERATION,
    CallFacts,
    SpanPlan,
    plan_turn,
    provider_attributes,
)
from antiphon.telemetry.story import StoryCollector, TurnStory
from antiphon.telemetry.trace import CHANNEL, TraceEvent
from antiphon.telemetry.wording import finite

try:
    from opentelemetry import metrics, trace
    from opentelemetry.context import Context
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import (
        ConsoleMetricExporter,
        MetricExporter,
        PeriodicExportingMetricReader,
    )
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
except ImportError as error:
    raise MissingExtraError("OpenTelemetry", "otel") from error

SCOPE: Final = "antiphon"
_KINDS: Final = {"internal": trace.SpanKind.INTERNAL, "client": trace.SpanKind.CLIENT}
# Finest where people feel it: 200 ms is the gap they leave between them.
_DELAY_BOUNDS_S: Final = (
    0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0,
)  # fmt: skip
_DEPTH_BOUNDS: Final = (0, 1, 2, 3, 5, 8, 10, 15, 20, 40, 80)


class Export:
    """Where the spans and metrics of a process's calls go. One for the process, one ``call()`` for each call.

    Give it the providers of your own OpenTelemetry set-up, or have ``connect`` make them.
    """

    def __init__(
        self,
        tracer_provider: trace.TracerProvider,
        meter_provider: metrics.MeterProvider,
        *,
        record_text: bool = False,
    ) -> None:
        """Record through these providers.

        Args:
            tracer_provider: Makes the spans.
            meter_provider: Makes the metrics.
            record_text: Whether spans hold what was said.
        """
        self.record_text = record_text
        self.tracer = tracer_provider.get_tracer(SCOPE)
        self.instruments = _Instruments(meter_provider.get_meter(SCOPE))
        self._providers = tuple(
            provider
            for provider in (tracer_provider, meter_provider)
            if isinstance(provider, TracerProvider | MeterProvider)
        )

    def call(self, facts: CallFacts, *, epoch_offset_ns: int) -> CallTelemetry:
        """An observer for one call. Spans join the trace that is current where ``observe`` is called.

        Args:
            facts: What its spans are told by.
            epoch_offset_ns: Nanoseconds to add to a time on the session's clock to have it since 1970.
        """
        return CallTelemetry(self, facts, epoch_offset_ns)

    def flush(self) -> None:
        """Send what is pending, or give it up.

        It blocks, for each of spans and metrics up to ``Telemetry.timeout_ms``: call it from a thread.
        """
        for provider in self._providers:
            provider.force_flush()

    def shutdown(self) -> None:
        """Send what is pending, or give it up, and stop the threads that do it; blocks as ``flush`` does."""
        for provider in self._providers:
            provider.shutdown()


class CallTelemetry:
    """Turns one call's notices and trace events into spans and metrics as they come."""

    def __init__(self, export: Export, facts: CallFacts, epoch_offset_ns: int) -> None:
        """Made by ``Export.call``."""
        self._export = export
        self._facts = facts
        self._epoch_offset_ns = epoch_offset_ns
        self._stories = StoryCollector()
        self._dropped: dict[str, int] = {}

    def observe(self, notice: Notice) -> None:
        """Take the next notice. A turn's spans and metrics are recorded when it ends."""
        if isinstance(notice, Trouble):
            self._export.instruments.troubles.add(1, {"antiphon.where": notice.where})
        story = self._stories.observe(notice)
        if story is not None:
            self._export.instruments.record(story, self._facts)
            plan = plan_turn(story, self._facts, record_text=self._export.record_text)
            self._emit(plan, None)

    def trace(self, event: TraceEvent) -> None:
        """Take a trace event; ``tracer.add(call.trace)`` has every channel's depth and drops recorded."""
        if event.name != CHANNEL:
            return
        name, depth, dropped = (event.attributes[key] for key in ("channel", "depth", "dropped"))
        if isinstance(name, str) and isinstance(depth, int) and isinstance(dropped, int):
            attributes = {"antiphon.channel": name}
            self._export.instruments.channel_depth.record(depth, attributes)
            self._export.instruments.channel_dropped.add(dropped - self._dropped.get(name, 0), attributes)
            self._dropped[name] = dropped

    def _emit(self, plan: SpanPlan, parent: Context | None) -> None:
        span = self._export.tracer.start_span(
            plan.name,
            context=parent,
            kind=_KINDS[plan.kind],
            attributes=plan.attributes,
            start_time=plan.start_ns + self._epoch_offset_ns,
        )
        if plan.failed:
            span.set_status(trace.StatusCode.ERROR)
        inside = trace.set_span_in_context(span, parent)
        for child in plan.children:
            self._emit(child, inside)
        span.end(end_time=plan.end_ns + self._epoch_offset_ns)


class _Instruments:
    """Every metric there is. Durations are in seconds, as OpenTelemetry has them."""

    def __init__(self, meter: metrics.Meter) -> None:
        self._glass_to_glass = _delays(
            meter, "antiphon.turn.glass_to_glass", "From the caller's last sound to the reply's first"
        )
        self._contribution = _delays(meter, "antiphon.turn.contribution", "A share of glass to glass")
        self._saved = _delays(meter, "antiphon.turn.saved", "What drafts saved of a turn's delay")
        self._first_chunk = _delays(
            meter,
            "gen_ai.client.operation.time_to_first_chunk",
            "From the request to the model's first token",
        )
        self._turns = meter.create_counter("antiphon.turns", "{turn}", "Turns that ended, by outcome")
        self._cut_ins = meter.create_counter(
            "antiphon.cut_ins", "{reply}", "Replies that began before the caller had finished"
        )
        self._barge_ins = meter.create_counter("antiphon.barge_ins", "{turn}", "Turns the caller interrupted")
        self._drafts = meter.create_counter("antiphon.drafts", "{draft}", "Drafts, by what became of them")
        self._requests = meter.create_counter("antiphon.llm.requests", "{request}", "Requests to the model")
        self._tokens = meter.create_counter("antiphon.llm.tokens", "{token}", "Tokens, by type")
        self._characters = meter.create_counter("antiphon.tts.characters", "{character}", "Characters spoken")
        self.troubles = meter.create_counter(
            "antiphon.troubles", "{trouble}", "Failures a call went on after"
        )
        self.channel_depth = meter.create_histogram(
            "antiphon.channel.depth",
            "{item}",
            "Items in a channel, whenever it tells",
            explicit_bucket_boundaries_advisory=_DEPTH_BOUNDS,
        )
        self.channel_dropped = meter.create_counter(
            "antiphon.channel.dropped", "{item}", "Items a channel's drop rule let go"
        )

    def record(self, story: TurnStory, facts: CallFacts) -> None:
        """Add a finished turn."""
        record = story.record
        self._turns.add(1, {"antiphon.outcome": record.outcome})
        self._barge_ins.add(int(record.interrupted))
        self._cut_ins.add(record.cut_ins)
        if story.answered and record.glass_to_glass_ns is not None:
            self._record_delay(record, record.glass_to_glass_ns)
        self._record_spend(record, facts)
        marks_ns = record.marks_ns
        if "llm_requested" in marks_ns and "first_token" in marks_ns:
            waited_s = (marks_ns["first_token"] - marks_ns["llm_requested"]) / 1e9
            self._first_chunk.record(waited_s, {OPERATION: "chat", **provider_attributes(facts.llm)})

    def _record_delay(self, record: TurnRecord, glass_to_glass_ns: int) -> None:
        drafted = record.ledger.reused + record.ledger.opened > 0
        self._glass_to_glass.record(max(0, glass_to_glass_ns) / 1e9, {"antiphon.drafted": drafted})
        self._saved.record(max(0.0, finite(record.ledger.saved_ms) or 0.0) / 1e3)
        for name, length_ns in record.contributions_ns.items():
            self._contribution.record(max(0, length_ns) / 1e9, {"antiphon.contribution": name})

    def _record_spend(self, record: TurnRecord, facts: CallFacts) -> None:
        ledger, usage = record.ledger, record.ledger.usage
        for fate, count in (
            ("started", ledger.started),
            ("reused", ledger.reused),
            ("opened", ledger.opened),
            ("discarded", ledger.discarded),
        ):
            self._drafts.add(count, {"antiphon.draft.fate": fate})
        model = provider_attributes(facts.llm)
        self._requests.add(ledger.llm_requests, model)
        for kind, count in (
            ("input", usage.input_tokens),
            ("cached_input", usage.cached_input_tokens),
            ("output", usage.output_tokens),
        ):
            self._tokens.add(count, {"gen_ai.token.type": kind, **model})
        self._characters.add(usage.tts_characters, provider_attributes(facts.tts))


def connect(settings: Telemetry) -> Export:
    """Make the providers and exporters that the settings ask for; no other part of the process sees them.

    Credentials of a collector are read from ``OTEL_EXPORTER_OTLP_HEADERS``, never from settings. With
    ``exporter = "none"`` spans and metrics are made and dropped: check ``settings.enabled`` first.
    """
    resource = Resource.create({SERVICE_NAME: settings.service_name})
    tracer_provider = TracerProvider(resource=resource)
    spans, readings = _exporters(settings)
    if spans is not None:
        tracer_provider.add_span_processor(BatchSpanProcessor(spans))
    readers = (
        []
        if readings is None
        else [PeriodicExportingMetricReader(readings, export_interval_millis=settings.interval_ms)]
    )
    meter_provider = MeterProvider(metric_readers=readers, resource=resource)
    return Export(tracer_provider, meter_provider, record_text=settings.record_text)


class Prometheus:
    """The metrics of a process for Prometheus to fetch, beside whatever is exported.

    Raises:
        MissingExtraError: If the extra ``metrics`` is not installed.
    """

    def __init__(self, service_name: str) -> None:
        try:
            from opentelemetry.exporter.prometheus import PrometheusMetricReader  # noqa: PLC0415 - optional
            from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtraError("the Prometheus exporter", "metrics") from error
        registry = CollectorRegistry()
        provider = MeterProvider(
            [PrometheusMetricReader(scope_info_enabled=False, registry=registry)],
            Resource.create({SERVICE_NAME: service_name}),
        )
        self._meter = provider.get_meter(SCOPE)
        self._provider = provider
        render: Callable[[CollectorRegistry], bytes] = generate_latest
        self._render = partial(render, registry)
        # Spans go where the agent's settings say; here are metrics alone.
        self.export = Export(trace.NoOpTracerProvider(), provider)

    def gauge(self, name: str, unit: str, description: str, read: Callable[[], float]) -> None:
        """Give what ``read`` answers at each fetch."""
        self._meter.create_observable_gauge(
            name, [lambda _: [metrics.Observation(read())]], unit, description
        )

    def counts(
        self, name: str, unit: str, description: str, label: str, read: Callable[[], Mapping[str, int]]
    ) -> None:
        """Give the counts that ``read`` answers at each fetch, by label."""
        self._meter.create_observable_counter(
            name,
            [lambda _: [metrics.Observation(count, {label: key}) for key, count in read().items()]],
            unit,
            description,
        )

    def render(self) -> bytes:
        """Prometheus' text format."""
        return self._render()

    def close(self) -> None:
        """Let go of the provider."""
        self._provider.shutdown()


@cache
def shared_export(settings: Telemetry) -> Export:
    """The process's one export for these settings, connected when it is first asked for."""
    return connect(settings)


def _exporters(settings: Telemetry) -> tuple[SpanExporter | None, MetricExporter | None]:
    match settings.exporter:
        case Exporter.NONE:
            return None, None
        case Exporter.CONSOLE:
            # Standard output is the commands' own.
            return ConsoleSpanExporter(out=sys.stderr), ConsoleMetricExporter(out=sys.stderr)
        case Exporter.OTLP:
            timeout_s = settings.timeout_ms / 1e3
            if settings.endpoint is None:
                return OTLPSpanExporter(timeout=timeout_s), OTLPMetricExporter(timeout=timeout_s)
            base = settings.endpoint.rstrip("/")
            return (
                OTLPSpanExporter(f"{base}/v1/traces", timeout=timeout_s),
                OTLPMetricExporter(f"{base}/v1/metrics", timeout=timeout_s),
            )


def _delays(meter: metrics.Meter, name: str, description: str) -> metrics.Histogram:
    return meter.create_histogram(name, "s", description, explicit_bucket_boundaries_advisory=_DELAY_BOUNDS_S)
