"""A status becomes the error that says whose fault it is, in one line, without the key."""

from __future__ import annotations

import pytest

from antiphon.errors import (
    ProviderAuthError,
    ProviderConnectionError,
    ProviderError,
    ProviderRateLimitError,
    ProviderRequestError,
    ProviderTimeoutError,
)
from antiphon.providers.access import Access, Vendor
from antiphon.providers.http_errors import LONGEST_QUOTE, error_from_status, one_line

ACCESS = Access(Vendor("Acme", "https://x", "ACME_API_KEY"), "https://x", "k-secret", "ACME_API_KEY")


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, ProviderRequestError, False),
        (401, ProviderAuthError, False),
        (402, ProviderRequestError, False),
        (403, ProviderAuthError, False),
        (404, ProviderRequestError, False),
        (408, ProviderTimeoutError, True),
        (422, ProviderRequestError, False),
        (429, ProviderRateLimitError, True),
        (500, ProviderConnectionError, True),
        (502, ProviderConnectionError, True),
        (503, ProviderRateLimitError, True),
        (504, ProviderTimeoutError, True),
        (529, ProviderRateLimitError, True),
        (599, ProviderConnectionError, True),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[ProviderError], *, retryable: bool) -> None:
    error = error_from_status("acme/one", ACCESS, status, "as it said", request_id="r-1")
    assert type(error) is kind
    assert (error.status, error.request_id, error.retryable) == (status, "r-1", retryable)


def test_an_empty_account_is_no_rate_limit() -> None:
    error = error_from_status("acme/one", ACCESS, 429, "You exceeded it.", code="insufficient_quota")
    assert isinstance(error, ProviderRequestError)
    assert "out of credit" in str(error)


def test_a_refused_key_is_explained_and_not_shown() -> None:
    error = error_from_status("acme/one", ACCESS, 401, "Incorrect key: k-secret")
    assert str(error) == (
        "acme/one: the Acme key from ACME_API_KEY was refused; set ACME_API_KEY or the option api_key to one "
        "that is valid, status 401"
    )
    assert "k-secret" not in str(error_from_status("acme/one", ACCESS, 400, "key k-secret"))


def test_a_vendor_that_says_nothing_is_quoted_by_its_status() -> None:
    assert "Too Many Requests" in str(error_from_status("acme/one", ACCESS, 429))
    assert "no reason given" in str(error_from_status("acme/one", ACCESS, 599))


def test_what_a_vendor_says_is_brought_to_one_line() -> None:
    assert one_line("<html>\n  <b>no</b>\t") == "<html> <b>no</b>"
    assert len(one_line("x" * 5_000)) == LONGEST_QUOTE
