"""The page as a caller uses it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import Browse

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install")
pytestmark = pytest.mark.embedded
expect = sync_api.expect

KEEP = """() => {
  window.told = [];
  document.getElementById("start").addEventListener("click", () => setTimeout(() => {
    for (const type of ["message", "state", "heard", "playout", "flush"])
      window.antiphonCall.addEventListener(type, ({ detail }) => window.told.push([type, structuredClone(detail)]));
  }));
}"""  # what the page's call tells, for a test to read


def records(page: Page) -> list[dict[str, object]]:
    """The accounts of the turns that are over."""
    return [
        message["record"]
        for kind, message in page.evaluate("window.told")
        if kind == "message" and message["type"] == "turn_ended"
    ]


def start(page: Page) -> None:
    page.evaluate(KEEP)
    page.get_by_role("button", name="Start talking").click()


def test_what_is_said_is_answered_in_sound_and_accounted_for_end_to_end(
    browse: Browse, caller: Callable[..., Path]
) -> None:
    with browse(caller(1.5, "Where can I park?", 30.0), permissions=["microphone"]) as page:
        start(page)
        # A browser on a busy machine loses some of what its microphone is fed: a word may be misheard.
        expect(page.locator(".said.caller").first).to_have_text(re.compile("^You: where can .+"))
        expect(page.locator(".said.agent").first).to_have_text(re.compile(r"^Agent: \w.+\."))
        expect(page.locator(".account b").first).to_be_visible()
        expect(page.get_by_role("table", name="Contributions to the delay")).to_contain_text("Glass to glass")
        expect(page.locator("#drafts .used")).to_have_count(1)
        (record,) = records(page)
        spent = record["contributions_ms"]
        assert isinstance(spent, dict)
        assert {"uplink", "network", "device"} <= set(spent)
        assert sum(spent.values()) == pytest.approx(record["glass_to_glass_ms"], abs=1e-6)
        shown = [row.split("\t")[-1] for row in page.locator("#where tr").all_inner_texts()]
        assert shown[-1] == page.locator(".account b").first.inner_text()


def test_who_cuts_in_silences_the_agent_and_sees_so(browse: Browse, caller: Callable[..., Path]) -> None:
    speech = caller(1.5, "Where can I park?", 4.0, "Can I bring my dog?", 30.0)
    with browse(speech, permissions=["microphone"]) as page:
        start(page)
        expect(page.locator(".said.agent .cut").first).to_have_text("— you cut in")
        expect(page.locator(".said.agent").nth(1)).to_have_text(re.compile(r"^Agent: \w.+"))
        told = page.evaluate("window.told")
        assert any(kind == "flush" for kind, _ in told)
        over = [message for kind, message in told if kind == "message" and message["type"] == "reply_over"]
        assert (over[0]["reason"], over[0]["complete"]) == ("barge-in", False)


def test_a_lost_connection_comes_back_and_the_call_goes_on(browse: Browse) -> None:
    with browse() as page:
        page.evaluate(KEEP)
        page.get_by_role("button", name="Type instead").click()
        expect(page.get_by_role("status")).to_have_text("Listening")
        page.evaluate("antiphonCall.addEventListener('state', ({ detail }) => told.push(detail.state))")
        page.evaluate("antiphonCall.socket.close(4000)")
        page.wait_for_function("() => told.includes('reconnecting') && told.at(-1) === 'open'")
        page.get_by_label("Say it in writing").fill("where can i park")
        page.keyboard.press("Enter")
        expect(page.locator(".said.agent").first).to_contain_text("car park")


@pytest.mark.parametrize(
    ("flags", "permissions", "says"),
    [
        (("--use-fake-device-for-media-stream", "--deny-permission-prompts"), [], "was not allowed"),
        ((), ["microphone"], "No microphone was found"),
    ],
    ids=["denied", "none there"],
)
def test_without_a_microphone_the_page_says_why_and_can_be_written_to(
    browse: Browse, flags: tuple[str, ...], permissions: list[str], says: str
) -> None:
    with browse(None, *flags, permissions=permissions) as page:
        start(page)
        expect(page.get_by_role("alert")).to_contain_text(says)
        expect(page.get_by_role("button", name="Mute")).to_be_disabled()
        expect(page.get_by_label("Say it in writing")).to_be_focused()
        page.keyboard.type("where can i park")
        page.keyboard.press("Enter")
        expect(page.locator(".said.agent").first).to_contain_text("car park")
        expect(page.get_by_role("alert")).to_contain_text(says)


def test_it_fits_a_telephone_in_either_light(browse: Browse, tmp_path: Path) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        with browse(viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True) as page:
            page.get_by_role("button", name="Type instead").click()
            page.get_by_label("Say it in writing").fill("can i bring my dog")
            page.keyboard.press("Enter")
            expect(page.locator(".account b").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
            for name in ("Mute", "Send", "End"):
                box = page.get_by_role("button", name=name, exact=True).bounding_box()
                assert box is not None
                assert box["height"] >= 44, "a finger can hit it"
                assert box["x"] + box["width"] <= 360
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            picture = page.screenshot(path=tmp_path / f"{scheme}.png")
            assert len(picture) > 5_000
    assert len(grounds) == 2


def test_it_can_be_used_from_the_keyboard_alone(browse: Browse, caller: Callable[..., Path]) -> None:
    with browse(caller(60.0), permissions=["microphone"]) as page:
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Start talking")).to_be_focused()
        page.keyboard.press("Enter")
        mute = page.get_by_role("button", name="Mute")
        expect(mute).to_be_enabled()
        page.keyboard.press("m")
        expect(mute).to_have_attribute("aria-pressed", "true")
        page.wait_for_function("() => antiphonCall.levels.input < 1e-3")
        page.keyboard.press("m")
        expect(mute).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("/")
        expect(page.get_by_label("Say it in writing")).to_be_focused()
        expect(page.get_by_label("Microphone", exact=True)).to_contain_text("Fake")
        page.get_by_role("button", name="End", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("Call ended")
        assert json.loads(page.evaluate("JSON.stringify(antiphonCall.state)")) == "closed"
