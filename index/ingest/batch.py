"""Documents for the store: new ones are embedded and committed together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from sourcebook.index.documents.making import content_of
from sourcebook.index.documents.passages import embedding_texts, split_document
from sourcebook.index.documents.records import Document, Passage, content_hash
from sourcebook.index.embedding.base import Embedder, embed_passages
from sourcebook.index.errors import EmbedderMismatch
from sourcebook.index.store.contract import LibraryStore
from sourcebook.index.store.rows import Entry
from sourcebook.index.structure.content import Content

from .expected_lines import ExpectedLines

State = Literal["added", "unchanged", "updated", "duplicate"]

BATCH_PASSAGES = 128
"""Passages embedded and committed together: enough to keep the embedder busy, few enough that an
interruption costs seconds."""


class Batch:
    """Documents that were read and are not committed yet.

    A document read from the same place as a stored one replaces it and takes over its id; one with
    the same content as a stored one is a duplicate, or, where that one's file is gone, the same
    document at its new place.
    """

    def __init__(self, store: LibraryStore, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder
        self._expected = ExpectedLines(store.database)
        self._documents: list[Document] = []
        self._as_read: list[Content] = []
        self._passages: list[list[Passage]] = []
        self._pending: set[str] = set()  # ids, places and contents that the store does not know yet

    def take(self, read: Document) -> tuple[State, str]:
        """Add a document if it is new or changed; return its state and its id.

        Commits when there are ``BATCH_PASSAGES``, and before a document that one taken earlier may
        be the same as.
        """
        earlier = self._find(read)
        if self._pending & {read.location, read.content_hash, earlier.id if earlier else None}:
            self.commit()
            earlier = self._find(read)
        if (
            earlier
            and earlier.content_hash == read.content_hash
            and not _has_new_description(earlier, read)
        ):
            return self._keep(earlier, read), earlier.id
        document = replace(read, id=earlier.id) if earlier else self._with_free_id(read)
        self._as_read.append(content_of(document))
        document = self._expected.remove_from(document)
        self._documents.append(document)
        self._passages.append(split_document(document))
        self._pending |= {document.id, document.location or document.id, document.content_hash}
        if sum(map(len, self._passages)) >= BATCH_PASSAGES:
            self.commit()
        return "updated" if earlier else "added", document.id

    @property
    def is_committed(self) -> bool:
        """Whether every document of `take` is on disk."""
        return not self._documents

    def _keep(self, earlier: Document, read: Document) -> State:
        if earlier.location == read.location or read.location is None:
            return "unchanged"
        if not _has_moved(earlier, read):
            return "duplicate"
        self._store.move(earlier.id, read)
        return "unchanged"

    def commit(self) -> None:
        """Embed and store the documents; all of them are on disk when this returns."""
        if not self._documents:
            return
        while True:
            name = self._embedder.name
            try:
                self._put(name)
            except EmbedderMismatch:  # the library was given another one meanwhile
                if self._embedder.name == name:
                    raise
            else:
                break
        self._documents.clear()
        self._as_read.clear()
        self._passages.clear()
        self._pending.clear()

    def _put(self, name: str) -> None:
        """Embed and store the documents; ``name`` is that of the embedder."""
        texts = [
            text
            for document, passages in zip(self._documents, self._passages, strict=True)
            for text in embedding_texts(document, passages)
        ]
        vectors, parts = embed_passages(self._embedder, texts)
        if self._store.meta("embedder") is None:
            # The embedder last: who finds it finds the dimension too, whatever ends this process.
            self._store.set_meta("dimension", str(vectors.shape[1]))
            self._store.set_meta("embedder", name)
        entries: list[Entry] = []
        first = 0
        for document, passages, as_read in zip(
            self._documents, self._passages, self._as_read, strict=True
        ):
            rows = slice(first, first + len(passages))
            entries.append(Entry(document, passages, vectors[rows], as_read, parts[rows], name))
            first += len(passages)
        self._store.put(entries)

    def _find(self, document: Document) -> Document | None:
        by_content = self._store.find(content=document.content_hash)
        if by_content and by_content.location == document.location:
            return by_content
        by_place = self._store.find(location=document.location) if document.location else None
        return by_place or by_content

    def _with_free_id(self, document: Document) -> Document:
        """The id made of content may belong to a document that has changed since: make another."""
        while self._store.has(document.id):
            document = replace(document, id=content_hash(document.id + document.text)[:16])
        return document


def _has_new_description(earlier: Document, read: Document) -> bool:
    """Return whether the text of ``earlier`` was read again with another title, date or the like,
    or with the structure that an earlier version did not keep."""
    is_same_place = earlier.location == read.location or _has_moved(earlier, read)
    has_structure = bool(earlier.blocks) or not read.blocks
    return is_same_place and (_description(earlier) != _description(read) or not has_structure)


def _has_moved(earlier: Document, read: Document) -> bool:
    """Return whether the file of ``earlier`` is missing and its text was read elsewhere."""
    is_missing = (
        earlier.url is None and earlier.path is not None and not source_exists(earlier.path)
    )
    return is_missing and read.location is not None


def _description(document: Document) -> tuple[object, ...]:
    d = document
    return (d.title, d.source, d.author, d.published, d.published_from, d.language, d.media_type)


def source_exists(place: str) -> bool:
    """Return whether the file of a document, or the file that holds it, exists."""
    path = Path(place)
    return path.exists() or any(
        part.is_file() for part in (Path(place.partition("#")[0]), *path.parents)
    )
