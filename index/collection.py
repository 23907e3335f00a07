"""Collection: what a library holds, read and searched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.index.ingest.stories import Story, stories
from sourcebook.index.search.descriptions import Description, describe
from sourcebook.index.search.filters import Filters, Mode
from sourcebook.index.search.finder import Finder
from sourcebook.index.search.languages import count_languages
from sourcebook.index.search.mentions import FirstMention, find_mentions
from sourcebook.index.search.names import Contents
from sourcebook.index.search.overview import DocumentRow, overview
from sourcebook.index.search.ranking import Candidate, read_candidates, search
from sourcebook.index.store.cached import GenerationCache
from sourcebook.index.store.contract import LibraryStore

from .errors import EmbedderMismatch, LibraryBusy, LibraryError
from .reports import LibraryStats

T = TypeVar("T")

_ATTEMPTS = 100
"""How often a search begins anew where the library was changed meanwhile."""


class Collection:
    """The documents of one library, and what is derived from them to find them.

    Everything read here is of the library's present generation, whoever changed it last: what is
    built from all documents (vectors, names, the table) is rebuilt when the generation has risen.

    Raises, from every method: LibraryDamaged, LibraryBusy or LibraryError when its database
    cannot be read.
    """

    def __init__(
        self, folder: Path, store: LibraryStore, embedder: Embedder, finder: Finder
    ) -> None:
        """Take the parts of an open library.

        Args:
            folder: the library's folder.
            store: its database.
            embedder: makes vectors like those in the store.
            finder: searches the store.
        """
        self.folder = folder
        self.embedder = embedder
        self._store = store
        self._finder = finder
        self._contents = GenerationCache(
            lambda: store.generation, lambda _: Contents.of(store.descriptions())
        )
        self._languages = GenerationCache(
            lambda: store.generation, lambda _: count_languages(store.database)
        )
        self._overview = GenerationCache(
            lambda: store.generation, lambda _: overview(store.database)
        )
        self._descriptions = GenerationCache(
            lambda: store.generation, lambda _: describe(store.database)
        )

    # -- documents -------------------------------------------------------------------------

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._store.counts()[0]

    def documents(self) -> Iterator[Document]:
        """Return all documents, in the order they were added; a few at a time are in memory."""
        return self._store.documents()

    def document(self, document_id: str) -> Document:
        """Return the document with that id.

        Raises:
            DocumentNotFound: there is none.
        """
        return self._store.document(document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """Return the passages of a document, in order.

        Raises:
            DocumentNotFound: no document has that id.
        """
        return self._store.passages(document_id)

    def unstructured(self) -> dict[str, str]:
        """Return id -> title of the documents that an earlier version read, without headings, lists
        and tables (`index.rereading` reads them again)."""
        return self._store.unstructured()

    def reads(self, file: str | os.PathLike[str]) -> bool:
        """Return whether a document was read from that file, or from a part of it."""
        return bool(self._store.paths_in(os.fspath(file)))

    def stories(self) -> list[Story]:
        """Return the documents in groups: each group is one story, told in nearly the same words
        by one outlet or several. Every document is in one group; most are alone in theirs."""
        return stories(self._store.database)

    # -- finding ---------------------------------------------------------------------------

    def search(
        self,
        words: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        embedder: Embedder | None = None,
        distinct: bool = False,
        diverse: bool = False,
    ) -> list[Hit]:
        """Find the passages that fit ``words`` best.

        Args:
            words: a question or some words. Nothing fits a blank text.
            k: how many hits are returned at most.
            mode: rank by words and meaning, by meaning alone, or by words alone.
            filters: the documents to look among; by default all.
            embedder: embeds the words: one with the library's vectors that caches its own.
            distinct: make passages that say the same in nearly the same words one hit, which names
                the others (``twins``).
            diverse: prefer passages that say something else than better ones do: each fits a
                little less, together they tell more.

        Returns:
            Hits, the best first.

        Raises:
            ModelError: the embedder cannot be loaded.
            EmbedderMismatch: the library has another embedder by now.
        """
        return self._search(
            words,
            mode,
            embedder,
            lambda query: (
                search(
                    self._store,
                    self._finder,
                    words,
                    query,
                    k=k,
                    mode=mode,
                    filters=filters,
                    distinct=distinct,
                    diverse=diverse,
                )
                if k > 0
                else []
            ),
        )

    def candidates(
        self,
        words: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        embedder: Embedder | None = None,
    ) -> list[Candidate]:
        """Return the passages of which a search returns the best, in no order; the arguments, and
        what is raised, are those of `search`."""
        return self._search(
            words,
            mode,
            embedder,
            lambda query: read_candidates(
                self._store, self._finder, words, query, k=k, mode=mode, filters=filters
            ),
        )

    def _search(
        self,
        words: str,
        mode: Mode,
        embedder: Embedder | None,
        find: Callable[[Vectors | None], list[T]],
    ) -> list[T]:
        """Return what ``find`` does with the vector of some words, in one state of the library."""
        if not words.strip():
            return []
        encoder = embedder or self.embedder
        for attempt in range(_ATTEMPTS):
            generation, made_with, is_empty = self._store.present()
            if is_empty:
                return []
            query = None if mode == "bm25" else encoder.embed([words])[0]
            try:
                if query is not None and encoder.name != made_with:
                    raise EmbedderMismatch(
                        f"{self.folder} has the embedder {made_with} now, not {encoder.name}: "
                        "open it again with that one"
                    )
                with self._store.reading():
                    hits = find(query)
            except (AssertionError, LibraryError, LookupError, ValueError):
                if generation == self._store.generation or attempt == _ATTEMPTS - 1:
                    raise
            else:
                if generation == self._store.generation:
                    return hits
            # Words, vectors and texts may have been of different states.
        raise LibraryBusy(f"{self.folder} is changed all the time: try again in a moment")

    def neighbours(
        self, passage: Passage, count: int = 1
    ) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
        """Return the passages before and those behind one, ``count`` of each at most.

        Raises:
            DocumentNotFound: its document has been removed.
        """
        if count < 1:
            return (), ()
        passages = self.passages(passage.document_id)
        before = [other for other in passages if other.start < passage.start]
        after = [other for other in passages if other.start > passage.start]
        return tuple(before[-count:]), tuple(after[:count])

    def overview(self) -> tuple[DocumentRow, ...]:
        """Return all documents as rows of a table, in the order they were added;
        `overview.choose` searches and sorts them."""
        return self._overview.get()

    def descriptions(self) -> tuple[Description, ...]:
        """Return what is known of all documents without their text, in the order they were
        added."""
        return self._descriptions.get()

    def mentions(self, phrase: str) -> list[FirstMention]:
        """Return the first mention of each document that mentions a phrase; see
        `search.mentions`."""
        return find_mentions(self._store.database, phrase, self._finder.holding)

    def languages(self) -> Mapping[str, int]:
        """Return how many documents are in which language, by codes of two letters."""
        return self._languages.get()

    def contents(self) -> Contents:
        """Return the names of the sources, authors and titles, and the days they span."""
        return self._contents.get()

    # -- state -----------------------------------------------------------------------------

    def stats(self) -> LibraryStats:
        """Return size and state."""
        documents, passages = self._store.counts()
        return LibraryStats(
            documents, passages, self.generation, self.embedder.name, self._store.size()
        )

    def note_once(self, name: str) -> bool:
        """Note in the library that something was said of it; return whether it was not before."""
        if self._store.meta(name) is not None:
            return False
        self._store.set_meta(name, "yes")
        return True

    @property
    def place(self) -> str:
        """Where the library is, for people to read: its folder, or its address on a server."""
        return self._store.place

    @property
    def generation(self) -> int:
        """A number that rises with every change of what the library holds."""
        return self._store.generation

    def check(self) -> list[str]:
        """Return the problems found in the database, each in one line; none when healthy."""
        return self._store.problems()
