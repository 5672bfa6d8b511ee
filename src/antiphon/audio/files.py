"""Recordings: any WAV, FLAC, OGG or MP3 that libsndfile reads in, 16-bit WAV out.

A recording that ends before its header says is read as far as it goes, with a warning in the log: half a
call is worth having. One with no audio in it, or with values that are no numbers, is an error.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from antiphon.audio.convert import FloatSamples, downmix, quantise
from antiphon.audio.frames import AudioFormat, Samples
from antiphon.audio.resampling import resample
from antiphon.errors import AudioError

_BLOCK = 65_536  # frames read at once: bounds what a many-channel file takes in memory
_RIFF_UNKNOWN_SIZE = 0xFFFF_FFFF  # written by those that stream to a pipe
_WAV_LIMIT_BYTES = 0xFFFF_FFFF - 1_024

_log = logging.getLogger(__name__)


def read_audio(path: str | os.PathLike[str], rate_hz: int | None = None) -> tuple[Samples, int]:
    """A recording as mono samples, and their rate.

    Args:
        path: WAV, FLAC, OGG or MP3 of any rate, width and number of channels; channels are averaged.
        rate_hz: The rate to convert to; the file's own by default.

    Raises:
        AudioError: If it can't be opened, is no audio, holds no sample, or has values that are not finite.
    """
    file = Path(path)
    ends_early = _check_file(file)
    try:
        with soundfile.SoundFile(str(file)) as source:
            from_hz, promised = source.samplerate, source.frames
            blocks, broken = _read_blocks(source)
    except (soundfile.SoundFileError, TypeError) as error:  # TypeError: its answer to headerless .raw
        raise AudioError(
            f"{file}: not audio that can be read ({error}); convert it to WAV, FLAC or OGG"
        ) from error
    mono = np.concatenate(blocks) if blocks else np.empty(0, np.float32)
    if len(mono) == 0:
        raise AudioError(f"{file}: holds no audio, only a header; record it again")
    if not np.isfinite(mono).all():
        bad = int(np.flatnonzero(~np.isfinite(mono))[0])
        raise AudioError(f"{file}: sample {bad} is {mono[bad]}; export it again without NaN or infinity")
    if ends_early or broken or len(mono) < promised:
        _log.warning("%s: ends before its header says; read the %.3f s there are", file, len(mono) / from_hz)
    try:
        AudioFormat(from_hz)
    except AudioError as error:
        raise AudioError(f"{file}: {error}; convert it to 16,000 Hz") from None
    samples = quantise(mono)
    return (samples, from_hz) if rate_hz is None else (resample(samples, from_hz, rate_hz), rate_hz)


def write_wav(
    path: str | os.PathLike[str], channels: Sequence[Samples] | npt.NDArray[np.int16], rate_hz: int
) -> None:
    """Write a 16-bit WAV, whole or not at all: a file of that name is replaced only when all is written.

    Args:
        path: The file; its directory must be there.
        channels: One array for each channel, the shorter ones followed by silence; or one array of shape
            (n, channels) or (n,).
        rate_hz: Sampling rate.

    Raises:
        AudioError: If it can't be written, or is longer than a WAV can be (4 GiB).
    """
    file = Path(path)
    frames = channels if isinstance(channels, np.ndarray) else _interleave(channels)
    if frames.nbytes > _WAV_LIMIT_BYTES:
        raise AudioError(f"{file}: {frames.nbytes} bytes of audio do not fit into a WAV; split it")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.touch()  # the system says why it refuses, libsndfile does not
    except OSError as error:
        raise AudioError(_cannot("write", file, error)) from error
    try:
        soundfile.write(str(part), frames, rate_hz, format="WAV", subtype="PCM_16")
        part.replace(file)
    except OSError as error:
        raise AudioError(_cannot("write", file, error)) from error
    except soundfile.SoundFileError as error:
        raise AudioError(f"{file}: can't be written as WAV ({error}); check the disk") from error
    finally:
        part.unlink(missing_ok=True)


def _check_file(file: Path) -> bool:
    """Open a recording once for the system's own reasons to refuse; answer whether a RIFF is cut short."""
    try:
        with file.open("rb") as source:
            head = source.read(12)
            size = os.fstat(source.fileno()).st_size
    except OSError as error:
        raise AudioError(_cannot("read", file, error)) from error
    if not head:
        raise AudioError(f"{file}: is empty; record it again")
    promised = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and promised != _RIFF_UNKNOWN_SIZE and promised + 8 > size


def _read_blocks(source: soundfile.SoundFile) -> tuple[list[FloatSamples], bool]:
    """All audio as mono blocks, and whether decoding broke off."""
    blocks: list[FloatSamples] = []
    while True:
        try:
            frames: FloatSamples = source.read(_BLOCK, dtype="float32", always_2d=True)
        except soundfile.SoundFileError:
            return blocks, True
        if len(frames) == 0:
            return blocks, False
        blocks.append(downmix(frames))


def _interleave(channels: Sequence[Samples]) -> npt.NDArray[np.int16]:
    frames = np.zeros((max((len(channel) for channel in channels), default=0), len(channels)), np.int16)
    for index, channel in enumerate(channels):
        frames[: len(channel), index] = channel
    return frames


def _cannot(verb: str, file: Path, error: OSError) -> str:
    """What the system refused, and the mend."""
    missing = "there is no such file; check the path"
    mends: dict[type[OSError], str] = {
        FileNotFoundError: missing if verb == "read" else "its directory is not there; make it first",
        IsADirectoryError: "is a directory; name a file in it",
        NotADirectoryError: "part of the path is a file, not a directory; check the path",
        PermissionError: f"no permission to {verb} it; change its mode, or run as its owner",
    }
    other = f"the system can't {verb} it ({error.strerror or error}); check the disk"
    return f"{file}: {mends.get(type(error), other)}"
