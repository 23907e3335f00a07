"""The API over the sample articles, on a port, its model scripted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.api.limits import ServerLimits
from sourcebook.ui.api.security.keys import Keys
from sourcebook.ui.api.server import ApiServer
from sourcebook.ui.serving import Access, Listener

QUESTION = "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?"
SENTENCE = "The discussions took about eight hours."
QUOTE = "Their discussions took about eight hours."
UNANSWERABLE = "What is the population of Kyiv?"


@dataclass(frozen=True)
class RunningApi:
    """A server, and what it stands on."""

    url: str
    library: Library
    chatbot: Chatbot
    keys: Keys


def log_odds(prompt: Prompt) -> float:
    """High, but for the question that the sample does not answer."""
    return -5.0 if "population" in prompt[-1].content else 5.0


@contextmanager
def sample_server(
    sample_folder: Path,
    place: Path,
    *,
    model: ScriptedModel | None = None,
    access: Access | None = None,
    limits: ServerLimits | None = None,
) -> Iterator[RunningApi]:
    """Serve a copy of the sample's library.

    Args:
        sample_folder: the library to copy.
        place: an empty folder, for the copy and the keys.
        model: by default one that answers QUESTION.
        access: further names and pages.
        limits: what it takes.
    """
    folder = shutil.copytree(sample_folder, place / "sample.library")
    keys = Keys(place / "keys.json")
    with Library.open(folder, embedder=HashEmbedder()) as library:
        chatbot = Chatbot(
            library,
            model=model or ScriptedModel(SENTENCE, log_odds=log_odds),
            settings=Settings(),
        )
        listener = Listener(port=0)
        server = ApiServer(library, chatbot, listener, keys=keys, access=access, limits=limits)
        with server:
            yield RunningApi(server.url, library, chatbot, keys)
