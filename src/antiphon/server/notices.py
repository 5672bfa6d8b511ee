"""A call's notices as JSON messages: any dataclass of plain values, its times in milliseconds."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from antiphon.core.notices import Notice
from antiphon.telemetry.wording import finite

_INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def message_of(notice: Notice) -> dict[str, Any]:
    """A notice as a message: its class's name in snake case as ``type``, then its fields.

    What ends in ``_ns`` becomes ``_ms``, a number with decimals, since JavaScript's integers end at 2**53.
    """
    kind = _INNER_CAPITAL.sub("_", type(notice).__name__).lower()
    return {"type": kind, **_fields(notice)}


def _fields(owner: Any) -> dict[str, Any]:
    return dict(_named(field.name, getattr(owner, field.name)) for field in dataclasses.fields(owner))


def _named(name: str, value: Any) -> tuple[str, Any]:
    if not name.endswith("_ns"):
        return name, _plain(value)
    return name.removesuffix("_ns") + "_ms", _in_ms(value)


def _in_ms(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _in_ms(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_in_ms(each) for each in value]
    return None if value is None else value / 1e6


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return dict(_named(str(key), each) for key, each in value.items())
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return finite(value) if isinstance(value, float) else value
