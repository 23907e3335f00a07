"""The page on a phone, with type as narrow and as wide as a reader's machine may have."""

from __future__ import annotations

import pytest
from accessibility import TABS
from browser import watched
from fonts import font_of_width, set_in
from playwright.sync_api import Browser, Locator, Page, expect

from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser

PHONE = 360
# A letter of the tabs' names is 0.53 em wide on the average in DejaVu Sans, the widest type that
# is common. No type for reading is as wide as the last.
NARROW, WIDE, WIDEST = 0.4, 0.6, 1.0


def tabs_of(page: Page) -> Locator:
    return page.locator('.sb-tabs [role="tablist"] [role="tab"]')


def lines_of(page: Page) -> int:
    """Return on how many lines the tabs stand; each must be whole, and inside of the window."""
    expect(tabs_of(page)).to_have_text(TABS)
    tops: set[float] = set()
    for tab in tabs_of(page).all():
        box = tab.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE
        assert tab.evaluate("tab => tab.scrollWidth <= tab.clientWidth")
        tops.add(box["y"])
    return len(tops)


def test_all_tabs_are_there_on_a_phone_whatever_its_type(browser: Browser, server: Server) -> None:
    for page in watched(browser, server, viewport={"width": PHONE, "height": 640}):
        expect(tabs_of(page)).to_have_text(TABS)
        for em, lines in ((NARROW, 1), (WIDE, 1), (WIDEST, 2)):
            set_in(page, font_of_width(em))
            check_tabs(page, em, lines)


def check_tabs(page: Page, em: float, lines: int) -> None:
    expected = len("Articles") * em * 15  # pixels, at the tabs' 15 to one em
    page.wait_for_function(
        """([name, least]) => {
            const range = document.createRange();
            range.selectNodeContents(document.getElementById(name));
            return Math.abs(range.getBoundingClientRect().width - least) < 2;
        }""",
        arg=["tab-articles-button", expected],
    )
    for name in TABS:
        page.get_by_role("tab", name=name, exact=True).click()
        panel = page.locator(f"#tab-{name.lower()}")
        expect(panel).to_be_visible()
        assert lines_of(page) == lines
        below = panel.bounding_box()
        last = tabs_of(page).last.bounding_box()
        assert below is not None
        assert last is not None
        assert last["y"] + last["height"] <= below["y"]
    assert page.get_by_role("button", name="More tabs").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
