"""Language models for tests: one that follows rules, one that repeats what a real one once answered."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from antiphon.core.messages import Message, ToolCall
from antiphon.core.times import NS_PER_MS, NS_PER_S
from antiphon.errors import ConfigError, ProviderError, ProviderRequestError
from antiphon.providers.base import LLM, LLMEvent, LLMRequest, LLMUsage, TextDelta
from antiphon.runtime.clock import Clock

_TOKEN = re.compile(r"\s*\S+")
PUZZLED_MS = 2_000  # until a request that no rule fits fails
_FINE_TOKENS, _COARSE = 12, 8  # the first clause comes token by token, the rest in eights


@dataclass(frozen=True, slots=True)
class Wants:
    """A scripted model's wish to have a tool run; made by ``wants``."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)


Step: TypeAlias = str | Wants
Answer: TypeAlias = "Step | Sequence[Step] | Callable[[LLMRequest], Step]"


def wants(tool: str, /, **arguments: object) -> Wants:
    """The model asks for a tool, with these arguments."""
    return Wants(tool, arguments)


class ScriptedModel:
    """A model that answers by rules, at the pace of an ordinary cloud model.

    The first rule whose pattern is found in what the caller said is followed. A rule with several steps goes
    one further each time the model is asked again in the same turn, as it is after a tool has answered;
    ``{result}`` in a text stands for what the last tool answered.

    Args:
        rules: By regular expression, found in any case: a text, ``wants(…)``, a sequence of these, or a
            function of the request.
        otherwise: The answer where no rule fits; without one the request fails, and the test says so.
        first_token_ms: How long the first token takes.
        tokens_per_s: How fast the others come.

    Example:
        >>> ScriptedModel({
        ...     "table for (two|2)": [wants("book_table", guests=2), "Booked: {result}."],
        ...     "thank": "You are welcome.",
        ... })
    """

    name = "scripted/model"

    def __init__(
        self,
        rules: Mapping[str, Answer],
        *,
        otherwise: str | None = None,
        first_token_ms: int = 400,
        tokens_per_s: float = 60,
    ) -> None:
        try:
            self._rules = [(re.compile(pattern, re.IGNORECASE), answer) for pattern, answer in rules.items()]
        except re.error as error:
            raise ConfigError(f"a model's rule {error.pattern!r} is no regular expression: {error}") from None
        self._otherwise = otherwise
        self._first_token_ms = first_token_ms
        self._tokens_per_s = tokens_per_s
        self.requests: list[LLMRequest] = []

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """The answer to a request."""
        self.requests.append(request)
        clock = Clock()
        step = self._step(request)
        if step is None:
            # Perhaps of half a sentence; then the draft is not wanted by now.
            await clock.sleep_until(clock.now_ns() + PUZZLED_MS * NS_PER_MS)
            said, _ = _turn_of(request.messages)
            raise ProviderRequestError(self.name, f"no rule for {said!r}: add one, or otherwise=…")
        at_ns = clock.now_ns() + self._first_token_ms * NS_PER_MS
        step_ns = round(NS_PER_S / self._tokens_per_s)
        if isinstance(step, Wants):
            await clock.sleep_until(at_ns)
            yield ToolCall(f"call-{len(self.requests)}", step.name, json.dumps(dict(step.arguments)))
            return
        tokens = _TOKEN.findall(step)
        sent = 0
        while sent < len(tokens):
            await clock.sleep_until(at_ns)
            delta = tokens[sent : sent + (1 if sent < _FINE_TOKENS else _COARSE)]
            sent += len(delta)
            at_ns += step_ns * len(delta)
            yield TextDelta("".join(delta))
        yield LLMUsage(sum(len(message.content) for message in request.messages) // 4, len(tokens))

    async def warm(self) -> None:
        """Always warm."""

    async def aclose(self) -> None:
        """Nothing is held."""

    def _step(self, request: LLMRequest) -> Step | None:
        said, results = _turn_of(request.messages)
        answer = next((answer for pattern, answer in self._rules if pattern.search(said)), self._otherwise)
        if answer is None:
            return None
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, str | Wants):
            answer = (answer,) if not results or isinstance(answer, str) else ("",)
        step = answer[min(len(results), len(answer) - 1)]
        return step.replace("{result}", results[-1]) if isinstance(step, str) and results else step


def _turn_of(messages: Sequence[Message]) -> tuple[str, list[str]]:
    """What the caller said last, and what tools have answered since."""
    said = ""
    results: list[str] = []
    for message in messages:
        if message.role == "user":
            said, results = message.content, []
        elif message.role == "tool":
            results.append(message.content)
    return said, results


class RecordedModel:
    """A model that repeats what a real one once answered to the same request, as fast as that did.

    Args:
        file: Where answers are kept, a line of JSON each; it belongs beside the tests.
        model: The real one, asked for what is not in the file.
        record: Whether it may be asked. Off, a request without a recorded answer fails, and says so: tests
            neither need a network nor spend anything.
    """

    def __init__(self, file: Path | str, model: LLM | None = None, *, record: bool = False) -> None:
        self._file, self._model, self._record = Path(file), model, record
        self._answers = dict(_recorded(self._file))
        self.name = f"recorded/{self._file.stem}"

    async def stream(self, request: LLMRequest) -> AsyncIterator[LLMEvent]:
        """The recorded answer."""
        key = _key(request)
        if key not in self._answers:
            self._answers[key] = self._ask(request, key)
        clock = Clock()
        began_ns = clock.now_ns()
        for after_ms, kind, *values in self._answers[key]:
            await clock.sleep_until(began_ns + round(after_ms * NS_PER_MS))
            yield _KINDS[kind](*values)

    async def warm(self) -> None:
        """Always warm."""

    async def aclose(self) -> None:
        """Let go of the real one."""
        if self._model is not None:
            await self._model.aclose()

    def _ask(self, request: LLMRequest, key: str) -> list[list[Any]]:
        asked = _turn_of(request.messages)[0]
        if self._model is None or not self._record:
            told = (
                f"no answer to {asked!r} is recorded in {self._file}: run once with record=True and a model"
            )
            raise ProviderRequestError(self.name, told)
        events = in_real_time(self._model, request)
        line = json.dumps({"said": asked, "request": key, "events": events}, ensure_ascii=False)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return events


_KINDS: Mapping[str, Callable[..., LLMEvent]] = {"text": TextDelta, "tool": ToolCall, "usage": LLMUsage}


def in_real_time(model: LLM, request: LLMRequest) -> list[list[Any]]:
    """Ask a model on a loop and in a thread of its own, while virtual time stands still.

    Returns:
        Each event as milliseconds from the request, its kind and its values.

    Raises:
        ProviderError: The model's own.
    """
    events: list[list[Any]] = []
    failures: list[Exception] = []

    async def ask() -> None:
        clock = Clock()
        began_ns = clock.now_ns()
        async for event in model.stream(request):
            after_ms = round((clock.now_ns() - began_ns) / NS_PER_MS, 1)
            if isinstance(event, TextDelta):
                events.append([after_ms, "text", event.text])
            elif isinstance(event, ToolCall):
                events.append([after_ms, "tool", event.id, event.name, event.arguments])
            else:
                events.append([after_ms, "usage", event.input_tokens, event.output_tokens])

    def work() -> None:
        try:
            asyncio.run(ask())
        except ProviderError as error:
            failures.append(error)

    thread = threading.Thread(target=work, name="a real model")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return events


def _key(request: LLMRequest) -> str:
    """What makes two requests the same: messages and tools."""
    told = [
        [one.role, one.content, [[c.name, c.arguments] for c in one.tool_calls]] for one in request.messages
    ]
    whole = json.dumps([told, [tool.name for tool in request.tools], request.begun], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def _recorded(file: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Which requests a file has answers to, and these."""
    if not file.exists():
        return
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            read = json.loads(line)
            answer = (
                read["request"],
                [[float(after), str(kind), *rest] for after, kind, *rest in read["events"]],
            )
        except (ValueError, KeyError, TypeError):
            raise ConfigError(
                f"{file}:{number}: no recorded answer: remove the line, or record anew"
            ) from None
        yield answer
