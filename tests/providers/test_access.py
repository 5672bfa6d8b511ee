"""Keys and addresses are found where they should be, and a key is shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from antiphon.errors import ConfigError
from antiphon.providers.access import ACCESS_OPTIONS, Access, Vendor, find_access
from antiphon.providers.options import OptionReader

ACME = Vendor("Acme", "https://api.acme.example/v1", "ACME_API_KEY", "ACME_BASE_URL")
LOCAL = Vendor("Local", "http://127.0.0.1:8000/v1", None)


def access(
    options: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    vendor: Vendor = ACME,
) -> Access:
    return find_access(OptionReader("acme/one", options or {}, ACCESS_OPTIONS), environ or {}, vendor)


def test_the_key_comes_from_the_environment() -> None:
    found = access(environ={"ACME_API_KEY": "k-1"})
    assert (found.key, found.key_source, found.base_url) == ("k-1", "ACME_API_KEY", ACME.base_url)


def test_an_option_goes_before_the_environment() -> None:
    found = access(
        {"api_key": "k-2", "base_url": "http://localhost:1/"},
        {"ACME_API_KEY": "k-1", "ACME_BASE_URL": "http://other"},
    )
    assert (found.key, found.key_source, found.base_url) == (
        "k-2",
        "the option api_key",
        "http://localhost:1",
    )


def test_the_address_comes_from_the_environment() -> None:
    assert access(environ={"ACME_BASE_URL": "http://other/v1/"}).base_url == "http://other/v1"


@pytest.mark.parametrize("environ", [{}, {"ACME_API_KEY": " "}])
def test_the_vendors_own_address_needs_a_key(environ: Mapping[str, str]) -> None:
    with pytest.raises(
        ConfigError, match=r"acme/one: no Acme key: set ACME_API_KEY .* or the option api_key"
    ):
        access(environ=environ)


def test_another_address_may_do_without_a_key() -> None:
    found = access({"base_url": "http://localhost:1"})
    assert found.key is None
    assert found.key_source == "ACME_API_KEY and the option api_key"


def test_a_local_engine_needs_none() -> None:
    assert access(vendor=LOCAL).key is None
    assert access({"api_key": "k"}, vendor=LOCAL).key == "k"


@pytest.mark.parametrize("url", ["localhost:1", "ftp://host", "http://", "api.acme.example/v1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"base_url = .*: expected http://"):
        access({"base_url": url})


def test_a_key_is_in_no_repr() -> None:
    found = access(environ={"ACME_API_KEY": "k-secret"})
    assert "k-secret" not in repr(found)
    assert "ACME_API_KEY" in repr(found)


def test_a_key_is_taken_out_of_what_others_say() -> None:
    found = access(environ={"ACME_API_KEY": "k-secret"})
    assert found.redacted("bad key k-secret!") == "bad key ***!"
    assert access(vendor=LOCAL).redacted("as it was") == "as it was"


def test_the_advice_says_which_key_where_it_was_found_and_what_to_do() -> None:
    advice = access(environ={"ACME_API_KEY": "k"}).key_advice()
    assert advice == (
        "the Acme key from ACME_API_KEY was refused; set ACME_API_KEY or the option api_key to one that is "
        "valid"
    )
    assert access({"base_url": "http://x"}).key_advice() == (
        "no Acme key: looked in ACME_API_KEY and the option api_key; set one of them"
    )
    assert (
        "set the option api_key to one that is valid" in access({"api_key": "k"}, vendor=LOCAL).key_advice()
    )


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://host/v1", "wss://host/v1/listen?a=b"),
        ("http://host:80", "ws://host:80/listen?a=b"),
        ("wss://host", "wss://host/listen?a=b"),
        ("ws://host", "ws://host/listen?a=b"),
    ],
)
def test_a_websockets_address_is_below_the_base_address(base_url: str, url: str) -> None:
    assert access({"base_url": base_url}).websocket_url("/listen", "a=b") == url
