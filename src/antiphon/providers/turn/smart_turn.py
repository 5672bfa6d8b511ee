"""Audio turn models of smart-turn v3's form: has the speaker finished, by the sound of the last 8 seconds?

The ONNX takes ``input_features``, a log-mel spectrogram (1, 80, 800), and answers one probability. Weights
do not come with Antiphon: they are a file, or are taken from a model hub. The model runs on one thread of its
own and is asked at pauses only; the event loop never waits for it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from antiphon.audio import Samples, to_float
from antiphon.errors import ConfigError, MissingExtraError, ProviderError, ProviderProtocolError
from antiphon.providers.base import ProviderContext, TurnModel
from antiphon.providers.options import OptionReader
from antiphon.providers.turn.log_mel import HOP, MELS, RATE_HZ, Floats, log_mel

if TYPE_CHECKING:
    import onnxruntime

NAME = "smart-turn"
WINDOW_S = 8
SAMPLES = WINDOW_S * RATE_HZ
FRAMES = SAMPLES // HOP
INPUT = "input_features"
OPTIONS = {"file", "threads"}
DEFAULT_FILE = "smart-turn-v3.0.onnx"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_LEAST_VARIANCE = 1e-7


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on a model hub."""

    repository: str
    file: str


class SmartTurn:
    """One model for all calls that are given it."""

    def __init__(self, name: str, weights: Path | HubFile, threads: int = 1) -> None:
        """Nothing is loaded before it is needed.

        Args:
            name: As the configuration names it.
            weights: The ONNX file, or where a hub has it.
            threads: That one question may take.
        """
        self.name = name
        self._weights = weights
        self._threads = threads
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=NAME)
        self._session: onnxruntime.InferenceSession | None = None

    async def probability(self, samples: Samples) -> float:
        """P(the speaker has finished), from up to 8 s of mono audio at 16 kHz, newest sample last.

        Raises:
            ProviderError: If the model can't be loaded, or does not answer as such a model should.
        """
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._ask, samples)

    async def warm(self) -> None:
        """Load the model, from the hub if need be, and ask it once.

        Raises:
            ProviderError: If that fails.
        """
        await self.probability(np.zeros(RATE_HZ, np.int16))

    async def aclose(self) -> None:
        """Let the thread end."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _ask(self, samples: Samples) -> float:
        session = self._session = self._session or self._load()
        try:
            (answer,) = session.run(None, {INPUT: features(samples)[None]})[:1]
        except runtime_errors() as error:
            raise ProviderProtocolError(self.name, f"the model can't be run: {error}") from error
        probability = float(np.ravel(answer)[0])
        if not 0.0 <= probability <= 1.0:
            raise ProviderProtocolError(self.name, f"answered {probability}: expected a probability")
        return probability

    def _load(self) -> onnxruntime.InferenceSession:
        import onnxruntime  # noqa: PLC0415 - optional: in the extra "turn"

        path = self._fetched()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self._threads, 1
        options.log_severity_level = 3  # errors only
        try:
            session = onnxruntime.InferenceSession(
                path.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except runtime_errors() as error:
            raise ProviderError(self.name, f"{path} can't be loaded: {error}") from error
        expected = f"expected one input, {INPUT} (1, {MELS}, {FRAMES})"
        inputs = [(one.name, one.shape[1:]) for one in session.get_inputs()]
        if inputs != [(INPUT, [MELS, FRAMES])]:
            raise ProviderProtocolError(self.name, f"{path} takes {inputs}: {expected}")
        return session

    def _fetched(self) -> Path:
        if isinstance(self._weights, Path):
            return self._weights
        from huggingface_hub import hf_hub_download  # noqa: PLC0415 - optional: in the extra "hub"

        where = self._weights
        try:
            return Path(hf_hub_download(where.repository, where.file))
        except (OSError, ValueError) as error:  # the network's, the disk's, the hub's own
            message = f"{where.file} can't be had from {where.repository}: {error}"
            raise ProviderError(self.name, message) from error


@cache
def runtime_errors() -> tuple[type[Exception], ...]:
    """What loading and running a model raises: onnxruntime's own errors have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as native  # noqa: PLC0415 - optional

    own = (kind for kind in vars(native).values() if isinstance(kind, type) and issubclass(kind, Exception))
    return (OSError, ValueError, RuntimeError, *own)


def features(samples: Samples) -> Floats:
    """What the model is shown: the last 8 s, silence before what is shorter, at mean 0 and variance 1."""
    sound = np.zeros(SAMPLES, np.float32)
    newest = to_float(samples[-SAMPLES:])
    sound[SAMPLES - len(newest) :] = newest
    return log_mel((sound - sound.mean()) / np.sqrt(sound.var() + _LEAST_VARIANCE))


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> TurnModel:
    """The model that ``"smart-turn/PATH"`` or ``"smart-turn/OWNER/REPOSITORY"`` names.

    Raises:
        ConfigError: If there is no such file, or an option is unknown or out of range.
        MissingExtraError: If it is on a hub and the hub's package is not installed.
    """
    name = f"{NAME}/{model}"
    reader = OptionReader(name, options, OPTIONS)
    threads = reader.integer("threads", 1, 1, 64)
    file = reader.text("file") or DEFAULT_FILE
    path = Path(model).expanduser()
    if model and path.is_file():
        return SmartTurn(name, path, threads)
    if not _REPOSITORY.fullmatch(model) or path.suffix == ".onnx":
        raise ConfigError(
            f"{name}: no such file; expected the path of an ONNX of smart-turn v3's form, as in "
            f'"{NAME}/models/{DEFAULT_FILE}", or a repository of a model hub, as in "{NAME}/OWNER/NAME"'
        )
    try:
        import huggingface_hub  # noqa: F401, PLC0415 - optional
    except ImportError:
        raise MissingExtraError(f"{name} is no file here, and the model hub's package", "hub") from None
    return SmartTurn(name, HubFile(model, file), threads)
