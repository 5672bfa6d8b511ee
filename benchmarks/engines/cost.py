"""What the embedded engines take: to start, to begin to speak, to stop, and of a processor while calls run.

python -m benchmarks.engines.cost [--calls 5] [--seconds 20]
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import cast

import numpy as np
from benchmarks.engines.measuring import FRAME, recognise, spoken, watched_loop
from benchmarks.engines.questions import QUESTIONS

from antiphon.audio import AudioFrame, Samples, first_audible
from antiphon.core.messages import Message
from antiphon.core.times import NS_PER_MS
from antiphon.providers.base import LLMRequest, SpeechChunk
from antiphon.providers.llm.handbook import HandbookLLM
from antiphon.providers.stt.pocketsphinx import FORMAT, PocketSphinxSTT
from antiphon.providers.tts.espeak import EspeakTTS, EspeakVoice
from antiphon.runtime.clock import Clock

ROUNDS = 100
TICKS_PER_S = 100  # of the kernel's CPU accounting on Linux
OPENINGS = ("On Sunday, we open at eleven, ", "Yes, there is a lift. ", "Of course, you can pay by card. ")


async def text(*segments: str) -> AsyncIterator[str]:
    for segment in segments:
        yield segment


def process_facts(process: int) -> tuple[float, float]:
    """CPU seconds and resident megabytes of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S, pages * 4 / 1_024


async def starting(clock: Clock, handbook: str) -> None:
    for name, engine in (
        ("espeak", EspeakTTS()),
        ("pocketsphinx with a handbook", PocketSphinxSTT(handbook=handbook)),
        ("pocketsphinx without", PocketSphinxSTT()),
    ):
        began_ns = clock.now_ns()
        await engine.warm()
        took_ms = (clock.now_ns() - began_ns) / NS_PER_MS
        print(f"{name}: ready after {took_ms:.0f} ms, {process_facts(engine.process_ids[0])[1]:.0f} MB")
        await engine.aclose()


async def speaking(clock: Clock) -> None:
    tts = EspeakTTS()
    await tts.warm()
    first_ms, silence_ms, stop_ms = [], [], []
    async with watched_loop() as lag:
        for index in range(ROUNDS):
            began_ns = clock.now_ns()
            heard = False
            parts = []
            async for chunk in tts.stream(text(OPENINGS[index % 3], "and we look forward to your visit.")):
                if not heard:
                    heard = True
                    first_ms.append((clock.now_ns() - began_ns) / NS_PER_MS)
                parts.append(chunk.samples)
            audible = first_audible(np.concatenate(parts), tts.format.rate_hz) or 0
            silence_ms.append(1_000 * audible / tts.format.rate_hz)
            endless = cast("AsyncGenerator[SpeechChunk]", tts.stream(text(*["and so on and so on, "] * 50)))
            async with aclosing(endless):
                await anext(endless)
                began_ns = clock.now_ns()
            async for _ in tts.stream(text("Yes.")):
                break
            stop_ms.append((clock.now_ns() - began_ns) / NS_PER_MS)
    print(
        f"espeak: first audio after {median(first_ms):.1f} ms (worst {max(first_ms):.1f}), leading silence "
        f"{median(silence_ms):.1f} ms (at most {max(silence_ms):.1f}), from cancelling one reply to the "
        f"first audio of the next {median(stop_ms):.1f} ms; {lag}"
    )
    await tts.aclose()


async def hearing(handbook: str) -> None:
    stt, tts = PocketSphinxSTT(handbook=handbook), EspeakTTS(EspeakVoice("en-us", 150))
    await stt.warm()
    finals = []
    async with watched_loop() as lag:
        for question in QUESTIONS[:12]:
            heard = await recognise(stt, await spoken(tts, question), real_time=True)
            finals.append(heard.final_ms)
    print(f"pocketsphinx: final {median(finals):.1f} ms after the flush (worst {max(finals):.1f}); {lag}")
    await stt.aclose()
    await tts.aclose()


async def calls_at_once(
    clock: Clock, handbook: str, calls: int, seconds: int, share_of_speech: float
) -> None:
    stt, tts = PocketSphinxSTT(handbook=handbook), EspeakTTS()
    question = await spoken(tts, "what time do you open on sunday, and how much is a ticket for a child")
    await tts.aclose()
    await stt.warm()
    length = seconds * FORMAT.rate_hz
    line = np.resize(question, round(share_of_speech * length))
    line = np.concatenate([line, np.zeros(length - len(line), np.int16)])
    cpu_before, _ = process_facts(stt.process_ids[0])
    async with watched_loop() as lag, asyncio.TaskGroup() as group:
        for index in range(calls):
            group.create_task(one_call(clock, stt, np.roll(line, index * 3_200)))
    cpu, megabytes = process_facts(stt.process_ids[0])
    print(
        f"pocketsphinx, {calls} calls that speak {share_of_speech:.0%} of the time: "
        f"{(cpu - cpu_before) / calls / seconds * 60:.2f} CPU seconds a call-minute, {megabytes:.0f} MB, "
        f"{lag}"
    )
    await stt.aclose()


async def one_call(clock: Clock, stt: PocketSphinxSTT, samples: Samples) -> None:
    began_ns = clock.now_ns()
    async with stt.open() as stream, asyncio.TaskGroup() as group:

        async def send() -> None:
            for index, start in enumerate(range(0, len(samples), FRAME)):
                await stream.send(AudioFrame(samples[start : start + FRAME], FORMAT.rate_hz))
                if index % 250 == 249:
                    await stream.flush()
                await clock.sleep_until(began_ns + (index + 1) * 20 * NS_PER_MS)
            await stream.end()

        group.create_task(send())
        async for _ in stream:
            pass


async def answering(clock: Clock, handbook: str) -> None:
    began_ns = clock.now_ns()
    llm = HandbookLLM(handbook)
    print(f"handbook: ready after {(clock.now_ns() - began_ns) / NS_PER_MS:.1f} ms")
    took_ms = []
    for question in QUESTIONS:
        began_ns = clock.now_ns()
        async for _ in llm.stream(LLMRequest((Message("user", question),))):
            break
        took_ms.append((clock.now_ns() - began_ns) / NS_PER_MS)
    print(f"handbook: first token after {median(took_ms):.2f} ms (worst {max(took_ms):.1f})")


async def measure(calls: int, seconds: int) -> None:
    clock = Clock()
    handbook = files("antiphon").joinpath("data/kiosk.md").read_text(encoding="utf-8")
    async with watched_loop() as lag:
        await asyncio.sleep(5)
    print(f"nothing: {lag}")
    await starting(clock, handbook)
    await speaking(clock)
    await answering(clock, handbook)
    await hearing(handbook)
    for share in (1.0, 0.4, 0.0):
        await calls_at_once(clock, handbook, calls, seconds, share)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=20)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.calls, arguments.seconds))
