from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.notices import Trouble, TurnEnded, TurnRecord
from antiphon.telemetry.page import render_page, write_page
from antiphon.telemetry.report import MAX_TURNS, Report, ReportBuilder

from ..samples import BEGAN_NS, DRAFTED, STREAMED, report, turn_record, turn_records, variants
from .test_markup import Reader

VOID = {"br", "hr", "img", "input", "link", "meta"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></svg></script><iframe src=//evil.example>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} `x`",
)


class Balance(HTMLParser):
    """Finds elements that are opened and not closed, or closed in the wrong order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def built(records: list[TurnRecord]) -> Report:
    builder = ReportBuilder(BEGAN_NS)
    for record in records:
        builder.observe(TurnEnded(BEGAN_NS, record))
    return builder.build()


def test_the_page_needs_nothing_but_itself() -> None:
    page = render_page(report(), variants=variants(), details={"Model": "handbook"})
    assert not re.findall(r"""(?:src|href|action)=["']?(?!#|data:,)[^"'>\s]+""", page)
    assert "@import" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_policy_lets_our_script_run_and_no_other() -> None:
    page = render_page(report())
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#x27;sha256-{digest}&#x27;;" in page
    assert "default-src &#x27;none&#x27;" in page


def test_the_head_figures_are_those_of_the_report() -> None:
    text = Reader(render_page(report())).text
    for figure in ("333 ms", "924 ms", "75%", "3 of 4 turns", "1,902 ms", "1.75", "3 of 7 drafts discarded"):
        assert figure in text, figure


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_shown_and_does_nothing_wherever_it_comes_from(hostile: str) -> None:
    builder = ReportBuilder()
    builder.observe(Trouble(0, hostile, hostile))
    builder.observe(TurnEnded(0, turn_record(user=hostile, reply=hostile, error=hostile)))
    plain = render_page(report((DRAFTED,)), title="t", details={"a": "b"}, variants={"v": report((DRAFTED,))})
    found = Reader(
        render_page(
            builder.build(), title=hostile, details={hostile: hostile}, variants={hostile: builder.build()}
        )
    )
    assert found.text.count(hostile) >= 8
    assert {tag for tag, _ in found.tags} <= {tag for tag, _ in Reader(plain).tags} | {"li"}
    assert sum(tag == "script" for tag, _ in found.tags) == 1
    names = {name for _, attributes in found.tags for name, _ in attributes}
    assert not any(name.startswith("on") for name in names)


@settings(max_examples=40)
@given(st.lists(turn_records(), max_size=3), st.text(max_size=20))
def test_any_call_makes_a_sound_page(records: list[TurnRecord], title: str) -> None:
    page = render_page(built(records), title=title, variants={title: built(records)})
    page.encode("utf-8")
    balance = Balance(page)
    assert balance.open == []
    assert balance.wrong == []
    found = Reader(page)
    ids = [value for _, attributes in found.tags for name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert sum(tag == "script" for tag, _ in found.tags) == 1


def test_every_link_and_label_leads_somewhere() -> None:
    found = Reader(render_page(report(), variants=variants()))
    attributes = [pair for _, pairs in found.tags for pair in pairs]
    ids = {value for name, value in attributes if name == "id"}
    for name, value in attributes:
        if name in {"aria-labelledby", "aria-describedby"}:
            assert value in ids
        if name == "href" and value != "data:,":
            assert (value or "").removeprefix("#") in ids
    paints = {
        value for name, value in attributes if name == "fill" and (value or "").startswith("url(#fill-")
    }
    assert {re.sub(r"url\(#(.*?)\).*", r"\1", paint or "") for paint in paints} <= ids


def test_a_call_with_many_turns_scrolls_its_overview() -> None:
    assert 'class="scroll-y"' in render_page(built([turn_record()] * 20))
    assert 'class="scroll-y"' not in render_page(built([turn_record()] * 3))


def test_a_call_without_turns_says_so() -> None:
    text = Reader(render_page(Report(()))).text
    assert "No turn was finished." in text
    assert "Every turn" not in text


def test_turns_that_are_left_out_and_troubles_are_told() -> None:
    odd = Report(
        report((STREAMED,)).turns, left_out=MAX_TURNS, troubles=(Trouble(1, "stt", "the socket closed"),)
    )
    text = Reader(render_page(odd)).text
    assert "10,000 earlier turns are left out." in text
    assert "stt: the socket closed" in text


def test_a_page_is_written_with_its_recording(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "call.wav", np.zeros((16_000, 2)), 16_000)
    write_page(tmp_path / "call.html", report(), recording=tmp_path / "call.wav", title="Table booking")
    page = (tmp_path / "call.html").read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "<title>Table booking – Antiphon</title>" in page
    assert 'src="data:audio/wav;base64,' in page
    assert page.count('class="seek"') == 4
