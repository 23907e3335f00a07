"""Library: open, add, remove, search. The door to everything in this room."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.ingest import uploads
from sourcebook.index.ingest.batch import Batch
from sourcebook.index.ingest.listing import list_sources
from sourcebook.index.ingest.pipeline import Intake, add_documents
from sourcebook.index.ingest.stories import Story, stories, update_stories
from sourcebook.index.ingest.sync import find_origins, sync
from sourcebook.index.ingest.web_pages import SourceAccess
from sourcebook.index.libraries.catalogue import DATABASE, default_folder
from sourcebook.index.libraries.folders import FolderLock
from sourcebook.index.reading.sandbox import ReaderSandbox, SandboxLimits, read_in_sandbox
from sourcebook.index.search.bm25 import WordIndex
from sourcebook.index.search.filters import Filters, Mode
from sourcebook.index.search.names import Contents
from sourcebook.index.search.overview import DocumentRow, overview
from sourcebook.index.search.ranking import search
from sourcebook.index.search.vectors import VectorIndex
from sourcebook.index.store.cached import GenerationCache
from sourcebook.index.store.rows import Removal
from sourcebook.index.store.store import Store
from sourcebook.index.weights.files import DEFAULT_EMBEDDER

from .errors import EmbedderMismatch, LibraryError, LibraryNotFound
from .reports import AddReport, LibraryStats, Progress

if TYPE_CHECKING:
    from sourcebook.index.fetching.fetcher import Fetcher


class Library:
    """A folder of articles that can be searched.

        with Library.open("news.library") as library:
            library.add("articles/")
            for hit in library.search("talks in Geneva", k=5):
                print(hit.document.title, hit.passage.text)

    Use ``open``; the constructor takes the parts. Threads may share one library; processes may
    open the same folder, and each sees what the others commit.
    """

    def __init__(
        self, folder: Path, store: Store, embedder: Embedder, lock: FolderLock | None = None
    ) -> None:
        self.folder = folder
        self._lock = lock
        self.embedder = embedder
        self.reading_limits = SandboxLimits()
        self._store = store
        self._words = WordIndex(store.database)
        self._vectors = GenerationCache(lambda: store.generation, self._vectors_of)
        self._contents = GenerationCache(
            lambda: store.generation, lambda _: Contents.of(store.descriptions())
        )
        self._overview = GenerationCache(
            lambda: store.generation, lambda _: overview(store.database)
        )

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str] | None = None,
        *,
        create: bool = True,
        embedder: Embedder | None = None,
    ) -> Self:
        """Open the library in ``folder``, making it when there is none.

        ``embedder`` is by default the one the library was made with, else the default model.

        Raises:
            LibraryNotFound: there is none and ``create`` is False.
            EmbedderMismatch: it was made with another embedder than the one given.
            LibraryDamaged, LibraryBusy, LibraryError: its database cannot be used.
        """
        place = Path(folder).expanduser() if folder is not None else default_folder()
        if not create and not (place / DATABASE).is_file():
            raise LibraryNotFound(f"no library in {place}: `sourcebook add` makes one")
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"cannot make the folder {place} ({error.strerror}): choose another with --library"
            ) from None
        with ExitStack() as undo:
            lock = undo.enter_context(FolderLock(place))
            if not create and not (place / DATABASE).is_file():  # it was moved meanwhile
                raise LibraryNotFound(f"no library in {place}: `sourcebook add` makes one")
            store = Store(place / DATABASE)
            undo.callback(store.close)
            library = cls(place, store, _embedder(place, store, embedder), lock)
            undo.pop_all()
            return library

    def close(self) -> None:
        """Release the database and the folder. Closing twice is fine."""
        self._store.close()
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- adding and removing ---------------------------------------------------------------

    def add(
        self,
        *sources: str | os.PathLike[str],
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        fetcher: Fetcher | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport:
        """Read files, folders and URLs and add what is new or changed.

        A URL may be a page, a feed or a sitemap; a text file may be a list of URLs. ``stop`` is
        asked between documents, ``fetcher`` fetches (``Fetcher(offline=True)`` refuses to).
        ``columns`` names the columns of JSON Lines and CSV files where they have names of their
        own: ``{"text": "body_raw", "published": "meta.date"}``. A source that cannot be read is
        skipped with its reason; the rest goes on. Everything the report names is on disk when this
        returns; interrupted, everything committed stays.

        Raises:
            LibraryError: the library cannot be written (no space, no permission, busy).
            ModelError: the embedder cannot be loaded.
        """
        with self._source_access(fetcher, columns) as access:
            listings = list_sources([os.fspath(source) for source in sources], access, stop)
            # What was read before is read again: to add is to say that it should be.
            earlier = {
                key: replace(origin, signature=None)
                for key, origin in find_origins(listings, self._store.origins()).items()
            }
            intake = Intake(Batch(self._store, self.embedder), self._store.origins())
            outcome = intake.run(listings, earlier, on_progress=on_progress, stop=stop)
        update_stories(self._store, self.embedder)
        return outcome.report

    def sync(
        self,
        *roots: str | os.PathLike[str],
        confirm: Callable[[Sequence[Document]], bool] = lambda documents: False,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        fetcher: Fetcher | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport:
        """Make the library follow folders, feeds, sitemaps and lists: `ingest.sync`.

        ``confirm`` is asked, with the documents that are gone, before they are removed; by default
        they stay. Other arguments and what is raised: as ``add``.
        """
        with self._source_access(fetcher, columns) as access:
            return sync(
                self._store,
                self.embedder,
                [os.fspath(root) for root in roots],
                access=access,
                confirm=confirm,
                on_progress=on_progress,
                stop=stop,
            )

    @contextmanager
    def _source_access(
        self, fetcher: Fetcher | None, columns: Mapping[str, str] | None
    ) -> Iterator[SourceAccess]:
        from sourcebook.index.fetching.fetcher import Fetcher

        with ReaderSandbox(self.reading_limits) as sandbox:
            yield SourceAccess(
                fetcher or Fetcher(), lambda path: read_in_sandbox(path, sandbox, columns)
            )

    def add_uploads(
        self,
        files: Sequence[Path],
        places: Sequence[str] = (),
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        fetcher: Fetcher | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport:
        """Take files over into the library's folder and add them, as ``add`` does.

        ``places`` are the paths they were handed over with, in the order of the files, where they
        are known. A copy that no document was made of does not stay.
        """
        paths = places if len(places) == len(files) else [""] * len(files)
        copies = [
            uploads.store_copy(file, self.folder, place)
            for file, place in zip(files, paths, strict=True)
        ]
        try:
            return self.add(
                *copies, on_progress=on_progress, stop=stop, fetcher=fetcher, columns=columns
            )
        finally:
            for copy in copies:
                uploads.delete_copy(str(copy), self.folder, self.reads)

    def add_sample(self, on_progress: Callable[[Progress], None] | None = None) -> AddReport:
        """Add the articles that come with Sourcebook."""
        with as_file(files("sourcebook.index") / "sample") as folder:
            return self.add(folder, on_progress=on_progress)

    def add_documents(
        self,
        documents: Iterable[Document],
        *,
        on_progress: Callable[[Progress], None] | None = None,
        total: int | None = None,
    ) -> AddReport:
        """Add documents made by a program (``make_document``). As ``add`` otherwise.

        A document read from the same place as a stored one replaces it and takes over its id; one
        with the same content as a stored one is that one, wherever it was read.
        """
        batch = Batch(self._store, self.embedder)
        report = add_documents(batch, documents, on_progress=on_progress, total=total)
        update_stories(self._store, self.embedder)
        return report

    def remove(self, document_id: str) -> None:
        """Remove a document and all that was made from it, also the copy that was kept of it where
        it was uploaded. Raises DocumentNotFound."""
        path = self._store.document(document_id).path
        self._store.remove(document_id)
        uploads.delete_copy(path, self.folder, self.reads)
        update_stories(self._store, self.embedder)

    def take_out(self, document_id: str, aside: Path) -> Removal:
        """Remove a document so that `put_back` can undo it: nothing of it stays in the library; the
        copy of its file moves into the folder ``aside``. Raises DocumentNotFound."""
        key, entry = self._store.entry(document_id)
        self._store.remove(document_id)
        moved = uploads.move_copy(entry.document.path, self.folder, self.reads, aside)
        update_stories(self._store, self.embedder)
        return Removal(entry, key, moved)

    def put_back(self, removal: Removal) -> bool:
        """Undo a removal: the document has its id and its place again; whether that was done, which
        it is not where it was added again meanwhile."""
        if not self._store.put_back(removal.entry, removal.key):
            return False
        if removal.copy is not None:
            removal.copy.back()
        update_stories(self._store, self.embedder)
        return True

    # -- reading ---------------------------------------------------------------------------

    def __len__(self) -> int:
        """Number of documents."""
        return self._store.counts()[0]

    def documents(self) -> Iterator[Document]:
        """All documents, in the order they were added."""
        return self._store.documents()

    def document(self, document_id: str) -> Document:
        """Raises DocumentNotFound."""
        return self._store.document(document_id)

    def stories(self) -> list[Story]:
        """The documents grouped: each group one story, told in nearly the same words by one outlet
        or several. Every document is in one; most are alone in theirs."""
        return stories(self._store.database)

    def reads(self, file: str | os.PathLike[str]) -> bool:
        """Whether a document was read from that file, or from a part of it."""
        return bool(self._store.paths_in(os.fspath(file)))

    def overview(self) -> tuple[DocumentRow, ...]:
        """All documents as rows of a table, in the order they were added; kept until the library
        changes. `overview.choose` searches and sorts them."""
        return self._overview.get()

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document in order. Raises DocumentNotFound."""
        return self._store.passages(document_id)

    def search(
        self,
        words: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        embedder: Embedder | None = None,
    ) -> list[Hit]:
        """The ``k`` best passages for ``words``, best first; fewer where there are fewer.

        ``embedder`` embeds the words: one with the library's vectors that remembers what it made.
        """
        if not words.strip() or k < 1 or self._store.is_empty():
            return []
        query = None if mode == "bm25" else (embedder or self.embedder).embed([words])[0]
        return search(
            self._store,
            self._words,
            self._vectors.get(),
            words,
            query,
            k=k,
            mode=mode,
            filters=filters,
        )

    def contents(self) -> Contents:
        """The names of its sources, authors and titles, and the days they span; kept until the
        library changes."""
        return self._contents.get()

    def stats(self) -> LibraryStats:
        """Size and state."""
        documents, passages = self._store.counts()
        files_on_disk = [self.folder / DATABASE, *(self.folder / "vectors").rglob("*")]
        size = sum(file.stat().st_size for file in files_on_disk if file.is_file())
        return LibraryStats(documents, passages, self._store.generation, self.embedder.name, size)

    @property
    def generation(self) -> int:
        """Rises with every change of what the library holds."""
        return self._store.generation

    def check(self) -> list[str]:
        """Problems found in the database, each in one line; empty when healthy."""
        return self._store.problems()

    def _vectors_of(self, generation: int) -> VectorIndex:
        dimension = int(self._store.meta("dimension") or 0)
        return VectorIndex.current(
            self.folder / "vectors", generation, dimension, lambda: self._store.vectors(dimension)
        )


def _embedder(place: Path, store: Store, requested: Embedder | None) -> Embedder:
    """The one given, or that the library was made with. Raises EmbedderMismatch."""
    made_with = store.meta("embedder")
    if requested is None:
        return SentenceTransformersEmbedder(made_with or DEFAULT_EMBEDDER)
    if made_with and made_with != requested.name:
        raise EmbedderMismatch(
            f"{place} was made with the embedder {made_with}, not {requested.name}: "
            f"set SOURCEBOOK_EMBEDDER={made_with}, or add the articles to a new library"
        )
    return requested
