"""A vendor's messages against what we expect of them."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from antiphon.errors import ProviderProtocolError

Message = TypeVar("Message", bound=BaseModel)


def parsed(provider: str, kind: type[Message], what: str, message: object) -> Message:
    """A message of a kind; what it holds beyond is ignored.

    Args:
        provider: Registry name, for the error.
        kind: The model to read it with.
        what: What the vendor calls it, for the error.
        message: What came, parsed from JSON.

    Raises:
        ProviderProtocolError: Naming the first field that is missing or of the wrong kind.
    """
    try:
        return kind.model_validate(message)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "shape"
        raise ProviderProtocolError(provider, f"sent {what} with a bad {field}") from None
