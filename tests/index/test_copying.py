"""A library is copied from a folder to PostgreSQL and back, and is the same in both places."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index import copying as module
from sourcebook.index.copying import copy_library
from sourcebook.index.errors import LibraryError, LibraryNotFound
from sourcebook.index.paths import DATABASE
from sourcebook.index.store.store import Store
from sourcebook.rag.testing import HashEmbedder

_number = itertools.count()
EMBEDDER = HashEmbedder()


@pytest.fixture
def server(postgres_server: str) -> str:
    """An address at which no library is."""
    return f"{postgres_server}&library=copy-{next(_number)}&partitions=3"


def fill(folder: Path, files: Path) -> None:
    """A library with recurring lines, a removed article, a followed folder and an upload."""
    (files / "in").mkdir(parents=True)
    (files / "in" / "a.txt").write_text(prose(50))
    upload = files / "upload.txt"
    upload.write_text(prose(51))
    shared = "Follow the Daily Ouse on all channels"
    with Library.open(folder, embedder=EMBEDDER) as library:
        library.add_documents(
            make_document(f"{prose(n)}\n\n{shared}", title=f"{n}", source="Ouse", path=f"/{n}")
            for n in range(8)
        )
        library.sync(files / "in")
        library.add_uploads([upload])
        library.remove(next(library.documents()).id)


def state(place: str | Path) -> object:
    """All that can be seen of a library."""
    with Library.open(place, create=False, embedder=EMBEDDER) as library:
        hits = library.search(prose(3)[:80], 20)
        return (
            [(d.id, d.text, d.title, d.removed, d.blocks) for d in library.documents()],
            [library.passages(document.id) for document in library.documents()],
            sorted((-round(hit.score, 4), hit.passage.id) for hit in hits),  # some are as good
            library.stories(),
            library.check(),
        )


@pytest.mark.slow
def test_a_library_goes_to_a_server_and_back(server: str, tmp_path: Path) -> None:
    old, back = tmp_path / "old", tmp_path / "back"
    fill(old, tmp_path / "files")
    there = copy_library(old, server, embedder=EMBEDDER)
    again = copy_library(server, back, embedder=EMBEDDER)
    assert there.documents == there.written == 9
    assert state(server) == state(old)
    assert state(back) == state(old)
    assert len(there.sha256) == len(again.sha256) == 64
    with Library.open(back, embedder=EMBEDDER) as library:
        (copied,) = [d for d in library.documents() if "upload" in (d.path or "")]
        # The copy of the uploaded file came along, and what was followed is still known.
        assert Path(copied.path or "").read_text() == prose(51)
        assert str(back) in (copied.path or "")
        assert len(library.sync(tmp_path / "files" / "in").unchanged) == 1


def test_an_interrupted_copy_goes_on(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    old = tmp_path / "old"
    fill(old, tmp_path / "files")
    stops = iter([False, True])
    first = copy_library(old, server, embedder=EMBEDDER, stop=lambda: next(stops))
    assert (first.stopped, first.documents) == (True, 4)
    with Library.open(old, embedder=EMBEDDER) as library:  # it changes meanwhile
        library.remove(next(library.documents()).id)
        library.add_documents([make_document(prose(77), title="New")])
    second = copy_library(old, server, embedder=EMBEDDER)
    assert (second.stopped, second.documents, second.written) == (False, 9, 6)
    with Library.open(server, embedder=EMBEDDER) as library:
        assert {d.id for d in library.documents()} == {
            d.id for d in Library.open(old, embedder=EMBEDDER).documents()
        }


def test_conversations_are_copied_where_a_killed_copy_had_begun_to(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    fill(old, tmp_path / "files")
    with closing(sqlite3.connect(old / "conversations.sqlite")) as db, db:
        db.execute("CREATE TABLE notes AS SELECT 'said' AS text")
    copy_library(old, new, embedder=EMBEDDER, stop=lambda: True)
    (new / "conversations.sqlite").touch()
    copy_library(old, new, embedder=EMBEDDER)
    with closing(sqlite3.connect(new / "conversations.sqlite")) as db:
        assert db.execute("SELECT text FROM notes").fetchall() == [("said",)]


def test_what_is_removed_while_it_is_copied_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    old, new = tmp_path / "old", tmp_path / "new"
    fill(old, tmp_path / "files")
    with Library.open(old, embedder=EMBEDDER) as library:
        ids = [document.id for document in library.documents()]

        def remove(_: object) -> None:
            if len(library) == len(ids):
                library.remove(ids[1])

        with pytest.raises(LibraryError, match="may have changed meanwhile"):
            copy_library(old, new, embedder=EMBEDDER, on_progress=remove)
    assert copy_library(old, new, embedder=EMBEDDER).documents == len(ids) - 1


def test_a_copy_that_is_not_the_same_is_told_and_mended(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    fill(old, tmp_path / "files")
    stops = iter([True])
    copy_library(old, new, embedder=EMBEDDER, stop=lambda: next(stops, False))
    store = Store(new / DATABASE)
    with store.database.changing() as db:
        db.execute("UPDATE documents SET title = 'Another' WHERE title = '3'")
    store.close()
    with pytest.raises(LibraryError, match="not the same") as caught:
        copy_library(old, new, embedder=EMBEDDER)
    assert "\n" not in str(caught.value)
    assert copy_library(old, new, embedder=EMBEDDER).written == 1
    assert sorted(map(repr, state(new)[0])) == sorted(map(repr, state(old)[0]))  # type: ignore[index]


def test_nothing_is_copied_over_another_library(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    fill(old, tmp_path / "files")
    with Library.open(new, embedder=EMBEDDER) as library:
        library.add_documents([make_document(prose(1), title="Own")])
    before = state(new)
    with pytest.raises(LibraryError, match="holds articles already"):
        copy_library(old, new, embedder=EMBEDDER)
    with pytest.raises(LibraryError, match="onto itself"):
        copy_library(old, old, embedder=EMBEDDER)
    with pytest.raises(LibraryNotFound):
        copy_library(tmp_path / "none", tmp_path / "other", embedder=EMBEDDER)
    assert state(new) == before
