"""The chat provider against a server that is not ours: llama.cpp's, with a tiny random model.

`make test-llm` builds the server (minutes) and runs this; its figures are printed with `-s`.
"""

import asyncio
import importlib.util
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from antiphon.core.messages import Message
from antiphon.errors import ProviderError
from antiphon.providers.base import LLM, LLMRequest, LLMUsage, ProviderContext, TextDelta

HERE = Path(__file__).parent
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("llama_cpp") is None, reason="llama.cpp's server is not installed: make test-llm"
)
QUESTION = (Message("system", "You are a kiosk."), Message("user", "When are you open on Sunday?"))
START_WITHIN_S = 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server's."""
    model = tmp_path_factory.mktemp("model") / "tiny.gguf"
    subprocess.run([sys.executable, HERE / "tiny_model.py", model], check=True, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--host", "127.0.0.1"]
    command += ["--port", str(port), "--n_ctx", "4096", "--n_threads", "1"]
    log = model.with_suffix(".log")
    with log.open("w") as sink, subprocess.Popen(command, stdout=sink, stderr=sink) as server:
        try:
            _wait_until_it_listens(port, server, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()


def _wait_until_it_listens(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def llm(address: str) -> LLM:
    from antiphon.providers.llm.openai import create

    return create("tiny", {"preset": "llamacpp", "base_url": address}, ProviderContext())


async def test_text_comes_piece_by_piece_and_usage_last(llm: LLM) -> None:
    events = [event async for event in llm.stream(LLMRequest(QUESTION, max_output_tokens=24, temperature=1))]
    assert len([event for event in events if isinstance(event, TextDelta)]) > 5
    usage = [event for event in events if isinstance(event, LLMUsage)]
    if usage:  # this server does not report usage in every version
        assert isinstance(events[-1], LLMUsage)
    await llm.aclose()


async def test_a_reply_that_was_begun_is_gone_on_from(llm: LLM) -> None:
    request = LLMRequest(QUESTION, begun="We are open", max_output_tokens=8)
    text = "".join([event.text async for event in llm.stream(request) if isinstance(event, TextDelta)])
    assert not text.startswith("We are open")
    await llm.aclose()


async def test_the_prefix_can_be_read_ahead(llm: LLM) -> None:
    await llm.warm()
    await llm.warm_prefix(QUESTION)  # type: ignore[attr-defined]
    await llm.aclose()


async def test_a_wrong_address_is_one_clear_error(address: str) -> None:
    from antiphon.providers.llm.openai import create

    nowhere = create("tiny", {"preset": "llamacpp", "base_url": address + "/none"}, ProviderContext())
    with pytest.raises(ProviderError, match="404"):
        _ = [event async for event in nowhere.stream(LLMRequest(QUESTION))]
    await nowhere.aclose()


async def test_a_closed_stream_frees_the_server_for_the_next(llm: LLM) -> None:
    """A request closed after its first token leaves the server ready: the next is served at once."""
    first_ms, next_ms = [], []
    for _ in range(10):
        began = time.perf_counter()
        async with aclosing(
            llm.stream(LLMRequest(QUESTION, max_output_tokens=2000, temperature=1))
        ) as events:
            await anext(events)
            first_ms.append((time.perf_counter() - began) * 1e3)
        began = time.perf_counter()
        async with asyncio.timeout(5):
            _ = [event async for event in llm.stream(LLMRequest(QUESTION, max_output_tokens=1))]
        next_ms.append((time.perf_counter() - began) * 1e3)
    print(
        f"\nfirst token {statistics.median(first_ms):.1f} ms; "
        f"one-token request right after a cancelled one {statistics.median(next_ms):.1f} ms (medians of 10)"
    )
    await llm.aclose()
