"""A call through this machine's own microphone and loudspeaker, by PortAudio."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from antiphon.audio import SILENCE_DBFS, AudioFormat, AudioFrame, Resampler, Samples, level_dbfs
from antiphon.errors import MissingExtraError, PeerError, UserError
from antiphon.transports.microphone_echo import EchoGuard

INPUT_HZ = 16_000
OUTPUT_HZ = 24_000
FRAME_MS = 20
FRAMES_HELD = 50  # captured and not taken: a second; then the oldest go


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A microphone, a loudspeaker, or both.

    Attributes:
        index: By which it is chosen.
        name: What the system calls it.
        inputs: Channels it captures.
        outputs: Channels it plays.
        default: Whether it is used where none is chosen.
    """

    index: int
    name: str
    inputs: int
    outputs: int
    default: bool


def sound_library() -> ModuleType:
    """The binding to PortAudio.

    Raises:
        MissingExtraError: If it is not installed.
        UserError: If PortAudio itself is not.
    """
    try:
        import sounddevice  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingExtraError("sounddevice", "talk") from error
    except OSError as error:
        raise UserError(
            "PortAudio is not installed: on Debian or Ubuntu run  apt install libportaudio2"
        ) from error
    module: ModuleType = sounddevice
    return module


def sound_devices(library: ModuleType) -> list[SoundDevice]:
    """Every device there is."""
    defaults = set(library.default.device)
    return [
        SoundDevice(
            index, each["name"], each["max_input_channels"], each["max_output_channels"], index in defaults
        )
        for index, each in enumerate(library.query_devices())
    ]


class MicrophoneTransport:
    """One call through a microphone and a loudspeaker. Use it as an async context manager.

    Attributes:
        dropped: Captured frames that nobody took in time.
        level_dbfs: Of the newest captured frame.
    """

    def __init__(
        self,
        library: ModuleType,
        *,
        microphone: int | str | None = None,
        loudspeaker: int | str | None = None,
        echo_guard: bool = True,
    ) -> None:
        """Make a transport.

        Args:
            library: From ``sound_library``.
            microphone: Index or a part of the name; the system's default if left out.
            loudspeaker: The same.
            echo_guard: Whether what is only the loudspeaker's echo is silenced; not needed with headphones.
        """
        self.dropped = 0
        self.level_dbfs = SILENCE_DBFS
        self._library = library
        self._devices = (microphone, loudspeaker)
        self._guard = EchoGuard() if echo_guard else None
        self._captured: deque[AudioFrame] = deque()
        self._more: asyncio.Event = asyncio.Event()
        self._closed = False
        self._ahead = _Ahead()
        self._resampler: Resampler | None = None
        self._resampler_hz = 0
        self._streams: list[Any] = []

    @property
    def input_format(self) -> AudioFormat:
        """What the caller's frames are in."""
        return AudioFormat(INPUT_HZ)

    async def __aenter__(self) -> MicrophoneTransport:
        """Open both devices.

        Raises:
            PeerError: If one can't be opened.
        """
        self._loop = asyncio.get_running_loop()
        library, (microphone, loudspeaker) = self._library, self._devices
        shape = {"channels": 1, "dtype": "int16", "latency": "low"}
        try:
            for kind, device, rate_hz, callback in (
                (library.OutputStream, loudspeaker, OUTPUT_HZ, self._fill),
                (library.InputStream, microphone, INPUT_HZ, self._capture),
            ):
                block = rate_hz * FRAME_MS // 1_000
                stream = kind(device=device, samplerate=rate_hz, blocksize=block, callback=callback, **shape)
                self._streams.append(stream)
                stream.start()
        except (library.PortAudioError, ValueError) as error:
            await self.aclose()
            raise PeerError(
                f"the sound card can't be used: {error}; see antiphon talk --list-devices"
            ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def frames(self) -> AsyncGenerator[AudioFrame, None]:
        """The caller's audio as it is captured, until the transport is closed."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._captured:
                yield self._captured.popleft()
            if self._closed:
                return

    async def play(self, frame: AudioFrame) -> None:
        """Hand over audio to be heard behind what was handed over before; with ``flush``, instead of it."""
        if self._guard is not None:
            self._guard.played(frame)
        if self._resampler is None or self._resampler_hz != frame.rate_hz or frame.flush:
            self._resampler, self._resampler_hz = Resampler(frame.rate_hz, OUTPUT_HZ), frame.rate_hz
        self._ahead.add(self._resampler.push(frame.samples), flush=frame.flush)

    async def aclose(self) -> None:
        """Let go of the devices; ``frames`` ends."""
        self._closed = True
        self._more.set()
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()

    def _capture(self, data: Any, frames: int, time: Any, status: Any) -> None:
        """PortAudio's thread has captured a block: a copy goes to the event loop."""
        frame = AudioFrame(np.array(data[:, 0], np.int16), INPUT_HZ)
        if not self._closed:
            self._loop.call_soon_threadsafe(self._take, frame)

    def _take(self, frame: AudioFrame) -> None:
        self.level_dbfs = level_dbfs(frame.samples)
        if len(self._captured) >= FRAMES_HELD:
            self._captured.popleft()
            self.dropped += 1
        self._captured.append(frame if self._guard is None else self._guard.heard(frame))
        self._more.set()

    def _fill(self, data: Any, frames: int, time: Any, status: Any) -> None:
        """PortAudio's thread wants the next block."""
        data[:, 0] = self._ahead.take(frames)


class _Ahead:
    """Audio that is still to be played: filled by the event loop, emptied by PortAudio's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: deque[Samples] = deque()

    def add(self, samples: Samples, *, flush: bool) -> None:
        with self._lock:
            if flush:
                self._blocks.clear()
            if len(samples):
                self._blocks.append(samples)

    def take(self, count: int) -> Samples:
        """So many samples, silence where there are none."""
        out, done = np.zeros(count, np.int16), 0
        with self._lock:
            while self._blocks and done < count:
                block = self._blocks.popleft()
                part = block[: count - done]
                out[done : done + len(part)] = part
                done += len(part)
                if len(part) < len(block):
                    self._blocks.appendleft(block[len(part) :])
        return out
