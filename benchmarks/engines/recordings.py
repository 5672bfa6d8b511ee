"""How well and how fast the recogniser hears recordings of read speech, without a handbook.

    python -m benchmarks.engines.recordings FOLDER [--real-time] [--gain 1]

FOLDER holds NAME.wav and, beside each, NAME.txt with the words. Each recording is a call of its own: the
recogniser knows nothing of the line. ``--real-time`` sends audio as fast as it is spoken, which is what the
delay of the final is to be measured with. ``--gain`` makes the caller louder or quieter.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from pathlib import Path
from statistics import median

import numpy as np
from benchmarks.engines.measuring import Errors, recognise, watched_loop

from antiphon.audio import Samples, read_audio
from antiphon.providers.stt.pocketsphinx import FORMAT, PocketSphinxSTT


def recordings(folder: Path) -> list[tuple[str, Samples, str]]:
    """Name, audio and words of each."""
    found = []
    for path in sorted(folder.glob("*.wav")):
        samples, _ = read_audio(path, FORMAT.rate_hz)
        words = re.sub(r"[^a-z' ]", "", path.with_suffix(".txt").read_text().lower())
        found.append((path.stem, samples, " ".join(words.split())))
    return found


async def measure(folder: Path, *, real_time: bool, gain: float) -> None:
    stt = PocketSphinxSTT()
    await stt.warm()
    total, finals, took_ms, spoken_ms = Errors(), [], 0.0, 0.0
    async with watched_loop() as lag:
        for name, samples, words in recordings(folder):
            heard = await recognise(stt, (samples * gain).astype(np.int16), real_time=real_time)
            errors = total.add(words, heard.text)
            seconds = len(samples) / FORMAT.rate_hz
            took_ms += heard.took_ms
            spoken_ms += 1_000 * seconds
            finals.append(heard.final_ms)
            print(
                f"{name:14} {errors:2} errors in {len(words.split()):2} words, "
                f"RTF {heard.took_ms / seconds / 1_000:.3f}, "
                f"final after {heard.final_ms:5.1f} ms: {heard.text}"
            )
    await stt.aclose()
    print(
        f"WER {total.percent:.1f} % ({total.errors} of {total.words}), RTF {took_ms / spoken_ms:.3f}, "
        f"final after the flush {median(finals):.1f} ms (worst {max(finals):.1f}), "
        f"{lag}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--real-time", action="store_true")
    parser.add_argument("--gain", type=float, default=1.0)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.folder, real_time=arguments.real_time, gain=arguments.gain))
