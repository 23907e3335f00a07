"""SQLite: the one truth. Documents, passages, vectors and the full-text rows change together.

One transaction commits a document with all that is derived from it, and raises the generation
number; anything built from the store (the FAISS snapshot) says which generation it was built from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from .cleaning import Removed
from .database import Database
from .documents import Document, Passage
from .embedding import Vectors
from .errors import DocumentNotFound
from .origins import Origins
from .places import forget_states

_VERSION_1 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT,
    author TEXT,
    published TEXT,
    url TEXT,
    path TEXT,
    media_type TEXT NOT NULL,
    language TEXT,
    content_hash TEXT NOT NULL,
    location TEXT
);
CREATE INDEX documents_location ON documents (location);
CREATE INDEX documents_content ON documents (content_hash);
CREATE INDEX documents_description ON documents (source, author, published, title, id);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document_key INTEGER NOT NULL REFERENCES documents (key),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    vector BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document_key, start);
CREATE VIRTUAL TABLE passages_words USING fts5 (
    title, text, tokenize = "porter unicode61 remove_diacritics 2"
);
"""
_VERSION_2 = """
ALTER TABLE documents ADD COLUMN removed TEXT NOT NULL DEFAULT '[]';
"""
_VERSION_3 = """
ALTER TABLE documents ADD COLUMN published_from TEXT;
"""
# What documents are to each other (`settling`). ``story`` and ``outlet`` are NULL until known;
# ``read_text`` is the text as it was read, where recurring lines were taken out of it.
_VERSION_4 = """
ALTER TABLE documents ADD COLUMN read_text TEXT;
ALTER TABLE documents ADD COLUMN story TEXT;
ALTER TABLE documents ADD COLUMN outlet TEXT;
CREATE INDEX documents_story ON documents (story);
CREATE INDEX documents_outlet ON documents (outlet, story);
CREATE TABLE bands (
    band INTEGER NOT NULL, document_key INTEGER NOT NULL, PRIMARY KEY (band, document_key)
) WITHOUT ROWID;
CREATE INDEX bands_document ON bands (document_key);
CREATE TABLE minhashes (document_key INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE lines (
    document_key INTEGER NOT NULL, line INTEGER NOT NULL, content INTEGER NOT NULL,
    PRIMARY KEY (document_key, line)
) WITHOUT ROWID;
CREATE TABLE changed_outlets (outlet TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_SCHEMA = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)

_DOCUMENT_FIELDS = (
    "id, text, title, source, author, published, url, path, media_type, language, content_hash, "
    "removed, published_from"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document ready to be stored: its passages and their vectors, row by row; ``as_read`` is its
    text before recurring lines were taken out, where that is another."""

    document: Document
    passages: Sequence[Passage]
    vectors: Vectors
    as_read: str | None = None

    @property
    def read_text(self) -> str | None:
        """As it is stored: nothing where it is the document's text."""
        return self.as_read if self.as_read != self.document.text else None


class Store:
    """The database of one library, in one file.

    Threads, processes, and what every method raises: as `Database` has it.
    """

    def __init__(self, path: Path) -> None:
        self.database = self._db = Database(path, _SCHEMA)

    def close(self) -> None:
        """Closing twice is fine."""
        self._db.close()

    # -- what is there ---------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """A named value of the library, e.g. the embedder it was made with."""
        rows = self._db.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    @property
    def generation(self) -> int:
        """Rises by one with every committed change."""
        return int(self.meta("generation") or 0)

    def counts(self) -> tuple[int, int]:
        """Documents and passages."""
        row = self._db.rows(
            "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
        )
        return row[0][0], row[0][1]

    def documents(self) -> Iterator[Document]:
        """All documents in the order they were added, read a few at a time."""
        last = 0
        while rows := self._db.rows(
            f"SELECT key, {_DOCUMENT_FIELDS} FROM documents WHERE key > ? ORDER BY key LIMIT 64",
            (last,),
        ):
            last = rows[-1][0]
            yield from (_document(row[1:]) for row in rows)

    def descriptions(self) -> list[tuple[str, str, str | None, str | None, str | None]]:
        """Id, title, source, author and ISO date of every document; no text is read."""
        return self._db.rows("SELECT id, title, source, author, published FROM documents")

    def document(self, document_id: str) -> Document:
        """Raises DocumentNotFound."""
        rows = self._db.rows(
            f"SELECT {_DOCUMENT_FIELDS} FROM documents WHERE id = ?", (document_id,)
        )
        if not rows:
            raise DocumentNotFound(
                f"no document has the id {document_id!r}: `sourcebook list` shows the ids"
            )
        return _document(rows[0])

    def ids(self) -> set[str]:
        """The ids of all documents."""
        return {row[0] for row in self._db.rows("SELECT id FROM documents")}

    def has(self, document_id: str) -> bool:
        """Whether a document has that id."""
        return bool(self._db.rows("SELECT 1 FROM documents WHERE id = ?", (document_id,)))

    def find(self, *, location: str | None = None, content: str | None = None) -> Document | None:
        """The document read from that place, or with that content hash."""
        column, value = ("location", location) if location else ("content_hash", content)
        rows = self._db.rows(
            f"SELECT {_DOCUMENT_FIELDS} FROM documents WHERE {column} = ? ORDER BY key LIMIT 1",
            (value,),
        )
        return _document(rows[0]) if rows else None

    def paths_in(self, file: str) -> list[str]:
        """The paths of the documents that were read from that file, alone or as parts of it."""
        rows = self._db.rows(
            "SELECT path FROM documents WHERE path = ?1 OR substr(path, 1, length(?1) + 1) "
            "IN (?1 || '#', ?1 || '/')",
            (file,),
        )
        return [row[0] for row in rows]

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order."""
        document = self.document(document_id)
        rows = self._db.rows(
            "SELECT p.id, p.start, p.end, p.page FROM passages p JOIN documents d "
            "ON d.key = p.document_key WHERE d.id = ? ORDER BY p.start",
            (document_id,),
        )
        return [_passage(document, *row) for row in rows]

    def places(self, keys: Sequence[int]) -> dict[int, tuple[Document, Passage]]:
        """Passage key -> its document and itself. Keys that are gone are left out."""
        rows = self._db.rows(
            f"SELECT p.key, d.id, p.id, p.start, p.end, p.page FROM passages p "
            f"JOIN documents d ON d.key = p.document_key WHERE p.key IN ({_marks(keys)})",
            tuple(keys),
        )
        documents = {row[1]: self.document(row[1]) for row in rows}
        return {row[0]: (documents[row[1]], _passage(documents[row[1]], *row[2:])) for row in rows}

    def vectors(self, dimension: int) -> tuple[np.ndarray[Any, Any], Vectors]:
        """All passage keys, shape (n,), and their vectors, shape (n, dimension)."""
        keys: list[int] = []
        data = bytearray()
        with self._db.reading() as db:
            for key, vector in db.execute("SELECT key, vector FROM passages ORDER BY key"):
                keys.append(key)
                data += vector
        matrix = np.frombuffer(data, np.float32).reshape(len(keys), dimension)
        return np.asarray(keys, np.int64), matrix

    def keys(self, where: str, values: Sequence[object]) -> list[int]:
        """Keys of the passages whose document meets a condition over ``d``."""
        rows = self._db.rows(
            "SELECT p.key FROM passages p JOIN documents d ON d.key = p.document_key "
            f"WHERE {where}",
            tuple(values),
        )
        return [row[0] for row in rows]

    def match(
        self, query: str, limit: int, among: Collection[int] | None = None
    ) -> dict[int, float]:
        """Passage key -> BM25 score (higher is better) for an FTS5 query, best first.

        BM25 with k1 = 1.2, b = 0.75 over Porter stems (sqlite.org/fts5.html, 5.1.1).
        """
        # By `rank`, which is worked out once for a row, and by nothing else: a second condition or
        # order makes the same query three to eight times slower, so `among` is applied here.
        rows = self._db.rows(
            "SELECT rowid, -rank FROM passages_words WHERE passages_words MATCH ? "
            "ORDER BY rank LIMIT ?",
            (query, -1 if among is not None else limit),
        )
        found = ((key, score) for key, score in rows if among is None or key in among)
        return dict(islice(found, limit))

    def problems(self) -> list[str]:
        """What SQLite's own checks find wrong; empty when healthy."""
        found = [row[0] for row in self._db.rows("PRAGMA quick_check") if row[0] != "ok"]
        (words,) = self._db.rows("SELECT count(*) FROM passages_words")[0]
        if words != self.counts()[1]:
            found.append(f"the full-text index holds {words} passages of {self.counts()[1]}")
        return found

    # -- changes ---------------------------------------------------------------------------

    def set_meta(self, name: str, value: str) -> None:
        """Write a named value once, when the library is made."""
        with self._db.changing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def put(self, entries: Iterable[Entry]) -> None:
        """Store documents with all that belongs to them, replacing those with the same id.

        One transaction: when it returns everything is on disk, when it raises nothing is.
        """
        replaced = False
        with self._db.changing() as db:
            for entry in entries:
                replaced |= _delete(db, entry.document.id)
                _insert(db, entry)
            _next_generation(db)
        if replaced:
            forget_states()

    def put_text(self, entry: Entry) -> None:
        """Store another text of a document that is here; nothing where it was removed meanwhile."""
        document = entry.document
        with self._db.changing() as db:
            row = db.execute("SELECT key FROM documents WHERE id = ?", (document.id,)).fetchone()
            if row is None:
                return
            _delete_passages(db, row[0])
            db.execute(
                "UPDATE documents SET text = ?, read_text = ?, removed = ? WHERE key = ?",
                (
                    document.text,
                    entry.read_text,
                    _removed_to_json(document.removed),
                    row[0],
                ),
            )
            _insert_passages(db, row[0], entry)
            _next_generation(db)

    def move(self, document_id: str, read: Document) -> None:
        """Say that a document stands where ``read`` was read."""
        with self._db.changing() as db:
            # Its address may tell its outlet: with another one it is to be settled again.
            db.execute(
                "UPDATE documents SET url = ?1, path = ?2, location = ?3, "
                "story = CASE WHEN url IS ?1 THEN story END WHERE id = ?4",
                (read.url, read.path, read.location, document_id),
            )
            _next_generation(db)

    def origins(self) -> Origins:
        """What is remembered of where the documents were read."""
        return Origins(self._db)

    def remove(self, document_id: str) -> None:
        """Raises DocumentNotFound."""
        with self._db.changing() as db:
            if not _delete(db, document_id):
                self.document(document_id)  # raises, with the message
            _next_generation(db)
        forget_states()


def _next_generation(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO meta VALUES ('generation', '1') "
        "ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def _insert(db: sqlite3.Connection, entry: Entry) -> None:
    d = entry.document
    published = d.published.isoformat() if d.published else None
    cursor = db.execute(
        f"INSERT INTO documents ({_DOCUMENT_FIELDS}, location, read_text) "
        f"VALUES ({_marks(range(15))})",
        (
            *(d.id, d.text, d.title, d.source, d.author, published, d.url, d.path),
            *(d.media_type, d.language, d.content_hash, _removed_to_json(d.removed)),
            *(d.published_from, d.location, entry.read_text),
        ),
    )
    _insert_passages(db, cursor.lastrowid, entry)


def _insert_passages(db: sqlite3.Connection, document_key: int | None, entry: Entry) -> None:
    for passage, vector in zip(entry.passages, entry.vectors, strict=True):
        cursor = db.execute(
            "INSERT INTO passages (id, document_key, start, end, page, vector) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(passage.id, document_key, passage.start, passage.end, passage.page),
                np.ascontiguousarray(vector, np.float32).tobytes(),
            ),
        )
        db.execute(
            "INSERT INTO passages_words (rowid, title, text) VALUES (?, ?, ?)",
            (cursor.lastrowid, entry.document.title, passage.text),
        )


def _delete(db: sqlite3.Connection, document_id: str) -> bool:
    row = db.execute(
        "SELECT key, story, outlet FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    if row is None:
        return False
    key, story, outlet = row
    _delete_passages(db, key)
    db.execute("DELETE FROM bands WHERE document_key = ?", (key,))
    db.execute("DELETE FROM minhashes WHERE document_key = ?", (key,))
    db.execute("DELETE FROM lines WHERE document_key = ?", (key,))
    db.execute("DELETE FROM documents WHERE key = ?", (key,))
    # What held the others of its story together may be gone with it.
    db.execute("UPDATE documents SET story = NULL WHERE story = ?", (story,))
    if outlet:
        db.execute("INSERT OR IGNORE INTO changed_outlets VALUES (?)", (outlet,))
    return True


def _delete_passages(db: sqlite3.Connection, document_key: int) -> None:
    db.execute(
        "DELETE FROM passages_words WHERE rowid IN "
        "(SELECT key FROM passages WHERE document_key = ?)",
        (document_key,),
    )
    db.execute("DELETE FROM passages WHERE document_key = ?", (document_key,))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _document(row: Sequence[Any]) -> Document:
    named = dict(zip(_DOCUMENT_FIELDS.split(", "), row, strict=True))
    if named["published"]:
        named["published"] = datetime.fromisoformat(named["published"])
    named["removed"] = tuple(Removed(*pair) for pair in json.loads(named["removed"]))
    return Document(**named)


def _removed_to_json(removed: Iterable[Removed]) -> str:
    return json.dumps([[what.rule, what.text] for what in removed], ensure_ascii=False)


def _passage(
    document: Document, passage_id: str, start: int, end: int, page: int | None
) -> Passage:
    return Passage(passage_id, document.id, document.text[start:end], start, end, page)
