"""The Settings tab gives a library another embedder, while it is asked by the old vectors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from browser import Paced, listener, watched
from playwright.sync_api import Browser, Page, expect
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.embedding.following import FollowingEmbedder
from sourcebook.index.maintenance import reindexing
from sourcebook.index.search.finder import LocalFinder
from sourcebook.index.store.store import Store
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page import embedder_box
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser


class Gated(HashEmbedder):
    """Embeds its first texts at once, and more only when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = threading.Event()
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.calls > 3:
            self.opened.wait(60)
        return super().embed(texts)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library that follows its embedder, as those do that no setting names one for."""
    with Library.open(tmp_path / "x.library", embedder=HashEmbedder(64)) as made:
        made.add_documents(make_document(prose(n, 40), path=f"{n}") for n in range(6))
    store = Store(tmp_path / "x.library" / "library.sqlite")
    sizes = {"hash": HashEmbedder(), "hash-64": HashEmbedder(64)}
    following = FollowingEmbedder(lambda: store.meta("embedder"), lambda name: sizes[name or ""])
    with Library(
        tmp_path / "x.library", store, following, LocalFinder(tmp_path / "x.library", store)
    ) as library:
        yield library


def test_a_library_is_given_another_embedder_which_goes_on_where_it_was_stopped(
    browser: Browser, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH_PASSAGES", 2)
    gated = Gated()
    monkeypatch.setattr(embedder_box, "make_embedder", lambda settings: gated)
    chatbot = Chatbot(library, model=Paced(), settings=Settings())
    with Server(library, chatbot, listener()) as running:
        for page in watched(browser, running):
            open_tab(page, "hash-64")
            page.get_by_role("button", name="Embed all passages anew").click()
            expect(page.get_by_role("alert").filter(has_text="name an embedder")).to_be_visible()
            page.get_by_label("Embedder of this library").fill("hash")
            page.get_by_role("button", name="Embed all passages anew").click()
            status = page.locator("#reindex-status")
            expect(status).to_contain_text("4 of 6 passages embedded by hash")
            assert library.search("word1")  # by the old vectors
            page.locator("#stop-reindex").click()
            expect(page.locator("#stop-reindex")).to_have_text("Stopping …")
            expect(page.locator("#stop-reindex")).to_be_disabled()
            gated.opened.set()
            expect(status).to_contain_text("6 of 6 passages embedded by hash. The button goes on")
            page.reload()
            open_tab(page, "hash-64")
            expect(status).to_contain_text("begun with hash, and stopped")
            expect(page.get_by_label("Embedder of this library")).to_have_value("hash")
            page.get_by_role("button", name="Embed all passages anew").click()
            expect(status).to_contain_text("The vectors of hash are in use now.")
            expect(page.locator(".sb-embedder")).to_contain_text("embedded by hash.")
            assert library.embedder.name == "hash"
            assert library.search("word1")


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name="Settings").click()
    expect(page.locator(".sb-embedder")).to_contain_text(f"embedded by {name}.")
