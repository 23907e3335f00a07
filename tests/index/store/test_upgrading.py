"""A library made by an earlier version is opened with all it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from torture.workshop import faults, make_earlier

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryError
from sourcebook.index.store.schema import SCHEMA
from sourcebook.rag.testing import HashEmbedder

TALKS = "The talks between Sherman and Ryabkov in Geneva lasted about eight hours."

# The first schema, as libraries out there have it.
VERSION_1 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, title TEXT NOT NULL,
    source TEXT, author TEXT, published TEXT, url TEXT, path TEXT, media_type TEXT NOT NULL,
    language TEXT, content_hash TEXT NOT NULL, location TEXT
);
CREATE INDEX documents_location ON documents (location);
CREATE INDEX documents_content ON documents (content_hash);
CREATE INDEX documents_description ON documents (source, author, published, title, id);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document_key INTEGER NOT NULL REFERENCES documents (key),
    start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER, vector BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document_key, start);
CREATE VIRTUAL TABLE passages_words USING fts5 (
    title, text, tokenize = "porter unicode61 remove_diacritics 2"
);
PRAGMA user_version = 1;
"""


def make_version_1(folder: Path) -> str:
    """A library of one document in the first format; the id of that document."""
    document = make_document(TALKS, title="Talks", source="Courier", path="talks.txt")
    vector = HashEmbedder().embed([f"Talks\n{TALKS}"])[0]
    db = sqlite3.connect(folder / "library.sqlite")
    db.executescript(VERSION_1)
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("embedder", HashEmbedder().name), ("dimension", str(len(vector))), ("generation", "1")],
    )
    db.execute(
        "INSERT INTO documents VALUES (1, ?, ?, 'Talks', 'Courier', NULL, "
        "'2022-01-10T00:00:00+00:00', NULL, 'talks.txt', 'text/plain', NULL, ?, 'talks.txt')",
        (document.id, TALKS, document.content_hash),
    )
    db.execute(
        "INSERT INTO passages VALUES (1, 'p', 1, 0, ?, NULL, ?)", (len(TALKS), vector.tobytes())
    )
    db.execute("INSERT INTO passages_words (rowid, title, text) VALUES (1, 'Talks', ?)", (TALKS,))
    db.commit()
    db.close()
    return document.id


def test_an_older_library_keeps_its_documents_dates_and_passages(tmp_path: Path) -> None:
    document_id = make_version_1(tmp_path)
    for _ in range(2):  # opened again, it is as it is
        with Library.open(tmp_path, embedder=HashEmbedder()) as library:
            document = library.document(document_id)
            assert (document.text, document.source) == (TALKS, "Courier")
            assert document.published is not None
            assert document.published.isoformat() == "2022-01-10T00:00:00+00:00"
            assert document.removed == ()
            assert library.search("Geneva talks")[0].passage.id == "p"
            assert library.check() == []


def test_an_older_library_takes_new_documents(tmp_path: Path) -> None:
    document_id = make_version_1(tmp_path)
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        report = library.add_documents([make_document("Rye bread is sold here.", path="b.txt")])
        assert [d.id for d in library.documents()] == [document_id, *report.added]


def test_a_library_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    make_version_1(tmp_path)
    db = sqlite3.connect(tmp_path / "library.sqlite")
    db.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match=r"format 99.*update Sourcebook"):
        Library.open(tmp_path, embedder=HashEmbedder())
    assert db.execute("PRAGMA user_version").fetchone() == (99,)
    db.close()


def test_an_interrupted_upgrade_changes_nothing(tmp_path: Path) -> None:
    document_id = make_version_1(tmp_path)
    db = sqlite3.connect(tmp_path / "library.sqlite")
    db.execute("ALTER TABLE documents ADD COLUMN removed TEXT")  # makes the step fail
    db.commit()
    with pytest.raises(LibraryError):
        Library.open(tmp_path, embedder=HashEmbedder())
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT id FROM documents").fetchall() == [(document_id,)]
    db.close()


@pytest.mark.parametrize("version", range(1, len(SCHEMA) + 1))
def test_a_library_of_each_version_opens_with_all_it_holds(tmp_path: Path, version: int) -> None:
    texts = make_earlier(tmp_path, version, 3)
    for _ in range(2):
        assert faults(tmp_path, texts) == []  # the doctor's findings are among them
    with sqlite3.connect(tmp_path / "library.sqlite") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(SCHEMA),)
    db.close()
