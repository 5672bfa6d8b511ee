"""How exactly the beginning and end of speech are found in recordings between known silences.

    python benchmarks/vad/edges.py DIRECTORY [--json]

Every WAV in the directory is taken alone at several loudnesses, and with noise, between stretches of near
silence, beginning at eight places within a window. Its label is the first and last place where the RMS of
10 ms is within 25 dB of the recording's loud parts (its 90th percentile), and 10 dB above its own noise where
it begins with any. ``decided_ms`` is how long after the labelled end the tracker said so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from antiphon.audio import AudioFrame, Samples, read_audio, to_float, to_int16
from antiphon.core.voice_activity import Offset, Onset, SpeechTracker, VoiceActivity
from antiphon.providers.vad.silero import CHUNK, RATE_HZ, SileroVAD

LEAD = RATE_HZ
TAIL = RATE_HZ
CONDITIONS: tuple[tuple[float, float | None], ...] = (
    (-35, None),
    (-20, None),
    (-10, None),
    (-20, 30),
    (-20, 20),
    (-20, 10),
)  # RMS of the speech in dBFS, and dB above the added noise


def label(speech: npt.NDArray[np.float32]) -> tuple[int, int]:
    """First and last voiced sample of a recording."""
    power = np.convolve(speech.astype(np.float64) ** 2, np.ones(160) / 160, "same")
    start = power[: RATE_HZ // 5]
    noise = np.median(start) if np.median(start) < np.percentile(power, 90) / 100 else 0.0
    voiced = np.flatnonzero(power > max(np.percentile(power, 90) * 10**-2.5, noise * 10))
    return int(voiced[0]), int(voiced[-1])


def staged(
    speech: npt.NDArray[np.float32], rms_dbfs: float, snr_db: float | None, lead: int, seed: int
) -> Samples:
    """The recording at a loudness, between silences, with noise throughout."""
    first, last = label(speech)
    gain = 10 ** (rms_dbfs / 20) / np.sqrt(np.mean(speech[first:last] ** 2))
    noise = 10 ** ((-80 if snr_db is None else rms_dbfs - snr_db) / 20)
    sound = np.concatenate([np.zeros(lead), speech * gain, np.zeros(TAIL)])
    return to_int16(sound + np.random.default_rng(seed).normal(0, noise, len(sound)))


async def edges(vad: SileroVAD, samples: Samples) -> tuple[int, int, int] | None:
    """First onset, last offset, and where the last was decided; ``None`` where none was found."""
    tracker, stream = SpeechTracker(VoiceActivity(), RATE_HZ), vad.open()
    onsets, offsets = [], []
    for window in await stream.push(AudioFrame(samples, RATE_HZ)):
        for edge in tracker.push(window):
            match edge:
                case Onset():
                    onsets.append(edge.sample)
                case Offset():
                    offsets.append((edge.sample, window.end_sample))
    return (onsets[0], *offsets[-1]) if onsets and offsets else None


def spread(values_ms: list[float]) -> dict[str, float]:
    p10, p50, p90 = (round(float(value), 1) for value in np.percentile(values_ms, [10, 50, 90]))
    within = np.mean(np.abs(values_ms) <= 64)
    return {"p10": p10, "p50": p50, "p90": p90, "percent_within_64": round(float(within) * 100, 1)}


async def measure(recordings: list[Path]) -> list[dict[str, object]]:
    vad = SileroVAD()
    rows: list[dict[str, object]] = []
    spoken = [to_float(read_audio(path, RATE_HZ)[0]) for path in recordings]
    for rms_dbfs, snr_db in CONDITIONS:
        onset_ms, offset_ms, decided_ms, missed = [], [], [], 0
        for seed in range(8):
            lead = LEAD + seed * CHUNK // 8
            for speech in spoken:
                first, last = label(speech)
                found = await edges(vad, staged(speech, rms_dbfs, snr_db, lead, seed))
                if found is None:
                    missed += 1
                    continue
                onset_ms.append((found[0] - lead - first) / 16)
                offset_ms.append((found[1] - lead - last) / 16)
                decided_ms.append((found[2] - lead - last) / 16)
        rows.append(
            {
                "rms_dbfs": rms_dbfs,
                "snr_db": snr_db,
                "onset_ms": spread(onset_ms),
                "offset_ms": spread(offset_ms),
                "decided_ms": spread(decided_ms),
                "missed": missed,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    arguments = parser.parse_args()
    rows = asyncio.run(measure(sorted(arguments.directory.glob("*.wav"))))
    if arguments.json:
        print(json.dumps({"rows": rows}))
    else:
        print(*(json.dumps(row) for row in rows), sep="\n")


if __name__ == "__main__":
    main()
