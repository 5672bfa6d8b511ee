"""Where a vendor is reached and with which key; the key is shown in no repr, log or error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from antiphon.errors import ConfigError
from antiphon.providers.options import OptionReader

ACCESS_OPTIONS = frozenset({"api_key", "base_url"})


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor's standing data.

    Attributes:
        title: What people call it.
        base_url: Its public address.
        key_variable: The environment variable its key is looked for in; ``None``: it asks for no key.
        url_variable: The environment variable that may hold another address.
    """

    title: str
    base_url: str
    key_variable: str | None
    url_variable: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """An address and, where there is one, a key."""

    vendor: Vendor
    base_url: str
    key: str | None
    key_source: str  # where the key was found, or where it was looked for

    def __repr__(self) -> str:
        return f"Access({self.base_url!r}, key from {self.key_source})"

    def redacted(self, text: str) -> str:
        """A text from elsewhere without the key, should it hold it."""
        return text.replace(self.key, "***") if self.key else text

    def key_advice(self) -> str:
        """Which key was used, where it came from, and how to set another."""
        if self.key is None:
            return f"no {self.vendor.title} key: looked in {self.key_source}; set one of them"
        other = (
            f"set {self.vendor.key_variable} or the option api_key"
            if self.vendor.key_variable
            else "set the option api_key"
        )
        return f"the {self.vendor.title} key from {self.key_source} was refused; {other} to one that is valid"

    def websocket_url(self, path: str, query: str) -> str:
        """The address of a WebSocket endpoint below the base address."""
        scheme, rest = self.base_url.split("://", 1)
        return f"{'wss' if scheme in {'https', 'wss'} else 'ws'}://{rest}{path}?{query}"


def find_access(reader: OptionReader, environ: Mapping[str, str], vendor: Vendor) -> Access:
    """Look up a vendor's address and key: options first, then the environment.

    A key is required only at the vendor's public address: one's own server may do without.

    Raises:
        ConfigError: If there is no key where one is needed, or the address is none.
    """
    other_url = reader.text("base_url") or environ.get(vendor.url_variable or "") or None
    base_url = (other_url or vendor.base_url).rstrip("/")
    address = urlsplit(base_url)
    if address.scheme not in {"http", "https", "ws", "wss"} or not address.hostname:
        raise ConfigError(f"{reader.provider}: base_url = {base_url!r}: expected http://… or https://…")
    key = reader.text("api_key")
    if key is not None:
        return Access(vendor, base_url, key, "the option api_key")
    if vendor.key_variable is None:
        return Access(vendor, base_url, None, "the option api_key")
    key = environ.get(vendor.key_variable, "").strip() or None
    if key is None and other_url is None:
        raise ConfigError(
            f"{reader.provider}: no {vendor.title} key: set {vendor.key_variable} in the environment, or the "
            "option api_key"
        )
    source = vendor.key_variable if key else f"{vendor.key_variable} and the option api_key"
    return Access(vendor, base_url, key, source)
