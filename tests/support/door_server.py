"""A server over a library whose answers have letters of two UTF-16 units, and pages of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sourcebook.index import Library
from sourcebook.index.documents.making import make_document
from sourcebook.index.structure.content import Content
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm import Prompt
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.api.limits import ServerLimits
from sourcebook.ui.api.security.keys import Keys
from sourcebook.ui.api.server import ApiServer
from sourcebook.ui.serving import Listener

TALKS = (
    "Balloons 🎈🎈 rose over the lake. "
    "The talks between Sherman 😀 and Ryabkov in Geneva lasted about eight hours. "
    "Nobody spoke of the weather."
)
ORCHARD = (
    "The orchard stands beside the old mill.\n"
    "The orchard at Velden holds forty pear trees of one age."
)
QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"
SENTENCE = "The talks between Sherman 😀 and Ryabkov in Geneva lasted about eight hours."
ORCHARD_SENTENCE = "The orchard at Velden holds forty pear trees of one age."
ORCHARD_QUESTION = "How many pear trees does the orchard at Velden hold?"
REFUSED_QUESTION = "Who painted the ceiling of the chapel?"


@dataclass(frozen=True, slots=True)
class Doors:
    """The address of a server, the library it serves, and its keys."""

    url: str
    library: Library
    keys: Keys

    def text_of(self, document_id: str) -> str:
        """Return the text of a document."""
        return self.library.document(document_id).text


_CHAPEL = "ceiling"


def _asked(prompt: Prompt) -> str:
    """The question at the end of a prompt."""
    _, _, question = prompt[-1].content.rpartition("Question")
    return question


def _write(prompt: Prompt) -> str:
    return ORCHARD_SENTENCE if "orchard" in _asked(prompt) else SENTENCE


@contextmanager
def open_doors(
    folder: Path, limits: ServerLimits | None = None, place: str | None = None
) -> Iterator[Doors]:
    """Serve a library in ``folder``, or at another place. The model writes one of two sentences,
    and is sure that nothing tells of a ceiling."""
    with Library.open(place or folder / "door.library", embedder=HashEmbedder()) as library:
        library.add_documents(
            [
                make_document(TALKS, title="Talks 😀", url="https://a.example/talks"),
                make_document(
                    Content(ORCHARD, pages=(0, ORCHARD.index("\n") + 1)),
                    title="Orchard",
                    path="/nowhere/orchard.pdf",
                    media_type="application/pdf",
                ),
            ]
        )
        model = ScriptedModel(
            _write, log_odds=lambda prompt: -9.0 if _CHAPEL in _asked(prompt) else 5.0
        )
        keys = Keys(folder / "keys.json")
        server = ApiServer(
            library,
            Chatbot(library, model=model, settings=Settings()),
            Listener(port=0),
            keys=keys,
            limits=limits or ServerLimits(rate="100000/minute"),
        )
        with server:
            yield Doors(server.url, library, keys)


@pytest.fixture(scope="package")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """One server for the clients that others wrote, which no test changes."""
    place = tmp_path_factory.mktemp("doors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCEBOOK_LIBRARIES", str(place / "libraries"))
        with open_doors(place) as opened:
            yield opened
