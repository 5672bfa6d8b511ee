"""A caller in a browser: what the way there and back adds to each reply, as the browser itself measures it.

Chromium is given a recording for a microphone and opens the page of a server that is started for it, with an
agent on the embedded parts. The account of each turn, taken off the page's own WebSocket, holds what the
client measured: from the last voiced sample at its microphone to the first audible one at its sound card.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from antiphon.audio import Samples, resample, write_wav
from antiphon.bench.chart import Chart, Panel
from antiphon.bench.embedded import LLM, STT, TTS, VAD, speak_all
from antiphon.bench.overhead import CALLERS_VOICE, HANDBOOK, QUESTIONS
from antiphon.bench.result import Finding, Note, Row, machine, machine_text
from antiphon.bench.speech import FORMAT
from antiphon.bench.spread import METRIC, TARGET, UNIT, share_column, spread_bars, spread_row
from antiphon.errors import UserError

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

RATE_HZ = 48_000
FIRST_AFTER_S = 3.0  # the page is opened, the microphone is ready
AFTER_S = 5.5  # from a question to the next: the longest answer is over by then
PATIENCE_S = 20.0  # longer than the recording, for a machine that is slow to start
SERVE = "import sys; from antiphon.cli.main import main; sys.exit(main(sys.argv[1:]))"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
# What is decided, or a provider's: all else is the way to the caller and back, and the runtime.
NOT_TRANSPORT = frozenset(
    {
        *("endpointing", "vad", "stt", "judging", "before_reply", "failed_attempt", "hand_over"),
        *("llm_tool_call", "tools"),
        *("llm_first_token", "llm_first_clause", "tts_first_byte", "leading_silence"),
    }
)
TRANSPORT_MS = 30.0
WHOLE_MS = 400.0
SHARES = ("p50", "p95", "max")

Record = Mapping[str, object]  # a turn's account, as the page is told


def run_browser(note: Note, *, turns: int, chromium: Path | None = None) -> Finding:
    """Hold one call in Chromium and add up what its turns were told to have taken.

    Args:
        note: Told how far it is.
        turns: How many questions are asked.
        chromium: The browser; one on the path if left out.

    Raises:
        MissingExtraError: If an extra that it needs is not installed.
        UserError: If Playwright or Chromium is not there, or the page does not answer.
    """
    program = _chromium(chromium)
    questions = asyncio.run(speak_all(CALLERS_VOICE, QUESTIONS))
    with tempfile.TemporaryDirectory() as folder:
        microphone = Path(folder, "caller.wav")
        sound = recording(questions, turns)
        write_wav(microphone, sound, RATE_HZ)
        seconds = len(sound) / RATE_HZ
        with _server(Path(folder)) as address:
            note(f"browser: {turns} turns in {seconds:.0f} s, in Chromium …")
            records = _talk(address, program, microphone, turns, seconds + PATIENCE_S)
    return finding(records)


def recording(questions: Sequence[Samples], turns: int) -> Samples:
    """What the microphone hears: one question after the other, each time the answer is over."""
    parts = [np.zeros(round(FIRST_AFTER_S * RATE_HZ), np.int16)]
    for turn in range(turns):
        parts.append(resample(questions[turn % len(questions)], FORMAT.rate_hz, RATE_HZ))
        parts.append(np.zeros(round(AFTER_S * RATE_HZ), np.int16))
    return np.concatenate(parts)


def _chromium(asked: Path | None) -> str:
    try:
        import playwright.sync_api  # noqa: F401, PLC0415 - optional, and slow to import
    except ImportError:
        raise UserError(
            "Playwright, which drives the browser, is not installed: run  pip install playwright"
        ) from None
    found = shutil.which(str(asked)) if asked is not None else shutil.which("chromium")
    if found is None:
        where = f"{asked} is no program" if asked is not None else "there is no chromium on the path"
        raise UserError(f"{where}: install Chromium, or say where it is with --chromium FILE")
    return found


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """``antiphon serve`` with an agent of short answers; where it listens."""
    (folder / "ferry.md").write_text(HANDBOOK, encoding="utf-8")
    (folder / "agent.toml").write_text('handbook = "ferry.md"\n', encoding="utf-8")
    command = [sys.executable, "-c", SERVE, "serve", "--port", "0", "--config", str(folder / "agent.toml")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own
        try:
            assert server.stderr is not None
            said = server.stderr.readline()
            address = re.search(r"http://\S+", said)
            if address is None:
                raise UserError(f"the server did not start: {said.strip() or 'it said nothing'}")
            yield address[0]
        finally:
            server.terminate()


def _talk(address: str, program: str, microphone: Path, turns: int, limit_s: float) -> list[Record]:
    """The accounts of a call's turns, until there are as many as questions or time is up."""
    from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - optional

    capture = f"--use-file-for-fake-audio-capture={microphone}%noloop"
    records: list[Record] = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, capture])
            page = browser.new_context(permissions=["microphone"]).new_page()
            _listen(page, records)
            page.goto(address)
            page.get_by_role("button", name="Start talking").click()
            waited_ms = 0.0
            while len(records) < turns and waited_ms < limit_s * 1_000:
                page.wait_for_timeout(200)
                waited_ms += 200
            browser.close()
    except Error as error:
        raise UserError(f"the browser: {str(error).splitlines()[0]}") from None
    if not records:
        raise UserError("no turn was answered in the browser; does  antiphon serve  work on this machine?")
    return records


def _listen(page: Page, records: list[Record]) -> None:
    """Keep the account of each turn that the page is told of."""

    def received(payload: str | bytes) -> None:
        if isinstance(payload, str):
            message = json.loads(payload)
            if message.get("type") == "turn_ended":
                records.append(message["record"])

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", received)

    page.on("websocket", opened)


def finding(records: Sequence[Record]) -> Finding:
    """What the turns' accounts come to."""
    answered = [spent for record in records if (spent := _spent_ns(record))]
    whole = [sum(spent.values()) for spent in answered]
    transport = [transport_ns(spent) for spent in answered]
    names = dict.fromkeys(name for spent in answered for name in spent)
    rows = (
        spread_row("glass to glass", whole, {"p50": WHOLE_MS}, SHARES),
        spread_row("transport's share", transport, {"p50": TRANSPORT_MS}, SHARES),
        *(spread_row(name, [spent.get(name, 0) for spent in answered], {}, SHARES) for name in names),
    )
    described = machine()
    remarks = (
        f"{len(answered)} turns answered in one call in Chromium on loopback; {STT}, {LLM}, {TTS} and {VAD}.",
        "The transport's share is all but the wait for the end of the turn, its detection, and what "
        "providers took.",
    )
    chart = Chart(
        "A caller in a browser",
        "From the microphone to the sound card, on the browser's own clock. The lines are targets.",
        [Panel(str(row["metric"]), spread_bars(row)) for row in rows[:2]],
        (*remarks, machine_text(described)),
    )
    what: Row = {
        "benchmark": "browser",
        "machine": described,
        "units": "ms",
        "profile": {"stt": STT, "llm": LLM, "tts": TTS, "vad": VAD},
        "turns_answered": len(answered),
    }
    return Finding("browser", what, rows, COLUMNS, chart, remarks)


def _spent_ns(record: Record) -> dict[str, int]:
    """A turn's contributions; none if nothing of its reply was heard."""
    spent = record.get("contributions_ms")
    if record.get("glass_to_glass_ms") is None or not isinstance(spent, Mapping):
        return {}
    return {str(name): round(ms * 1e6) for name, ms in spent.items()}


def transport_ns(spent_ns: Mapping[str, int]) -> int:
    """What the way there and back, and the runtime, had of a turn's delay."""
    return sum(ns for name, ns in spent_ns.items() if name not in NOT_TRANSPORT)


COLUMNS = (METRIC, *(share_column(name) for name in SHARES), UNIT, TARGET)
