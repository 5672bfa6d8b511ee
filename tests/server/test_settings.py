from __future__ import annotations

import pytest

from antiphon.errors import ConfigError
from antiphon.server import ServerSettings


def test_it_listens_on_loopback_unless_told_otherwise() -> None:
    assert ServerSettings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("setting", "value"), [("port", 65_536), ("hello_timeout_s", 0.0), ("drain_s", -1.0), ("lead_ms", 5_000)]
)
def test_what_is_out_of_range_is_named(setting: str, value: float) -> None:
    with pytest.raises(ConfigError, match=setting):
        ServerSettings(**{setting: value})  # type: ignore[arg-type]
