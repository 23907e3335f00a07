"""Several libraries in the page: made, switched, and never mixed, in however many tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious
from browser import QUESTION, SAID, UNANSWERABLE, answered, ask, page_over
from playwright.sync_api import Browser, Page, expect

from sourcebook.index import Library, make_document
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag.testing import HashEmbedder

pytestmark = pytest.mark.browser


@pytest.fixture
def library(sample: Library) -> Library:
    """The sample articles."""
    return sample


@pytest.fixture
def page(browser: Browser, library: Library) -> Iterator[Page]:
    """The page over a library of the sample articles."""
    yield from page_over(browser, library)


def make(page: Page, name: str) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Libraries").click()
    page.get_by_label("Name of a new library").fill(name)
    page.get_by_role("button", name="Create and open").click()


def test_a_library_is_made_filled_and_switched_and_the_other_stays(
    page: Page, library: Library, tmp_path: Path
) -> None:
    expect(page.locator("#library")).to_have_count(0)
    make(page, "Bridges")
    page.wait_for_url("**/?library=Bridges")
    expect(page.locator(".sb-size")).to_have_text("No articles yet")
    file = tmp_path / "bridge.txt"
    file.write_text("The bridge over the Ouse is 210 metres long.")
    page.locator("#first-upload input").set_input_files(file)
    expect(page.locator(".sb-size")).to_have_text("1 article · 1 passage")
    page.reload()
    expect(page.locator(".sb-size")).to_have_text("1 article · 1 passage")
    page.get_by_label("Library", exact=True).click()
    page.get_by_role("option", name=re.compile("test.library")).click()
    expect(page.locator(".sb-size")).to_have_text(re.compile("14 articles"))
    assert len(library) == 14
    assert Libraries().entry("bridges").documents() == 1


def test_two_tabs_on_two_libraries_do_not_mix(page: Page, library: Library) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    make(other, "Bridges")
    other.wait_for_url("**/?library=Bridges")
    other.locator("#load-sample").click()
    expect(other.locator(".sb-size")).to_have_text(re.compile("14 articles"))
    for document in list(library.documents()):
        if "Geneva" in document.text:
            library.remove(document.id)
    left = len(library)
    page.reload()
    expect(page.locator(".sb-size")).to_have_text(re.compile(rf"^{left} articles"))
    for tab in (page, other):
        ask(tab, QUESTION)
    answered(other)
    answered(page)
    expect(other.locator("#t1 .sb-sentence")).to_have_text(SAID)
    expect(other.locator("#sources")).to_contain_text("Eight hours in Geneva")
    expect(page.locator("#sources")).not_to_contain_text("Eight hours in Geneva")
    ask(other, UNANSWERABLE)
    answered(other, 2)
    expect(page.locator(".sb-exchange")).to_have_count(1)


def test_a_bad_name_or_address_or_a_broken_library_is_one_line_and_a_way_on(
    page: Page, library: Library
) -> None:
    make(page, "../elsewhere")
    expect(page.get_by_role("alert")).to_contain_text("cannot be the name of a library")
    expect(page.get_by_label("Name of a new library")).to_have_value("../elsewhere")

    address = page.url
    page.goto(address + "?library=nowhere")
    expect(page.locator(".sb-size")).to_have_text(re.compile(f"^{len(library)} articles"))
    assert page.url == address

    broken = Libraries().create("broken")
    (broken.folder / "library.sqlite").write_bytes(b"no database " * 500)
    # Not watched: the browser says of the answer that it is an error.
    other = page.context.browser.new_page() if page.context.browser else page
    other.goto(address + "?library=broken")
    expect(other.get_by_role("alert")).to_contain_text("cannot be read")
    other.get_by_role("link", name="Open the first library").click()
    expect(other.locator(".sb-size")).to_have_text(re.compile(f"^{len(library)} articles"))
    other.close()


# --- another name, and the trash ---


def menu(page: Page) -> None:
    page.get_by_role("button", name="Manage library").click()


def filled(page: Page, name: str, tmp_path: Path) -> None:
    """Another library of one article, open in this tab."""
    make(page, name)
    page.wait_for_url(f"**/?library={name}")
    file = tmp_path / "bridge.txt"
    file.write_text("The bridge over the Ouse is 210 metres long.")
    page.locator("#first-upload input").set_input_files(file)
    expect(page.locator(".sb-size")).to_have_text("1 article · 1 passage")


def test_a_library_is_renamed_and_deleted_after_a_question_that_says_what_goes(
    page: Page, library: Library, tmp_path: Path
) -> None:
    filled(page, "Bridges", tmp_path)
    ask(page, "How long is the bridge?")
    answered(page)
    menu(page)
    expect(page.locator("#library-panel")).to_contain_text(
        "Bridges holds 1 article and 1 conversation."
    )
    page.get_by_label("Another name for it").fill("../up")
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be the name of a library")
    page.get_by_label("Another name for it").fill("Rivers")
    page.get_by_label("Another name for it").press("Enter")
    page.wait_for_url("**/?library=Rivers")
    expect(page.locator(".sb-size")).to_have_text("1 article · 1 passage")
    menu(page)
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text(
        "Delete the library “Rivers”, with 1 article and 1 conversation?"
    )
    assert serious(page) == []
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".sb-size")).to_have_text(re.compile(f"^{len(library)} articles"))
    assert "library=" not in page.url
    expect(page.locator("#library")).to_have_count(0)
    expect(page.locator("#deleted-line")).to_contain_text("Deleted the library “Rivers”.")
    assert Libraries().restore("Rivers").documents() == 1


def test_a_library_that_was_opened_by_its_folder_says_why_it_stays(
    page: Page, library: Library
) -> None:
    Libraries().create("Bridges")
    page.reload()
    menu(page)
    panel = page.locator("#library-panel")
    expect(panel).to_contain_text("holds 14 articles")
    expect(panel).to_contain_text("stop Sourcebook, then move or remove that folder yourself")
    expect(page.get_by_role("button", name="Rename", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Delete …")).to_have_count(0)
    assert serious(page) == []
    page.get_by_role("button", name="Close").click()
    expect(panel).not_to_be_visible()
    expect(page.get_by_role("button", name="Manage library")).to_be_focused()


@pytest.fixture
def news(browser: Browser) -> Iterator[Page]:
    """The page over a library that has a name, of one article."""
    with Library.open(Libraries().create("news").folder, embedder=HashEmbedder()) as library:
        library.add_documents([make_document("The Ouse bridge is 210 metres long.", title="Ouse")])
        yield from page_over(browser, library)


def test_the_library_a_page_was_started_with_is_renamed_deleted_and_brought_back_at_once(
    news: Page,
) -> None:
    menu(news)
    news.get_by_label("Another name for it").fill("Bridges")
    news.get_by_role("button", name="Rename", exact=True).click()
    expect(news.locator("#library-panel")).not_to_be_visible()
    ask(news, "How long is the bridge?")
    answered(news)
    expect(news.locator("#sources")).to_contain_text("The Ouse bridge is 210 metres long.")
    assert "library=" not in news.url
    menu(news)
    expect(news.locator("#library-panel")).to_contain_text(
        "Bridges holds 1 article and 1 conversation."
    )
    assert [place.name for place in Libraries().entries()] == ["main", "Bridges"]

    news.get_by_role("button", name="Delete …").click()
    news.get_by_role("button", name="Delete", exact=True).click()
    line = news.locator("#deleted-line")
    expect(line).to_contain_text("Deleted the library “Bridges”.")
    expect(news.get_by_role("heading", name="Your library is empty")).to_be_visible()
    assert serious(news) == []
    line.get_by_role("button", name="Bring back").click()
    news.wait_for_url("**/?library=Bridges")
    expect(news.locator(".sb-size")).to_have_text("1 article · 1 passage")
    expect(line).not_to_be_visible()
    assert Libraries().trash() == []


def test_deleted_libraries_are_listed_brought_back_and_erased_knowingly(
    page: Page, library: Library
) -> None:
    for name, number in (("old", 2), ("news", 1)):
        folder = Libraries().create(name).folder
        with Library.open(folder, embedder=HashEmbedder()) as filling:
            filling.add_documents([make_document(f"{name} {at}") for at in range(number)])
        Libraries().delete(name)
    page.reload()
    menu(page)
    rows = page.locator(".sb-deleted li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(re.compile(r"news\s*1 article and 0 conversations, \d+ kB"))
    assert serious(page) == []
    page.get_by_role("button", name="Bring back news").click()
    panel = page.locator("#library-panel")
    expect(panel).to_contain_text("“news” is back, with 1 article and 0 conversations.")
    expect(page.get_by_role("link", name="Open it")).to_be_focused()
    expect(rows).to_have_count(1)
    expect(page.locator("#library")).to_be_visible()
    page.get_by_role("button", name="Empty the trash …").click()
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile(r"Erase 1 deleted library with 2 articles, \d+ kB, for good\?")
    )
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    assert serious(page) == []
    page.get_by_role("button", name="Keep").click()
    assert [each.name for each in Libraries().trash()] == ["old"]
    page.get_by_role("button", name="Empty the trash …").click()
    page.get_by_role("button", name="Erase", exact=True).click()
    expect(panel).to_contain_text("Erased 1 deleted library.")
    expect(rows).to_have_count(0)
    assert Libraries().trash() == []
    page.get_by_role("button", name="Close").click()
    page.reload()
    menu(page)
    page.get_by_label("Library", exact=True).click()
    page.get_by_role("option", name="news").click()
    page.wait_for_url("**/?library=news")
    expect(page.locator(".sb-size")).to_have_text("1 article · 1 passage")
