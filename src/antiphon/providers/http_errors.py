"""From an HTTP status, at a handshake or on a request, to the error that says whose fault it is."""

from __future__ import annotations

from http import HTTPStatus

from antiphon.errors import (
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.access import Access

_OVERLOADED = frozenset({429, 503, 529})  # 529: "overloaded", used by some vendors
_TIMEOUTS = frozenset({408, 504, 524})
_OUT_OF_CREDIT = frozenset({"insufficient_quota", "ASR_PAYMENT_REQUIRED"})
LONGEST_QUOTE = 300  # characters of a vendor's own words that go into an error


def error_from_status(
    provider: str,
    access: Access,
    status: int,
    said: str = "",
    *,
    code: str | None = None,
    request_id: str | None = None,
) -> ProviderError:
    """The error for a response that is none.

    Args:
        provider: Registry name.
        access: The address and key that were used.
        status: HTTP status.
        said: The vendor's own message.
        code: The vendor's own code for the error.
        request_id: The vendor's identifier for the request.
    """
    quote = one_line(access.redacted(said)) or _phrase(status)
    if status == 401:
        return ProviderAuthError(provider, access.key_advice(), status=status, request_id=request_id)
    if status == 403:
        message = f"the {access.vendor.title} key from {access.key_source} may not do this: {quote}"
        return ProviderAuthError(provider, message, status=status, request_id=request_id)
    kind: type[ProviderError] = ProviderRequestError
    if code in _OUT_OF_CREDIT or status == 402:
        quote = f"the account is out of credit: {quote}"
    elif status in _OVERLOADED:
        kind = ProviderRateLimitError
    elif status in _TIMEOUTS:
        kind = ProviderTimeoutError
    elif status >= 500:
        kind = ProviderConnectionError
    return kind(provider, quote, status=status, request_id=request_id)


def one_line(text: str) -> str:
    """A text on one line, cut where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"
