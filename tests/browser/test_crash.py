"""The page survives a server that is killed: it comes back to its call, and the call to its history."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from .conftest import Browse, serving

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install")
pytestmark = pytest.mark.embedded
expect = sync_api.expect

KEEP = """() => {
  globalThis.told = [];
  antiphonCall.addEventListener("state", ({ detail }) => told.push(detail.state));
  antiphonCall.addEventListener("ready", ({ detail }) => told.push(detail));
}"""


def test_after_kill_9_and_a_restart_the_call_goes_on_with_its_history(browse: Browse, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    options = ("--port", port, "--store", str(tmp_path / "calls.sqlite3"))
    with serving(*options) as (address, first), browse(at=address, bears="ERR_CONNECTION") as page:
        page.get_by_role("button", name="Type instead").click()
        expect(page.get_by_role("status")).to_have_text("Listening")
        page.evaluate(KEEP)
        page.get_by_label("Say it in writing").fill("where can i park")
        page.keyboard.press("Enter")
        expect(page.locator(".account b").first).to_be_visible()  # the turn is over, and kept
        first.kill()
        page.wait_for_function("() => told.includes('reconnecting')")
        with serving(*options):
            page.wait_for_function("() => told.some((each) => each.resumed)")
            ready = page.evaluate("told.findLast((each) => each.resumed)")
            assert [message["text"] for message in ready["history"] if message["role"] == "user"] == [
                "where can i park"
            ]
            page.get_by_label("Say it in writing").fill("can i bring my dog")
            page.keyboard.press("Enter")
            expect(page.locator(".said.agent").nth(1)).to_contain_text("dog")
            expect(page.locator(".said.agent").first).to_contain_text("car park")
            page.get_by_role("button", name="End", exact=True).click()
