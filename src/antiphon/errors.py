"""Every error Antiphon raises: one tree, split by whose fault it is.

``UserError`` is the caller's (a wrong setting, a file that is no audio), ``ProviderError`` a vendor's or
an engine's, ``PeerError`` the other end of a transport's. A message is one sentence that names the input
and says what to do; the command line prints it as it stands.
"""

from __future__ import annotations


class AntiphonError(Exception):
    """Base of every error raised on purpose."""


class UserError(AntiphonError):
    """The caller asked for something that can't be done as asked."""


class ConfigError(UserError):
    """A setting is unknown, of the wrong kind or out of range."""


class AudioError(UserError):
    """A file or buffer is not audio that can be read."""


class MissingExtraError(UserError):
    """An optional dependency is not installed.

    Attributes:
        extra: The extra that brings it, as in ``pip install 'antiphon[extra]'``.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} is not installed: run  pip install 'antiphon[{extra}]'")
        self.extra = extra


class SessionClosedError(UserError):
    """A session was used after it was closed, or before it was entered."""


class ProviderError(AntiphonError):
    """A provider failed. Vendor errors become one of these at the provider's edge.

    Attributes:
        provider: Its registry name, such as ``"deepgram/nova-3"``.
        status: HTTP or WebSocket status, where there was one.
        request_id: The vendor's own identifier for the request, where it gave one.
        retryable: Whether the same request may succeed if it is sent again.
    """

    retryable = True

    def __init__(
        self, provider: str, message: str, *, status: int | None = None, request_id: str | None = None
    ) -> None:
        details = "".join(
            f", {name} {value}" for name, value in (("status", status), ("request", request_id)) if value
        )
        super().__init__(f"{provider}: {message}{details}")
        self.provider = provider
        self.status = status
        self.request_id = request_id


class ProviderConnectionError(ProviderError):
    """The provider could not be reached, or closed the connection in mid-stream."""


class ProviderTimeoutError(ProviderError):
    """The provider did not answer within its deadline."""


class ProviderProtocolError(ProviderError):
    """The provider sent something its protocol does not allow."""


class ProviderRateLimitError(ProviderError):
    """The provider refuses for now: too many requests, or overloaded."""


class ProviderAuthError(ProviderError):
    """The provider does not accept the key."""

    retryable = False


class ProviderRequestError(ProviderError):
    """The provider says that the request itself is wrong: sending it again will not help."""

    retryable = False


class WorkerDiedError(ProviderError):
    """An engine's worker process ended; a new one takes its place."""


class PeerError(AntiphonError):
    """The other end of a transport broke the protocol or went away."""
