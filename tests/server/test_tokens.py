from __future__ import annotations

import contextlib
import hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.errors import ConfigError
from antiphon.server.tokens import (
    MAX_TOKEN_CHARACTERS,
    Claims,
    Scope,
    TokenError,
    TokenKeys,
    Wrong,
    new_claims,
    token_keys,
)

NOW_NS = 1_800_000_000 * 10**9
KEYS = TokenKeys(("k" * 32,))
OTHER = TokenKeys(("o" * 32,))


def a_token(
    lasts_s: int = 60, keys: TokenKeys = KEYS, *, scope: Scope = Scope.CALL, once: bool = True
) -> str:
    return keys.issue(new_claims(NOW_NS, lasts_s, scope=scope, once=once))


def wrong(token: str | None, scope: Scope = Scope.CALL, now_ns: int = NOW_NS) -> Wrong:
    with pytest.raises(TokenError) as refused:
        KEYS.check(token, scope, now_ns)
    return refused.value.wrong


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("once", [True, False])
def test_a_token_says_what_it_was_issued_for(scope: Scope, once: bool) -> None:
    claims = new_claims(NOW_NS, 60, scope=scope, once=once)
    assert KEYS.check(KEYS.issue(claims), scope, NOW_NS) == claims
    assert (claims.expires_s, claims.scope, claims.once) == (1_800_000_060, scope, once)


def test_no_two_tokens_are_alike() -> None:
    assert a_token() != a_token()


def test_a_missing_token_is_refused() -> None:
    assert wrong(None) is Wrong.MISSING


@pytest.mark.parametrize(
    "token", ["", ".", "..", "x", "antiphon1.e30.", "antiphon1.e30.AAAA", "ü.ü.ü", "\ud800.a"]
)
def test_a_forged_token_is_refused(token: str) -> None:
    assert wrong(token) is Wrong.INVALID


def test_one_signed_with_another_key_is_refused() -> None:
    assert wrong(a_token(keys=OTHER)) is Wrong.INVALID


def test_an_expired_token_is_refused_from_the_second_on_that_it_expires() -> None:
    token = a_token(60)
    KEYS.check(token, Scope.CALL, NOW_NS + 60 * 10**9 - 1)
    assert wrong(token, now_ns=NOW_NS + 60 * 10**9) is Wrong.EXPIRED


def test_one_for_something_else_is_refused() -> None:
    assert wrong(a_token(scope=Scope.METRICS)) is Wrong.SCOPE


def test_one_that_is_too_long_is_refused_unread() -> None:
    assert wrong(a_token() + "A" * MAX_TOKEN_CHARACTERS) is Wrong.INVALID
    assert wrong("A" * 10_000) is Wrong.INVALID


@given(st.integers(0, 10_000), st.characters())
def test_whatever_character_is_changed_it_is_refused(place: int, character: str) -> None:
    token = KEYS.issue(Claims("id", 1_800_000_060))
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        assert wrong(changed) is Wrong.INVALID


@given(st.text(max_size=300))
def test_no_text_is_a_token_by_chance_or_breaks_the_check(text: str) -> None:
    assert wrong(text) is Wrong.INVALID


def test_every_key_is_compared_whichever_is_right_and_always_in_constant_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    original = hmac.compare_digest

    def counting(left: bytes, right: bytes) -> bool:
        compared.append(len(left))
        return original(left, right)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    keys = TokenKeys(("a" * 32, "b" * 32, "k" * 32))
    for token in (a_token(), a_token(keys=OTHER), a_token(keys=TokenKeys(("a" * 32,))), "x", None):
        compared.clear()
        with contextlib.suppress(TokenError):
            keys.check(token, Scope.CALL, NOW_NS)
        assert compared == [43, 43, 43]


def test_a_key_can_be_exchanged_while_old_tokens_last() -> None:
    both = TokenKeys(("n" * 32, "k" * 32))
    both.check(a_token(), Scope.CALL, NOW_NS)
    assert wrong(a_token(keys=both)) is Wrong.INVALID, "the first key signs"


def test_keys_are_never_shown() -> None:
    assert "k" * 5 not in repr(KEYS)


def test_keys_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{'n' * 40}\n\n{'o' * 40}\n")
    assert token_keys(file, "ignored") == TokenKeys(("n" * 40, "o" * 40))
    assert token_keys(None, f"{'n' * 40} {'o' * 40}") == TokenKeys(("n" * 40, "o" * 40))
    assert token_keys(None, None) is None
    assert token_keys(None, "") is None


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"short\n", "too short to be safe"), (b"\n", "there is none"), (b"\xff\xff", "not text")],
)
def test_a_file_without_a_key_says_what_is_wrong(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        token_keys(file, None)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        token_keys(tmp_path / "none", None)
