"""Documents and passages as rows of the tables: written, removed, and read back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from sourcebook.index.cleaning.clean import RemovedText
from sourcebook.index.documents.passages import passage_titles
from sourcebook.index.documents.records import Document, Passage
from sourcebook.index.documents.words import letter_pairs, space_words
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.errors import EmbedderMismatch
from sourcebook.index.structure.block_storage import blocks_from_bytes, blocks_to_bytes
from sourcebook.index.structure.content import Content

from .part_vectors import parts_to_bytes
from .sql import SqlConnection

DOCUMENT_FIELDS = (
    "id, text, title, source, author, published, url, path, media_type, language, content_hash, "
    "removed, published_from, blocks, pages"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document ready to be stored: its passages and their vectors, row by row; ``as_read`` is its
    content before recurring lines were removed, where that is another; ``parts`` are the vectors of
    the parts of each passage, shape (parts, d), nothing where there are none; ``embedder`` is the
    name of what made them, where that is known: it must be the library's."""

    document: Document
    passages: Sequence[Passage]
    vectors: Vectors
    as_read: Content | None = None
    parts: Sequence[Vectors] = ()
    embedder: str | None = None

    @property
    def read_columns(self) -> tuple[str | None, bytes | None]:
        """``read_text`` and ``read_blocks``: nothing where the document is as it was read."""
        if self.as_read is None or self.as_read.text == self.document.text:
            return None, None
        return self.as_read.text, blocks_to_bytes(self.as_read.blocks)


def insert_document(db: sqlite3.Connection, entry: Entry, key: int | None = None) -> None:
    """Store a document with its passages.

    Args:
        db: a connection in a transaction.
        entry: what is stored.
        key: its place in the order of the documents; None: behind all others.

    Raises:
        sqlite3.IntegrityError: a document with its id or at its place is stored already.
    """
    d = entry.document
    published = d.published.isoformat() if d.published else None
    cursor = db.execute(
        f"INSERT INTO documents (key, {DOCUMENT_FIELDS}, location, read_text, read_blocks) "
        f"VALUES ({marks(range(19))})",
        (
            *(key, d.id, d.text, d.title, d.source, d.author, published, d.url, d.path),
            *(d.media_type, d.language, d.content_hash, removals_to_json(d.removed)),
            *(d.published_from, block_column(d), json.dumps(d.pages)),
            *(d.location, *entry.read_columns),
        ),
    )
    insert_passages(db, cursor.lastrowid, entry)


def update_text(db: sqlite3.Connection, key: int, entry: Entry) -> None:
    """Write another text of a stored document, with its blocks and passages.

    Args:
        db: a connection in a transaction.
        key: the place of the document.
        entry: the document with its new text; its other fields are not written.
    """
    d = entry.document
    delete_passages(db, key)
    db.execute(
        "UPDATE documents SET text = ?, removed = ?, blocks = ?, pages = ?, read_text = ?, "
        "read_blocks = ? WHERE key = ?",
        (
            *(d.text, removals_to_json(d.removed), block_column(d)),
            *(json.dumps(d.pages), *entry.read_columns, key),
        ),
    )
    insert_passages(db, key, entry)


def index_text(text: str) -> str:
    """Return what the index of words holds of a text: its words, and behind them the pairs of
    Chinese and Japanese letters, so that words that stand side by side stay so."""
    return " ".join([space_words(text), *letter_pairs(text)])


def block_column(document: Document) -> bytes | None:
    """The blocks as they are stored: NULL where a document was read before there were any."""
    return blocks_to_bytes(document.blocks) if document.blocks else None


def read_content(db: SqlConnection, key: int) -> Content:
    """Return the content of a stored document as it was read.

    Args:
        db: a connection.
        key: the place of the document, which must be stored.
    """
    text, blocks, pages = db.execute(
        "SELECT coalesce(read_text, text), "
        "CASE WHEN read_text IS NULL THEN blocks ELSE read_blocks END, pages "
        "FROM documents WHERE key = ?",
        (key,),
    ).fetchone()
    return Content(text, blocks_from_bytes(blocks, text), tuple(json.loads(pages)))


def insert_passages(db: sqlite3.Connection, document_key: int | None, entry: Entry) -> None:
    """Store the passages of ``entry`` with their vectors and their words.

    Args:
        db: a connection in a transaction.
        document_key: the place of their document, which is stored already.
        entry: the document; the titles that its passages have in the search come from it too.

    Raises:
        ValueError: ``entry`` has not one vector for each passage.
        EmbedderMismatch: its vectors are of another embedder than the library's.
    """
    _check_embedder(db, entry)
    titles = passage_titles(entry.document, entry.passages)
    parts = entry.parts or [entry.vectors[:0]] * len(entry.passages)
    for passage, title, vector, part in zip(
        entry.passages, titles, entry.vectors, parts, strict=True
    ):
        cursor = db.execute(
            "INSERT INTO passages (id, document_key, start, end, page, vector) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(passage.id, document_key, passage.start, passage.end, passage.page),
                np.ascontiguousarray(vector, np.float32).tobytes(),
            ),
        )
        db.execute(
            "INSERT INTO passage_texts VALUES (?, ?, ?)",
            (cursor.lastrowid, index_text(title), index_text(passage.text)),
        )
        if len(part):
            db.execute(
                "INSERT INTO passage_parts VALUES (?, ?)", (cursor.lastrowid, parts_to_bytes(part))
            )


def _check_embedder(db: sqlite3.Connection, entry: Entry) -> None:
    row = db.execute("SELECT value FROM meta WHERE name = 'embedder'").fetchone()
    if entry.embedder is not None and row is not None and row[0] != entry.embedder:
        raise EmbedderMismatch(
            f"the library has the embedder {row[0]} now, not {entry.embedder}: "
            "open it again with that one"
        )


def delete_document(
    db: SqlConnection, document_id: str, delete_passages: Callable[[Any, int], None]
) -> bool:
    """Delete a document with all that is stored of it.

    The story of the others that tell it, and what their outlet repeats, are worked out anew later.

    Args:
        db: a connection in a transaction.
        document_id: the id of the document.
        delete_passages: deletes those of the document at a place.

    Returns:
        False where no such document is stored.
    """
    row = db.execute(
        "SELECT key, story, outlet FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    if row is None:
        return False
    key, story, outlet = row
    delete_passages(db, key)
    for table in ("bands", "minhashes", "lines"):
        db.execute(f"DELETE FROM {table} WHERE document_key = ?", (key,))
    db.execute("DELETE FROM documents WHERE key = ?", (key,))
    if story is not None:
        # What held the others of its story together may be gone with it.
        db.execute("UPDATE documents SET story = NULL WHERE story = ?", (story,))
    if outlet:
        db.execute("INSERT INTO changed_outlets VALUES (?) ON CONFLICT DO NOTHING", (outlet,))
    return True


def delete_passages(db: sqlite3.Connection, document_key: int) -> None:
    """Delete the passages of a document with their vectors and their words.

    Args:
        db: a connection in a transaction.
        document_key: the place of the document.
    """
    for table in ("passage_texts", "passage_parts"):
        db.execute(
            f"DELETE FROM {table} WHERE key IN (SELECT key FROM passages WHERE document_key = ?)",
            (document_key,),
        )
    db.execute("DELETE FROM passages WHERE document_key = ?", (document_key,))


def marks(values: Sequence[Any]) -> str:
    """Return a placeholder of SQL for each of ``values``: "?, ?"."""
    return ", ".join("?" * len(values))


def document_of(row: Sequence[Any]) -> Document:
    """Return the document of a row.

    Args:
        row: the columns of ``DOCUMENT_FIELDS``, in that order.

    Raises:
        ValueError: the row has not that many columns.
    """
    fields = dict(zip(DOCUMENT_FIELDS.split(", "), row, strict=True))
    if fields["published"]:
        fields["published"] = datetime.fromisoformat(fields["published"])
    fields["removed"] = tuple(RemovedText(*pair) for pair in json.loads(fields["removed"]))
    fields["blocks"] = blocks_from_bytes(fields["blocks"], fields["text"])
    fields["pages"] = tuple(json.loads(fields["pages"]))
    return Document(**fields)


def removals_to_json(removals: Iterable[RemovedText]) -> str:
    """Return what was removed of a text as the column ``removed`` has it: rules and texts."""
    return json.dumps([[text.rule, text.text] for text in removals], ensure_ascii=False)


def passage_of(
    document: Document, passage_id: str, start: int, end: int, page: int | None
) -> Passage:
    """Return a passage of a stored document.

    Args:
        document: the document.
        passage_id: the id of the passage.
        start: the offset of its first character in the text of the document.
        end: the offset behind its last one.
        page: where it begins, from 1; None: the document has no pages.
    """
    return Passage(passage_id, document.id, document.text[start:end], start, end, page)


@dataclass(frozen=True, slots=True, eq=False)  # as its vectors are not compared
class Removal:
    """What a library took out: the document with its passages and vectors, its place in the order
    of the documents, and the copy of its file, where one was kept and nothing else stood in it."""

    entry: Entry
    key: int
    copy: MovedCopy | None = None


@dataclass(frozen=True, slots=True)
class MovedCopy:
    """A file that was moved aside: from where, and where it is now."""

    before: Path
    now: Path

    def back(self) -> None:
        """Move it back; nothing where it is gone.

        Raises:
            OSError: it cannot be moved.
        """
        if self.now.is_file():
            self.before.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(self.now, self.before)
