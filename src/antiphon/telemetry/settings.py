"""What is exported of a call, and where to: the settings, free of any exporter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from antiphon.core.checks import as_choice, check_range
from antiphon.errors import ConfigError


class Exporter(StrEnum):
    """Where spans and metrics go."""

    NONE = "none"  # nowhere: nothing is imported, nothing recorded
    CONSOLE = "console"  # standard error, as JSON
    OTLP = "otlp"  # a collector, over HTTP


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What OpenTelemetry is told of a call.

    Attributes:
        exporter: Where spans and metrics go.
        endpoint: The collector's base URL, such as ``"http://localhost:4318"``. ``None`` leaves it to
            ``OTEL_EXPORTER_OTLP_ENDPOINT``, which holds that same address when unset.
        service_name: What this service is called in traces and metrics.
        record_text: Whether spans hold what was said. Off, no word of caller or agent leaves the process.
        interval_ms: How often metrics are sent.
        timeout_ms: How long a collector may take to accept what it is sent, repeats included; then that is
            dropped.
    """

    exporter: Exporter = Exporter.NONE
    endpoint: str | None = None
    service_name: str = "antiphon"
    record_text: bool = False
    interval_ms: int = 10_000
    timeout_ms: int = 3_000

    def __post_init__(self) -> None:
        object.__setattr__(self, "exporter", as_choice("telemetry.exporter", self.exporter, Exporter))
        check_range("telemetry.interval_ms", self.interval_ms, 100, 3_600_000)
        check_range("telemetry.timeout_ms", self.timeout_ms, 100, 60_000)
        if not isinstance(self.record_text, bool):
            raise ConfigError(f"telemetry.record_text = {self.record_text!r}: expected true or false")
        if not isinstance(self.service_name, str) or not self.service_name.strip():
            raise ConfigError(f"telemetry.service_name = {self.service_name!r}: expected a name")
        if self.endpoint is not None:
            _check_endpoint(self.endpoint)

    @property
    def enabled(self) -> bool:
        """Whether anything is exported at all."""
        return self.exporter is not Exporter.NONE


def _check_endpoint(endpoint: str) -> None:
    """Refuse what is no web address, and one that holds a secret (the value is not repeated then)."""
    expected = 'expected a base URL such as "http://localhost:4318"'
    try:
        parts = urlsplit(endpoint)
        secret = bool(parts.username or parts.password or parts.query)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment
    except (ValueError, AttributeError, TypeError):
        raise ConfigError(f"telemetry.endpoint: {expected}") from None
    if secret:
        raise ConfigError(
            "telemetry.endpoint holds a user, password or query: "
            "put credentials into the environment variable OTEL_EXPORTER_OTLP_HEADERS instead"
        )
    if not sound:
        raise ConfigError(f"telemetry.endpoint = {endpoint!r}: {expected}")
