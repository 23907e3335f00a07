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
    """Return on how many lines the tabs stand; each must be whole, and inside of the window.

    All are measured in one look: between two looks a panel that comes may move the page.
    """
    expect(tabs_of(page)).to_have_text(TABS)
    boxes = tabs_of(page).evaluate_all(
        """tabs => tabs.map(tab => {
            const box = tab.getBoundingClientRect();
            return [box.left, box.right, box.top, tab.scrollWidth - tab.clientWidth];
        })"""
    )
    assert len(boxes) == len(TABS)
    for left, right, _, hidden in boxes:
        assert left >= 0
        assert right <= PHONE
        assert hidden <= 0
    return len({top for _, _, top, _ in boxes})


def gap_below(page: Page, name: str) -> float:
    """Return how many pixels lie between the last tab and the panel of the tab ``name``."""
    gap: float = page.evaluate(
        """name => {
            const tabs = document.querySelectorAll('.sb-tabs [role="tablist"] [role="tab"]');
            const panel = document.getElementById(`tab-${name}`);
            return panel.getBoundingClientRect().top
                - tabs[tabs.length - 1].getBoundingClientRect().bottom;
        }""",
        name.lower(),
    )
    return gap


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
        assert gap_below(page, name) >= 0
    assert page.get_by_role("button", name="More tabs").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
