"""A finding is one JSON object, and says what it was measured on."""

from __future__ import annotations

from antiphon.bench.chart import Chart
from antiphon.bench.result import Finding, machine, machine_text


def test_a_finding_is_what_and_rows() -> None:
    finding = Finding("a", {"units": "ms"}, ({"p50": 1},), (), Chart("", "", ()))
    assert finding.to_json() == {"what": {"units": "ms"}, "rows": ({"p50": 1},)}


def test_the_machine_is_described() -> None:
    described = machine()
    assert set(described) == {"system", "cpu", "cores", "python", "antiphon"}
    assert all(described.values())
    assert f"{described['cores']} cores" in machine_text(described)
