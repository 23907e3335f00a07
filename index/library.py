"""Library: open, add, remove. The public door of this room; what is read of it is `Collection`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sourcebook.index.documents.passages import embedding_texts
from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Embedder, embed_passages
from sourcebook.index.ingest import uploads
from sourcebook.index.ingest.addition import add_sources, source_access
from sourcebook.index.ingest.batch import Batch
from sourcebook.index.ingest.pipeline import add_documents
from sourcebook.index.ingest.stories import update_stories
from sourcebook.index.ingest.sync import sync
from sourcebook.index.libraries.folders import FolderLock
from sourcebook.index.reading.sandbox import SandboxLimits
from sourcebook.index.search.finder import Finder
from sourcebook.index.store.contract import LibraryStore
from sourcebook.index.store.rows import Removal

from .asynchronous import AsyncMethods
from .collection import Collection
from .opening import open_parts
from .reports import AddReport, Progress

if TYPE_CHECKING:
    from sourcebook.index.fetching.fetcher import Fetcher


class Library(AsyncMethods, Collection):
    """A folder of articles that can be searched.

        with Library.open("news.library") as library:
            library.add("articles/")
            for hit in library.search("talks in Geneva", k=5):
                print(hit.document.title, hit.passage.text)

    Use ``open``; the constructor takes the parts. Threads may share one library; processes may
    open the same folder, and each sees what the others commit. `aadd`, `asearch` and others are
    the same methods, awaited.
    """

    def __init__(
        self,
        folder: Path,
        store: LibraryStore,
        embedder: Embedder,
        finder: Finder,
        lock: FolderLock | None = None,
    ) -> None:
        super().__init__(folder, store, embedder, finder)
        self._lock = lock
        self.reading_limits = SandboxLimits()

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str] | None = None,
        *,
        create: bool = True,
        embedder: Embedder | None = None,
    ) -> Self:
        """Open the library in ``folder``.

        Args:
            folder: a path, or ``postgresql://host/database?library=news``; by default
                ``$SOURCEBOOK_LIBRARY``, else the current library's.
            create: make a library where there is none.
            embedder: by default the one the library was made with, else the default model.

        Raises:
            LibraryNotFound: there is none and ``create`` is False.
            EmbedderMismatch: it was made with another embedder than this one.
            LibraryDamaged, LibraryBusy, LibraryError: its database cannot be used.
        """
        return cls(*open_parts(folder, create=create, embedder=embedder))

    def close(self) -> None:
        """Release the database and the folder. Closing twice is fine."""
        self._finder.close()
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

        A source that cannot be read is skipped with its reason; the rest goes on. Interrupted,
        everything committed stays.

        Args:
            sources: files, folders and URLs. A URL may be a page, a feed or a sitemap; a text file
                may be a list of URLs.
            on_progress: called as documents are read.
            stop: called between documents; True ends the addition.
            fetcher: fetches the URLs (``Fetcher(offline=True)`` refuses to).
            columns: the columns of JSON Lines and CSV files where they have names of their own:
                ``{"text": "body_raw", "published": "meta.date"}``.

        Returns:
            What was added, changed and skipped; all of it is on disk.

        Raises:
            LibraryError: the library cannot be written (no space, no permission, busy).
            ModelError: the embedder cannot be loaded.
        """
        with source_access(self.reading_limits, fetcher, columns) as access:
            return add_sources(
                self._store,
                self.embedder,
                [os.fspath(source) for source in sources],
                access=access,
                on_progress=on_progress,
                stop=stop,
            )

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

        Args:
            roots: what to follow.
            confirm: called with the documents that are gone; they are removed where it returns
                True. By default they stay.
            on_progress, stop, fetcher, columns: as for `add`.

        Returns:
            What was added, changed, removed and skipped.

        Raises:
            LibraryError, ModelError: as `add` does.
        """
        with source_access(self.reading_limits, fetcher, columns) as access:
            return sync(
                self._store,
                self.embedder,
                [os.fspath(root) for root in roots],
                access=access,
                confirm=confirm,
                on_progress=on_progress,
                stop=stop,
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
        """Move files into the library's folder and add them. A copy that no document was made of
        does not stay.

        Args:
            files: the files, which are moved.
            places: the paths they were uploaded with, in the order of the files; none where they
                are not known.
            on_progress, stop, fetcher, columns: as for `add`.

        Returns:
            What was added, changed and skipped.

        Raises:
            LibraryError, ModelError: as `add` does.
            OSError: a file cannot be moved.
        """
        copies = uploads.store_copies(files, self.folder, places)
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
        """Add documents made by a program (``make_document``).

        A document read from the same place as a stored one replaces it and takes over its id; one
        with the same content as a stored one is that one, wherever it was read.

        Args:
            documents: read one by one.
            on_progress: called as documents are added.
            total: how many there are, for ``on_progress``, where it is known.

        Returns:
            What was added and changed; all of it is on disk.

        Raises:
            LibraryError, ModelError: as `add` does.
        """
        batch = Batch(self._store, self.embedder)
        report = add_documents(batch, documents, on_progress=on_progress, total=total)
        update_stories(self._store, self.embedder)
        return report

    def remove(self, document_id: str) -> None:
        """Remove a document and all that was made from it, the copy of an uploaded file too.

        Raises:
            DocumentNotFound: no document has that id.
        """
        path = self._store.document(document_id).path
        self._store.remove(document_id)
        uploads.delete_copy(path, self.folder, self.reads)
        update_stories(self._store, self.embedder)

    def take_out(self, document_id: str, aside: Path) -> Removal:
        """Remove a document so that `put_back` can undo it. Nothing of it stays in the library.

        Args:
            document_id: which document.
            aside: the folder into which the copy of an uploaded file moves.

        Returns:
            What `put_back` needs.

        Raises:
            DocumentNotFound: no document has that id.
        """
        key, entry = self._store.entry(document_id)
        self._store.remove(document_id)
        copy_move = uploads.move_copy(entry.document.path, self.folder, self.reads, aside)
        update_stories(self._store, self.embedder)
        return Removal(entry, key, copy_move)

    def put_back(self, removal: Removal) -> bool:
        """Undo a removal: the document has its id and its place in the order again.

        Returns:
            Whether that was done; it is not where the document was added again meanwhile.
        """
        entry = removal.entry
        if entry.embedder not in (None, self._store.meta("embedder")):  # it was reindexed since
            texts = embedding_texts(entry.document, entry.passages)
            vectors, parts = embed_passages(self.embedder, texts)
            entry = replace(entry, vectors=vectors, parts=parts, embedder=self.embedder.name)
        if not self._store.put_back(entry, removal.key):
            return False
        if removal.copy is not None:
            removal.copy.back()
        update_stories(self._store, self.embedder)
        return True
