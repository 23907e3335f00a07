"""What the tools return has offsets for JavaScript too, as all JSON of the API."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_server import RunningApi, sample_server

from sourcebook.index import make_document
from sourcebook.rag.testing import ScriptedModel

SENTENCE = "The ferry of Aden 🚢 took 412 guests in May."
FERRIES = make_document(f"🚢🚢 Ships. {SENTENCE}", title="Ferries", url="https://a.example/ferries")
STATED = f"🚢 So it is. {SENTENCE}"


@pytest.fixture(scope="module")
def ferries(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """A server whose library has letters of two UTF-16 units."""
    place = tmp_path_factory.mktemp("ferries")
    with sample_server(sample_folder, place, model=ScriptedModel(SENTENCE)) as running:
        running.library.add_documents([FERRIES])
        yield running


async def call(server: RunningApi, tool: str, **arguments: Any) -> dict[str, Any]:
    from mcp.client.client import Client

    async with Client(f"{server.url}/mcp") as client:
        result = await client.call_tool(tool, arguments)
    data: dict[str, Any] = result.structured_content
    return data


def units(text: str, place: dict[str, Any]) -> str:
    """Return the part of ``text`` that JavaScript sees at a place."""
    span = text.encode("utf-16-le")[2 * place["start_utf16"] : 2 * place["end_utf16"]]
    return span.decode("utf-16-le")


def test_an_answer_counts_both_ways(ferries: RunningApi) -> None:
    data = asyncio.run(call(ferries, "ask", question="How many guests did the ferry of Aden take?"))
    assert units(data["text"], data["sentences"][0]) == SENTENCE
    assert units(FERRIES.text, data["citations"][0]) == SENTENCE


def test_a_passage_counts_both_ways(ferries: RunningApi) -> None:
    data = asyncio.run(call(ferries, "search", words="ferry of Aden", limit=1))
    passage = data["hits"][0]["passage"]
    assert units(FERRIES.text, passage) == passage["text"]


def test_a_part_of_an_article_counts_both_ways(ferries: RunningApi) -> None:
    data = asyncio.run(call(ferries, "read", document=FERRIES.id, start=1))
    assert units(FERRIES.text, data) == data["text"] == FERRIES.text[1:]


def test_a_statement_counts_both_ways(ferries: RunningApi) -> None:
    data = asyncio.run(call(ferries, "verify", text=STATED))
    statement = data["statements"][-1]
    assert units(STATED, statement) == statement["text"] == SENTENCE
    assert units(FERRIES.text, data["citations"][-1]) == SENTENCE
