"""The core's dataclasses as plain values and back, exactly: what is written can be read as what it was.

A dataclass becomes an object with its class's name under ``type``, a tuple a list, an enumeration its value.
Reading goes by the classes' own type hints, so that a file can make nothing but what is asked for.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from antiphon.errors import UserError

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

TYPE = "type"
_ATOMS = (bool, int, float, str)


class CodecError(UserError):
    """A value that can't be written down, or one that was not written by this."""


def encode(value: object) -> Plain:
    """A dataclass, or what its fields may hold, as plain values.

    Raises:
        CodecError: If it holds anything else, such as an object of the application's.
    """
    if value is None or (isinstance(value, _ATOMS) and not isinstance(value, Enum)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        return {TYPE: kind.__name__} | {name: encode(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, tuple | list):
        return [encode(each) for each in value]
    if isinstance(value, Mapping) and all(type(name) is str for name in value):
        return {name: encode(each) for name, each in value.items()}
    raise CodecError(f"{type(value).__name__} can't be written down")


def decode(kind: Any, plain: Plain) -> Any:
    """Undo ``encode``.

    Args:
        kind: The class, union or other type hint that the value is of.
        plain: What ``encode`` made.

    Raises:
        CodecError: If it is not of that kind; the message says where.
    """
    return _reader(kind)(plain)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind in {Any, object}:
        return lambda plain: plain
    if kind in {None, types.NoneType}:
        return _atom((types.NoneType,))
    if kind in _ATOMS:
        return _atom((float, int) if kind is float else (kind,))
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    return _generic(kind, get_origin(kind), get_args(kind))


def _generic(kind: Any, origin: Any, arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if origin is Literal:
        return _literal(arguments)
    if origin in {Union, types.UnionType}:
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(arguments[1])
    raise CodecError(f"{kind} can't be read back")


def _atom(kinds: tuple[type, ...]) -> Callable[[Any], Any]:
    def read(plain: Any) -> Any:
        if type(plain) not in kinds:
            raise CodecError(f"expected {kinds[0].__name__}, found {plain!r}")
        return plain

    return read


def _dataclass(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    names = _names(kind)

    def read(plain: Any) -> Any:
        if not isinstance(plain, dict) or plain.get(TYPE) != kind.__name__:
            raise CodecError(f"expected a {kind.__name__}, found {_what(plain)}")
        if plain.keys() - {TYPE} != set(names):
            odd = ", ".join(sorted(plain.keys() - {TYPE} ^ set(names)))
            raise CodecError(f"{kind.__name__}: fields that are missing or unknown: {odd}")
        values = {}
        for name in names:
            try:
                values[name] = _reader(hints[name])(plain[name])
            except CodecError as error:
                raise CodecError(f"{kind.__name__}.{name}: {error}") from None
        return kind(**values)

    return read


def _enum(kind: type[Enum]) -> Callable[[Any], Any]:
    def read(plain: Any) -> Any:
        try:
            return kind(plain)
        except ValueError:
            raise CodecError(f"expected a {kind.__name__}, found {plain!r}") from None

    return read


def _literal(allowed: tuple[object, ...]) -> Callable[[Any], Any]:
    def read(plain: Any) -> Any:
        if plain not in allowed:
            raise CodecError(f"expected one of {allowed}, found {plain!r}")
        return plain

    return read


def _union(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    by_name: dict[object, Any] = {_name(each): each for each in kinds if dataclasses.is_dataclass(each)}
    others = [each for each in kinds if _name(each) not in by_name]

    def read(plain: Any) -> Any:
        if isinstance(plain, dict) and plain.get(TYPE) in by_name:
            return _reader(by_name[plain[TYPE]])(plain)
        for each in others:
            try:
                return _reader(each)(plain)
            except CodecError:
                continue
        raise CodecError(f"expected one of {', '.join(map(_name, kinds))}, found {_what(plain)}")

    return read


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    same = len(arguments) == 2 and arguments[1] is Ellipsis

    def read(plain: Any) -> Any:
        if not isinstance(plain, list):
            raise CodecError(f"expected a list, found {_what(plain)}")
        kinds = [arguments[0]] * len(plain) if same else list(arguments)
        if len(kinds) != len(plain):
            raise CodecError(f"expected a list of {len(kinds)}, found one of {len(plain)}")
        return tuple(_reader(kind)(each) for kind, each in zip(kinds, plain, strict=True))

    return read


def _mapping(kind: Any) -> Callable[[Any], Any]:
    def read(plain: Any) -> Any:
        if not isinstance(plain, dict):
            raise CodecError(f"expected an object, found {_what(plain)}")
        return {name: _reader(kind)(each) for name, each in plain.items()}

    return read


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind) if each.init)


def _name(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))


def _what(plain: Any) -> str:
    if isinstance(plain, dict):
        return f"a {plain.get(TYPE)}" if TYPE in plain else "an object"
    return "a list" if isinstance(plain, list) else repr(plain)
