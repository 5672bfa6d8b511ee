"""What ``antiphon doctor`` looks at: each check is one fact, and whether the agent needs it."""

from __future__ import annotations

import asyncio
import platform
import re
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from urllib.parse import urlsplit

import numpy as np

from antiphon.audio import AudioFormat, AudioFrame
from antiphon.config import Agent
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.errors import AntiphonError, ProviderProtocolError
from antiphon.providers.base import LLM, STT, TTS, VAD, Embedder, ProviderContext, TurnModel
from antiphon.providers.registry import (
    BUILT_IN,
    EXTRAS,
    KINDS,
    Kind,
    create_embedder,
    create_llm,
    create_stt,
    create_tts,
    create_turn_model,
    create_vad,
    is_installed,
    missing_extra,
    vendor_of,
)
from antiphon.providers.spec import ProviderSpec, choices
from antiphon.runtime.clock import Clock

OLDEST_PYTHON = (3, 11)
START_TIMEOUT_S = 30.0
REACH_TIMEOUT_S = 5.0
CONFIGURED = "configured; not asked, as that may cost money"


@dataclass(frozen=True, slots=True)
class Check:
    """One fact about this machine.

    Attributes:
        group: What kind of fact.
        name: What was looked at.
        ok: Whether it is as one would wish.
        detail: What was found, or how to mend it.
        needed: Whether the agent can't do without.
    """

    group: str
    name: str
    ok: bool
    detail: str
    needed: bool = False


def installation_checks(agent: Agent) -> Iterator[Check]:
    """Python, the packages that are always needed, and the extras."""
    oldest = ".".join(str(part) for part in OLDEST_PYTHON)
    recent = sys.version_info >= OLDEST_PYTHON
    yield Check("Python", platform.python_version(), recent, f"{oldest} or newer is needed", needed=True)
    base = [line for line in requires("antiphon") or () if "extra ==" not in line]
    for package in ("antiphon", *(re.split(r"[^\w.-]", line)[0] for line in base)):
        found = _version(package)
        yield Check("Packages", package, found is not None, found or "not installed", needed=True)
    needed = {
        entry.extra
        for kind, spec in configured(agent)
        if (entry := BUILT_IN[kind].get(spec.vendor)) is not None
    }
    for extra in EXTRAS:
        there = is_installed(extra)
        detail = "installed" if there else f"pip install 'antiphon[{extra}]'"
        yield Check("Extras", extra, there, detail, extra in needed)


def key_checks(environ: Mapping[str, str]) -> Iterator[Check]:
    """The environment variables of all vendors' keys: whether they are set, never what they hold."""
    vendors = [vendor_of(kind, ProviderSpec(name)) for kind in KINDS for name in BUILT_IN[kind]]
    for variable in sorted({vendor.key_variable for vendor in vendors if vendor and vendor.key_variable}):
        there = bool(environ.get(variable, "").strip())
        yield Check("Keys", variable, there, "set" if there else "not set")


async def provider_checks(agent: Agent, context: ProviderContext) -> AsyncIterator[Check]:
    """The agent's providers and the embedded ones: each is made; what runs on this machine is started."""
    needed = configured(agent)
    embedded = [
        (kind, spec)
        for kind, spec in configured(Agent())
        if (kind, spec) not in needed and missing_extra(BUILT_IN[kind][spec.vendor]) is None
    ]
    clock = Clock()
    for kind, spec in (*needed, *embedded):
        name = f"{kind} {spec.name}"
        started_ns = clock.now_ns()
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                detail = await _start(kind, spec, context)
        except TimeoutError:
            ok, detail = False, f"did not start within {START_TIMEOUT_S:g} s"
        except (AntiphonError, OSError, ImportError) as error:
            ok, detail = False, str(error)
        else:
            ok, detail = True, f"{detail}, in {(clock.now_ns() - started_ns) / NS_PER_S:.2f} s"
        yield Check("Providers", name, ok, detail, (kind, spec) in needed)


async def reach_checks(agent: Agent, environ: Mapping[str, str]) -> AsyncIterator[Check]:
    """The hosts that the agent's providers talk to: whether each takes a connection."""
    clock = Clock()
    for host, port in dict.fromkeys(_addresses(agent, environ)):
        started_ns = clock.now_ns()
        try:
            async with asyncio.timeout(REACH_TIMEOUT_S):
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
                await writer.wait_closed()
        except TimeoutError:
            ok, detail = False, f"no connection within {REACH_TIMEOUT_S:g} s"
        except OSError as error:
            ok, detail = False, error.strerror or str(error)
        else:
            ok, detail = True, f"connected in {(clock.now_ns() - started_ns) / NS_PER_MS:.0f} ms"
        yield Check("Hosts", f"{host}:{port}", ok, detail, needed=True)


def configured(agent: Agent) -> list[tuple[Kind, ProviderSpec]]:
    """Every provider that an agent names, fallbacks included."""
    named = [(kind, getattr(agent, kind)) for kind in KINDS]
    return [
        (kind, one)
        for kind, choice in named
        if choice is not None
        for one in choices(kind, choice)
        if isinstance(one, ProviderSpec)
    ]


def _addresses(agent: Agent, environ: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    for kind, spec in configured(agent):
        vendor = vendor_of(kind, spec)
        if vendor is None:
            continue
        other = spec.options.get("base_url") or environ.get(vendor.url_variable or "")
        address = urlsplit(str(other or vendor.base_url))
        if address.hostname is not None:
            encrypted = address.scheme in {"https", "wss"}
            yield address.hostname, address.port or (443 if encrypted else 80)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


async def _start(kind: Kind, spec: ProviderSpec, context: ProviderContext) -> str:
    """Make a provider; if it is ours and runs on this machine, have it do a little work. Says what it did."""
    here = spec.vendor in BUILT_IN[kind] and vendor_of(kind, spec) is None
    match kind:
        case "stt":
            async with aclosing(create_stt(spec, context)) as stt:
                return await _listen(stt) if here else CONFIGURED
        case "llm":
            async with aclosing(create_llm(spec, context)) as llm:
                return await _warm(llm) if here else CONFIGURED
        case "tts":
            async with aclosing(create_tts(spec, context)) as tts:
                return await _speak(tts) if here else CONFIGURED
        case "vad":
            async with aclosing(create_vad(spec, context)) as vad:
                return await _detect(vad) if here else CONFIGURED
        case "turn_model":
            async with aclosing(create_turn_model(spec, context)) as turn_model:
                return await _judge(turn_model) if here else CONFIGURED
        case "embedder":
            async with aclosing(create_embedder(spec, context)) as embedder:
                return await _compare(embedder) if here else CONFIGURED


async def _listen(stt: STT) -> str:
    async with stt.open() as stream:
        await stream.send(_silence(stt.format))
        await stream.end()
        async for _ in stream:
            pass
    return f"started and listened, at {stt.format.rate_hz:,} Hz"


async def _warm(llm: LLM) -> str:
    await llm.warm()
    return "started"


async def _speak(tts: TTS) -> str:
    samples = 0
    async for chunk in tts.stream(_words()):
        samples += len(chunk.samples)
    if samples == 0:
        raise ProviderProtocolError(tts.name, "started, but made no sound")
    return f"started and spoke for {samples / tts.format.rate_hz:.1f} s"


async def _detect(vad: VAD) -> str:
    stream = vad.open()
    try:
        windows = await stream.push(_silence(vad.format))
    finally:
        stream.close()
    return f"started and judged {len(windows)} windows"


async def _judge(turn_model: TurnModel) -> str:
    over = await turn_model.probability(np.zeros(16_000, dtype=np.int16))
    return f"started and judged a second of silence, {over:.2f} likely to be over"


async def _compare(embedder: Embedder) -> str:
    alike = await embedder.similarity("book a table", "reserve a table")
    return f"started and compared two sentences, {alike:.2f} alike"


def _silence(audio: AudioFormat) -> AudioFrame:
    return AudioFrame(np.zeros(audio.rate_hz // 2, dtype=np.int16), audio.rate_hz)


async def _words() -> AsyncIterator[str]:
    yield "Ready."
