from __future__ import annotations

import pytest

from antiphon.core.patience import Patience
from antiphon.errors import ConfigError


@pytest.mark.parametrize("setting", ["reply_timeout_ms", "starved_timeout_ms", "max_attempts"])
def test_what_is_out_of_range_is_named(setting: str) -> None:
    with pytest.raises(ConfigError, match=f"patience.{setting} = 0"):
        Patience(**{setting: 0})
