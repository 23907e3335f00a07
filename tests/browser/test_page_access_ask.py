"""The Ask tab for everybody: axe-core finds nothing serious in any of its states."""

from __future__ import annotations

from typing import Any

import pytest
from accessibility import LOOKS, serious
from browser import QUESTION, UNANSWERABLE, answered, ask, watched
from playwright.sync_api import Browser, expect

from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_serious_in_any_state_of_a_conversation(
    browser: Browser,
    server: Server,
    scheme: Any,
    width: int,
) -> None:
    size = {"width": width, "height": 900}
    for page in watched(browser, server, color_scheme=scheme, viewport=size):
        found: dict[str, list[str]] = {}
        expect(page.locator(".sb-suggested button").first).to_be_visible()
        found["suggestions"] = serious(page)
        ask(page, QUESTION)
        answered(page)
        ask(page, UNANSWERABLE)
        answered(page, 2)
        expect(page.get_by_label("You could go on with")).to_be_visible()
        page.locator("#t2").get_by_role("button", name="Bad answer").click()
        expect(page.locator("#t2").get_by_label("Why?")).to_be_visible()
        page.get_by_role("button", name="Conversations", exact=True).click()
        page.locator("#t1").get_by_role("button", name="Edit question").click()
        expect(page.locator(".sb-editing")).to_be_visible()
        expect(page.get_by_placeholder("Ask a question")).to_be_focused()  # comes after it
        found["rated, listed, editing"] = serious(page)
        page.get_by_text("Export", exact=True).click()
        found["exporting"] = serious(page)
        page.get_by_text("Export", exact=True).press("Escape")
        expect(page.get_by_role("button", name="Markdown")).to_be_hidden()
        page.get_by_role("button", name="Search only").click()
        expect(page.locator(".sb-hit").first).to_be_visible()
        found["search"] = serious(page)
        page.locator("#t1 .sb-mark a").first.focus()
        expect(page.get_by_role("tooltip")).to_be_visible()
        found["pointing"] = serious(page)
        page.keyboard.press("Enter")
        expect(page.locator(".sb-reader .sb-here")).to_be_visible()
        found["reading"] = serious(page)
        assert {state: each for state, each in found.items() if each} == {}
