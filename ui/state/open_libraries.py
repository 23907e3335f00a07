"""The libraries that a server has open, by name. A browser tab shows the one that its address names
(see `addresses`)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sourcebook.index.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryNotFound
from sourcebook.index.libraries.address import is_address
from sourcebook.index.libraries.catalogue import Libraries, LibraryEntry

from .addresses import LibraryAddresses, key
from .open_library import LibraryUser, OpenLibrary
from .queue import FairQueue
from .trash import Trash

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot, Settings


__all__ = ["OpenLibraries"]


class OpenLibraries:
    """Opens libraries by name, and keeps them open. All of them share one model.

    ``library`` is the first: the one that a page opens with, and ``chatbot`` is its chatbot.
    ``queue`` stands before that model. ``trash`` holds the deleted libraries. ``users`` are
    consulted before one is renamed or deleted.
    """

    def __init__(self, library: Library, chatbot: Chatbot) -> None:
        self._catalogue = Libraries()
        self._start_library = library
        self._first = OpenLibrary(self._catalogue.name_of(library.folder), library, chatbot)
        self._entries: dict[str, OpenLibrary] = {key(self._first.name): self._first}
        self._addresses = LibraryAddresses()
        self._lock = threading.RLock()
        self.trash = Trash(self._catalogue, self._addresses, self.names, self._lock)
        self.users: list[LibraryUser] = []
        # A model of this machine answers one question at a time, a server several.
        self.queue = FairQueue(getattr(chatbot.model, "parallel", 1))

    @property
    def settings(self) -> Settings:
        """The settings of all their chatbots."""
        return self._first.chatbot.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        with self._lock:
            self._entries = {
                name: replace(entry, chatbot=entry.chatbot.with_settings(settings))
                for name, entry in self._entries.items()
            }
            self._first = self._entries[key(self._first.name)]

    # --- the list of libraries ---

    @property
    def first(self) -> str:
        """The name of the library that a page opens with."""
        return self._first.name

    def names(self) -> list[str]:
        """Return the names of all libraries, the first one first."""
        names = [place.name for place in self._catalogue.entries() if place.exists]
        return [self.first, *(name for name in names if key(name) != key(self.first))]

    def places(self) -> list[LibraryEntry]:
        """Return the names and folders of all libraries, the first one first."""
        first = LibraryEntry(self.first, self._first.library.folder)
        by_key = {key(place.name): place for place in self._catalogue.entries()}
        return [first, *(by_key[key(name)] for name in self.names()[1:])]

    def query(self, name: str) -> str:
        """Return the query part of the address of a library's page, without the question mark."""
        return self._addresses.query(name, self.first)

    def fixed_reason(self, name: str) -> str | None:
        """Return one line that says why a library cannot be renamed or deleted; None if it can."""
        library = self._first.library
        if key(name) != key(self.first) or self._catalogue.has(library.folder):
            return None
        if is_address(library.place):
            return f"this library is in PostgreSQL, {library.place}: rename or remove it there"
        return (
            f"this library was opened by its folder, {library.folder.absolute()}, and has no name "
            "of its own: stop Sourcebook, then move or remove that folder yourself"
        )

    # --- opening ---

    def for_request(self, request: Any) -> OpenLibrary:
        """Return the library that a browser tab shows; raises as `find`.

        ``request`` is one of Gradio's: its ``query_params`` are those of the page's address.
        """
        return self.find(request.query_params.get("library"))

    def find(self, name: str | None) -> OpenLibrary:
        """Return the library that an address names, also by an earlier name of it; the first one
        when there is no library of that name.

        Raises:
            LibraryNotFound: it was deleted while the page was open.
            LibraryError: it cannot be opened.
        """
        name = self._addresses.resolve(name or None, self.first)
        try:
            return self.open(name)
        except LibraryNotFound:
            return self._first

    def arrive(self, name: str | None) -> str:
        """Open the library of a page's address (None: the first) and check that it can be read;
        return the query part of its address.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryError: it cannot be opened, or not be read.
        """
        entry = self.open(name or self.first)
        len(entry.library)
        return self.query(entry.name)

    def open(self, name: str) -> OpenLibrary:
        """Return the library of that name, opened if it is not open yet.

        Raises:
            LibraryNotFound: there is none.
            LibraryError: it cannot be opened.
        """
        with self._lock:
            return self._entries.get(key(name)) or self._open_folder(self._catalogue.entry(name))

    def create(self, name: str) -> str:
        """Make an empty library; return its name.

        Raises:
            LibraryError: as `Libraries.create`.
        """
        self._check_not_first(name)
        place = self._catalogue.create(name)
        self._addresses.add(place.name)
        return place.name

    # --- another name, another place ---

    def rename(self, name: str, new: str) -> str:
        """Give a library another name. Tabs that show it go on doing so.

        Args:
            name: the library.
            new: its name from now on.

        Returns:
            The new name, as it is written.

        Raises:
            LibraryBusy: a question, an evaluation or an addition is in progress, here or elsewhere.
            LibraryError: it has no name of its own; or as `Libraries.rename`.
        """
        with self._close_for_move(name) as move:
            if not move.first:
                self._check_not_first(new)
            move.place = self._catalogue.rename(move.name, new)
            self._addresses.rename(move.name, move.place.name)
            return move.place.name

    def delete(self, name: str) -> Path:
        """Move a library to the trash; return its folder there. After the first one was deleted,
        another is the first. Raises as `rename`."""
        with self._close_for_move(name) as move:
            folder = self._catalogue.delete(move.name)
            self._addresses.delete(move.name, first=move.first)
            move.place = None
            return folder

    # --- closing ---

    def stop_all(self) -> None:
        """Stop all additions after their current documents."""
        for entry in list(self._entries.values()):
            entry.additions.stop_all()

    def close(self) -> None:
        """Close the libraries that were opened here; the one it was made with stays open."""
        with self._lock:
            for entry in self._entries.values():
                entry.removals.close()
                if entry.library is not self._start_library:
                    entry.library.close()
            self._entries = {key(self.first): self._first}

    @contextlib.contextmanager
    def _close_for_move(self, name: str) -> Iterator[_Move]:
        """Close a library while its folder is moved. Afterwards the first one is open again, in
        its new folder; `open` opens the others. Raises as `rename`."""
        with self._lock:
            first = key(name) == key(self.first)
            place = self._close(name)
            move = _Move(place.name, place, first)
            try:
                yield move
            finally:
                if first:
                    self._first = (
                        self._open_folder(move.place) if move.place else self._open_other()
                    )

    def _close(self, name: str) -> LibraryEntry:
        if why := self.fixed_reason(name):
            raise LibraryError(why)
        entry = self._entries.get(key(name))
        if entry is None:
            return self._catalogue.entry(name)
        if entry.additions.current() is not None:
            raise LibraryBusy(f"articles are being added to {name}: wait, or stop that first")
        if any(user.uses(entry.library) for user in self.users):
            raise LibraryBusy(f"{name} is being asked or evaluated: wait, or stop that first")
        for user in self.users:
            user.release(entry.library)
        entry.removals.close()
        entry.library.close()
        del self._entries[key(name)]
        return LibraryEntry(entry.name, entry.library.folder)

    def _open_other(self) -> OpenLibrary:
        """Open the library that takes the place of a deleted first one: the default library, else
        any, else a new, empty one."""
        places = self._catalogue.entries()
        for place in (self._catalogue.current(), *places):
            if place.exists:
                with contextlib.suppress(LibraryError):
                    return self.open(place.name)
        return self._open_folder(places[0], create=True)

    def _open_folder(self, place: LibraryEntry, *, create: bool = False) -> OpenLibrary:
        """Open a library with the model of the first one, and with its embedder when the index was
        made with the same: one of each is in memory."""
        from sourcebook.index import Library

        embedder = self._first.library.embedder
        try:
            library = Library.open(place.folder, create=create, embedder=embedder)
        except EmbedderMismatch:
            library = Library.open(place.folder, create=False)
        chatbot = type(self._first.chatbot)(
            library, model=self._first.chatbot.model, settings=self.settings
        )
        self._addresses.add(place.name)
        entry = self._entries[key(place.name)] = OpenLibrary(place.name, library, chatbot)
        return entry

    def _check_not_first(self, name: str) -> None:
        if key(name) == key(self.first):
            raise LibraryError(f"a library is named {self.first!r} already: choose another name")


@dataclass(slots=True)
class _Move:
    """A library whose folder is moved, and its new place; None: it is in the trash."""

    name: str
    place: LibraryEntry | None
    first: bool
