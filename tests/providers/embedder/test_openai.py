"""OpenAI's embeddings against the double: near texts are near, known ones are not asked for again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from antiphon.errors import (
    ConfigError,
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeoutError,
)
from antiphon.providers.base import ProviderContext
from antiphon.providers.embedder import openai
from antiphon.providers.embedder.openai import REMEMBERED, OpenAIEmbedder
from antiphon.testing.vendors import Fault, FaultPlan, OpenAIDouble


@asynccontextmanager
async def using(double: OpenAIDouble, **options: object) -> AsyncIterator[OpenAIEmbedder]:
    async with double:
        embedder = openai.create("", options, ProviderContext(environ=double.environ()))
        assert isinstance(embedder, OpenAIEmbedder)
        try:
            yield embedder
        finally:
            await embedder.aclose()


async def test_the_nearer_the_texts_the_higher_the_cosine() -> None:
    async with using(OpenAIDouble()) as embedder:
        same = await embedder.similarity("a table for two", "a table for two")
        near = await embedder.similarity("a table for two", "a table for three")
        far = await embedder.similarity("a table for two", "cancel my order")
    assert same == pytest.approx(1.0)
    assert 1 > near > 0.5 > far > -1


async def test_two_texts_are_one_request() -> None:
    async with using(double := OpenAIDouble(keys={"k"}), api_key="k", dimensions=64) as embedder:
        await embedder.similarity("one", "two")
    (record,) = double.requests
    assert record.path == "/v1/embeddings"
    assert record.body == {
        "model": "text-embedding-3-small",
        "input": ["one", "two"],
        "encoding_format": "float",
        "dimensions": 64,
    }


async def test_what_is_known_is_not_asked_for_again() -> None:
    async with using(double := OpenAIDouble()) as embedder:
        for left, right in (("one", "two"), ("two", "one"), ("one", "three"), ("one", "one")):
            await embedder.similarity(left, right)
    assert [record.body["input"] for record in double.requests] == [["one", "two"], ["three"]]  # type: ignore[index]


async def test_what_is_known_is_bounded() -> None:
    async with using(double := OpenAIDouble()) as embedder:
        for n in range(REMEMBERED + 1):
            await embedder.similarity(f"text {n}", "final")
        await embedder.similarity("text 0", "final")
    assert len(double.requests) == REMEMBERED + 2


async def test_nothing_is_like_nothing() -> None:
    async with using(double := OpenAIDouble()) as embedder:
        assert await embedder.similarity(" ", "text") == 0
        assert await embedder.similarity("text", "") == 0
    assert not len(double.requests)


async def test_it_is_warmed_by_a_connection() -> None:
    async with using(double := OpenAIDouble()) as embedder:
        await embedder.warm()
    assert [record.route for record in double.requests] == ["models"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("status", status=401), ProviderAuthError),
        (Fault("stall"), ProviderTimeoutError),
        (Fault("close"), ProviderConnectionError),
        (Fault("malformed"), ProviderProtocolError),
    ],
)
async def test_failures_become_our_errors(fault: Fault, kind: type[ProviderError]) -> None:
    async with using(double := OpenAIDouble(), timeout_s=0.1) as embedder:
        double.faults["embeddings"] = FaultPlan({0: fault})
        with pytest.raises(kind, match="openai/text-embedding-3-small: "):
            await embedder.similarity("one", "two")


@pytest.mark.parametrize("answer", [[], [{"index": 0, "embedding": [0.0, 0.0]}]])
async def test_an_answer_that_does_not_fit_is_refused(
    monkeypatch: pytest.MonkeyPatch, answer: list[object]
) -> None:
    body = {"object": "list", "data": answer, "model": "x", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    monkeypatch.setattr("antiphon.testing.vendors.openai.embeddings", lambda _: body)
    async with using(OpenAIDouble()) as embedder:
        with pytest.raises(ProviderProtocolError, match=r"embeddings"):
            await embedder.similarity("one", "one")


@pytest.mark.parametrize(
    ("options", "message"), [({"size": 1}, "unknown option"), ({"dimensions": 0}, "dimensions = 0")]
)
def test_a_wrong_option_is_refused(options: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"openai/text-embedding-3-small: .*{message}"):
        openai.create("", {"api_key": "k", **options}, ProviderContext())
