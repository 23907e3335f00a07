"""A role reads the documents that it may read, and its searches know of no others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import store_of
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.errors import DocumentNotFound, LibraryError
from sourcebook.index.postgres.access import give_reading, readers_of, restrict, take_reading
from sourcebook.rag.testing import HashEmbedder

_number = itertools.count()


@pytest.fixture
def address(postgres_server: str) -> str:
    """Of a library, on a server that has three roles: press, and desk with its member ann."""
    with psycopg.connect(postgres_server, autocommit=True) as db:
        for role in ("press", "desk", "ann"):
            if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                db.execute(f"CREATE ROLE {role} LOGIN".encode())
        db.execute("GRANT desk TO ann")
    return f"{postgres_server}&library=access-{next(_number)}&partitions=2"


@pytest.fixture
def library(address: str) -> Iterator[Library]:
    with Library.open(address, embedder=HashEmbedder()) as opened:
        opened.add_documents(
            make_document(f"{prose(n)} Budget number{n}.", title=f"{n}", path=f"/{n}")
            for n in range(12)
        )
        yield opened


def as_role(address: str, role: str) -> Library:
    return Library.open(
        address.replace("postgres:@", f"{role}:@"), create=False, embedder=HashEmbedder()
    )


def titles(library: Library) -> list[str]:
    return [document.title for document in library.documents()]


def test_a_role_needs_to_be_let_in(library: Library, address: str) -> None:
    with pytest.raises(LibraryError):
        as_role(address, "press")
    give_reading(store_of(library), "press")
    with as_role(address, "press") as reader:
        assert len(reader) == 12
        with pytest.raises(LibraryError, match="may only be read here"):
            reader.add_documents([make_document(prose(90))])
        with pytest.raises(LibraryError, match="may only be read here"):
            reader.remove(next(reader.documents()).id)
    take_reading(store_of(library), "press")
    with pytest.raises(LibraryError):
        as_role(address, "press")
    assert titles(library) == [f"{n}" for n in range(12)]


def test_a_reader_sees_only_what_its_roles_may_see(
    library: Library, address: str, tmp_path: Path
) -> None:
    store = store_of(library)
    for role in ("press", "desk"):
        give_reading(store, role)
    ids = [document.id for document in library.documents()]
    restrict(store, ids[:3], ["desk"])
    restrict(store, ids[3:4], ["press", "desk"])
    assert readers_of(store, ids[0]) == ("desk",)
    assert readers_of(store, ids[11]) == ()
    with (
        as_role(address, "press") as press,
        as_role(address, "ann") as ann,
        Library.open(tmp_path / "l", embedder=HashEmbedder()) as same,
    ):
        assert titles(press) == [f"{n}" for n in range(3, 12)]
        assert titles(ann) == titles(library)
        assert press.search("number1", mode="bm25") == []
        assert ann.search("number1", mode="bm25")[0].document.id == ids[1]
        assert {h.document.id for h in press.search(prose(1)[:80], 50)}.isdisjoint(ids[:3])
        assert press.mentions("number2") == []
        with pytest.raises(DocumentNotFound):
            press.document(ids[0])
        assert len(press.overview()) == press.stats().documents == 9
        # Its scores are those of a library of these alone: no count tells of the others.
        same.add_documents(press.documents())
        for mode in ("hybrid", "bm25", "dense"):
            ours = {h.passage.id: h.score for h in press.search("Budget number5", 20, mode=mode)}
            theirs = {h.passage.id: h.score for h in same.search("Budget number5", 20, mode=mode)}
            assert ours == pytest.approx(theirs, abs=1e-5)
        restrict(store, ids[:1], [])
        assert titles(press)[0] == "0"
    assert library.check() == []


def test_a_role_taken_from_a_reader_tells_it_no_counts_any_more(
    library: Library, address: str, tmp_path: Path
) -> None:
    store = store_of(library)
    give_reading(store, "desk")
    give_reading(store, "ann")
    restrict(store, [document.id for document in list(library.documents())[:6]], ["desk"])
    with (
        as_role(address, "ann") as ann,
        Library.open(tmp_path / "l", embedder=HashEmbedder()) as same,
    ):
        assert len(ann.search("Budget number9", 20, mode="bm25")) == 12
        with psycopg.connect(address.partition("&library")[0], autocommit=True) as db:
            db.execute("REVOKE desk FROM ann")
        same.add_documents(ann.documents())
        ours, theirs = (
            [hit.score for hit in each.search("Budget number9", 20, mode="bm25")]
            for each in (ann, same)
        )
        assert len(ours) == 6
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_what_is_restricted_stays_so_when_it_changes(library: Library, address: str) -> None:
    store = store_of(library)
    give_reading(store, "press")
    first = next(library.documents())
    restrict(store, [first.id], ["desk"])
    with as_role(address, "press") as press:
        library.add_documents([make_document(f"{prose(70)} Anew.", title="0", path="/0")])
        assert library.document(first.id).text.endswith("Anew.")
        assert first.id not in {document.id for document in press.documents()}
        removal = library.take_out(first.id, Path())
        library.put_back(removal)
        assert first.id in {document.id for document in library.documents()}
        assert press.search("Anew", mode="bm25") == []


def test_a_role_that_is_not_there_is_told(library: Library) -> None:
    with pytest.raises(LibraryError, match="CREATE ROLE"):
        restrict(store_of(library), [next(library.documents()).id], ["nobody-at-all"])
    with pytest.raises(LibraryError):
        give_reading(store_of(library), "nobody-at-all")
    with pytest.raises(DocumentNotFound):
        restrict(store_of(library), ["none"], [])
