"""The library in the page: added to, watched, stopped; found, sorted, opened, removed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Paced, Recording, Watch, listener, page_over, watched
from dropping import drop
from playwright.sync_api import Browser, Page, expect
from web_server import Site, serving

from sourcebook.index import Library, make_document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.ingest.uploads import display_name
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.articles import add_boxes as library_adding
from sourcebook.ui.page.articles import pane as article_pane
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser

BRIDGE = "The bridge over the Ouse\n\nIt is 210 metres long."


def served(browser: Browser, library: Library, **settings: Any) -> Iterator[Page]:
    for page in page_over(browser, library, settings=Settings(**settings)):
        page.get_by_role("tab", name="Articles").click()
        yield page


@pytest.fixture
def page(browser: Browser, library: Library) -> Iterator[Page]:
    """The Articles tab over a library of one short article."""
    library.add_documents([make_document("A short article.", title="The first one")])
    yield from served(browser, library)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web site that the page may fetch from."""
    with serving() as running:
        for module in (library_adding, article_pane):
            monkeypatch.setattr(
                module, "Fetcher", lambda offline=False: running.fetcher(offline=offline)
            )
        yield running


def folder_of(place: Path, number: int, name: str = "Bridge") -> Path:
    (place / "below").mkdir(parents=True)
    for at in range(number):
        file = (place, place / "below")[at % 2] / f"{at:03}.txt"
        file.write_text(f"{name} {at} stands here.\n\n{name} number {at} is {at} metres long.")
    return place


def rows(page: Page) -> Any:
    return page.locator(".sb-documents tbody tr")


# --- adding ---


def test_a_folder_is_chosen_or_dropped_whole_and_pages_are_fetched(
    page: Page, library: Library, site: Site, tmp_path: Path
) -> None:
    """Each adds to what is there; what cannot be added is told with its reason."""
    folder = folder_of(tmp_path / "chosen", 4)
    (folder / "style.css").write_text("p {}")
    (folder / ".hidden.txt").write_text("Hidden.")
    page.locator("input[webkitdirectory]").last.set_input_files(folder)
    report = page.locator(".sb-report")
    expect(report).to_contain_text("Added 4 articles.")
    expect(report).to_contain_text("Left out, as their kinds cannot be read: 1 .css")
    expect(rows(page)).to_have_count(5)
    assert len(library) == 5
    chosen = {document.id for document in library.documents()}

    folder = folder_of(tmp_path / "in", 3, "Tower")
    drop(page, "#upload", folder)
    expect(report).to_contain_text("Added 3 articles.")
    assert len(library) == 8
    places = {
        display_name(str(document.path))
        for document in library.documents()
        if document.path and document.id not in chosen
    }
    assert places == {"in/000.txt", "in/below/001.txt", "in/002.txt"}

    good = site.html("/bridge", "The bridge", *["The bridge over the Ouse is 210 metres long."] * 9)
    page.locator("#urls textarea").fill(f"{good}\n{site.url('/none')}\nnot an address")
    page.locator("#add-urls").click()
    expect(report).to_contain_text("Added 1 article.")
    expect(report.locator(".sb-skipped tr", has_text="/none")).to_contain_text("404")
    expect(report.locator(".sb-skipped tr", has_text="not an address")).to_contain_text("no URL")
    expect(rows(page).first).to_contain_text("The bridge")
    assert len(library) == 9


def test_offline_nothing_is_fetched_and_the_page_says_so(
    browser: Browser, library: Library, site: Site
) -> None:
    for page in served(browser, library, offline=True):
        expect(page.locator(".sb-offline").last).to_contain_text("Offline: nothing is fetched")
        page.locator("#urls textarea").fill(site.url("/bridge"))
        page.locator("#add-urls").click()
        expect(page.locator(".sb-skipped")).to_contain_text("offline")
        assert site.requested_paths == []


class Slow(HashEmbedder):
    """Waits at its second batch until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.batches = 0

    def embed(self, texts: Any) -> Vectors:
        self.batches += 1
        if self.batches > 1:
            self.go_on.wait(120)
        return super().embed(texts)


def test_an_addition_shows_its_pace_outlives_its_tab_and_stops_cleanly(
    browser: Browser, tmp_path: Path
) -> None:
    embedder = Slow()
    folder = folder_of(tmp_path / "in", 400)
    with Library.open(tmp_path / "slow.library", embedder=embedder) as library:
        for first in served(browser, library):
            page = first
            page.locator("input[webkitdirectory]").last.set_input_files(folder)
            expect(page.locator(".sb-progress").last).to_contain_text(
                re.compile(r"Reading \d+ of 400 · .*a (second|minute), .* left")
            )
            address = page.url
            page.close()
            page = first.context.new_page()
            page.goto(address)
            page.get_by_role("tab", name="Articles").click()
            expect(page.locator(".sb-progress").last).to_contain_text("of 400")
            page.locator("#stop-adding").click()
            expect(page.get_by_text("Stopping after this article").last).to_be_visible()
            embedder.go_on.set()
            report = page.locator(".sb-report").last
            expect(report).to_contain_text("Stopped. Added")
            added = int(re.findall(r"Added (\d+) articles", report.inner_text())[0])
            assert 0 < added < 400
            assert len(library) == added
            expect(page.locator("#stop-adding")).to_have_count(0)


# --- the table ---


@pytest.fixture(scope="module")
def many(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page over 10,000 documents."""
    folder = tmp_path_factory.mktemp("many") / "many.library"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.add_documents(
            make_document(f"Text number {n}.", title=f"Article {n:05}", source=f"Paper {n % 7}")
            for n in range(10_000)
        )
        chatbot = Chatbot(library, model=Paced(), settings=Settings())
        with Server(library, chatbot, listener()) as running:
            yield running


def test_ten_thousand_articles_are_a_light_page(browser: Browser, many: Server) -> None:
    for page in watched(browser, many):
        page.get_by_role("tab", name="Articles").click()
        expect(rows(page)).to_have_count(50)
        expect(rows(page).first).to_contain_text("Article 09999")
        assert page.evaluate("document.querySelectorAll('*').length") < 2_000
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".sb-pager")).to_contain_text("51–100 of 10,000")
        expect(page.get_by_role("button", name="Next")).to_be_focused()
        page.get_by_role("button", name="Title", exact=True).click()
        expect(rows(page).first).to_contain_text("Article 00000")
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("Title")
        page.get_by_label("Find by title").fill("paper 3 0123")
        # 00123, and 01230 to 01239.
        expect(page.locator(".sb-status")).to_have_text("11 of 10,000 articles")
        expect(rows(page)).to_have_count(11)
        page.get_by_label("Find by title").fill("nothing like it")
        expect(page.get_by_text("Try fewer words")).to_be_visible()


def test_one_story_of_several_outlets_is_gathered(
    shared_chatbot: Recording, kept_page: Watch
) -> None:
    page = kept_page.begin_anew()
    page.get_by_role("tab", name="Articles").click()
    chip = page.get_by_role("button", name=re.compile("one story, 2 outlets")).first
    chip.click()
    expect(page.locator(".sb-status")).to_contain_text("2 articles telling one story")
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Show all articles").click()
    expect(rows(page)).to_have_count(len(shared_chatbot.library))
    kept_page.check()


# --- one article ---


def test_an_article_opens_clean_with_what_was_taken_out_and_is_read_again(
    page: Page, library: Library, site: Site, tmp_path: Path
) -> None:
    """From its file or its page, until that is gone."""
    file = tmp_path / "bridge.txt"
    file.write_text(
        "The bridge over the Ouse\n\nIt is 210 metres long.\n\nShare on Facebook\n\nTweet\n\n"
        "Advertisement\n\nSign up for our newsletter"
    )
    page.locator("#upload input").set_input_files(file)
    page.get_by_role("button", name="The bridge over the Ouse").click()
    article = page.locator(".sb-opened .sb-article")
    expect(article).to_contain_text("It is 210 metres long.")
    expect(article).not_to_contain_text("newsletter")
    expect(page.locator(".sb-opened .sb-article-title")).to_be_focused()
    page.get_by_text("What was removed").click()
    expect(page.locator(".sb-removed")).to_contain_text("Sign up for our newsletter")
    page.get_by_role("button", name="All articles").click()
    expect(page.get_by_role("button", name="The bridge over the Ouse")).to_be_focused()
    # What scripts alone fill stays unseen when all around it is shown again.
    expect(page.locator("#told")).not_to_be_visible()

    file = tmp_path / "tower.txt"
    file.write_text("The tower on the hill\n\nIt is 21 metres high.")
    library.add(file)
    page.get_by_label("Find by title").fill("tower")
    page.get_by_role("button", name="The tower on the hill").click()
    again = page.get_by_role("button", name="Read again")
    again.click()
    expect(page.get_by_text("Read again: it is the same.")).to_be_visible()
    file.write_text("The tower on the hill\n\nIt is 33 metres high.")
    again.click()
    expect(page.get_by_text("Read again: it has changed.")).to_be_visible()
    expect(page.locator(".sb-opened .sb-article")).to_contain_text("33 metres")
    file.unlink()
    again.click()
    expect(page.get_by_role("alert").last).to_contain_text("is gone: the article stays as it was")
    page.get_by_role("button", name="All articles").click()

    url = site.html("/canal", "The canal", *["The canal to the Ouse is 210 metres long."] * 9)
    library.add(url, fetcher=site.fetcher())
    page.get_by_label("Find by title").fill("canal")
    page.get_by_role("button", name="The canal").click()
    site.html("/canal", "The canal", *["The canal to the Ouse is 330 metres long."] * 9)
    again.click()
    expect(page.locator(".sb-opened .sb-article")).to_contain_text("330 metres")
    del site.pages["/canal"]
    again.click()
    expect(page.get_by_role("alert").last).to_contain_text("The article stays as it was.")
    assert len(library) == 4


def test_an_article_is_removed_only_after_a_question(page: Page, library: Library) -> None:
    """One that was added again is not there twice; a removal may be let go."""
    page.get_by_role("button", name="The first one").click()
    page.get_by_role("button", name="Remove …").click()
    expect(page.locator(".sb-asks")).to_contain_text("Remove “The first one” from the library")
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".sb-asks")).to_have_count(0)
    assert len(library) == 1
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("No articles yet.")).to_be_visible()
    expect(page.locator(".sb-size")).to_have_text("No articles yet")
    assert len(library) == 0

    for _ in range(2):
        expect(page.locator(".sb-removals")).to_be_visible()
        library.add_documents([make_document("A short article.", title="The first one")])
        page.get_by_role("button", name="Bring back The first one").click()
        expect(page.get_by_role("alert")).to_contain_text("it was added again in the meantime")
        expect(rows(page)).to_have_count(1)
        page.get_by_role("button", name="The first one").first.click()
        page.get_by_role("button", name="Remove …").click()
        page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".sb-removals")).to_have_count(0)
    assert len(library) == 0


def test_a_removed_article_is_brought_back_at_once_or_after_a_reload(
    page: Page, library: Library
) -> None:
    library.add_documents([make_document("Another article.", title="<i>The second</i>")])
    before = [document.id for document in library.documents()]
    page.reload()
    page.get_by_role("tab", name="Articles").click()
    for title in ("The first one", "<i>The second</i>"):
        page.get_by_role("button", name=title).click()
        page.get_by_role("button", name="Remove …").click()
        expect(page.locator(".sb-asks")).to_contain_text(
            "Until Sourcebook stops, you can bring it back"
        )
        page.get_by_role("button", name="Remove", exact=True).click()
        expect(page.locator(".sb-removals")).to_contain_text(f"Removed “{title}”.")
    assert len(library) == 0
    page.get_by_role("button", name="Bring back <i>The second</i>").click()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("button", name="<i>The second</i>", exact=True)).to_be_focused()
    expect(page.locator(".sb-size")).to_have_text("1 article · 1 passage")
    page.reload()
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".sb-removals")).to_have_text(re.compile("Removed “The first one”."))
    page.get_by_role("button", name="Bring back The first one").click()
    expect(rows(page)).to_have_count(2)
    expect(page.locator(".sb-removals")).to_have_count(0)
    assert [document.id for document in library.documents()] == before


# --- only data ---

TAGS: tuple[str, ...] = (
    *("img src=x", "svg", "script", "iframe src=//evil.example", "body", "input autofocus", "a"),
    *("details open", "video src=x", "style"),
)
ACTS: tuple[str, ...] = (
    *("onerror", "onload", "onfocus", "ontoggle", "onclick", "onmouseover", "onanimationstart"),
    *("onpointerenter", "href=javascript:", "style"),
)
WRAPS: tuple[str, ...] = (
    *("{}", '">{}', "'>{}", "</td>{}", "<!--{}-->", "`{}", "&lt;{}", "\\{}", "</script>{}"),
    "%3C{}",
)
STRINGS = [
    wrap.format(f"<{tag} {act}=window.hit=1>window.hit=1</{tag.split()[0]}>")
    for tag in TAGS
    for act in ACTS
    for wrap in WRAPS
]


def test_a_thousand_hostile_strings_are_shown_and_none_is_executed(
    browser: Browser, library: Library, tmp_path: Path
) -> None:
    assert len(set(STRINGS)) == 1000
    library.add_documents(
        make_document(f"{text}\n\n{text} is number {at}.", title=text, source=text, author=text)
        for at, text in enumerate(STRINGS)
    )
    file = tmp_path / "<img src=x onerror=window.hit=1>.txt"
    file.write_bytes(bytes(range(256)) * 20)
    foreign = "script, img, svg, style, iframe, video, input, body, details, a, [onerror], [onload]"
    for page in served(browser, library):
        for at in range(1, 20):
            page.get_by_role("button", name="Next").click()
            expect(page.locator(".sb-pager")).to_contain_text(f"{at * 50 + 1:,}–")
        shown = page.locator(".sb-documents")
        assert shown.locator(foreign).count() == 0
        rows(page).first.locator(".sb-open").click()
        expect(page.locator(".sb-opened .sb-article-title")).to_contain_text("window.hit=1")
        assert page.locator(".sb-opened .sb-article").locator(foreign).count() == 0
        page.get_by_role("button", name="Remove …").click()
        expect(page.locator(".sb-asks")).to_contain_text("window.hit=1")
        assert page.locator(".sb-asks").locator(foreign).count() == 0
        page.get_by_role("button", name="All articles").click()
        page.locator("#upload input").set_input_files(file)
        expect(page.locator(".sb-skipped")).to_contain_text("img src=x onerror=window.hit=1")
        page.get_by_label("Find by title").fill(STRINGS[7])
        expect(rows(page).first).to_contain_text("window.hit=1")
        assert page.evaluate("window.hit") is None
