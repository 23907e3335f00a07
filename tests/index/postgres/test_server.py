"""What a server must be, what it is asked for, and what its refusals read like."""

from __future__ import annotations

import itertools
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg
import pytest
from postgres_server import running_server, store_of
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryBusy, LibraryError
from sourcebook.index.libraries.address import Address, is_address, locate
from sourcebook.index.postgres import vectors
from sourcebook.index.postgres.server import check_version, database
from sourcebook.index.postgres.server.statements import translate
from sourcebook.index.search.filters import Filters
from sourcebook.rag.testing import HashEmbedder

_number = itertools.count()


@pytest.fixture
def address(postgres_server: str) -> str:
    """Of a library that nobody made yet."""
    return f"{postgres_server}&library=server-{next(_number)}&partitions=2"


@pytest.fixture
def library(address: str) -> Iterator[Library]:
    with Library.open(address, embedder=HashEmbedder()) as opened:
        yield opened


# --- addresses ------------------------------------------------------------------------------------


def test_an_address_says_the_library_and_never_shows_its_password() -> None:
    address = Address.parse(
        "postgres://ann:secret@db.example:6000/news?library=Daily&sslmode=require"
    )
    assert address.server == "postgresql://ann:secret@db.example:6000/news?sslmode=require"
    assert (address.library, address.schema) == ("daily", "sourcebook_daily")
    assert str(address) == "postgresql://db.example:6000/news?library=daily"
    assert "secret" not in repr(address)
    assert "secret" not in str(address.folder)
    assert str(address.folder).startswith(os.environ["SOURCEBOOK_LIBRARIES"])
    assert locate(address) == address
    assert Address.parse("postgresql:///news").server == "postgresql:///news"
    assert is_address("postgresql://x/y")
    assert not is_address("news")
    assert locate("~/news") == Path("~/news").expanduser()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("postgresql://h/d?library=a;b", "cannot be the name of a library"),
        ("postgresql://h/d?library=", "cannot be the name of a library"),
        ("postgresql://h:port/d", "write it as postgresql://"),
        ("postgresql://h/d?partitions=0", "1 to 256 partitions"),
        ("postgresql://h/d?partitions=x", "write it as postgresql://"),
    ],
)
def test_what_is_no_address_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(LibraryError, match=message) as caught:
        Address.parse(text)
    assert "\n" not in str(caught.value)


# --- statements -----------------------------------------------------------------------------------


def test_statements_of_sqlite_are_read_by_postgresql() -> None:
    assert translate("SELECT 1 WHERE a = ? AND b LIKE 'x%'", [7]) == (
        "SELECT 1 WHERE a = %s AND b LIKE 'x%%'",
        [7],
    )
    assert translate("SELECT ?1, ?2 WHERE a IS ?1", ["x", None]) == (
        "SELECT %(v1)s, %(v2)s WHERE a IS NOT DISTINCT FROM %(v1)s",
        {"v1": "x", "v2": None},
    )
    assert translate("SELECT value FROM json_each(?1)", ["[]"])[0] == (
        "SELECT value FROM json_values(%(v1)s)"
    )


# --- the server -----------------------------------------------------------------------------------


def test_an_older_pgvector_is_refused_with_the_way_out() -> None:
    address = Address.parse("postgresql://h/d")
    for version in ("0.8.3", "0.7.4", "0.8"):
        with pytest.raises(LibraryError, match="ALTER EXTENSION vector UPDATE") as caught:
            check_version(address, version)
        assert "\n" not in str(caught.value)
    for version in ("0.8.4", "0.8.6", "0.9.0", "1.0"):
        check_version(address, version)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("postgresql://127.0.0.1:1/none", "is the server up"),
        ("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1", "is the server up"),
    ],
)
def test_a_server_that_is_not_there_is_told_in_one_line(address: str, message: str) -> None:
    with pytest.raises(LibraryError, match=message) as caught:
        Library.open(address, embedder=HashEmbedder())
    assert "\n" not in str(caught.value)


def test_a_newer_format_is_refused(address: str, postgres_server: str) -> None:
    Library.open(address, embedder=HashEmbedder()).close()
    with psycopg.connect(postgres_server, autocommit=True) as db:
        schema = Address.parse(address).schema
        db.execute(f"UPDATE \"{schema}\".meta SET value = '99' WHERE name = 'format'".encode())
    with pytest.raises(LibraryError, match="has format 99"):
        Library.open(address, embedder=HashEmbedder())


def test_a_text_that_the_server_cannot_hold_is_refused_and_nothing_is_stored(
    library: Library,
) -> None:
    document = make_document(prose(1), title="One")
    with pytest.raises(LibraryError, match="NUL") as caught:
        library.add_documents([document, replace(make_document(prose(2)), author="a\0b")])
    assert "\n" not in str(caught.value)
    assert len(library) == 0
    assert library.check() == []


def test_a_second_writer_waits_and_is_told_who_holds_the_library(
    library: Library, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(address, embedder=HashEmbedder()) as other:
        ended = threading.Event()

        def write() -> None:
            library.add_documents([make_document(prose(1), title="1")])
            ended.set()

        with store_of(other).database.changing():
            thread = threading.Thread(target=write)
            thread.start()
            assert not ended.wait(0.3)
            assert library.search("anything") == []  # whoever reads does not wait
        thread.join(10)
        assert ended.is_set()
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
        refusals: list[LibraryError] = []

        def remove() -> None:
            try:
                library.remove(next(library.documents()).id)
            except LibraryBusy as error:
                refusals.append(error)

        with store_of(other).database.changing():
            thread = threading.Thread(target=remove)
            thread.start()
            thread.join(10)
    (refusal,) = map(str, refusals)
    assert "another program is writing" in refusal
    assert "process" in refusal
    assert "\n" not in refusal
    assert len(library) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_was_acknowledged_outlives_a_killed_server() -> None:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    acknowledged: list[str] = []
    with running_server(folder) as server:
        master = int((folder / "postmaster.pid").read_text().split()[0])
        library = Library.open(f"{server}&library=kill", embedder=HashEmbedder())

        def add() -> None:
            try:
                for n in range(1000):
                    acknowledged.extend(
                        library.add_documents([make_document(prose(n), title=f"{n}")]).added
                    )
            except LibraryError:
                pass

        thread = threading.Thread(target=add)
        thread.start()
        while len(acknowledged) < 8:
            thread.join(0.01)
        children = psutil.Process(master).children()
        for process in [psutil.Process(master), *children]:
            if process.is_running():
                os.kill(process.pid, signal.SIGKILL)
        thread.join(60)
        library.close()
        psutil.wait_procs(children, timeout=10)
    with (
        running_server(folder) as server,
        Library.open(f"{server}&library=kill", embedder=HashEmbedder()) as library,
    ):
        assert library.check() == []
        assert set(acknowledged) <= {document.id for document in library.documents()}
        for document in list(library.documents())[:3]:
            assert library.search(document.text[:80], 1)[0].document.id == document.id
        library.add_documents([make_document(prose(5000), title="After")])


# --- vectors and words ----------------------------------------------------------------------------


def test_the_graph_finds_what_comparing_finds(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "FLAT_UNTIL", 100)
    documents = [
        make_document(prose(n), title=f"{n}", source="tenth" if n % 10 == 0 else "other")
        for n in range(400)
    ]
    with store_of(library).loading():
        library.add_documents(documents[:250])
        assert not vectors.has_graph(store_of(library).database)
    assert vectors.has_graph(store_of(library).database)
    library.add_documents(documents[250:])  # and those go into it
    keys, matrix = store_of(library).vectors(256)
    with store_of(library).database.reading() as db:
        plan = db.execute(
            "EXPLAIN SELECT key FROM embeddings e "
            "ORDER BY e.embedding::halfvec(256) <#> ?::halfvec(256) LIMIT 10",
            (matrix[0],),
        ).fetchall()
    assert "embedding" in str(plan)
    for filters, share in ((None, 1.0), (Filters(sources=frozenset({"tenth"})), 0.1)):
        recalls = []
        for n in range(0, 400, 40):
            question = prose(n)[:120]
            hits = library.search(question, 10, mode="dense", filters=filters)
            allowed = matrix[::10] if filters else matrix
            best = np.sort(allowed @ HashEmbedder().embed([question])[0])[::-1][:10]
            recalls.append(np.mean([(hit.dense or 0) >= best[-1] - 1e-5 for hit in hits]))
            assert len(hits) == 10
        assert np.mean(recalls) >= 0.97, share
    assert len(keys) == 400
    assert len(library.search(prose(0)[:120], 300, mode="dense")) == 300


def test_a_search_waits_for_the_server_seven_times(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_documents([make_document(prose(n), title=f"{n}") for n in range(120)])
    library.search(prose(3)[:80])  # what is kept of its words is kept
    statements: list[bytes] = []
    execute = psycopg.Connection.execute

    def note(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        statements.append(query)
        return execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", note)
    assert library.search(prose(3)[:80])
    assert len(statements) == 7


def test_what_is_removed_is_in_no_table(library: Library, postgres_server: str) -> None:
    library.add_documents(
        [make_document(f"{prose(n)} Zanzibarquartz{n}.", title=f"Quuxtitle{n}") for n in range(6)]
    )
    for document in list(library.documents())[1:5]:
        library.remove(document.id)
    schema = store_of(library).database.address.schema
    with psycopg.connect(postgres_server) as db:
        tables = db.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) "
            "AND relkind IN ('r', 'p')",
            (schema,),
        ).fetchall()
        contents = "".join(
            str(db.execute(f'SELECT * FROM "{schema}"."{name}"'.encode()).fetchall()).casefold()
            for (name,) in tables
        )
    for n in range(6):
        assert (f"zanzibarquartz{n}" in contents) == (n in {0, 5})
        assert (f"quuxtitle{n}" in contents) == (n in {0, 5})


def test_words_of_any_length_are_found(library: Library) -> None:
    long = "x" * 3000
    library.add_documents(
        [make_document(f"{prose(1)} {long}y {long}z.", title="Long"), make_document(prose(2))]
    )
    (hit,) = library.search(f"{long}y", mode="bm25")
    assert hit.document.title == "Long"
    assert library.search(f"{long}q", mode="bm25") == []
