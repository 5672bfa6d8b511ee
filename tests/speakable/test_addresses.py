from __future__ import annotations

import pytest

from antiphon.speakable import speakable_text

from .cases import Case, case_id, of_kinds


@pytest.mark.parametrize("case", of_kinds("phone", "address"), ids=case_id)
def test_what_is_written_is_said_as_a_person_reads_it(case: Case) -> None:
    assert speakable_text(case.written) == case.spoken


def test_the_name_of_a_link_may_stand_for_it() -> None:
    assert speakable_text("[example.com](https://example.com/a/b?c)") == "example dot com"


@pytest.mark.parametrize("written", ["so.no", "end.Then", "a@b", "5.5.", "# x", "C#m"])
def test_what_only_looks_like_an_address_is_none(written: str) -> None:
    assert " dot " not in speakable_text(f"it is {written} now")
