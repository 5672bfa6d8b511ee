"""Real Chromium against a real server: what a caller sees, hears and says, the microphone being a WAV."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest

from antiphon.audio import Samples, resample, write_wav
from antiphon.cli.demo import CALLERS_VOICE
from antiphon.config import Agent
from antiphon.providers.registry import create_tts

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
RATE_HZ = 48_000
COMMAND = (sys.executable, "-c", "import sys; from antiphon.cli.main import main; sys.exit(main())")

Browse: TypeAlias = "Callable[..., AbstractContextManager[Page]]"


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server with the embedded agent: its address, its process."""
    with subprocess.Popen([*COMMAND, "serve", *options], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://\S+", server.stderr.readline())
            assert found is not None
            yield found[0], server
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A server for all tests."""
    with serving("--port", "0") as (address, _):
        yield address


async def _spoken(texts: Sequence[str]) -> list[Samples]:
    voice = create_tts(CALLERS_VOICE, Agent().context())
    try:
        return [
            resample(
                np.concatenate([chunk.samples async for chunk in voice.stream(_one(text))]),
                voice.format.rate_hz,
                RATE_HZ,
            )
            for text in texts
        ]
    finally:
        await voice.aclose()


async def _one(text: str):  # type: ignore[no-untyped-def]
    yield text


@pytest.fixture(scope="session")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a recording of a caller: seconds of silence and words in turn."""

    def record(*parts: str | float) -> Path:
        texts = iter(asyncio.run(_spoken([part for part in parts if isinstance(part, str)])))
        sound = [
            next(texts) if isinstance(part, str) else np.zeros(round(part * RATE_HZ), np.int16)
            for part in parts
        ]
        path = tmp_path_factory.mktemp("caller") / "caller.wav"
        write_wav(path, np.concatenate(sound), RATE_HZ)
        return path

    return record


@pytest.fixture
def browse(address: str) -> Browse:
    """Opens the page in a browser of its own; anything that goes wrong in it fails the test."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")

    @contextmanager
    def opened(
        microphone: Path | None = None,
        *flags: str,
        at: str = address,
        bears: str = "nothing",
        **context: object,
    ) -> Iterator[Page]:
        if microphone is not None:
            capture = f"--use-file-for-fake-audio-capture={microphone}%noloop"
            flags = (*flags, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", capture)
        with sync_api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
            page = browser.new_context(**context).new_page()
            wrong: list[str] = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            page.set_default_timeout(45_000)
            sync_api.expect.set_options(timeout=45_000)
            page.goto(at)
            yield page
            browser.close()
        assert [each for each in wrong if bears not in each] == []

    return opened
