"""What importing telemetry costs, looked at in interpreters of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "module",
    ["trace", "settings", "contributions", "story", "report", "spans", "waterfall", "live", "page"],
)
def test_only_otel_imports_opentelemetry(module: str) -> None:
    script = (
        f"import sys, antiphon.telemetry.{module}\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    assert run(script) == "[]"


def test_tracing_and_settings_import_no_library_of_others() -> None:
    script = (
        "import sys, antiphon\nbefore = set(sys.modules)\n"
        "import antiphon.telemetry.trace, antiphon.telemetry.settings\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'antiphon'}))"
    )
    assert run(script) == "[]"


def test_without_opentelemetry_the_error_says_how_to_get_it() -> None:
    script = (
        "import sys\nsys.modules['opentelemetry'] = None\n"
        "from antiphon.errors import MissingExtraError\n"
        "try:\n    import antiphon.telemetry.otel\n"
        "except MissingExtraError as error:\n    print(error)"
    )
    assert run(script) == "OpenTelemetry is not installed: run  pip install 'antiphon[otel]'"
