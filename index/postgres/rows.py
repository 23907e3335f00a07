"""Documents and passages as rows of PostgreSQL's tables: written and removed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from sourcebook.index.documents.passages import passage_titles
from sourcebook.index.documents.records import Passage
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.postgres.server.database import PostgresConnection
from sourcebook.index.store.part_vectors import parts_to_bytes
from sourcebook.index.store.rows import (
    DOCUMENT_FIELDS,
    Entry,
    block_column,
    delete_document,
    removals_to_json,
)

from .postings import IndexedPassage, delete_postings, insert_postings
from .terms import count_terms

_COLUMNS = f"key, {DOCUMENT_FIELDS}, location, read_text, read_blocks, audience".split(", ")
_INSERT = f"INSERT INTO documents ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_PASSAGE_COLUMNS = (
    "key int8",
    "id text",
    "document_key int8",
    "start int4",
    "end int4",
    "page int4",
    "heading text",
    "words int4",
    "audience int4",
)
_PART_COLUMNS = ("key int8", "document_key int8", "audience int4", "vectors bytea")
_EMBEDDING_COLUMNS = ("key int8", "document_key int8", "audience int4", "embedding vector")

_AT_ONCE = 1000
"""Documents whose passages are written together."""


@dataclass(frozen=True, slots=True, eq=False)
class _NewPassage:
    key: int
    document_key: int
    audience: int
    passage: Passage
    title: str
    vector: Vectors
    parts: Vectors


def insert_documents(
    db: PostgresConnection, entries: Iterable[Entry], partitions: int, key: int | None = None
) -> bool:
    """Store documents with their passages, in place of those with their ids.

    Args:
        db: a connection in a transaction.
        entries: what is stored.
        partitions: the parts of the library.
        key: the place of the first in the order of the documents; None: behind all others.

    Returns:
        Whether another was replaced.
    """
    is_replaced = False
    entries = iter(entries)
    while batch := list(islice(entries, _AT_ONCE)):
        ids = [entry.document.id for entry in batch]
        earlier = db.execute("SELECT id FROM documents WHERE id = ANY (?)", (ids,)).fetchall()
        for (document_id,) in earlier:
            is_replaced |= delete_document(db, document_id, delete_passages)
        if key is None:
            key = _scalar(db, "SELECT coalesce(max(key), 0) + 1 FROM documents")
        audiences = _audiences(db, ids)
        places = [(key + at, audiences.get(e.document.id, 0), e) for at, e in enumerate(batch)]
        db.executemany(_INSERT, [_row(*place) for place in places])
        _insert_passages(db, places, partitions)
        key += len(batch)
    return is_replaced


def update_text(db: PostgresConnection, key: int, entry: Entry, partitions: int) -> None:
    """Write another text of a stored document, with its blocks and passages.

    Args:
        db: a connection in a transaction.
        key: the place of the document.
        entry: the document with its new text; its other fields are not written.
        partitions: the parts of the library.
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
    audience = _scalar(db, "SELECT audience FROM documents WHERE key = ?", key)
    _insert_passages(db, [(key, audience, entry)], partitions)


def stored_passages(db: PostgresConnection, document_key: int) -> list[IndexedPassage]:
    """Return the passages of a document as the postings have them.

    Args:
        db: a connection.
        document_key: the place of the document.
    """
    partitions = int(_scalar(db, "SELECT value FROM meta WHERE name = 'partitions'"))
    rows = db.execute(
        "SELECT p.key, p.audience, p.heading, substr(d.text, p.start + 1, p.end - p.start) "
        "FROM passages p JOIN documents d ON d.key = p.document_key WHERE p.document_key = ?",
        (document_key,),
    ).fetchall()
    terms = count_terms([(row[2], row[3]) for row in rows])
    part = document_key % partitions
    return [
        IndexedPassage(key, part, audience, counts)
        for (key, audience, _, _), counts in zip(rows, terms, strict=True)
    ]


def delete_passages(db: PostgresConnection, document_key: int) -> None:
    """Delete the passages of a document with their vectors and their words.

    Args:
        db: a connection in a transaction.
        document_key: the place of the document.
    """
    delete_postings(db, stored_passages(db, document_key))
    for table in ("passage_parts", "embeddings", "passages"):
        db.execute(f"DELETE FROM {table} WHERE document_key = ?", (document_key,))


def _row(key: int, audience: int, entry: Entry) -> tuple[Any, ...]:
    d = entry.document
    return (
        *(key, d.id, d.text, d.title, d.source, d.author),
        *(d.published.isoformat() if d.published else None, d.url, d.path),
        *(d.media_type, d.language, d.content_hash, removals_to_json(d.removed)),
        *(d.published_from, block_column(d), json.dumps(d.pages)),
        *(d.location, *entry.read_columns, audience),
    )


def _insert_passages(
    db: PostgresConnection, places: Sequence[tuple[int, int, Entry]], partitions: int
) -> None:
    total = sum(len(entry.passages) for _, _, entry in places)
    if not total:
        return
    keys = iter(
        [
            row[0]
            for row in db.execute(
                "SELECT nextval('passage_keys') FROM generate_series(1, ?)", (total,)
            )
        ]
    )
    flat = [
        _NewPassage(next(keys), key, audience, passage, title, vector, parts)
        for key, audience, entry in places
        for passage, title, vector, parts in zip(
            entry.passages,
            passage_titles(entry.document, entry.passages),
            entry.vectors,
            entry.parts or [entry.vectors[:0]] * len(entry.passages),
            strict=True,
        )
    ]
    terms = count_terms([(new.title, new.passage.text) for new in flat])
    indexed = [
        IndexedPassage(new.key, new.document_key % partitions, new.audience, counts)
        for new, counts in zip(flat, terms, strict=True)
    ]
    db.copy(
        "passages",
        _PASSAGE_COLUMNS,
        [
            (
                *(new.key, new.passage.id, new.document_key, new.passage.start, new.passage.end),
                *(new.passage.page, new.title, passage.words, new.audience),
            )
            for new, passage in zip(flat, indexed, strict=True)
        ],
    )
    db.copy(
        "embeddings",
        _EMBEDDING_COLUMNS,
        [
            (new.key, new.document_key, new.audience, np.asarray(new.vector, np.float32))
            for new in flat
        ],
    )
    db.copy(
        "passage_parts",
        _PART_COLUMNS,
        [
            (new.key, new.document_key, new.audience, parts_to_bytes(new.parts))
            for new in flat
            if len(new.parts)
        ],
    )
    insert_postings(db, indexed)


def _audiences(db: PostgresConnection, ids: Sequence[str]) -> dict[str, int]:
    """Who may read a document of an id is remembered when it is removed or replaced."""
    return dict(
        db.execute(
            "SELECT document_id, audience FROM restrictions WHERE document_id = ANY (?)",
            (list(ids),),
        ).fetchall()
    )


def _scalar(db: PostgresConnection, query: str, *values: object) -> Any:
    row = db.execute(query, values).fetchone()
    return row[0] if row else None
