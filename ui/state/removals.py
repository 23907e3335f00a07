"""The articles that were removed from a library since the page was started, to bring them back.

They stay in memory, and the copies of their files in a folder that only this user may read; both
are deleted when Sourcebook stops. Nothing of them stays in the library. No Gradio here.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.index.errors import DocumentNotFound

if TYPE_CHECKING:
    from sourcebook.index import Document, Library
    from sourcebook.index.store.rows import Removal


__all__ = ["MOST", "Removals"]

MOST = 20
"""The number of removals that can be undone: the last ones."""


class Removals:
    """The removals from one library, the last first."""

    def __init__(self) -> None:
        self._removals: list[Removal] = []
        self._folder: Path | None = None
        self._lock = threading.RLock()

    def documents(self) -> list[Document]:
        """Return the removed articles, the last first."""
        with self._lock:
            return [removal.entry.document for removal in self._removals]

    def take_out(self, library: Library, document_id: str) -> None:
        """Remove an article so that `put_back` can undo it. Raises DocumentNotFound."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="sourcebook-removed-"))
            self._removals.insert(0, library.take_out(document_id, self._folder))
            for old in self._removals[MOST:]:
                self._drop(old)

    def put_back(self, library: Library, document_id: str) -> bool:
        """Bring an article back; return False when it was added again in the meantime.

        Raises:
            DocumentNotFound: its removal can no longer be undone.
        """
        with self._lock:
            removal = self._find(document_id)
            is_back = library.put_back(removal)
            self._drop(removal)
            return is_back

    def forget(self, document_id: str) -> None:
        """Drop an article for good. Raises DocumentNotFound."""
        with self._lock:
            self._drop(self._find(document_id))

    def close(self) -> None:
        """Drop all articles for good."""
        with self._lock:
            self._removals.clear()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _find(self, document_id: str) -> Removal:
        for removal in self._removals:
            if removal.entry.document.id == document_id:
                return removal
        raise DocumentNotFound("this article can no longer be brought back: add it again")

    def _drop(self, removal: Removal) -> None:
        self._removals.remove(removal)
        if removal.copy is not None:
            shutil.rmtree(removal.copy.now.parent, ignore_errors=True)
