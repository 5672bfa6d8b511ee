"""HTML that escapes by construction: a plain string becomes text, only ``Html`` stays as it is."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

from antiphon.telemetry.wording import printable


class Html(str):
    """Markup that is complete and safe; made by ``element`` and ``join``, or of our own constants."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
Value: TypeAlias = "str | int | float | bool | None"

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


def escape(text: str) -> Html:
    """Text as it may stand in an element or a quoted attribute."""
    return Html(html.escape(printable(text), quote=True))


def join(*children: Child) -> Html:
    """Children one after another: plain strings escaped, markup as it is, ``None`` nothing."""
    parts = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Html):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape(child))
        else:
            parts.append(join(*child))
    return Html("".join(parts))


def element(name: str, /, *children: Child, **attributes: Value) -> Html:
    """An element with its attributes and children.

    An attribute's trailing underscore is dropped and the others become hyphens (``class_``, ``aria_label``).
    ``None`` and ``False`` leave it out, ``True`` sets it without a value, a float is cut to three decimals.
    """
    opening = "".join(
        f" {_attribute(key, value)}"
        for key, value in attributes.items()
        if value is not None and value is not False  # 0 stays
    )
    if name in _VOID:
        return Html(f"<{name}{opening}>")
    return Html(f"<{name}{opening}>{join(*children)}</{name}>")


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return name
    text = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f'{name}="{text if isinstance(value, Html) else escape(text)}"'
