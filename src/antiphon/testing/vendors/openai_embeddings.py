"""The double's embeddings: texts that share words are near each other."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from antiphon.testing.vendors.replies import Body

DIMENSIONS = 256
_WORD = re.compile(r"\w+")


def embedding(text: str, dimensions: int = DIMENSIONS) -> npt.NDArray[np.float32]:
    """A unit vector: each word adds a direction of its own."""
    vector = np.zeros(dimensions, np.float32)
    for word in _WORD.findall(text.lower()) or [text]:
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        vector += np.random.default_rng(int.from_bytes(digest)).standard_normal(dimensions, np.float32)
    return vector / np.linalg.norm(vector)


def embeddings(body: Body) -> Mapping[str, object] | None:
    """The answer to a request; ``None`` if it is none."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    dimensions = body.get("dimensions", DIMENSIONS)
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        return None
    if not isinstance(dimensions, int) or not 1 <= dimensions <= 10_000:
        return None
    in_base64 = body.get("encoding_format") == "base64"
    vectors = [embedding(text, dimensions) for text in texts]
    tokens = sum(len(text.split()) for text in texts)
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(vector.tobytes()).decode() if in_base64 else vector.tolist(),
            }
            for index, vector in enumerate(vectors)
        ],
        "model": body.get("model"),
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
