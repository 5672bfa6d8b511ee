from __future__ import annotations

import pytest

from antiphon.errors import ConfigError
from antiphon.telemetry.settings import Exporter, Telemetry


def test_nothing_is_exported_unless_asked_for() -> None:
    settings = Telemetry()
    assert settings.exporter is Exporter.NONE
    assert not settings.enabled
    assert not settings.record_text


def test_an_exporter_may_be_named_by_its_word() -> None:
    assert Telemetry(exporter="otlp").exporter is Exporter.OTLP  # type: ignore[arg-type]
    assert Telemetry(exporter=Exporter.CONSOLE).enabled


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("exporter", "jaeger"),
        ("endpoint", "localhost:4318"),
        ("endpoint", "ftp://collector"),
        ("endpoint", "http://"),
        ("endpoint", "http://[::1"),
        ("endpoint", 4318),
        ("service_name", " "),
        ("service_name", None),
        ("record_text", "yes"),
        ("interval_ms", 0),
        ("interval_ms", float("nan")),
        ("timeout_ms", 0),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_setting(setting: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"telemetry\.{setting}"):
        Telemetry(**{setting: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("endpoint", ["https://user:hunter2@host", "https://host/?key=hunter2"])
def test_a_secret_in_the_endpoint_is_refused_and_not_repeated(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_HEADERS") as refusal:
        Telemetry(endpoint=endpoint)
    assert "hunter2" not in str(refusal.value)
