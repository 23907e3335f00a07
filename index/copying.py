"""A library copied into another place: from a folder to PostgreSQL, and back."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.ingest import uploads
from sourcebook.index.ingest.stories import update_stories
from sourcebook.index.store.contract import LibraryStore
from sourcebook.index.store.part_vectors import parts_to_bytes
from sourcebook.index.store.rows import Entry, removals_to_json
from sourcebook.index.structure.block_rows import blocks_to_json

from .errors import DocumentNotFound, LibraryError
from .opening import Parts, open_parts
from .reports import Progress

__all__ = ["CopyReport", "copy_library"]

AT_ONCE = 200
"""Documents in a transaction: an interruption costs that many."""

_MARK = "copied from"
_CONVERSATIONS = "conversations.sqlite"


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy did: documents and passages that are in both places now, how many of the
    documents were written this time, and the SHA-256 of all, which is the same in both."""

    documents: int
    passages: int
    written: int
    sha256: str
    stopped: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def copy_library(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    embedder: Embedder | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> CopyReport:
    """Copy a library, with its vectors, copies of uploaded files and conversations.

    Interrupted, it goes on where it was when it is called again. The old library stays as it is;
    it may be searched meanwhile.

    Args:
        old: the path or the address of a library.
        new: where its copy is made: a path or an address at which no other library is.
        embedder: by default the one the library was made with, which has nothing to embed.
        on_progress: called as documents are copied, and as they are compared.
        stop: called between documents; True ends the copy.

    Returns:
        What was copied; count and hash are those of both.

    Raises:
        LibraryNotFound: there is no old library.
        LibraryError: the new one holds something else, or is not the same in the end.
    """
    with (
        closing(_Open(open_parts(old, create=False, embedder=embedder))) as source,
        closing(_Open(open_parts(new, create=True, embedder=embedder))) as target,
    ):
        copy = _Copy(source.parts, target.parts, on_progress, stop)
        return copy.run()


class _Open:
    """Parts that are closed together."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def close(self) -> None:
        self.parts.store.close()
        if self.parts.lock is not None:
            self.parts.lock.close()


class _Copy:
    def __init__(
        self,
        source: Parts,
        target: Parts,
        on_progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self._source, self._target = source, target
        self._old, self._new = source.store, target.store
        self._on_progress = on_progress or (lambda progress: None)
        self._stop = stop or (lambda: False)
        self._ids = _ids(self._old)

    def run(self) -> CopyReport:
        self._begin()
        count = self._write()
        if count is None:
            return CopyReport(*self._new.counts(), 0, "", stopped=True)
        # No text changes, as those of the old library are settled: nothing is embedded.
        update_stories(self._new, self._source.embedder)
        digest = self._compare()
        if digest is None:
            return CopyReport(*self._new.counts(), count, "", stopped=True)
        origins = self._old.origins().all()
        self._new.origins().record(
            replace(o, item=self._place_there(o.item) or "") for o in origins
        )
        self._copy_files()
        self._new.set_meta(_MARK, f"{self._mark}: complete")
        return CopyReport(*self._new.counts(), count, digest)

    @property
    def _mark(self) -> str:
        return hashlib.sha256(self._old.place.encode()).hexdigest()

    def _begin(self) -> None:
        if self._new.meta(_MARK) != self._mark:
            if self._old.place == self._new.place:
                raise LibraryError(f"{self._old.place} cannot be copied onto itself")
            if not self._new.is_empty() or self._new.counts()[0]:
                raise LibraryError(
                    f"{self._new.place} holds articles already: name a place where nothing is"
                )
            self._new.set_meta(_MARK, self._mark)
        for name in ("embedder", "dimension"):
            if (value := self._old.meta(name)) is not None:
                self._new.set_meta(name, value)

    def _write(self) -> int | None:
        """Write what is not there yet; return how many documents, None where it was stopped."""
        there = self._new.ids()
        for document_id in there - set(self._ids):  # removed from the old one since
            self._new.remove(document_id)
        missing = (document_id for document_id in self._ids if document_id not in there)
        count = len(self._ids) - (total := sum(i not in there for i in self._ids))
        with self._new.loading():
            while some := list(islice(missing, AT_ONCE)):
                entries = [entry for i in some if (entry := self._entry(i)) is not None]
                self._new.put(entries)
                count += len(some)
                title = entries[-1].document.title if entries else ""
                self._on_progress(Progress(count, len(self._ids), title))
                if self._stop():
                    return None
        return total

    def _compare(self) -> str | None:
        """Return the hash of all; None where it was stopped."""
        if self._new.ids() != set(self._ids):
            raise self._different("its documents are others")
        total_hash = hashlib.sha256()
        for count, document_id in enumerate(sorted(self._ids), 1):
            entry = self._entry(document_id)
            if entry is None or (digest := fingerprint(entry)) != fingerprint(
                self._new.entry(document_id)[1]
            ):
                raise self._different(f"the document {document_id} is another")
            total_hash.update(digest.encode())
            if count % AT_ONCE == 0:
                self._on_progress(Progress(count, len(self._ids), "comparing"))
                if self._stop():
                    return None
        if self._old.counts() != self._new.counts():
            raise self._different("the numbers of passages differ")
        return total_hash.hexdigest()

    def _different(self, reason: str) -> LibraryError:
        with suppress(LibraryError):
            for document_id in self._new.ids():
                entry = self._entry(document_id)
                if entry is None or fingerprint(entry) != fingerprint(
                    self._new.entry(document_id)[1]
                ):
                    self._new.remove(document_id)
        return LibraryError(
            f"{self._new.place} is not the same as {self._old.place} yet ({reason}; it may have "
            "changed meanwhile): run the same command again"
        )

    def _entry(self, document_id: str) -> Entry | None:
        """A document as it is to be in the new place; None where it was removed meanwhile."""
        try:
            entry = self._old.entry(document_id)[1]
        except DocumentNotFound:
            return None
        path = self._place_there(entry.document.path)
        return replace(entry, document=replace(entry.document, path=path))

    def _place_there(self, path: str | None) -> str | None:
        """Where the copy of an uploaded file lies in the new place; other paths stay."""
        if path is None or not uploads.is_copy(path, self._source.folder):
            return path
        below = Path(path).absolute().relative_to(self._source.folder.absolute())
        return str(self._target.folder / below)

    def _copy_files(self) -> None:
        copies = self._source.folder / uploads.FOLDER
        if copies.is_dir():
            shutil.copytree(copies, self._target.folder / uploads.FOLDER, dirs_exist_ok=True)
        conversations, to = (p.folder / _CONVERSATIONS for p in (self._source, self._target))
        if conversations.is_file():
            with (
                closing(sqlite3.connect(conversations)) as one,
                closing(sqlite3.connect(to)) as other,
            ):
                # Nothing is in it where a copy was killed that had begun to write it.
                if not other.execute("SELECT 1 FROM sqlite_master").fetchone():
                    one.backup(other)


def fingerprint(entry: Entry) -> str:
    """Return the SHA-256 of all that is stored of a document, its passages and their vectors."""
    d = entry.document
    read_text, read_blocks = entry.read_columns
    parts: list[object] = [
        *(d.id, d.text, d.title, d.source, d.author, d.published and d.published.isoformat()),
        *(d.url, d.path, d.media_type, d.language, d.content_hash, d.pages, d.published_from),
        *(removals_to_json(d.removed), blocks_to_json(d.blocks), read_text, read_blocks),
        *((p.id, p.start, p.end, p.page) for p in entry.passages),
        np.ascontiguousarray(entry.vectors, np.float32).tobytes(),
        *(parts_to_bytes(part) if len(part) else b"" for part in entry.parts),
    ]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _ids(store: LibraryStore) -> list[str]:
    return [row[0] for row in store.database.rows("SELECT id FROM documents ORDER BY key")]
