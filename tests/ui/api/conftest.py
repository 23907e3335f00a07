"""A real server of the API over a library of the sample articles."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_client import Serve

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.api.limits import ServerLimits
from sourcebook.ui.api.security.keys import Keys
from sourcebook.ui.api.server import ApiServer
from sourcebook.ui.serving import Listener


@pytest.fixture
def keys() -> Keys:
    """The keys of the test: none at first."""
    return Keys()


@pytest.fixture
def serve_api(sample: Library, keys: Keys) -> Iterator[Serve]:
    """Start a server over the sample; returns a client of it. ``model`` writes the drafts, the
    others are options of `ApiServer`."""
    with ExitStack() as stack:

        def start(model: ScriptedModel | None = None, **options: Any) -> httpx.Client:
            chatbot = Chatbot(sample, model=model or ScriptedModel(), settings=Settings())
            server = ApiServer(sample, chatbot, Listener(port=0), keys=keys, **options)
            stack.enter_context(server)
            return stack.enter_context(httpx.Client(base_url=server.url, timeout=30))

        yield start


@pytest.fixture(scope="session")
def shared_api(
    sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of one server over the sample, which no test changes."""
    place = tmp_path_factory.mktemp("api")
    folder = shutil.copytree(sample_folder, place / "test.library")
    with pytest.MonkeyPatch.context() as patch, Library.open(folder, embedder=HashEmbedder()) as it:
        patch.setenv("SOURCEBOOK_LIBRARIES", str(place / "libraries"))
        chatbot = Chatbot(it, model=ScriptedModel(), settings=Settings())
        limits = ServerLimits(rate="100000/minute")
        server = ApiServer(
            it, chatbot, Listener(port=0), keys=Keys(place / "keys.json"), limits=limits
        )
        with server, httpx.Client(base_url=server.url, timeout=30) as client:
            yield client


@pytest.fixture
def api(shared_api: httpx.Client) -> httpx.Client:
    """A client of a server over the sample that has no keys, and that no test changes."""
    return shared_api
