"""The articles that were removed from a library while the page is up: they can be brought back.

They are kept in memory, and the copies of their files in a folder that only this user may read;
both go when Sourcebook stops. In the library nothing of them stays. No Gradio here.
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
"""Of so many the last are kept."""


class Removals:
    """The removals from one library, the last first."""

    def __init__(self) -> None:
        self._kept: list[Removal] = []
        self._folder: Path | None = None
        self._lock = threading.RLock()

    def documents(self) -> list[Document]:
        """What was removed, the last first."""
        with self._lock:
            return [removal.entry.document for removal in self._kept]

    def take_out(self, library: Library, document_id: str) -> None:
        """Remove an article and keep it. Raises DocumentNotFound."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="sourcebook-removed-"))
            self._kept.insert(0, library.take_out(document_id, self._folder))
            for old in self._kept[MOST:]:
                self._let_go(old)

    def put_back(self, library: Library, document_id: str) -> bool:
        """Bring an article back; False where it was added again meanwhile.

        Raises:
            DocumentNotFound: it is not kept any more.
        """
        with self._lock:
            removal = self._find(document_id)
            done = library.put_back(removal)
            self._let_go(removal)
            return done

    def forget(self, document_id: str) -> None:
        """Keep an article no longer. Raises DocumentNotFound."""
        with self._lock:
            self._let_go(self._find(document_id))

    def close(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._kept.clear()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _find(self, document_id: str) -> Removal:
        for removal in self._kept:
            if removal.entry.document.id == document_id:
                return removal
        raise DocumentNotFound("this article can be brought back no more: add it again")

    def _let_go(self, removal: Removal) -> None:
        self._kept.remove(removal)
        if removal.copy is not None:
            shutil.rmtree(removal.copy.now.parent, ignore_errors=True)
