"""The official OpenAI client as our providers use it: no retries, long-lived connections, our errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import TYPE_CHECKING, TypeVar

from antiphon.errors import (
    MissingExtraError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeoutError,
)
from antiphon.providers.access import Access, Vendor
from antiphon.providers.http_errors import error_from_status, one_line

if TYPE_CHECKING:
    from openai import APIError, APIStatusError, AsyncOpenAI

T = TypeVar("T")

OPENAI = Vendor("OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL")

KEEP_CONNECTIONS_S = 120.0  # longer than a caller's pause: a new TLS connection costs two round trips
CONNECTIONS = 100  # at most, to one vendor; requests beyond wait


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A client and what its errors need to know."""

    provider: str  # registry name
    access: Access
    client: AsyncOpenAI
    connect_timeout_s: float

    @contextmanager
    def errors_mapped(self) -> Iterator[None]:
        """Within it, what the client raises becomes one of our errors."""
        import httpx2  # noqa: PLC0415 - optional
        from openai import (  # noqa: PLC0415 - optional
            APIConnectionError,
            APIError,
            APIStatusError,
            APITimeoutError,
        )

        try:
            yield
        except APITimeoutError as error:
            message = f"no connection within {self.connect_timeout_s:g} s"
            raise ProviderTimeoutError(self.provider, message) from error
        except APIConnectionError as error:
            raise self._lost(error.__cause__ or error) from error
        except httpx2.TransportError as error:  # in the middle of a body, past the client's own mapping
            raise self._lost(error) from error
        except APIStatusError as error:
            raise self._from_status(error) from None
        except APIError as error:
            raise self._from_stream(error) from None
        except json.JSONDecodeError:
            raise ProviderProtocolError(self.provider, "sent something that is no JSON") from None

    async def within(self, seconds: float, call: Callable[[], Awaitable[T]], missing: str) -> T:
        """What a call gives, if it gives it in time.

        Raises:
            ProviderTimeoutError: Saying what is missing, if it does not.
        """
        try:
            async with asyncio.timeout(seconds):
                return await call()
        except TimeoutError:
            raise ProviderTimeoutError(self.provider, f"{missing} within {seconds:g} s") from None

    async def warm(self, timeout_s: float) -> None:
        """Have a connection open, by a request for the list of models.

        Raises:
            ProviderError: If the endpoint can't be reached or refuses the key.
        """
        from openai import NotFoundError  # noqa: PLC0415 - optional

        with self.errors_mapped():
            try:
                await self.within(timeout_s, self.client.models.list, "no answer")
            except NotFoundError:
                return  # an endpoint without that list: the connection is open all the same

    def _from_status(self, error: APIStatusError) -> ProviderError:
        body = error.body if isinstance(error.body, dict) else {}
        return error_from_status(
            self.provider,
            self.access,
            error.status_code,
            str(body.get("message") or error.message),
            code=error.code,
            request_id=error.request_id,
        )

    def _lost(self, error: BaseException) -> ProviderError:
        reason = one_line(self.access.redacted(str(error))) or type(error).__name__
        message = f"the connection to {self.access.base_url} failed: {reason}"
        return ProviderConnectionError(self.provider, message)

    def _from_stream(self, error: APIError) -> ProviderError:
        """An error in the middle of a stream has no status, but may have a number for a code."""
        if error.code and error.code.isdigit():
            return error_from_status(self.provider, self.access, int(error.code), error.message)
        return ProviderConnectionError(self.provider, one_line(self.access.redacted(error.message)))


@cache
def _trusted() -> SSLContext:
    """Whose certificates are accepted: read once, as that takes tens of milliseconds."""
    import httpx2  # noqa: PLC0415 - optional

    return httpx2.create_ssl_context()


def make_endpoint(provider: str, access: Access, connect_timeout_s: float) -> Endpoint:
    """Make a client; it connects when it is first used.

    Raises:
        MissingExtraError: If the client library is not installed.
    """
    try:
        import httpx2  # noqa: PLC0415 - optional
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # noqa: PLC0415 - optional
    except ImportError:
        raise MissingExtraError("the OpenAI client", "openai") from None
    timeout = httpx2.Timeout(None, connect=connect_timeout_s)  # what follows has deadlines of its own
    limits = httpx2.Limits(
        max_connections=CONNECTIONS,
        max_keepalive_connections=CONNECTIONS,
        keepalive_expiry=KEEP_CONNECTIONS_S,
    )
    client = AsyncOpenAI(
        api_key=access.key or "none",  # it insists on one
        base_url=access.base_url,
        max_retries=0,
        timeout=timeout,
        http_client=DefaultAsyncHttpxClient(timeout=timeout, limits=limits, verify=_trusted()),
    )
    return Endpoint(provider, access, client, connect_timeout_s)
