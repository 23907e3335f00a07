"""The trash of libraries, as the page shows it. No Gradio here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from sourcebook.index.errors import LibraryNotFound
from sourcebook.index.libraries.catalogue import LONGEST_NAME, Libraries, LibraryEntry, TrashEntry
from sourcebook.index.libraries.folders import TRASH

from .addresses import LibraryAddresses, key

__all__ = ["Trash"]


class Trash:
    """Lists the deleted libraries, brings them back, and erases them for good.

    Args:
        catalogue: all libraries on disk.
        addresses: what the addresses of open tabs mean; a library brought back has one again.
        names: returns the names in use.
        lock: held while a library is moved or erased.
    """

    def __init__(
        self,
        catalogue: Libraries,
        addresses: LibraryAddresses,
        names: Callable[[], Iterable[str]],
        lock: threading.RLock,
    ) -> None:
        self._catalogue, self._addresses = catalogue, addresses
        self._names, self._lock = names, lock

    def entries(self) -> list[TrashEntry]:
        """Return the libraries in the trash, the one deleted last first."""
        return self._catalogue.trash()

    def folder(self) -> Path:
        """Return the folder of the trash."""
        return self._catalogue.home / TRASH

    def restore(self, trash_id: str) -> LibraryEntry:
        """Bring back the library of that id in the trash; when its name is in use, under the next
        free one ("news 2").

        Raises:
            LibraryNotFound: it is not in the trash any more.
            LibraryError: its folder cannot be moved.
        """
        with self._lock:
            entry = next((e for e in self.entries() if e.id == trash_id), None)
            if entry is None:
                raise LibraryNotFound("it is no longer in the trash: it was brought back or erased")
            names_in_use = {key(name) for name in self._names()}
            new, number = entry.name, 1
            while key(new) in names_in_use:
                number += 1
                new = f"{entry.name[: LONGEST_NAME - 5]} {number}"
            place = self._catalogue.restore(entry, new if number > 1 else None)
            self._addresses.add(place.name)
            return place

    def erase(self, trash_ids: Collection[str]) -> int:
        """Erase the libraries of those ids in the trash for good; return how many.

        Raises:
            LibraryError: one cannot be erased; those before it are gone.
        """
        with self._lock:
            entries = [entry for entry in self.entries() if entry.id in trash_ids]
            for entry in entries:
                self._catalogue.erase(entry)
            return len(entries)
