"""The embedder on a server: its vectors, and one clear line where it gives no such vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_servers import MODEL, Exchange, FakeServer, fail_with, fake_server

from sourcebook.index import Library
from sourcebook.index.embedding.server import ServerEmbedder
from sourcebook.index.errors import EmbedderMismatch, ModelServerFailed
from sourcebook.rag.testing import HashEmbedder

TEXTS = [f"The bridge number {number} was built in {1800 + number}." for number in range(100)]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as running:
        yield running


def rows(vectors: list[Any]) -> bytes:
    data = [{"index": n, "embedding": vector} for n, vector in enumerate(vectors)]
    return json.dumps({"object": "list", "data": data}).encode()


def test_many_texts_go_in_portions_and_come_back_in_their_order(server: FakeServer) -> None:
    vectors = ServerEmbedder(server.address).embed(TEXTS)
    np.testing.assert_allclose(vectors, HashEmbedder(16).embed(TEXTS), atol=1e-6)
    portions = [asked.body["input"] for asked in server.asked("/embeddings")]
    assert sorted(map(len, portions)) == [4, 32, 32, 32]
    assert {asked.body["model"] for asked in server.requests} == {MODEL}


def test_vectors_have_length_1_and_are_put_in_the_order_of_their_numbers(
    server: FakeServer,
) -> None:
    data = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]
    server.answer = lambda exchange: exchange.json({"data": data})
    vectors = ServerEmbedder(server.address).embed(["a", "b"])
    np.testing.assert_allclose(vectors, np.asarray([[0.6, 0.8], [0.0, 1.0]]), atol=1e-6)


def test_no_text_is_sent_empty(server: FakeServer) -> None:
    embedder = ServerEmbedder(server.address)
    assert embedder.embed(["", " \n", "words"]).shape == (3, 16)
    assert embedder.embed([]).shape == (0, 16)
    assert [asked.body["input"] for asked in server.requests] == [[".", ".", "words"]]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (rows([[1.0, 0.0]]), r"has not 2 vectors"),
        (rows([[1.0, 0.0], [1.0]]), r"lists of numbers of one length"),
        (rows([["a"], ["b"]]), r"lists of numbers"),
        (rows([[], []]), r"lists of numbers"),
        (rows([[1.0], [None]]), r"lists of numbers"),
        (rows([[1.0, 1.0], [0.0, 0.0]]), r"one of its vectors is zero"),
        (b'{"data": [{}, {}]}', r"lists of numbers"),
        (b'{"data": null}', r"has not 2 vectors"),
        (b"[]", r"has not 2 vectors|protocol"),
        (b"nonsense", r"not JSON|has not 2 vectors"),
    ],
)
def test_what_is_no_vector_is_a_failure_of_one_line(
    server: FakeServer, body: bytes, line: str
) -> None:
    server.answer = lambda exchange: exchange.raw(body)
    with pytest.raises(ModelServerFailed, match=line) as caught:
        ServerEmbedder(server.address).embed(["a", "b"])
    assert "\n" not in str(caught.value)


def test_the_key_of_the_embedder_is_its_own(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER_KEY", "of-the-embedder")
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL_KEY", "of-the-model")
    ServerEmbedder(server.address).embed(["a"])
    assert server.requests[0].headers["authorization"] == "Bearer of-the-embedder"
    server.answer = fail_with(401)
    with pytest.raises(ModelServerFailed, match="refuses the key of SOURCEBOOK_EMBEDDER_KEY"):
        ServerEmbedder(server.address).embed(["a"])


# --- a library ----------------------------------------------------------------------------


def fill(folder: Path, server: FakeServer, tmp_path: Path) -> None:
    article = tmp_path / "bridge.md"
    article.write_text("# The bridge\n\nThe bridge over the Ouse was built in 1873.\n", "utf-8")
    with Library.open(folder, embedder=ServerEmbedder(server.address)) as library:
        assert len(library.add(article).added) == 1


def test_a_library_is_found_by_the_same_model_at_another_address(
    server: FakeServer, tmp_path: Path
) -> None:
    folder = tmp_path / "news.library"
    fill(folder, server, tmp_path)
    with fake_server() as other:
        with Library.open(folder, embedder=ServerEmbedder(other.address)) as library:
            (hit,) = library.search("bridge over the Ouse", mode="dense")
            assert "1873" in hit.passage.text
        assert other.asked("/embeddings")
    assert server.address.split("#", maxsplit=1)[0] not in str(
        (folder / "library.sqlite").read_bytes()
    )


def test_a_library_names_the_model_that_it_needs_and_asks_no_server_by_itself(
    server: FakeServer, tmp_path: Path
) -> None:
    folder = tmp_path / "news.library"
    fill(folder, server, tmp_path)
    count = len(server.requests)
    for embedder in (None, HashEmbedder()):
        with pytest.raises(EmbedderMismatch, match=rf"SOURCEBOOK_EMBEDDER=http://HOST.*#{MODEL}"):
            Library.open(folder, embedder=embedder)
    assert len(server.requests) == count


@pytest.mark.parametrize("is_known_before", [False, True])
def test_vectors_of_another_size_than_the_library_has_are_refused(
    server: FakeServer, tmp_path: Path, is_known_before: bool
) -> None:
    folder = tmp_path / "news.library"
    fill(folder, server, tmp_path)

    def answer(exchange: Exchange) -> None:
        exchange.raw(rows([[1.0, 2.0, 3.0]] * len(exchange.asked.body["input"])))

    server.answer = answer
    embedder = ServerEmbedder(server.address)
    line = r"vectors of 3 numbers, those of the library have 16"
    if is_known_before:
        embedder.embed(["a"])
        with pytest.raises(EmbedderMismatch, match=line):
            Library.open(folder, embedder=embedder)
        return
    with Library.open(folder, embedder=embedder) as library:
        with pytest.raises(EmbedderMismatch, match=line):
            library.search("bridge", mode="dense")
        other = tmp_path / "tower.md"
        other.write_text("# The tower\n\nThe tower of the town fell in 1901.\n", "utf-8")
        with pytest.raises(EmbedderMismatch, match=line):
            library.add(other)
        assert len(library) == 1
