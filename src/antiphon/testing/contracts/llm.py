"""What every language model must do."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, replace
from typing import cast

from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.providers.base import LLM, LLMEvent, LLMRequest, LLMUsage, TextDelta
from antiphon.testing.contracts.common import (
    Failure,
    check_cancellation,
    check_failure,
    nobody_to_ask,
    run,
)

QUESTION = LLMRequest((Message("system", "You answer in one sentence."), Message("user", "What can you do?")))


@dataclass(frozen=True, slots=True)
class LLMSubject:
    """A model under test.

    Attributes:
        llm: The model.
        request: What it is asked; it must answer with more than one word.
        let_go: Waits until the vendor has seen the newest request's connection closed.
    """

    llm: LLM
    request: LLMRequest = QUESTION
    let_go: Callable[[], Awaitable[object]] = nobody_to_ask


class LLMContract(ABC):
    """Subclass it with a name that begins with ``Test``, and give a subject."""

    @abstractmethod
    def subject(self) -> AbstractAsyncContextManager[LLMSubject]:
        """A model that works; entered on the loop it is used on."""

    def failures(self) -> Mapping[str, Failure[LLMSubject]]:
        """Ways for its vendor to fail, by name."""
        return {}

    def test_a_reply_comes_as_text_then_tools_then_usage(self) -> None:
        """Text is never empty, tool calls are whole and after it, usage at most once and last."""

        async def scenario(subject: LLMSubject) -> None:
            events = await _events(subject.llm, subject.request)
            kinds = [type(event) for event in events]
            order = [TextDelta, ToolCall, LLMUsage]
            assert kinds == sorted(kinds, key=order.index), f"out of order: {kinds}"
            assert kinds.count(LLMUsage) <= 1, "usage came twice"
            assert all(event.text for event in events if isinstance(event, TextDelta)), "an empty text"
            assert len(_text(events).split()) > 1, f"no sentence: {_text(events)!r}"
            for event in events:
                if isinstance(event, LLMUsage):
                    assert 0 <= event.cached_input_tokens <= event.input_tokens, f"can't be: {event}"

        self._run(scenario)

    def test_a_begun_reply_is_gone_on_from(self) -> None:
        """The words that were spoken already are not written again."""

        async def scenario(subject: LLMSubject) -> None:
            whole = _text(await _events(subject.llm, subject.request))
            begun = whole[: len(whole) // 2].rpartition(" ")[0]
            rest = _text(await _events(subject.llm, replace(subject.request, begun=begun)))
            assert not rest.strip().startswith(begun), f"{rest!r} begins again with {begun!r}"

        self._run(scenario)

    def test_any_text_can_be_asked(self) -> None:
        """Other scripts, emoji, quotes, control characters, a word only, a long text, nothing."""

        async def scenario(subject: LLMSubject) -> None:
            for text in ("¿Está abierto? 你好 🙂", '"quoted" \\ \t', "Yes", "very " * 4_000, ""):
                request = LLMRequest((Message("system", "Be brief."), Message("user", text)))
                await _events(subject.llm, request)

        self._run(scenario)

    def test_a_whole_history_can_be_shown(self) -> None:
        """Interrupted replies, tool calls and their results included."""

        async def scenario(subject: LLMSubject) -> None:
            history = (
                Message("system", "You take orders."),
                Message("user", "Is there soup?"),
                Message("assistant", "There is tomato and", interrupted=True),
                Message("user", "How much is it?"),
                Message("assistant", "", tool_calls=(ToolCall("call_1", "price", '{"dish": "soup"}'),)),
                Message("tool", "4 pounds", tool_call_id="call_1"),
                Message("user", "Thank you, one please."),
            )
            tool = ToolSpec("price", "What a dish costs.", {"type": "object", "properties": {}})
            await _events(subject.llm, LLMRequest(history, tools=(tool,)))

        self._run(scenario)

    def test_a_slow_reader_loses_nothing(self) -> None:
        """Text waits for whoever takes it."""

        async def scenario(subject: LLMSubject) -> None:
            quick = _text(await _events(subject.llm, subject.request))
            slow = ""
            async with aclosing(_stream(subject.llm, subject.request)) as stream:
                async for event in stream:
                    await asyncio.sleep(0.01)
                    slow += event.text if isinstance(event, TextDelta) else ""
            assert len(slow.split()) > 1, f"{slow!r} where {quick!r} came before"

        self._run(scenario)

    def test_requests_do_not_disturb_each_other(self) -> None:
        """Three at once are all answered."""

        async def scenario(subject: LLMSubject) -> None:
            replies = await asyncio.gather(*(_events(subject.llm, subject.request) for _ in range(3)))
            assert all(_text(reply) for reply in replies), "a request was not answered"

        self._run(scenario)

    def test_it_may_be_warmed_more_than_once(self) -> None:
        """And answers after it."""

        async def scenario(subject: LLMSubject) -> None:
            await subject.llm.warm()
            await subject.llm.warm()
            assert _text(await _events(subject.llm, subject.request)), "no answer after that"

        self._run(scenario)

    def test_a_cancelled_request_lets_go_at_once(self) -> None:
        """Within 50 ms of cancelling the task that reads, the connection is closed."""

        async def scenario(subject: LLMSubject) -> None:
            async def work(under_way: asyncio.Event) -> None:
                async with aclosing(_stream(subject.llm, subject.request)) as stream:
                    async for _ in stream:
                        under_way.set()
                        await asyncio.Event().wait()

            await check_cancellation(work, subject.let_go)

        self._run(scenario)

    def test_a_closed_generator_lets_go(self) -> None:
        """Closing it after the first token ends the request."""

        async def scenario(subject: LLMSubject) -> None:
            stream = _stream(subject.llm, subject.request)
            await anext(stream)
            await stream.aclose()
            await subject.let_go()

        self._run(scenario)

    def test_failures_become_our_errors(self) -> None:
        """Each of the vendor's failures is raised as one of ``antiphon.errors``, in one line."""
        for failure in self.failures().values():

            async def scenario(failure: Failure[LLMSubject] = failure) -> None:
                async with failure.subject() as subject:
                    await check_failure(_events(subject.llm, subject.request), failure.error)
                    await subject.llm.aclose()

            run(scenario)

    def _run(self, scenario: Callable[[LLMSubject], Awaitable[None]]) -> None:
        async def entered() -> None:
            async with self.subject() as subject:
                try:
                    await scenario(subject)
                finally:
                    await subject.llm.aclose()

        run(entered)


def _stream(llm: LLM, request: LLMRequest) -> AsyncGenerator[LLMEvent]:
    return cast("AsyncGenerator[LLMEvent]", llm.stream(request))


async def _events(llm: LLM, request: LLMRequest) -> list[LLMEvent]:
    return [event async for event in llm.stream(request)]


def _text(events: list[LLMEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))
