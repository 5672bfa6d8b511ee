"""What a vendor has read before is billed at the cache's price."""

from __future__ import annotations

from antiphon.core.messages import Message
from antiphon.simulation.prompt_cache import PER_MESSAGE, PromptCache

SYSTEM, FIRST, SECOND = (
    Message("system", "Be brief."),
    Message("user", "a" * 40),
    Message("user", "b" * 80),
)


def test_what_prompts_begin_alike_with_was_read_before() -> None:
    cache = PromptCache(1_000)
    assert cache.read((SYSTEM, FIRST)) == 0
    assert cache.read((SYSTEM, SECOND)) == 1_000 - 20 - PER_MESSAGE
    assert cache.read((SYSTEM, FIRST)) == 1_000
    assert cache.read((FIRST,)) == 0


def test_a_prompt_that_is_all_new_leaves_nothing() -> None:
    cache = PromptCache(10)
    cache.read((SYSTEM,))
    assert cache.read((SYSTEM, FIRST)) == 0
