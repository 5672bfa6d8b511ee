"""What voice activity detection costs: microseconds a chunk, alone and in batches, and the share of a core.

    python benchmarks/vad/cost.py [--calls 20] [--seconds 20] [--json]

``chunk`` and ``batch`` time the model as the detector calls it; ``calls`` drives whole streams with 20 ms
frames through one event loop and divides CPU time by the length of the audio, once with all frames of a
tick arriving together (a server that reads its sockets in one pass) and once with each on its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time

import numpy as np

from antiphon.audio import AudioFrame, Samples
from antiphon.providers.vad.silero import CHUNK, RATE_HZ, SileroStream, SileroVAD

FRAME = RATE_HZ // 50
BATCHES = (1, 4, 16, 20, 64)


def caller_audio(seconds: float, seed: int) -> Samples:
    """Something with the loudness of speech: noise in bursts of a quarter of a second."""
    noise = np.random.default_rng(seed).normal(0, 2_000, round(seconds * RATE_HZ))
    bursts = np.repeat(np.arange(len(noise) // 4_000 + 1) % 2, 4_000)[: len(noise)]
    return (noise * bursts).astype(np.int16)


async def microseconds_a_chunk(vad: SileroVAD, batch: int, rounds: int = 300) -> float:
    """Median over rounds in which each of ``batch`` streams completes one chunk, per chunk."""
    streams = [vad.open() for _ in range(batch)]
    frame = AudioFrame(caller_audio(CHUNK / RATE_HZ, 1), RATE_HZ)
    costs_us = []
    for _ in range(rounds):
        began_ns = time.perf_counter_ns()
        async with asyncio.TaskGroup() as tasks:
            for stream in streams:
                tasks.create_task(stream.push(frame))
        costs_us.append((time.perf_counter_ns() - began_ns) / 1_000 / batch)
    return statistics.median(costs_us)


async def percent_of_a_core(vad: SileroVAD, calls: int, seconds: float, *, together: bool) -> float:
    """CPU time for one call's audio over its length, with ``calls`` of them at once."""
    streams = [vad.open() for _ in range(calls)]
    audio = [caller_audio(seconds, seed) for seed in range(calls)]

    async def push(stream: SileroStream, samples: Samples) -> None:
        await stream.push(AudioFrame(samples, RATE_HZ))

    # Calls do not begin at the same sample: each is shifted by a part of a chunk.
    for index, stream in enumerate(streams):
        await push(stream, audio[index][: index * CHUNK // calls])
    began_ns = time.process_time_ns()
    for start in range(0, len(audio[0]) - FRAME, FRAME):
        if together:
            async with asyncio.TaskGroup() as tasks:
                for stream, samples in zip(streams, audio, strict=True):
                    tasks.create_task(push(stream, samples[start : start + FRAME]))
        else:
            for stream, samples in zip(streams, audio, strict=True):
                await push(stream, samples[start : start + FRAME])
    return (time.process_time_ns() - began_ns) / 1e9 / seconds / calls * 100


async def measure(calls: int, seconds: float) -> dict[str, object]:
    vad = SileroVAD()
    await microseconds_a_chunk(vad, 1, 50)  # warm
    rows = {str(batch): round(await microseconds_a_chunk(vad, batch), 1) for batch in BATCHES}
    return {
        "us_per_chunk_by_batch": rows,
        "calls": calls,
        "percent_of_a_core_per_call": {
            "frames_together": round(await percent_of_a_core(vad, calls, seconds, together=True), 3),
            "frames_apart": round(await percent_of_a_core(vad, calls, seconds, together=False), 3),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    arguments = parser.parse_args()
    result = asyncio.run(measure(arguments.calls, arguments.seconds))
    print(json.dumps(result, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
