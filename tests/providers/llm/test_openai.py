"""OpenAI's models against the double: the contract, what is asked, how connections are kept and let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace

import pytest

from antiphon.core.messages import Message, ToolCall, ToolSpec
from antiphon.core.times import NS_PER_MS
from antiphon.errors import (
    ConfigError,
    MissingExtraError,
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.base import (
    LLMEvent,
    LLMRequest,
    LLMUsage,
    ProviderContext,
    ReadsAhead,
    TextDelta,
)
from antiphon.providers.llm import openai
from antiphon.providers.llm.openai import OpenAILLM
from antiphon.runtime.clock import Clock
from antiphon.testing.contracts import Failure, LLMContract, LLMSubject
from antiphon.testing.vendors import CalledTool, Fault, FaultPlan, OpenAIDouble, Profile, Reply

pytestmark = pytest.mark.real_time

ASKED = LLMRequest((Message("system", "Be brief."), Message("user", "a table for two")))


def make(double: OpenAIDouble, model: str = "gpt-4.1-mini", **options: object) -> OpenAILLM:
    llm = openai.create(model, options, ProviderContext(environ=double.environ()))
    assert isinstance(llm, OpenAILLM)
    return llm


@asynccontextmanager
async def using(
    double: OpenAIDouble, model: str = "gpt-4.1-mini", **options: object
) -> AsyncIterator[OpenAILLM]:
    async with double:
        llm = make(double, model, **options)
        try:
            yield llm
        finally:
            await llm.aclose()


def failing(fault: Fault) -> Callable[[], AbstractAsyncContextManager[LLMSubject]]:
    @asynccontextmanager
    async def subject() -> AsyncIterator[LLMSubject]:
        async with OpenAIDouble() as double:
            double.faults["chat"] = FaultPlan({0: fault})
            patience_s = 0.1 if fault.kind in {"stall", "slow-handshake"} else 5.0
            yield LLMSubject(make(double, first_token_timeout_s=patience_s, stall_timeout_s=patience_s))

    return subject


class TestOpenAIKeepsTheContract(LLMContract):
    @asynccontextmanager
    async def subject(self) -> AsyncIterator[LLMSubject]:
        profile = Profile(tokens_per_s=500)
        async with OpenAIDouble("I take orders and book tables.", profile=profile) as double:

            async def let_go() -> None:
                await double.requests[-1].done.wait()

            yield LLMSubject(make(double), let_go=let_go)

    def failures(self) -> Mapping[str, Failure[LLMSubject]]:
        expected: Mapping[str, tuple[Fault, type[ProviderError]]] = {
            "refused": (Fault("refuse"), ProviderConnectionError),
            "late": (Fault("slow-handshake", delay_ms=2_000), ProviderTimeoutError),
            "silent before the first byte": (Fault("stall", at=0), ProviderTimeoutError),
            "silent after it": (Fault("stall", at=2), ProviderTimeoutError),
            "wrong key": (Fault("status", status=401), ProviderAuthError),
            "not allowed": (Fault("status", status=403), ProviderAuthError),
            "wrong request": (Fault("status", status=400), ProviderRequestError),
            "too many requests": (Fault("status", status=429), ProviderRateLimitError),
            "broken": (Fault("status", status=500), ProviderConnectionError),
            "overloaded": (Fault("status", status=503), ProviderRateLimitError),
            "closed before the first byte": (Fault("close", at=0), ProviderConnectionError),
            "closed in mid-reply": (Fault("close", at=3), ProviderConnectionError),
            "garbage": (Fault("malformed", at=2), ProviderProtocolError),
        }
        return {name: Failure(failing(fault), error) for name, (fault, error) in expected.items()}


async def events(llm: OpenAILLM, request: LLMRequest = ASKED) -> list[LLMEvent]:
    return [event async for event in llm.stream(request)]


def text(found: list[LLMEvent]) -> str:
    return "".join(event.text for event in found if isinstance(event, TextDelta))


# --- what is asked ------------------------------------------------------------------------------------


async def test_a_request_holds_what_it_must_and_no_more() -> None:
    async with using(double := OpenAIDouble(keys={"k-1"}), api_key="k-1") as llm:
        assert text(await events(llm)) == "Sure, let me see to that. You asked for this: a table for two"
    record = double.requests[0]
    assert record.path == "/v1/chat/completions"
    assert record.headers["authorization"] == "Bearer k-1"
    assert record.body == {
        "model": "gpt-4.1-mini",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "a table for two"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_options_and_the_request_say_how() -> None:
    options = {
        "temperature": 0.5,
        "max_output_tokens": 200,
        "reasoning_effort": "none",
        "service_tier": "priority",
        "prompt_cache_key": "agent-1",
        "extra_body": {"top_p": 0.9},
    }
    async with using(double := OpenAIDouble(), **options) as llm:
        await events(llm)
        await events(llm, replace(ASKED, max_output_tokens=3, temperature=0.0))
    first, second = (record.body for record in double.requests)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert {
        key: first[key] for key in first if key not in {"model", "messages", "stream", "stream_options"}
    } == {
        "temperature": 0.5,
        "max_completion_tokens": 200,
        "reasoning_effort": "none",
        "service_tier": "priority",
        "prompt_cache_key": "agent-1",
        "top_p": 0.9,
    }
    assert (second["temperature"], second["max_completion_tokens"]) == (0.0, 3)


async def test_usage_tells_cached_tokens() -> None:
    long = replace(ASKED, messages=(Message("system", "word " * 2_000), *ASKED.messages))
    async with using(OpenAIDouble("Yes, of course.")) as llm:
        first = [event for event in await events(llm, long) if isinstance(event, LLMUsage)]
        second = [event for event in await events(llm, long) if isinstance(event, LLMUsage)]
    assert (first[0].cached_input_tokens, first[0].output_tokens) == (0, 3)
    assert second[0].cached_input_tokens >= 2_000


async def test_tools_are_offered_and_called() -> None:
    reply = Reply("One moment. ", (CalledTool("price", '{"dish": "soup"}'), CalledTool("hang_up")))
    tool = ToolSpec("price", "What a dish costs.")
    async with using(double := OpenAIDouble(lambda _: reply)) as llm:
        found = await events(llm, replace(ASKED, tools=(tool,)))
    assert [event for event in found if isinstance(event, ToolCall)] == [
        ToolCall("call_0", "price", '{"dish": "soup"}'),
        ToolCall("call_1", "hang_up", "{}"),
    ]
    assert text(found) == "One moment."
    body = double.requests[0].body
    assert isinstance(body, dict)
    assert [one["function"]["name"] for one in body["tools"]] == ["price"]


# --- going on from a begun reply ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "last_role", "switches"),
    [
        ({}, "system", set()),
        ({"preset": "groq", "api_key": "k"}, "assistant", set()),
        ({"preset": "vllm"}, "assistant", {"continue_final_message", "add_generation_prompt"}),
        ({"preset": "vllm", "continuation": "instruction"}, "system", set()),
        ({"continuation": "last-message"}, "assistant", set()),
    ],
)
async def test_a_begun_reply_is_gone_on_from_as_the_endpoint_can(
    options: dict[str, object], last_role: str, switches: set[str]
) -> None:
    double = OpenAIDouble()
    async with double, using_started(double, **options) as llm:
        found = await events(llm, replace(ASKED, begun="Sure, let me see to that. "))
    assert text(found) == " You asked for this: a table for two"
    body = double.requests[0].body
    assert isinstance(body, dict)
    assert body["messages"][-1]["role"] == last_role
    assert body.keys() & {"continue_final_message", "add_generation_prompt"} == switches


@asynccontextmanager
async def using_started(double: OpenAIDouble, **options: object) -> AsyncIterator[OpenAILLM]:
    llm = make(double, base_url=double.url, **options)
    try:
        yield llm
    finally:
        await llm.aclose()


async def test_without_a_beginning_vllm_is_asked_as_any_other() -> None:
    async with OpenAIDouble() as double, using_started(double, preset="vllm", max_output_tokens=9) as llm:
        await events(llm)
        body = double.requests[0].body
    assert isinstance(body, dict)
    assert body["max_tokens"] == 9
    assert "continue_final_message" not in body


# --- connections --------------------------------------------------------------------------------------


async def test_a_warm_connection_is_used_by_the_first_request() -> None:
    async with using(double := OpenAIDouble()) as llm:
        await llm.warm()
        connections = len(double._server._connections)
        await events(llm)
        assert len(double._server._connections) == connections == 1
    assert [record.route for record in double.requests] == ["models", "chat"]


async def test_an_endpoint_without_a_list_of_models_is_warm_all_the_same() -> None:
    async with using(double := OpenAIDouble()) as llm:
        double.faults["models"] = FaultPlan({0: Fault("status", status=404)})
        await llm.warm()


async def test_warming_shows_a_wrong_key() -> None:
    async with using(OpenAIDouble(keys={"right"}), api_key="wr0ng") as llm:
        with pytest.raises(
            ProviderAuthError, match="the OpenAI key from the option api_key was refused"
        ) as caught:
            await llm.warm()
    assert "wr0ng" not in str(caught.value)
    assert caught.value.request_id == "req_models_0"


async def test_a_prefix_is_warmed_with_a_limit_of_one_token() -> None:
    async with OpenAIDouble() as double, using_started(double, preset="llamacpp") as llm:
        await llm.warm_prefix(ASKED.messages)
        body = double.requests[0].body
    assert isinstance(body, dict)
    assert body["max_tokens"] == 1
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    ("options", "worth_it"),
    [
        ({"preset": "ollama"}, True),
        ({"preset": "ollama", "read_ahead": False}, False),
        ({"api_key": "k"}, False),
        ({"api_key": "k", "read_ahead": True}, True),
    ],
)
def test_reading_ahead_is_for_engines_of_ones_own(options: dict[str, object], *, worth_it: bool) -> None:
    llm = openai.create("x", options, ProviderContext())
    assert isinstance(llm, ReadsAhead)
    assert llm.reads_ahead is worth_it


async def cancelled_at(double: OpenAIDouble, llm: OpenAILLM, *, after_tokens: int) -> float:
    """Milliseconds from cancelling a request until the double has seen its connection closed."""
    clock = Clock()
    reached = asyncio.Event()

    async def read() -> None:
        count = 0
        async with aclosing(llm.stream(ASKED)) as stream:  # type: ignore[type-var]
            async for _ in stream:
                count += 1
                if count == after_tokens:
                    reached.set()
                    await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        reader = group.create_task(read())
        record = await double.requests.wait_for("chat", double.requests.next_index("chat") + 1)
        if after_tokens:
            await reached.wait()
        asked_ns = clock.now_ns()
        reader.cancel()
        await record.done.wait()
    assert record.closed_early
    assert record.ended_ns is not None
    return (record.ended_ns - asked_ns) / NS_PER_MS


@pytest.mark.parametrize("after_tokens", [0, 1])
async def test_a_cancelled_request_is_closed_at_the_vendor_within_50_ms(after_tokens: int) -> None:
    profile = Profile(first_token_ms=0 if after_tokens else 60_000, tokens_per_s=1)
    async with using(double := OpenAIDouble(profile=profile)) as llm:
        took_ms = []
        while not took_ms or (took_ms[-1] > 50 and len(took_ms) < 10):  # a busy machine may be late
            took_ms.append(await cancelled_at(double, llm, after_tokens=after_tokens))
    assert min(took_ms) <= 50, took_ms


# --- what goes wrong ----------------------------------------------------------------------------------


async def test_a_reply_that_breaks_off_in_good_order_is_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.testing.vendors.openai_chat._event", _never_finishes)
    async with using(OpenAIDouble("Yes, of course.")) as llm:
        with pytest.raises(ProviderProtocolError, match="broke off without a finish_reason"):
            await events(llm)


def _never_finishes(body: object, delta: Mapping[str, object], finish_reason: str | None) -> str:
    return 'data: {"choices": [{"delta": {"content": "x"}, "finish_reason": null}]}\n\n'


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ('{"error": {"message": "overloaded, sorry", "code": 503}}', ProviderRateLimitError),
        ('{"error": {"message": "engine died"}}', ProviderConnectionError),
    ],
)
async def test_an_error_among_the_events_is_ours(
    monkeypatch: pytest.MonkeyPatch, error: str, kind: type[ProviderError]
) -> None:
    monkeypatch.setattr("antiphon.testing.vendors.openai_chat._event", lambda *_: f"data: {error}\n\n")
    async with using(OpenAIDouble()) as llm:
        with pytest.raises(kind, match=r"openai/gpt-4.1-mini: (overloaded, sorry|engine died)"):
            await events(llm)


async def test_nobody_there_is_a_connection_error() -> None:
    async with OpenAIDouble() as double:
        llm = make(double)
    with pytest.raises(ProviderConnectionError, match=r"the connection to http://127\S+ failed"):
        await events(llm)
    await llm.aclose()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"modle": 1}, "unknown option 'modle'"),
        ({"temperature": 3}, "temperature = 3"),
        ({"continuation": "guess"}, 'expected one of "instruction", "last-message", "vllm"'),
        ({"extra_body": []}, "extra_body"),
        ({"max_output_tokens": 0}, "max_output_tokens = 0"),
    ],
)
def test_a_wrong_option_is_refused(options: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=f"openai/gpt-4.1-mini: .*{message}"):
        openai.create("", {"api_key": "k", **options}, ProviderContext())


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match="no preset 'grog'"):
        openai.create("x", {"preset": "grog"}, ProviderContext())


def test_each_preset_looks_for_its_own_key() -> None:
    with pytest.raises(ConfigError, match="groq/llama: no Groq key: set GROQ_API_KEY"):
        openai.create("llama", {"preset": "groq"}, ProviderContext(environ={"OPENAI_API_KEY": "k"}))


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'antiphon\[openai\]'"):
        openai.create("", {"api_key": "k"}, ProviderContext())
