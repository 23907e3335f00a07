"""One page over the sample articles, for the tests that need no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import Paced
from playwright.sync_api import expect

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Listener, Server

# A page on a busy machine is slow, not wrong: what is expected may take this long, milliseconds.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page over the sample articles."""
    folder = tmp_path_factory.mktemp("access") / "sample.library"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.add_sample()
        chatbot = Chatbot(library, model=Paced(), settings=Settings())
        with Server(library, chatbot, Listener(port=0)) as running:
            yield running
