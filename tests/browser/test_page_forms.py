"""An answer of every form on the page: as what it is, for every reader, at every width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious
from answer_forms import CODE, EVERY_FORM, GREETING, HANDBOOK, MadeAnswers
from browser import Paced, answered, ask, listener, watched
from playwright.sync_api import Browser, Locator, Page, expect
from waiting import settle, until

from sourcebook.index import Library
from sourcebook.rag import Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser

_SIZE = "e => parseFloat(getComputedStyle(e).fontSize)"
_EDGES = """parts => parts.map(part => part.getBoundingClientRect())
    .map(box => [box.left, box.right])"""
WIDTHS = (320, 360, 768, 1280)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[MadeAnswers]:
    with Library.open(tmp_path / "forms.library", embedder=HashEmbedder()) as library:
        library.add_documents([HANDBOOK])
        yield MadeAnswers(library, model=Paced(), settings=Settings())


@pytest.fixture
def page(browser: Browser, bot: MadeAnswers) -> Iterator[Page]:
    with Server(bot.library, bot, listener()) as server:
        yield from watched(browser, server, permissions=["clipboard-read", "clipboard-write"])


def inside(answer: Locator, width: int) -> None:
    """Every part of an answer, and each bullet, lies inside of the window; a mark stands on the
    line of its step."""
    parts = answer.locator(".sb-answer > *, .sb-answer li, .sb-cells tr > *")
    for left, right in parts.evaluate_all(_EDGES):
        assert left >= 0
        assert right <= width
    bullets = answer.locator("ul.sb-items")
    assert bullets.evaluate("e => getComputedStyle(e).listStyleType") == "disc"
    assert bullets.evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)") >= 12
    lefts = """li => [".sb-sentence", "sup"]
        .map(name => li.querySelector(name).getBoundingClientRect().left)"""
    sentence, mark = answer.locator("ol > li").first.evaluate(lefts)
    assert mark > sentence


def test_every_form_is_seen_read_copied_and_asked_again(page: Page, bot: MadeAnswers) -> None:
    ask(page, EVERY_FORM.question)
    answered(page)
    answer = page.locator("#t1")
    expect(answer.get_by_role("heading", level=4)).to_have_text(["Cleaning", "Fares"])
    expect(answer.locator("ol > li")).to_have_count(3)
    expect(answer.locator("ul.sb-items > li")).to_have_count(2)
    expect(answer.get_by_role("table")).to_have_count(1)
    expect(answer.get_by_role("columnheader")).to_have_text(["Skerry", "Marwick"])
    expect(answer.get_by_role("rowheader")).to_have_text(["Adult", "Bell"])
    assert answer.locator("pre").inner_text() == CODE
    sizes = {
        name: float(answer.locator(name).first.evaluate(_SIZE))
        for name in (".sb-remark", ".sb-answer > p", "pre")
    }
    assert sizes[".sb-remark"] < sizes[".sb-answer > p"]

    answer.get_by_role("button", name="Copy code").click()
    expect(answer.get_by_role("button", name="Copy code")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == CODE

    # A mark beside a row brings up the row under its heads, and opens the article at it.
    answer.get_by_label("Source 8").focus()
    bubble = page.get_by_role("tooltip")
    expect(bubble.locator("th")).to_have_text(["Route", "Adult", "Child", "Marwick"])
    answer.get_by_label("Source 5").focus()
    expect(bubble.locator("code")).to_have_text(CODE.replace("\n", ""))
    page.keyboard.press("Enter")
    expect(page.locator(".sb-reader pre .sb-quoted").first).to_have_text("if test -d spool; then")
    page.keyboard.press("Escape")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{wide} at {width}"
            inside(answer, width)
        assert serious(page) == []

    # The kind is a chip; another kind asks the same question again, in its place.
    change = answer.locator(".sb-menu summary")
    change.focus()
    page.keyboard.press("Enter")
    expect(answer.get_by_role("button", name="a comparison")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(answer.get_by_role("button", name="a comparison")).to_be_hidden()
    expect(change).to_be_focused()
    change.click()
    answer.get_by_role("button", name="a list").click()
    expect(page.locator("#t1 .sb-kind")).to_contain_text("Asked as: a list")
    expect(page.locator("#t1 ol")).to_have_count(0)
    expect(page.locator("#t2")).to_have_count(0)
    answered(page)
    page.get_by_role("button", name="Regenerate").click()
    until(page, lambda: len(bot.kinds) > 2)
    assert bot.kinds == [None, "list", "list"]
    expect(page.locator("#t1 .sb-kind")).to_contain_text("Asked as: a list")
    answered(page)

    # What is open comes back from disk as it was.
    page.reload()
    expect(page.locator("#t1 ul.sb-items > li")).to_have_count(2)
    expect(page.locator("#t1 .sb-kind")).to_contain_text("Asked as: a list")

    ask(page, GREETING.question)
    answered(page, 2)
    expect(page.locator("#t1 .sb-menu")).to_be_hidden()
    expect(page.locator("#t2 .sb-sure")).to_have_count(0)
    expect(page.locator("#t2")).not_to_contain_text("%")
    page.locator("#t2").get_by_role("button", name="How many articles are there?").click()
    answered(page, 3)
    expect(page.locator("#t3 .sb-answer")).to_contain_text("1 article")
