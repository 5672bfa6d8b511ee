"""OpenAI's embeddings, and those of endpoints that speak its protocol."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from antiphon.errors import ProviderProtocolError
from antiphon.providers.access import ACCESS_OPTIONS, find_access
from antiphon.providers.base import Embedder, ProviderContext
from antiphon.providers.openai_client import OPENAI, Endpoint, make_endpoint
from antiphon.providers.options import OptionReader

DEFAULT_MODEL = "text-embedding-3-small"
OPTIONS = ACCESS_OPTIONS | {"connect_timeout_s", "dimensions", "timeout_s"}
REMEMBERED = 64  # texts; a draft's transcript is compared with several finals


class OpenAIEmbedder:
    """An embedding model."""

    def __init__(self, endpoint: Endpoint, model: str, dimensions: int | None, timeout_s: float) -> None:
        self.name = endpoint.provider
        self._endpoint = endpoint
        self._model = model
        self._dimensions = dimensions
        self._timeout_s = timeout_s
        self._known: OrderedDict[str, npt.NDArray[np.float64]] = OrderedDict()

    async def similarity(self, left: str, right: str) -> float:
        """Cosine of the two texts' embeddings, in [-1, 1]; 0 where one of them is blank.

        Raises:
            ProviderError: Its kinds.
        """
        if not left.strip() or not right.strip():
            return 0.0
        unknown = [text for text in dict.fromkeys((left, right)) if text not in self._known]
        found = dict(self._known)
        if unknown:
            found.update(zip(unknown, await self._embed(unknown), strict=True))
        self._remember(left, found[left])
        self._remember(right, found[right])
        return float(np.clip(found[left] @ found[right], -1.0, 1.0))

    async def warm(self) -> None:
        """Open a connection, with a request for the list of models; whether that is answered matters not.

        Raises:
            ProviderError: If the endpoint can't be reached or refuses the key.
        """
        await self._endpoint.warm(self._timeout_s)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._endpoint.client.close()

    async def _embed(self, texts: list[str]) -> list[npt.NDArray[np.float64]]:
        """Embeddings of unit length."""
        from openai import omit  # noqa: PLC0415 - optional

        with self._endpoint.errors_mapped():
            request = partial(
                self._endpoint.client.embeddings.create,
                model=self._model,
                input=texts,
                encoding_format="float",
                dimensions=omit if self._dimensions is None else self._dimensions,
            )
            answer = await self._endpoint.within(self._timeout_s, request, "no answer")
        vectors = [
            np.asarray(one.embedding, np.float64) for one in sorted(answer.data, key=lambda one: one.index)
        ]
        lengths = [float(np.linalg.norm(vector)) for vector in vectors]
        if len(vectors) != len(texts) or not all(lengths):
            raise ProviderProtocolError(self.name, f"sent {len(vectors)} embeddings for {len(texts)} texts")
        return [vector / length for vector, length in zip(vectors, lengths, strict=True)]

    def _remember(self, text: str, vector: npt.NDArray[np.float64]) -> None:
        self._known[text] = vector
        self._known.move_to_end(text)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> Embedder:
    """An OpenAI embedding model, such as ``text-embedding-3-small``.

    Options are listed in ``docs/reference/providers.md``.

    Raises:
        ConfigError: If an option is wrong, or there is no key.
        MissingExtraError: If the client library is not installed.
    """
    model = model or DEFAULT_MODEL
    reader = OptionReader(f"openai/{model}", options, OPTIONS)
    dimensions = reader.optional_number("dimensions", 1, 10_000)
    timeout_s = reader.number("timeout_s", 2.0, 0.01, 60)
    access = find_access(reader, context.environ, OPENAI)
    endpoint = make_endpoint(reader.provider, access, reader.number("connect_timeout_s", 2.0, 0.01, 60))
    return OpenAIEmbedder(endpoint, model, None if dimensions is None else int(dimensions), timeout_s)
