"""One page over the sample articles, for the tests that change nothing but conversations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from browser import SAID, Paced, Recording, Watch, kept, listener
from playwright.sync_api import Browser, Page, expect

from sourcebook.index import Library
from sourcebook.rag import Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Server

# A page on a busy machine is slow, not wrong: what is expected may take this long, milliseconds.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def shared_chatbot(
    sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recording]:
    """A chatbot over the sample articles, for all files."""
    folder = shutil.copytree(sample_folder, tmp_path_factory.mktemp("page") / "sample.library")
    with Library.open(folder, embedder=HashEmbedder()) as library:
        yield Recording(library, model=Paced(), settings=Settings())


@pytest.fixture(scope="session")
def shared_server(shared_chatbot: Recording) -> Iterator[Server]:
    import_module("sourcebook.ui.page.page")  # Gradio: not within the minute a server has to start
    with Server(shared_chatbot.library, shared_chatbot, listener()) as running:
        yield running


@pytest.fixture
def model(shared_chatbot: Recording) -> Iterator[Paced]:
    """The model, not waiting for anything; and again so when the test is over."""
    shared = shared_chatbot.model
    assert isinstance(shared, Paced)
    shared.says(SAID)
    shared.prompts.clear()
    yield shared
    shared.says(SAID)


@pytest.fixture
def chatbot(shared_chatbot: Recording, model: Paced) -> Recording:
    """The chatbot of the page."""
    del model  # in its first state
    return shared_chatbot


@pytest.fixture
def server(shared_server: Server, model: Paced) -> Server:
    """The page over the sample articles."""
    del model  # in its first state
    return shared_server


@pytest.fixture(scope="module")
def kept_page(browser: Browser, shared_server: Server) -> Iterator[Watch]:
    """One page over the sample articles for the tests that begin with a new conversation."""
    with kept(browser, shared_server) as watch:
        yield watch


@pytest.fixture
def page(kept_page: Watch, model: Paced) -> Iterator[Page]:
    """The page over the sample articles, at a new conversation."""
    del model  # in its first state
    yield kept_page.begin_anew()
    kept_page.check()
