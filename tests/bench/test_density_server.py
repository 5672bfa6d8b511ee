from __future__ import annotations

import os
import urllib.request

import pytest

from antiphon.bench import density_server
from antiphon.bench.density import left_behind
from antiphon.bench.density_server import server_under_load
from antiphon.errors import UserError

pytest.importorskip("onnxruntime", reason="needs the extra silero")


@pytest.mark.embedded
def test_a_server_runs_in_a_process_of_its_own_until_it_is_left() -> None:
    before = os.sched_getaffinity(0)
    core = min(before)
    with server_under_load(cores=(core, core)) as server:
        assert server.pid != os.getpid()
        assert os.sched_getaffinity(server.pid) == os.sched_getaffinity(0) == {core}
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/health", timeout=30) as answer:
            assert answer.status == 200
        assert left_behind(server)["tasks"] > 0
        assert server.memory_bytes > 1_000_000
        assert server.cpu_s > 0
        assert server.file_descriptors > 3
    assert os.sched_getaffinity(0) == before
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_one_that_does_not_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density_server, "START_TIMEOUT_S", 0)
    with pytest.raises(UserError, match="did not start"), server_under_load():
        """Never."""
