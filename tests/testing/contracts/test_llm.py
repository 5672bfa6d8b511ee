"""A model that keeps the contract passes; each way of breaking it is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from antiphon.core.messages import ToolCall
from antiphon.errors import ProviderAuthError
from antiphon.providers.base import LLMEvent, LLMRequest, LLMUsage, TextDelta
from antiphon.testing.contracts import Failure, LLMContract, LLMSubject

WORDS = ("I", " can", " take", " orders.")


class Model:
    """Says the same each time; ``breach`` names what it does wrong."""

    name = "scripted"

    def __init__(self, breach: str) -> None:
        self._breach = breach
        self._asked = 0

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        self._asked += 1
        if self._breach == "one at a time" and self._asked > 1:
            await asyncio.Event().wait()
        if self._breach == "fears emoji" and "🙂" in request.messages[-1].content:
            raise ValueError("emoji")
        if self._breach == "knows no tools" and request.tools:
            raise ValueError("tools")
        if self._breach == "usage first":
            yield LLMUsage(1, 1)
        if self._breach == "tools first":
            yield ToolCall("a", "b", "{}")
        text = "".join(WORDS)
        if request.begun and self._breach != "begins again":
            text = text[len(request.begun) :]
        try:
            for word in ("", "yes") if self._breach == "empty text" else text.split(" "):
                yield TextDelta(word if self._breach in {"empty text", "one word"} else f"{word} ")
                if self._breach == "one word":
                    break
        finally:
            if self._breach == "lingers":
                await asyncio.sleep(0.02)
        yield LLMUsage(5, 4, 9 if self._breach == "odd usage" else 2)
        if self._breach == "usage twice":
            yield LLMUsage(5, 4)

    async def warm(self) -> None:
        self._warmed = getattr(self, "_warmed", 0) + 1
        if self._breach == "warms once" and self._warmed > 1:
            raise ValueError("warm already")

    async def aclose(self) -> None:
        pass


class TestAGoodModel(LLMContract):
    breach = ""

    @asynccontextmanager
    async def subject(self) -> AsyncIterator[LLMSubject]:
        yield LLMSubject(Model(self.breach))


@pytest.mark.parametrize(
    ("breach", "test", "complaint"),
    [
        ("usage first", "test_a_reply_comes_as_text_then_tools_then_usage", "out of order"),
        ("tools first", "test_a_reply_comes_as_text_then_tools_then_usage", "out of order"),
        ("usage twice", "test_a_reply_comes_as_text_then_tools_then_usage", "usage came twice"),
        ("empty text", "test_a_reply_comes_as_text_then_tools_then_usage", "an empty text"),
        ("one word", "test_a_reply_comes_as_text_then_tools_then_usage", "no sentence"),
        ("odd usage", "test_a_reply_comes_as_text_then_tools_then_usage", "can't be"),
        ("begins again", "test_a_begun_reply_is_gone_on_from", "begins again with"),
        ("fears emoji", "test_any_text_can_be_asked", "emoji"),
        ("knows no tools", "test_a_whole_history_can_be_shown", "tools"),
        ("one at a time", "test_requests_do_not_disturb_each_other", None),
        ("warms once", "test_it_may_be_warmed_more_than_once", "warm already"),
        ("lingers", "test_a_cancelled_request_lets_go_at_once", "cancelling took"),
    ],
)
def test_a_breach_is_found(
    breach: str, test: str, complaint: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.testing.contracts.common.SCENARIO_S", 0.5)
    monkeypatch.setattr("antiphon.testing.contracts.common.CANCEL_MS", 5)
    contract = TestAGoodModel()
    contract.breach = breach
    with pytest.raises((AssertionError, ValueError, TimeoutError), match=complaint):
        getattr(contract, test)()


def test_a_failure_that_does_not_show_is_found() -> None:
    class Lenient(TestAGoodModel):
        def failures(self) -> dict[str, Failure[LLMSubject]]:
            return {"wrong key": Failure(self.subject, ProviderAuthError)}

    with pytest.raises(AssertionError, match="nothing was raised: expected ProviderAuthError"):
        Lenient().test_failures_become_our_errors()
