"""Stories and recurring lines, updated after a change of the library.

Both depend on the set of documents and not on the order in which they came: stories are the
connected parts of "similar enough", named by the least id in them; a line is boilerplate by how
many stories of its outlet have it now. So one document can change another's text, and adding in any
order, or interrupted and again, ends the same. Unfinished updates are marked in the store and
made by the next change.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from sourcebook.index.cleaning.repeated_lines import RULE, find_lines, line_hashes, outlet_name
from sourcebook.index.documents.making import remove_runs, with_content
from sourcebook.index.documents.passages import embedding_texts, split_document
from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Embedder, embed_passages
from sourcebook.index.errors import DocumentNotFound, EmbedderMismatch
from sourcebook.index.store.contract import LibraryStore
from sourcebook.index.store.rows import Entry, read_content
from sourcebook.index.store.sql import SqlConnection, SqlDatabase
from sourcebook.index.structure.content import Content

from .expected_lines import recurring_lines
from .minhash import SAME, Signature, bands, may_be_same, shingles, signature, similarity

_AT_ONCE = 100  # documents in a transaction


def update_stories(store: LibraryStore, embedder: Embedder) -> None:
    """Group new documents, then remove or restore the lines that have begun or ceased to recur.

    Each step is committed by itself; interrupted, the next call goes on.
    """
    database = store.database
    while _take_in_new(database):
        pass
    for (outlet,) in database.rows("SELECT outlet FROM changed_outlets ORDER BY outlet"):
        recurring = recurring_lines(database, outlet)
        for document, as_read in _holding(database, store, outlet, recurring):
            rest = tuple(text for text in document.removed if text.rule != RULE)
            before = replace(as_read, removed=rest)
            content = remove_runs(before, find_lines(as_read.text, recurring))
            if content.text != document.text:
                _put_text(store, embedder, with_content(document, content), as_read)
        with database.changing() as db:
            db.execute("DELETE FROM changed_outlets WHERE outlet = ?", (outlet,))


def stories(database: SqlDatabase) -> list[Story]:
    """Return all stories, in the order in which the first document of each was added."""
    rows = database.rows(
        "SELECT coalesce(story, id), id, nullif(outlet, '') FROM documents ORDER BY key"
    )
    order = {story: at for at, (story, _, _) in reversed(list(enumerate(rows)))}
    groups: list[Story] = []
    for story, members in groupby(sorted(rows, key=lambda row: order[row[0]]), lambda row: row[0]):
        ids, outlets = zip(*((row[1], row[2] or row[1]) for row in members), strict=True)
        groups.append(Story(story, ids, len(set(outlets))))
    return groups


def _take_in_new(database: SqlDatabase) -> bool:
    """Give the next documents a story; return whether any had none."""
    if not database.rows("SELECT 1 FROM documents WHERE story IS NULL LIMIT 1"):
        return False
    with database.changing() as db:
        rows = db.execute(
            "SELECT key, id, coalesce(read_text, text), source, url, media_type FROM documents "
            "WHERE story IS NULL ORDER BY key LIMIT ?",
            (_AT_ONCE,),
        ).fetchall()
        for key, document_id, text, source, url, media_type in rows:
            _take_in_lines(db, key, text, outlet_name(source, url, media_type))
            _take_in_story(db, key, document_id, text)
    return True


def _take_in_lines(db: SqlConnection, key: int, text: str, published_by: str) -> None:
    db.execute("DELETE FROM lines WHERE document_key = ?", (key,))
    if published_by:
        db.executemany(
            "INSERT INTO lines VALUES (?, ?, ?)",
            [(key, line, int(content)) for line, content in line_hashes(text).items()],
        )
    db.execute("UPDATE documents SET outlet = ? WHERE key = ?", (published_by, key))


def _take_in_story(db: SqlConnection, key: int, document_id: str, text: str) -> None:
    """Give a document its story, which may make one of several."""
    twins = {document_id}
    if own := shingles(text):
        mark = signature(own)
        for other, story, others_mark in _neighbours(db, key, mark):
            if (
                story not in twins
                and may_be_same(mark, np.frombuffer(others_mark, mark.dtype))
                and similarity(own, shingles(read_content(db, other).text)) >= SAME
            ):
                twins.add(story)
    db.execute(
        "UPDATE documents SET story = ?1 WHERE key = ?2 "
        "OR story IN (SELECT CAST(value AS TEXT) FROM json_each(?3))",
        (min(twins), key, json.dumps(sorted(twins))),
    )
    # How many stories an outlet has tells which of its lines recur.
    db.execute(
        "INSERT INTO changed_outlets SELECT DISTINCT outlet FROM documents "
        "WHERE story = ? AND outlet <> '' ON CONFLICT DO NOTHING",
        (min(twins),),
    )


def _neighbours(db: SqlConnection, key: int, mark: Signature) -> Iterator[tuple[int, str, bytes]]:
    """Keep the mark of a document; key, story and mark of those with a story that share a band."""
    bands_of_document = bands(mark)
    db.execute("DELETE FROM minhashes WHERE document_key = ?", (key,))
    db.execute("INSERT INTO minhashes VALUES (?, ?)", (key, mark.tobytes()))
    db.executemany(
        "INSERT INTO bands VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(band, key) for band in bands_of_document],
    )
    yield from db.execute(
        "SELECT key, story, signature FROM documents JOIN minhashes ON document_key = key "
        "WHERE story IS NOT NULL AND key <> ? AND key IN (SELECT document_key FROM bands "
        "WHERE band IN (SELECT CAST(value AS BIGINT) FROM json_each(?))) ORDER BY key",
        (key, json.dumps(bands_of_document)),
    ).fetchall()


def _holding(
    database: SqlDatabase, store: LibraryStore, published_by: str, recurring: frozenset[int]
) -> Iterator[tuple[Document, Content]]:
    """The documents of an outlet that have such a line or lost one, with what was read."""
    rows = database.rows(
        "SELECT key, id FROM documents WHERE outlet = ?1 AND (read_text IS NOT NULL OR key IN "
        "(SELECT document_key FROM lines WHERE document_key = key "
        "AND line IN (SELECT CAST(value AS BIGINT) FROM json_each(?2)))) "
        # Where passages know their page, the text keeps its lines: pages begin at offsets in it.
        "AND NOT EXISTS (SELECT 1 FROM passages WHERE document_key = documents.key "
        "AND page IS NOT NULL) ORDER BY key",
        (published_by, json.dumps(sorted(recurring))),
    )
    for key, document_id in rows:
        with contextlib.suppress(DocumentNotFound):  # another process may have removed it meanwhile
            document = store.document(document_id)
            with database.reading() as db:
                as_read = read_content(db, key)
            yield document, as_read


def _put_text(
    store: LibraryStore, embedder: Embedder, document: Document, as_read: Content
) -> None:
    passages = split_document(document)
    while True:
        name = embedder.name
        vectors, parts = embed_passages(embedder, embedding_texts(document, passages))
        try:
            store.put_text(Entry(document, passages, vectors, as_read, parts, name))
        except EmbedderMismatch:  # the library was given another one meanwhile
            if embedder.name == name:
                raise
        else:
            break


@dataclass(frozen=True, slots=True)
class Story:
    """Documents that are nearly the same text: their ids in the order they were added, and how many
    outlets they come from (a document whose outlet is not known counts as one). ``id`` is the least
    of their ids."""

    id: str
    documents: tuple[str, ...]
    outlets: int
