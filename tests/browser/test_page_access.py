"""The page for everybody: axe-core, keyboard, widths, motion, and that nothing leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from accessibility import LOOKS, TABS, serious
from browser import QUESTION, answered, ask, page_over, watched
from playwright.sync_api import Browser, Page, expect
from waiting import settle

from sourcebook.index import Library, make_document
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag import Settings
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser


def go_to(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()
    expect(page.get_by_role("tab", name=tab, exact=True)).to_have_attribute("aria-selected", "true")
    settle(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_serious_on_any_tab(
    browser: Browser, server: Server, scheme: Any, width: int
) -> None:
    size = {"width": width, "height": 900}
    for page in watched(browser, server, color_scheme=scheme, viewport=size):
        ask(page, QUESTION)
        answered(page)
        found: dict[str, list[str]] = {}
        for tab in TABS:
            go_to(page, tab)
            found[tab] = serious(page)
        assert {tab: each for tab, each in found.items() if each} == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_serious_where_something_was_removed_or_deleted(
    browser: Browser, library: Library, scheme: Any, width: int
) -> None:
    library.add_documents([make_document("The bridge is long.", title="Bridge")])
    Libraries().create("An older library with quite a long name")
    Libraries().delete("An older library with quite a long name")
    size = {"width": width, "height": 900}
    for page in page_over(browser, library, color_scheme=scheme, viewport=size):
        page.get_by_role("tab", name="Articles", exact=True).click()
        page.get_by_role("button", name="Bridge").click()
        page.get_by_role("button", name="Remove …").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        expect(page.locator(".sb-removals")).to_be_visible()
        page.get_by_role("button", name="Manage library").click()
        page.get_by_role("button", name="Empty the trash …").click()
        expect(page.get_by_role("button", name="Keep")).to_be_focused()
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Keep").click()
        page.get_by_role("button", name="Bring back An older").click()
        expect(page.get_by_role("link", name="Open it")).to_be_focused()
        assert serious(page) == []


def test_axe_finds_nothing_serious_before_there_is_anything(
    browser: Browser, library: Library
) -> None:
    for page in page_over(browser, library, settings=Settings(offline=True)):
        expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()
        assert serious(page) == []
        go_to(page, "Articles")
        assert serious(page) == []


def reached(page: Page, most: int = 80) -> list[str]:
    """What Tab leads to, by the words it goes by; the focus is to be seen on each."""
    names: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const e = document.activeElement;
                if (!e || e === document.body) return null;
                const style = getComputedStyle(e);
                const near = e.closest("#question, .sb-chip, label, .wrap, .block");
                const seen = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0
                    || s.boxShadow !== "none";
                return [e.getAttribute("aria-label") || e.innerText.trim().slice(0, 40) || e.id
                    || e.tagName, seen(style) || !!near && seen(getComputedStyle(near))];
            }"""
        )
        if found is None:
            break
        names.append(found[0])
        assert found[1], f"the focus is not to be seen on {found[0]}"
    return names


def test_the_keyboard_reaches_all_and_shows_where_it_is(page: Page) -> None:
    page.get_by_role("tab", name="Articles").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sb-documents")).to_be_visible()
    names = reached(page)
    for text in ("Fetch and add", "Choose a folder", "Title", "Eight hours in Geneva"):
        assert any(text in name for name in names), (text, names)


def test_an_article_is_opened_and_left_by_keyboard_alone(page: Page) -> None:
    go_to(page, "Articles")
    page.get_by_role("button", name="Eight hours in Geneva").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sb-opened .sb-article-title")).to_be_focused()
    page.get_by_role("button", name="All articles").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Eight hours in Geneva")).to_be_focused()


def test_an_article_opens_while_the_page_scrolls(page: Page) -> None:
    go_to(page, "Articles")
    # With the focus in a list of choices, which opens it.
    page.get_by_role("combobox", name="Order").focus()
    page.evaluate("() => { setInterval(() => dispatchEvent(new Event('scroll')), 11); }")
    for _ in range(3):
        page.get_by_role("button", name="Eight hours in Geneva").evaluate("one => one.click()")
        expect(page.locator(".sb-opened .sb-article-title")).to_be_focused()
        page.get_by_role("button", name="All articles").click()
        expect(page.get_by_role("button", name="Eight hours in Geneva")).to_be_focused()
    page.reload()


def test_the_page_is_usable_on_every_visit(page: Page, server: Server) -> None:
    for _ in range(3):
        page.goto(server.url)
        page.get_by_label("Question").fill("Ready")
        expect(page.get_by_label("Question")).to_have_value("Ready")


MOVING = """async () => {
    for (let at = 0; at < 2; at++) await new Promise(requestAnimationFrame);
    return document.getAnimations().filter((a) => a.playState === "running"
        && a.effect.getComputedTiming().duration > 10).length;
}"""


def test_the_tabs_move_nothing_ask_no_other_machine_and_need_no_sideways_scrolling(
    browser: Browser, server: Server
) -> None:
    # `watched` holds that every request went to this server; here for each tab and every kind.
    kinds: set[str] = set()
    for page in watched(browser, server, reduced_motion="reduce"):
        page.on("request", lambda request: kinds.add(request.resource_type))
        page.reload()
        wide: dict[tuple[str, int], int] = {}
        for tab in TABS:
            page.get_by_role("tab", name=tab, exact=True).click()
            page.wait_for_timeout(300)
            assert page.evaluate(MOVING) == 0
            go_to(page, tab)
            for width in (360, 2560, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                settle(page)
                wide[tab, width] = page.evaluate("document.documentElement.scrollWidth")
        assert {place: each for place, each in wide.items() if each > place[1]} == {}
        assert {"document", "script", "stylesheet"} <= kinds
        assert not re.search(r"(?:src|href)=\"https?://(?!127\.0\.0\.1)", page.content())


def test_arrows_go_from_tab_to_tab_and_only_the_chosen_one_is_in_the_order(
    browser: Browser, server: Server
) -> None:
    """And axe finds nothing serious on a tab where something is open."""
    for page in watched(browser, server):
        at = page.locator('[role="tablist"] [role="tab"][tabindex="0"]')
        expect(at).to_have_text("Ask")
        at.focus()
        went = [("ArrowRight", "Articles"), ("ArrowRight", "Evaluate"), ("ArrowLeft", "Articles")]
        went += [("End", "Settings"), ("ArrowRight", "Ask"), ("ArrowLeft", "Settings")]
        for key, name in [*went, ("Home", "Ask")]:
            page.keyboard.press(key)
            tab = page.get_by_role("tab", name=name, exact=True)
            expect(tab).to_be_focused()
            expect(tab).to_have_attribute("aria-selected", "true")
            expect(at).to_have_text(name)
            panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
            expect(panel).to_have_attribute("role", "tabpanel")
            expect(panel).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator('[role="tab"]:focus')).to_have_count(0)

        go_to(page, "Articles")
        page.get_by_role("button", name="Libraries").click()
        assert serious(page) == []
        page.get_by_role("button", name="Eight hours in Geneva").click()
        page.get_by_role("button", name="Remove …").click()
        expect(page.locator(".sb-asks")).to_be_visible()
        page.get_by_text("About this article").click()
        assert serious(page) == []
