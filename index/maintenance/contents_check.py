"""Whether documents, passages and vectors are as they were written, and fit each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sourcebook.index.documents.passages import embedding_texts, split_document
from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Embedder, embed_passages
from sourcebook.index.errors import LibraryDamaged, SourcebookError
from sourcebook.index.store.checksums import differing
from sourcebook.index.store.rows import Entry, read_content
from sourcebook.index.store.store import Store

_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class BadDocument:
    """A document with a problem in a line. ``document`` is None where it is damaged itself; else
    its passages are, which can be made anew from it."""

    name: str
    problem: str
    document: Document | None = None


def check_contents(
    store: Store,
    dimension: int,
    on_progress: Callable[[int, int], None],
    *,
    compare: bool = False,
) -> Iterator[BadDocument]:
    """Examine every document with its passages, vectors and parts.

    Args:
        store: the library's.
        dimension: numbers in a vector.
        on_progress: called with the documents that were examined, and all.
        compare: whether to cut each document into passages, and compare: some are missing.
    """
    keys = [row[0] for row in store.database.rows("SELECT key FROM documents ORDER BY key")]
    for number, key in enumerate(keys):
        on_progress(number, len(keys))
        document = _read(store, key)
        if isinstance(document, BadDocument):
            yield document
        elif problem := _problem(store, key, document, dimension):
            yield BadDocument(f"{document.title!r} ({document.id})", problem, document)
        elif compare and not _is_complete(store, document):
            yield BadDocument(f"{document.title!r} ({document.id})", "lacks passages", document)


def _is_complete(store: Store, document: Document) -> bool:
    passage_ids = {passage.id for passage in store.passages(document.id)}
    return passage_ids == {passage.id for passage in split_document(document)}


def embed_again(store: Store, document: Document, embedder: Embedder) -> None:
    """Make the passages of a document and their vectors anew.

    Args:
        store: the library's.
        document: one of the library's.
        embedder: the library's own.

    Raises:
        ModelError: the embedder cannot be loaded.
        LibraryError: the library cannot be written.
    """
    passages = split_document(document)
    vectors, parts = embed_passages(embedder, embedding_texts(document, passages))
    row = store.database.rows("SELECT key FROM documents WHERE id = ?", (document.id,))
    with store.database.reading() as db:
        as_read = read_content(db, row[0][0])
    store.put_text(Entry(document, passages, vectors, as_read, parts))


def _read(store: Store, key: int) -> Document | BadDocument:
    name = f"article number {key}"
    try:
        (document_id, title) = store.database.rows(
            "SELECT id, title FROM documents WHERE key = ?", (key,)
        )[0]
        name = f"{title!r} ({document_id})"
        return store.document(str(document_id))
    except LibraryDamaged:
        return BadDocument(name, "is not as it was written")
    except (SourcebookError, ValueError, TypeError, LookupError) as error:
        return BadDocument(name, f"cannot be read ({error})")


def _problem(store: Store, key: int, document: Document, dimension: int) -> str | None:
    with store.database.reading() as db:
        if differing(db, "passages", "document_key = ?", (key,)):
            return "has passages that are not as they were written"
        of_document = "key IN (SELECT key FROM passages WHERE document_key = ?)"
        if differing(db, "passage_parts", of_document, (key,)):
            return "has vectors of parts that are not as they were written"
        rows = db.execute(
            "SELECT start, end, vector FROM passages WHERE document_key = ? ORDER BY start", (key,)
        ).fetchall()
    if not rows and document.text.strip():
        return "has no passage"
    for start, end, data in rows:
        if not 0 <= start < end <= len(document.text):
            return f"has a passage from {start} to {end} in {len(document.text)} characters"
        if len(data) != 4 * dimension:
            return f"has a vector of {len(data)} bytes instead of {4 * dimension}"
        length = float(np.linalg.norm(np.frombuffer(data, np.float32)))
        if not (abs(length - 1) < _TOLERANCE or length == 0):  # of NaN neither is true
            return f"has a vector of length {length:.3g} instead of 1"
    return None
