"""Signed tokens that say who may call, until when: what ``antiphon token`` issues and a server checks.

A token is ``antiphon1.PAYLOAD.SIGNATURE``: JSON and its HMAC-SHA256 (RFC 2104), both in unpadded base64url.
A check takes the same path and time whatever is wrong with the signature, and nothing of a payload is read
before its signature was found right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from antiphon.core.times import NS_PER_S
from antiphon.errors import ConfigError, UserError

KEY_VARIABLE: Final = "ANTIPHON_TOKEN_KEY"
MIN_KEY_CHARACTERS: Final = 32
MAX_TOKEN_CHARACTERS: Final = 1_024
_PREFIX: Final = "antiphon1"


class Scope(StrEnum):
    """What a token is good for."""

    CALL = "call"  # to hold a call
    METRICS = "metrics"  # to read metrics


class Wrong(StrEnum):
    """Why a token is refused."""

    MISSING = "a token is needed: ask whoever runs this server for one"
    INVALID = "the token is not valid: ask whoever runs this server for another"
    EXPIRED = "the token has expired: ask whoever runs this server for another"
    SCOPE = "the token is not for this: ask whoever runs this server for another"
    USED = "the token was used already: ask whoever runs this server for another"


class TokenError(UserError):
    """A token is refused.

    Attributes:
        wrong: Why.
    """

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says.

    Attributes:
        token_id: Unlike any other's.
        expires_s: Until when it is good, in seconds since 1970.
        scope: What for.
        once: Whether it is good for one call alone.
    """

    token_id: str
    expires_s: int
    scope: Scope = Scope.CALL
    once: bool = True


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The secrets that tokens are signed with.

    Attributes:
        keys: The first signs; all are accepted, so that a key can be exchanged while old tokens last.
    """

    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise ConfigError("token key: there is none")
        if any(len(key) < MIN_KEY_CHARACTERS for key in self.keys):
            raise ConfigError(
                f"token key: too short to be safe; {MIN_KEY_CHARACTERS} characters or more are needed, "
                "such as  openssl rand -base64 33  prints"
            )

    def __repr__(self) -> str:
        return f"TokenKeys({len(self.keys)})"  # never the keys

    @classmethod
    def read(cls, path: Path) -> TokenKeys:
        """Keys from a file, one a line, the newest first.

        Raises:
            ConfigError: If it can't be read, or holds no key or a short one.
        """
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            why = "not text" if isinstance(error, UnicodeDecodeError) else (error.strerror or "").lower()
            raise ConfigError(f"token key: {path}: {why}") from None
        return cls(tuple(key for line in lines if (key := line.strip())))

    def issue(self, claims: Claims) -> str:
        """A token that says this."""
        payload = {
            "id": claims.token_id,
            "exp": claims.expires_s,
            "scope": claims.scope.value,
            "once": claims.once,
        }
        signed = f"{_PREFIX}.{_to_text(json.dumps(payload, separators=(',', ':')).encode())}"
        return f"{signed}.{_signature(self.keys[0], signed)}"

    def check(self, token: str | None, scope: Scope, now_epoch_ns: int) -> Claims:
        """What a token says, if it is one of ours and good now.

        Args:
            token: As it was presented; ``None`` if none was.
            scope: What it must be for.
            now_epoch_ns: Nanoseconds since 1970.

        Raises:
            TokenError: If it is not. How long that took says nothing about a right signature.
        """
        presented = token or ""
        signed, _, signature = presented[:MAX_TOKEN_CHARACTERS].rpartition(".")
        given = signature.encode("utf-8", "surrogatepass")
        genuine = False
        for key in self.keys:  # all of them, whichever is right
            genuine |= hmac.compare_digest(_signature(key, signed).encode(), given)
        if not genuine or len(presented) > MAX_TOKEN_CHARACTERS:
            raise TokenError(Wrong.MISSING if token is None else Wrong.INVALID)
        claims = _claims(signed)
        if claims.expires_s * NS_PER_S <= now_epoch_ns:
            raise TokenError(Wrong.EXPIRED)
        if claims.scope is not scope:
            raise TokenError(Wrong.SCOPE)
        return claims


def new_claims(now_epoch_ns: int, lasts_s: int, *, scope: Scope = Scope.CALL, once: bool = True) -> Claims:
    """Claims of a token that begins to be good now."""
    return Claims(secrets.token_urlsafe(12), now_epoch_ns // NS_PER_S + lasts_s, scope, once)


def token_keys(path: Path | None, variable: str | None) -> TokenKeys | None:
    """The keys in a file or, without one, those in the environment's variable, separated by spaces.

    Raises:
        ConfigError: If they can't be read, or one is too short.
    """
    if path is not None:
        return TokenKeys.read(path)
    return TokenKeys(tuple(variable.split())) if variable else None


def _signature(key: str, signed: str) -> str:
    return _to_text(hmac.digest(key.encode(), signed.encode("utf-8", "surrogatepass"), hashlib.sha256))


def _claims(signed: str) -> Claims:
    """The payload of a token whose signature is right: we wrote it."""
    encoded = signed.partition(".")[2]
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return Claims(payload["id"], payload["exp"], Scope(payload["scope"]), payload["once"])


def _to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
