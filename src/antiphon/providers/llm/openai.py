"""Language models behind OpenAI's chat protocol: OpenAI's own, and every endpoint that speaks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from antiphon.core.messages import Message
from antiphon.errors import ProviderProtocolError
from antiphon.providers.access import ACCESS_OPTIONS, find_access
from antiphon.providers.base import LLM, LLMEvent, LLMRequest, ProviderContext
from antiphon.providers.llm.chat_messages import chat_messages, chat_tools
from antiphon.providers.llm.chat_stream import ChatAssembly
from antiphon.providers.llm.presets import Continuation, find_preset
from antiphon.providers.openai_client import Endpoint, make_endpoint
from antiphon.providers.options import OptionReader

_Begun: TypeAlias = tuple[AsyncIterator[object], object]

DEFAULT_MODEL = "gpt-4.1-mini"
OPTIONS = ACCESS_OPTIONS | {
    "connect_timeout_s",
    "continuation",
    "extra_body",
    "first_token_timeout_s",
    "max_output_tokens",
    "preset",
    "prompt_cache_key",
    "read_ahead",
    "reasoning_effort",
    "service_tier",
    "stall_timeout_s",
    "temperature",
}
_PASSED_ON = ("prompt_cache_key", "reasoning_effort", "service_tier")


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How a model is asked."""

    model: str
    continuation: Continuation
    limit_field: str
    first_token_timeout_s: float
    stall_timeout_s: float
    temperature: float | None
    max_output_tokens: int | None
    read_ahead: bool
    fields: dict[str, object]  # sent along with every request


class OpenAILLM:
    """A model behind OpenAI's chat protocol."""

    def __init__(self, endpoint: Endpoint, settings: ChatSettings) -> None:
        self.name = endpoint.provider
        self._endpoint = endpoint
        self._settings = settings

    @property
    def reads_ahead(self) -> bool:
        """Whether ``warm_prefix`` is worth calling: by default, where the engine is one's own."""
        return self._settings.read_ahead

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """The reply as it is written: text, then whole tool calls, then usage.

        Closing the generator, or cancelling its task, closes the connection: the model stops writing.

        Raises:
            ProviderError: Its kinds, also in mid-reply.
        """
        settings = self._settings
        assembly = ChatAssembly(self.name)
        with self._endpoint.errors_mapped():
            async with AsyncExitStack() as stack:
                chunks, chunk = await self._endpoint.within(
                    settings.first_token_timeout_s, partial(self._begin, request, stack), "no token"
                )
                while chunk is not None:
                    for event in assembly.add(chunk):
                        yield event
                    chunk = await self._endpoint.within(
                        settings.stall_timeout_s, partial(anext, chunks, None), "nothing more"
                    )
        if assembly.finish_reason is None:
            raise ProviderProtocolError(self.name, "the reply broke off without a finish_reason")
        for event in assembly.rest():
            yield event

    async def warm(self) -> None:
        """Open a connection, with a request for the list of models; whether that is answered matters not.

        Raises:
            ProviderError: If the endpoint can't be reached or refuses the key.
        """
        await self._endpoint.warm(self._settings.first_token_timeout_s)

    async def warm_prefix(self, messages: Sequence[Message]) -> None:
        """Have a self-hosted engine read the conversation so far, so that its cache holds it.

        Sends it with a limit of one token and drops the answer. With a vendor that bills by the token it
        costs what the prompt costs: worth it only where prompts are long and the machine one's own.
        """
        request = LLMRequest(tuple(messages), max_output_tokens=1)
        async for _ in self.stream(request):
            pass

    async def aclose(self) -> None:
        """Close all connections."""
        await self._endpoint.client.close()

    async def _begin(self, request: LLMRequest, stack: AsyncExitStack) -> _Begun:
        """Send the request and wait for the first chunk; closing ``stack`` closes the connection."""
        from openai import AsyncStream  # noqa: PLC0415 - optional

        # Not by `chat.completions.create`: endpoints differ in the fields they take.
        stream = await self._endpoint.client.post(
            "/chat/completions",
            body=self._body(request),
            cast_to=object,
            stream=True,
            stream_cls=AsyncStream[object],
        )
        stack.push_async_callback(stream.close)
        chunks = aiter(stream)
        return chunks, await anext(chunks, None)

    def _body(self, request: LLMRequest) -> dict[str, object]:
        settings = self._settings
        fields: dict[str, object] = {
            "model": settings.model,
            "messages": chat_messages(request.messages, request.begun, settings.continuation),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.tools:
            fields["tools"] = chat_tools(request.tools)
        limit = request.max_output_tokens or settings.max_output_tokens
        if limit is not None:
            fields[settings.limit_field] = limit
        temperature = request.temperature if request.temperature is not None else settings.temperature
        if temperature is not None:
            fields["temperature"] = temperature
        if request.begun.strip() and settings.continuation is Continuation.VLLM:
            fields |= {"continue_final_message": True, "add_generation_prompt": False}
        return fields | settings.fields


def create(model: str, options: Mapping[str, object], context: ProviderContext) -> LLM:
    """A model of OpenAI's, or of the endpoint that the option ``preset`` or ``base_url`` names.

    Options are listed in ``docs/reference/providers.md``.

    Raises:
        ConfigError: If an option is wrong, or there is no key.
        MissingExtraError: If the client library is not installed.
    """
    preset_name = str(options.get("preset", "openai"))
    preset = find_preset(preset_name)
    model = model or (DEFAULT_MODEL if preset_name == "openai" else "default")
    reader = OptionReader(f"{preset_name}/{model}", options, OPTIONS)
    continuation = reader.choice("continuation", [*Continuation]) or preset.continuation
    limit = reader.optional_number("max_output_tokens", 1, 1_000_000)
    fields = {name: value for name in _PASSED_ON if (value := reader.text(name)) is not None}
    settings = ChatSettings(
        model=model,
        continuation=Continuation(continuation),
        limit_field=preset.limit_field,
        first_token_timeout_s=reader.number("first_token_timeout_s", 10.0, 0.01, 600),
        stall_timeout_s=reader.number("stall_timeout_s", 5.0, 0.01, 600),
        temperature=reader.optional_number("temperature", 0, 2),
        max_output_tokens=None if limit is None else int(limit),
        read_ahead=reader.flag("read_ahead", default=preset.self_hosted),
        fields=fields | reader.table("extra_body"),
    )
    access = find_access(reader, context.environ, preset.vendor)
    connect_timeout_s = reader.number("connect_timeout_s", 5.0, 0.01, 60)
    return OpenAILLM(make_endpoint(reader.provider, access, connect_timeout_s), settings)
