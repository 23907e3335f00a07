"""Reading an answer in a real browser: its quotes a hover away, its articles a click away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser import (
    QUESTION,
    SAID,
    UNANSWERABLE,
    Paced,
    Watch,
    answered,
    ask,
    kept,
    listener,
    page_over,
    watched,
)
from playwright.sync_api import Browser, Page, expect
from waiting import until

from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser

FACT = "The harbour bridge is 210 metres long."
OTHER = "Another paper puts the harbour bridge at 190 metres."
BRIDGE = "How long is the harbour bridge?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample articles and some hundreds more, two of which speak of a bridge."""
    folder = tmp_path_factory.mktemp("reading") / "many.library"
    with Library.open(folder, embedder=HashEmbedder()) as opened:
        opened.add_sample()
        filler = [
            make_document(
                "\n\n".join(
                    f"Paragraph {p} of report {n} is about orchard {n * p % 97} and its trees. " * 6
                    for p in range(20)
                ),
                title=f"Report {n}",
            )
            for n in range(484)
        ]
        long = "\n\n".join(f"Line {n} is about the river and its banks." for n in range(2000))
        half = len(long) // 2
        opened.add_documents(
            [
                *filler,
                make_document(f"{long[:half]}\n\n{FACT}\n\n{long[half:]}", title="The bridge"),
                make_document(f"A report.\n\n{OTHER}", title="Another bridge", source="Echo"),
            ]
        )
        assert len(opened) == 500
        yield opened


@pytest.fixture(scope="module")
def server(library: Library) -> Iterator[Server]:
    def reply(prompt: object) -> str:
        return FACT if "bridge" in str(prompt) else SAID

    model = Paced(reply)
    with Server(library, Chatbot(library, model=model, settings=Settings()), listener()) as s:
        yield s


@pytest.fixture(scope="module")
def kept_page(browser: Browser, server: Server) -> Iterator[Watch]:
    with kept(browser, server) as watch:
        yield watch


@pytest.fixture
def page(kept_page: Watch) -> Iterator[Page]:
    yield kept_page.begin_anew()
    kept_page.check()


READER = ".sb-reader"


def test_a_mark_opens_the_article_at_its_quote_beside_the_chat_and_by_keyboard_alone(
    page: Page,
) -> None:
    ask(page, QUESTION)
    answered(page)
    mark = page.locator("#t1 .sb-mark a").first
    mark.click()
    quote = page.locator(f"{READER} .sb-here")
    expect(quote).to_have_text(SAID)
    expect(quote).to_be_in_viewport(ratio=1)
    # Seen for itself: nothing lies over its middle.
    on_top = """(mark) => {
        const { x, y, width, height } = mark.getClientRects()[0];
        return document.elementFromPoint(x + width / 2, y + height / 2) === mark;
    }"""
    until(page, lambda: quote.evaluate(on_top))
    colour = "element => getComputedStyle(element).backgroundColor"
    assert quote.evaluate(colour) != page.locator(READER).evaluate(colour)
    expect(page.locator(READER)).to_contain_text("The pair had already dined together")
    expect(page.locator(READER)).to_contain_text("Maren Holloway · 10 January 2022")
    # The chat stays in view.
    beside = """() => document.querySelector("#conversation").getBoundingClientRect().right
        <= document.querySelector(".sb-reader").getBoundingClientRect().left"""
    until(page, lambda: page.evaluate(beside))
    expect(page.get_by_label("Question")).to_be_enabled()

    page.keyboard.press("Escape")
    expect(page.locator(READER)).to_be_hidden()
    page.get_by_label("Question").focus()
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{READER} .sb-reader-body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(READER)).to_be_hidden()
    expect(mark).to_be_focused()


def test_where_it_is_narrow_the_article_covers_the_chat(browser: Browser, server: Server) -> None:
    for page in watched(browser, server, viewport={"width": 360, "height": 740}):
        ask(page, QUESTION)
        answered(page)
        for width in (360, 390):
            page.set_viewport_size({"width": width, "height": 740})
            page.locator("#t1 .sb-mark a").first.click()
            expect(page.locator(f"{READER} .sb-here")).to_be_in_viewport()
            whole = {"x": 0, "y": 0, "width": width, "height": 740}
            until(page, lambda: page.locator(READER).bounding_box() == whole)  # noqa: B023
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for _ in range(12):
                page.keyboard.press("Tab")
                assert page.evaluate("""() => document.activeElement === document.body
                    || Boolean(document.activeElement.closest(".sb-reader"))""")
            page.keyboard.press("Escape")
            expect(page.locator("#t1 .sb-mark a").first).to_be_focused()


def test_n_and_p_and_the_buttons_go_through_the_quotes(page: Page) -> None:
    ask(page, UNANSWERABLE)
    answered(page)
    page.locator("#sources .sb-read").first.click()
    at = page.locator(".sb-reader-at")
    expect(at).to_have_text("Quote 1 of 3")
    quotes = page.locator("#sources .sb-card > .sb-quote mark").all_inner_texts()
    here = page.locator(f"{READER} .sb-here")
    expect(here).to_have_text(quotes[0])
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.keyboard.press("n")
    expect(at).to_have_text("Quote 2 of 3")
    expect(here).to_have_text(quotes[1])
    page.keyboard.press("j")
    expect(here).to_have_text(quotes[2])
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("n")
    expect(at).to_have_text("Quote 3 of 3")
    page.keyboard.press("k")
    page.get_by_role("button", name="Previous").click()
    expect(here).to_have_text(quotes[0])
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#sources .sb-read").first).to_be_focused()


def test_letters_typed_into_the_box_turn_no_page_and_earlier_marks_open_their_article(
    page: Page,
) -> None:
    ask(page, QUESTION)
    answered(page)
    ask(page, UNANSWERABLE)
    answered(page, 2)
    page.locator("#sources .sb-read").first.click()
    expect(page.locator(".sb-reader-at")).to_have_text("Quote 1 of 3")
    # The end of the answer changes the box, too.
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    page.get_by_label("Question").press_sequentially("no jokes")
    expect(page.get_by_label("Question")).to_have_value("no jokes")
    expect(page.locator(".sb-reader-at")).to_have_text("Quote 1 of 3")
    page.locator("#t1 .sb-mark a").first.click()
    expect(page.locator(f"{READER} .sb-here")).to_have_text(SAID)


def test_a_quote_deep_in_a_long_article_is_shown_and_the_rest_is_a_click_away(page: Page) -> None:
    """Again and again, in a library of 500."""
    ask(page, BRIDGE)
    answered(page)
    for _ in range(2):
        page.locator("#t1 .sb-mark a").first.click()
        expect(page.locator(f"{READER} .sb-here")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator(READER)).to_be_hidden()
    page.locator("#t1 .sb-mark a").first.click()
    here = page.locator(f"{READER} .sb-here")
    expect(here).to_have_text(FACT)
    expect(here).to_be_in_viewport()
    before = page.get_by_role("button", name=re.compile("stands before this"))
    while before.count():
        top = page.locator(f"{READER} .sb-reader-body").evaluate("b => b.scrollTop = 0")
        first = page.locator(f"{READER} .sb-text > p:not(.sb-rest)").first
        text = first.inner_text()
        before.click()
        expect(first).not_to_have_text(text)
        assert top == 0
    expect(page.locator(f"{READER} .sb-text > p").first).to_have_text(
        "Line 0 is about the river and its banks."
    )
    expect(here).to_have_count(1)


def test_pointing_at_a_mark_tells_quote_title_source_and_date(page: Page) -> None:
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".sb-suggested")).to_be_visible()  # what comes last may move the mark
    mark = page.locator("#t1 .sb-mark a").first
    mark.hover()
    bubble = page.get_by_role("tooltip")
    for said in (SAID, "Eight hours in Geneva", "Harbour Courier · 10 January 2022"):
        expect(bubble).to_contain_text(said)
    expect(bubble).to_be_in_viewport(ratio=1)
    expect(page.locator("#t1-1")).to_have_class(re.compile("sb-lit"))
    # The pointer may go into it without its going away.
    bubble.hover()
    page.wait_for_timeout(400)
    expect(bubble).to_be_visible()
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    page.get_by_label("Question").hover()
    mark.hover()
    expect(bubble).to_be_visible()
    page.get_by_label("Question").hover()
    expect(bubble).to_be_hidden()
    # A focused mark tells the same, and Escape dismisses it.
    mark.focus()
    expect(bubble).to_contain_text(SAID)
    expect(mark).to_have_attribute("aria-describedby", "sb-bubble")
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    expect(mark).to_be_focused()


def test_who_has_gone_to_a_mark_stays_there_when_the_answer_is_complete(page: Page) -> None:
    # As soon as there is a mark: the box is made ready for the next question after that.
    page.evaluate("""() => new MutationObserver((_, observer) => {
        const mark = document.querySelector("#t1 .sb-mark a");
        if (mark) { observer.disconnect(); setTimeout(() => mark.focus()); }
    }).observe(document.body, { subtree: true, childList: true })""")
    ask(page, QUESTION)
    answered(page)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    # What comes last of all.
    expect(page.locator(".sb-suggested")).to_be_visible()
    expect(page.locator("#t1 .sb-mark a").first).to_be_focused()


def test_an_article_removed_meanwhile_is_said_to_be_gone(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("gone") / "one.library"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.add_documents([make_document(f"A report.\n\n{FACT}", title="The bridge")])
        model = Paced()
        model.says(FACT)
        for page in page_over(browser, library, model):
            ask(page, BRIDGE)
            answered(page)
            (document,) = library.documents()
            library.remove(document.id)
            page.locator("#t1 .sb-mark a").first.click()
            expect(page.locator(READER)).to_contain_text(
                "This article is no longer in the library."
            )
