"""A library in PostgreSQL is served as one in a folder is."""

from pathlib import Path

import httpx
import pytest
from door_server import ORCHARD_QUESTION, ORCHARD_SENTENCE, REFUSED_QUESTION, open_doors

from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.state.open_libraries import OpenLibraries


@pytest.mark.slow
def test_questions_are_answered_from_a_library_in_postgresql(
    postgres_server: str, tmp_path: Path
) -> None:
    address = f"{postgres_server}&library=served"
    with open_doors(tmp_path, place=address) as doors:
        body = {"model": "sourcebook", "messages": [{"role": "user", "content": ORCHARD_QUESTION}]}
        reply = httpx.post(f"{doors.url}/v1/chat/completions", json=body, timeout=60).json()
        assert ORCHARD_SENTENCE.removesuffix(".") in reply["choices"][0]["message"]["content"]
        body = {"model": "sourcebook", "messages": [{"role": "user", "content": REFUSED_QUESTION}]}
        reply = httpx.post(f"{doors.url}/v1/chat/completions", json=body, timeout=60).json()
        assert "forty" not in reply["choices"][0]["message"]["content"]
        assert not (tmp_path / "door.library").exists()


def test_the_page_opens_it_by_its_name(postgres_server: str) -> None:
    with (
        Library.open(f"{postgres_server}&library=paged", embedder=HashEmbedder()) as library,
        Chatbot(library, model=ScriptedModel("")) as chatbot,
    ):
        libraries = OpenLibraries(library, chatbot)
        assert libraries.first == "paged"
        assert libraries.find(None).library is library
        assert libraries.places()[0].name == "paged"
        assert "in PostgreSQL" in (libraries.fixed_reason("paged") or "")
