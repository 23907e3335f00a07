"""A library is given another embedder: nothing is lost, nothing is mixed, nobody waits."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.embedding import following
from sourcebook.index.embedding.base import CachingEmbedder, Embedder, Vectors
from sourcebook.index.errors import EmbedderMismatch
from sourcebook.index.maintenance import examine, purge, reindex, reindexing
from sourcebook.rag.testing import HashEmbedder


class Counting(HashEmbedder):
    """Counts the texts that it embeds."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.count = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.count += len([text for text in texts if text])
        return super().embed(texts)


def by_name(name: str | None) -> Embedder:
    return HashEmbedder(int((name or "hash-256").rpartition("-")[2]) if name != "hash" else 256)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "BATCH_PASSAGES", 4)


def fill(library: Library, first: int, last: int) -> None:
    library.add_documents(
        make_document(prose(n), title=f"T{n}", path=f"{n}") for n in range(first, last)
    )


def vectors_of(library: Library, dimension: int) -> Vectors:
    return library._store.vectors(dimension)[1]  # pyright: ignore[reportPrivateUsage]


def test_every_passage_has_a_vector_of_the_new_embedder_and_all_else_stays(
    library: Library, tmp_path: Path
) -> None:
    fill(library, 0, 12)
    before = list(library.documents())
    words = library.search("word7 word9", mode="bm25")
    result = reindex(library.folder, Counting())
    assert (result.passages, result.embedded, result.is_complete) == (12, 12, True)
    with (
        Library.open(tmp_path / "new", embedder=HashEmbedder(64)) as fresh,
        Library.open(library.folder, embedder=HashEmbedder(64)) as again,
    ):
        fill(fresh, 0, 12)
        assert list(again.documents()) == before
        assert np.array_equal(vectors_of(again, 64), vectors_of(fresh, 64))
        assert again.search("word7 word9", mode="bm25") == words
        hits = [(h.passage, h.score) for h in again.search("word7 word9")]
        assert hits == [(h.passage, h.score) for h in fresh.search("word7 word9")]
    assert examine(library.folder).findings == []
    assert {file.name for file in library.folder.iterdir()} == {
        *("library.sqlite", "library.sqlite-reindex-lock")
    }


def test_an_interrupted_run_goes_on_and_until_then_the_old_vectors_answer(
    library: Library,
) -> None:
    fill(library, 0, 12)
    before = library.search("word7 word9")
    calls = iter([False, True])
    first = reindex(library.folder, Counting(), stop=lambda: next(calls))
    assert (first.embedded, first.is_complete) == (8, False)
    assert library.search("word7 word9") == before
    assert reindexing.pending(library.folder) == "hash-64"
    fill(library, 12, 14)
    library.remove(next(library.documents()).id)
    embedder = Counting()
    second = reindex(library.folder, embedder)
    assert (second.passages, second.embedded, second.earlier) == (13, 6, 7)
    assert embedder.count == 6
    assert second.is_complete
    assert reindexing.pending(library.folder) is None


def test_one_for_another_embedder_begins_anew(library: Library) -> None:
    fill(library, 0, 8)
    reindex(library.folder, HashEmbedder(64), stop=lambda: True)
    result = reindex(library.folder, Counting(32))
    assert (result.embedded, result.earlier, result.is_complete) == (8, 0, True)


def test_a_damaged_vector_of_an_interrupted_run_is_made_anew(library: Library) -> None:
    fill(library, 0, 8)
    reindex(library.folder, HashEmbedder(64), stop=lambda: True)
    with sqlite3.connect(library.folder / "library.sqlite-reindex") as collected:
        collected.execute("UPDATE vectors SET vector = zeroblob(256) WHERE key % 2")
    collected.close()
    assert reindex(library.folder, HashEmbedder(64)).is_complete
    with Library.open(library.folder, embedder=HashEmbedder(64)) as again:
        assert np.allclose(np.linalg.norm(vectors_of(again, 64), axis=1), 1)


@pytest.mark.slow
def test_who_has_it_open_follows_and_nothing_is_mixed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searching and adding go on while it is reindexed; each answer is of one embedder."""
    fill(library, 0, 30)
    follower = following.FollowingEmbedder(
        lambda: library._store.meta("embedder"),  # pyright: ignore[reportPrivateUsage]
        by_name,
    )
    library.embedder = follower
    caching = CachingEmbedder(follower)
    question = "word7 word9 word300 word4"
    expected = {size: HashEmbedder(size).embed([question])[0] for size in (256, 64, 32)}
    errors: list[BaseException] = []
    end = threading.Event()
    seen = 0

    def ask() -> None:
        nonlocal seen
        try:
            while not end.is_set():
                hits = library.search(question, k=3, mode="dense", embedder=caching)
                for hit in hits:
                    text = f"{hit.document.title}\n{hit.passage.text}"
                    cosines = [
                        float(HashEmbedder(size).embed([text])[0] @ expected[size])
                        for size in expected
                    ]
                    assert any(hit.dense == pytest.approx(c, abs=1e-4) for c in cosines)
                seen += len(hits)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    def add() -> None:
        try:
            at = 100
            while not end.is_set():
                fill(library, at, at + 1)
                at += 1
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=ask), threading.Thread(target=add)]
    for thread in threads:
        thread.start()
    for size in (64, 32, 64):
        assert reindex(library.folder, HashEmbedder(size)).is_complete
    end.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert seen > 0
    assert library.embedder.name == "hash-64"
    assert examine(library.folder).findings == []
    assert vectors_of(library, 64).shape[0] == library.stats().passages


def test_one_that_does_not_follow_is_told_and_adds_nothing(library: Library) -> None:
    fill(library, 0, 3)
    reindex(library.folder, HashEmbedder(64))
    for act in (lambda: library.search("word1"), lambda: fill(library, 3, 4)):
        with pytest.raises(EmbedderMismatch, match="has the embedder hash-64 now, not hash"):
            act()
    assert len(library) == 3


def test_an_undone_removal_fits_the_new_embedder(library: Library, tmp_path: Path) -> None:
    fill(library, 0, 3)
    removal = library.take_out(next(library.documents()).id, tmp_path)
    reindex(library.folder, HashEmbedder(64))
    library.embedder = HashEmbedder(64)
    assert library.put_back(removal)
    assert examine(library.folder).findings == []


def test_a_purge_begins_an_interrupted_run_anew(library: Library) -> None:
    fill(library, 0, 8)
    reindex(library.folder, HashEmbedder(64), stop=lambda: True)
    assert purge(library.folder).vectors.count >= 1
    assert reindexing.pending(library.folder) is None
