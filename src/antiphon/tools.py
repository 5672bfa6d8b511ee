"""Tools: functions of the author's that the model may call, described by their types and docstrings."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    Generic,
    NotRequired,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import docstring_parser
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema, to_json, to_jsonable_python
from typing_extensions import TypedDict

from antiphon.core.checks import as_choice, check_range
from antiphon.core.messages import Message, ToolSpec
from antiphon.core.tools import OnBargeIn, ToolPolicy
from antiphon.errors import ConfigError

State = TypeVar("State")

MOST_CHARACTERS = 20_000  # of a result: a model reads no more for one spoken sentence
DONE = "Done."
_ContextParameter: TypeAlias = tuple[str | None, type | None]  # its name, and what its state is to be
_TAKES_EACH = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True, slots=True)
class ToolContext(Generic[State]):
    """What a tool may know of its call. A parameter of this type is filled in; the model does not see it.

    Attributes:
        state: The call's own: made by ``Agent(state=...)``, or given as ``Session(agent, state=...)``.
        turn_id: In which turn it runs.
        in_draft: Whether the turn may still go on. Only a tool marked safe is run then.
        history: What was finally said and actually heard before this turn.
    """

    state: State
    turn_id: int = 0
    in_draft: bool = False
    history: tuple[Message, ...] = ()


class ToolError(Exception):
    """What a tool raises to have the model told just that; of any other error it is told the kind as well."""


class ArgumentsError(ToolError):
    """The model's arguments are not the tool's; the message is for the model."""


class Tool:
    """A function that the model may call; ``@tool`` makes one. Called directly, it is still that function.

    Args:
        function: What is run.
        policy: What the model is told of it, and the rules it runs by.
        arguments: Checks the model's arguments; ``None`` hands them on as they are.
        context_parameter: Which of the function's parameters takes the ``ToolContext``.
        state_type: What it expects the call's state to be, where it says so: ``ToolContext[Order]``.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        policy: ToolPolicy,
        arguments: TypeAdapter[Any] | None = None,
        context_parameter: str | None = None,
        state_type: type | None = None,
    ) -> None:
        self.policy = policy
        self.state_type = state_type
        self.is_async = inspect.iscoroutinefunction(function)
        self._function = function
        self._arguments = arguments
        self._context_parameter = context_parameter

    @property
    def name(self) -> str:
        """What the model calls it by."""
        return self.policy.spec.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The JSON schema of its arguments."""
        return self.policy.spec.parameters

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself."""
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<tool {self.name}>"

    def bind(self, arguments: str, context: ToolContext[Any]) -> Callable[[], Any]:
        """The function with the model's arguments, ready to be called.

        Args:
            arguments: JSON, as the model wrote it.
            context: Where it runs.

        Raises:
            ArgumentsError: If they are not the function's.
        """
        if self._arguments is None:
            values = _object(arguments)
        else:
            try:
                values = self._arguments.validate_json(arguments)
            except ValidationError as error:
                raise ArgumentsError(_complaint(error)) from None
        if self._context_parameter is not None:
            values = {**values, self._context_parameter: context}
        return lambda: self._function(**values)


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...


@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    safe: bool = False,
    timeout_s: float = 10.0,
    on_barge_in: OnBargeIn | str | None = None,
    progress: str | None = None,
    progress_after_s: float | None = None,
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    safe: bool = False,
    timeout_s: float = 10.0,
    on_barge_in: OnBargeIn | str | None = None,
    progress: str | None = None,
    progress_after_s: float | None = None,
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Make a function one that the model may call.

    ```python
    @tool(safe=True)
    async def opening_hours(day: str) -> str:
        \"\"\"When the restaurant is open.

    Args:
            day: A weekday, in English.
        \"\"\"
    ```

    It is described by its type hints and its docstring. It may be async, or is run in a thread. What it
    returns is told to the model, as JSON if it is no text; what it raises is told as an error.

    Args:
        function: The function, where the decorator is used without arguments.
        name: What the model calls it by; the function's name if left out.
        description: What it is for; the docstring if left out.
        safe: It changes nothing, so it may run in a draft, before the caller has finished. Any other waits
            for the end of the turn, and the same call runs once in a turn at most.
        timeout_s: How long it may take.
        on_barge_in: ``"cancel"`` or ``"finish"`` it when the caller interrupts; by default a safe one is
            cancelled, any other finishes, and the model is told of its result in the next turn.
        progress: What is said while it is slow, instead of the agent's; ``""`` for nothing.
        progress_after_s: How long it may keep the caller waiting before that.

    Raises:
        ConfigError: If the model could not be told of it.
    """
    nearby = dict(sys._getframe(1).f_locals)  # type hints may name what is defined beside the function
    barge_in = on_barge_in or (OnBargeIn.CANCEL if safe else OnBargeIn.FINISH)

    def decorate(function: Callable[..., Any]) -> Tool:
        title = name or str(getattr(function, "__name__", "tool"))
        check_range(f"tool {title}: timeout_s", timeout_s, 0.01, 600)
        spec, arguments, (context_parameter, state_type) = _described(title, function, description, nearby)
        policy = ToolPolicy(
            spec,
            safe=safe,
            timeout_ms=round(timeout_s * 1000),
            on_barge_in=as_choice(f"tool {title}: on_barge_in", barge_in, OnBargeIn),
            progress=progress,
            progress_after_ms=None if progress_after_s is None else round(progress_after_s * 1000),
        )
        return Tool(function, policy, arguments, context_parameter, state_type)

    return decorate if function is None else decorate(function)


def check_state(tools: Iterable[Tool], state: object) -> None:
    """Refuse a call's state that is not what its tools expect.

    Raises:
        ConfigError: If it is not; the message names the tool and what it expects.
    """
    for each in tools:
        if each.state_type is not None and not isinstance(state, each.state_type):
            expected = each.state_type.__name__
            raise ConfigError(
                f"tool {each.name} expects the state of a call to be of {expected}, "
                f"not {type(state).__name__}: "
                f"Agent(..., state={expected}) or Session(agent, state={expected}(...))"
            )


def result_text(value: object) -> str:
    """A tool's result as the model is told it: text as it is, anything else as JSON."""
    if value is None:
        return DONE
    text = value if isinstance(value, str) else to_json(value, fallback=str).decode()
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def one_form(arguments: str) -> str:
    """Arguments so that equal ones are written alike; what is no JSON is left as it is."""
    try:
        return json.dumps(json.loads(arguments), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return arguments


# --- what a function takes ----------------------------------------------------------------------------


def _described(
    name: str, function: Callable[..., Any], description: str | None, nearby: dict[str, Any]
) -> tuple[ToolSpec, TypeAdapter[Any], _ContextParameter]:
    """What the model is told of a function, what checks its arguments, and what takes the context."""
    told = docstring_parser.parse(inspect.getdoc(function) or "")
    about = description or told.description
    if not about:
        raise ConfigError(f"tool {name}: expected a docstring; the model is told of the tool by it")
    described = {each.arg_name: each.description for each in told.params}
    arguments, context_parameter = _arguments(name, function, described, nearby)
    return ToolSpec(name, about, _schema(function, arguments)), arguments, context_parameter


def _arguments(
    name: str, function: Callable[..., Any], described: Mapping[str, str | None], nearby: dict[str, Any]
) -> tuple[TypeAdapter[Any], _ContextParameter]:
    """What checks a function's arguments, and which parameter takes the context."""
    try:
        hints = get_type_hints(function, localns=nearby, include_extras=True)
    except NameError as error:
        raise ConfigError(f"tool {name}: {error}; its type hints must be known where it is defined") from None
    fields: dict[str, Any] = {}
    context_parameter: _ContextParameter = (None, None)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in _TAKES_EACH:
            raise ConfigError(f"tool {name}: parameter {parameter} can't be described to a model: name each")
        hint = hints.get(parameter.name)
        if hint is None:
            raise ConfigError(f"tool {name}: parameter {parameter.name}: expected a type hint")
        if hint is ToolContext or get_origin(hint) is ToolContext:
            context_parameter = (parameter.name, _state_type(hint))
            continue
        about = described.get(parameter.name)
        kind = Annotated[hint, Field(description=about)] if about else hint
        fields[parameter.name] = kind if parameter.default is parameter.empty else NotRequired[kind]
    shape = TypedDict("Arguments", fields)  # type: ignore[misc] # made from a signature
    shape.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    try:
        return TypeAdapter(shape), context_parameter
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"tool {name}: {reason}") from None


def _state_type(hint: Any) -> type | None:
    """What a context is to hold, where that can be checked."""
    state = next(iter(get_args(hint)), None)
    if not isinstance(state, type):
        return None
    try:
        isinstance(None, state)
    except TypeError:  # Any, a protocol, a typed dict
        return None
    return state


class _Plain(GenerateJsonSchema):
    """Without the titles that pydantic makes of names: a model pays for each word."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> dict[str, Any]:
        described = super().typed_dict_schema(schema)
        described.pop("title", None)
        return described


def _schema(function: Callable[..., Any], arguments: TypeAdapter[Any]) -> dict[str, Any]:
    schema = arguments.json_schema(schema_generator=_Plain)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in schema.get("properties", {}) and parameter.default is not parameter.empty:
            schema["properties"][parameter.name]["default"] = to_jsonable_python(
                parameter.default, fallback=str
            )
    return schema


def _object(arguments: str) -> dict[str, Any]:
    try:
        values = json.loads(arguments or "{}")
    except ValueError as error:
        raise ArgumentsError(f"the arguments are no JSON: {error}") from None
    if not isinstance(values, dict):
        raise ArgumentsError("the arguments are no JSON object")
    return values


def _complaint(error: ValidationError) -> str:
    return "; ".join(
        ".".join(str(part) for part in each["loc"]) + (": " if each["loc"] else "") + each["msg"]
        for each in error.errors(include_url=False)[:5]
    )
