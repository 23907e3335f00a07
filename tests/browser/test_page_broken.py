"""What a person sees when something breaks under the page: one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious
from browser import QUESTION, SAID, Paced, answered, ask, listener
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sourcebook.index import Library, make_document
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Listener, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def library(sample: Library) -> Library:
    """The sample articles."""
    return sample


@pytest.fixture
def chatbot(library: Library) -> Chatbot:
    return Chatbot(library, model=Paced(), settings=Settings())


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all: a browser keeps what it made of the page's scripts with it."""
    opened = browser.new_context()
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    yield context.new_page()
    for page in context.pages:
        page.close()


def test_a_library_that_breaks_is_one_line_in_every_tab(
    page: Page, library: Library, chatbot: Chatbot, capfd: pytest.CaptureFixture[str]
) -> None:
    file = library.folder / "library.sqlite"
    content = file.read_bytes()
    with Server(library, chatbot, listener()) as server:
        page.goto(server.url)
        ask(page, QUESTION)
        answered(page)
        file.write_bytes(b"no database " * 500)
        ask(page, QUESTION)
        answered(page, 2)
        expect(page.locator("#t2 [role=alert]")).to_contain_text("cannot be read")
        page.get_by_label("Question").fill("Geneva")
        page.get_by_role("button", name="Search only").click()
        expect(page.locator("#sources [role=alert]")).to_contain_text("cannot be read")
        page.locator("#t1 .sb-mark a").first.click()
        expect(page.locator(".sb-reader [role=alert]")).to_contain_text("cannot be read")
        page.keyboard.press("Escape")
        page.locator("#clear").click()
        expect(page.locator(".sb-invitation")).to_be_visible()
        page.get_by_role("tab", name="Articles").click()
        page.locator("#find").get_by_role("textbox").fill("Geneva")
        expect(page.locator(".sb-list [role=alert]")).to_contain_text("cannot be read")
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("cannot be read")
        file.write_bytes(content)
        page.get_by_role("link", name="Try again").click()
        expect(page.locator(".sb-size")).to_have_text("14 articles · 42 passages")
    assert "Traceback" not in capfd.readouterr().err


def test_what_no_place_can_show_is_a_notice_that_says_why(
    page: Page, library: Library, chatbot: Chatbot, tmp_path: Path
) -> None:
    with Server(library, chatbot, listener()) as server:
        page.goto(server.url)
        expect(page.locator(".sb-ready")).to_be_visible()
        (library.folder / "library.sqlite").write_bytes(b"no database " * 500)
        page.get_by_role("tab", name="Articles").click()
        page.get_by_role("button", name="Libraries").click()
        file = tmp_path / "a.txt"
        file.write_text("A bridge is long.")
        page.locator("#upload input").set_input_files(file)
        notice = page.get_by_test_id("toast-body").or_(page.locator(".sb-problem"))
        expect(notice.first).to_contain_text("cannot be read")


def test_a_tab_on_a_library_that_another_tab_deletes_is_told_and_asks_no_other(
    page: Page,
) -> None:
    with Library.open(Libraries().create("news").folder, embedder=HashEmbedder()) as news:
        news.add_documents([make_document("The Ouse bridge is 210 metres long.")])
        with Server(news, Chatbot(news, model=Paced()), listener()) as server:
            page.goto(server.url)
            other = page.context.new_page()
            other.goto(server.url)
            other.get_by_role("button", name="Manage library").click()
            other.get_by_role("button", name="Delete …").click()
            other.get_by_role("button", name="Delete", exact=True).click()
            expect(other.locator("#deleted-line")).to_be_visible()
            ask(page, QUESTION)
            notice = page.locator(".sb-notice")
            expect(notice).to_contain_text("The library news was deleted: load the page again")
            expect(page.locator(".sb-exchange")).to_have_count(0)
            assert serious(page) == []
            notice.get_by_role("button", name="Close").click()
            expect(notice).to_be_empty()
            page.reload()
            expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()


def test_a_server_that_stops_is_told_and_the_page_goes_on_when_it_is_back(
    page: Page, library: Library, chatbot: Chatbot, capfd: pytest.CaptureFixture[str]
) -> None:
    with Server(library, chatbot, listener()) as server:
        page.goto(server.url)
        ask(page, QUESTION)
        answered(page)
        # With this button the answer is kept.
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        page.evaluate("() => { window.isFirst = true; }")
    ask(page, QUESTION)
    notice = page.get_by_test_id("toast-text")
    expect(notice).to_have_text(
        "Sourcebook does not answer. Start it again, and this page goes on by itself.",
    )
    assert serious(page) == []
    page.locator("#t1 .sb-mark a").first.click()
    expect(page.locator(".sb-reader [role=alert]")).to_contain_text("Is Sourcebook still running?")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.locator("#t1 .sb-told")).to_contain_text("does not answer")
    # An open page is no reason for a stack trace when Sourcebook is ended.
    assert capfd.readouterr().err == ""
    with Server(library, chatbot, Listener(port=int(server.url.rpartition(":")[2]))):
        # The page loads itself again; what was not answered is still in the box.
        page.wait_for_function("() => !window.isFirst")
        expect(notice).to_have_count(0)
        expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)
        box = page.get_by_label("Question")
        expect(box).to_have_value(QUESTION)
        box.press("Enter")
        answered(page, 2)
        expect(page.locator("#t2 .sb-sentence")).to_have_text(SAID)
