"""The libraries that the page has open. A browser tab asks the one that its address names (see
`library_names`). No Gradio here."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sourcebook.index.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryNotFound
from sourcebook.index.libraries.catalogue import LONGEST_NAME, Deleted, Libraries, Place
from sourcebook.index.libraries.folders import TRASH

from .additions import Additions
from .addresses import LibraryNames, key
from .removals import Removals

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot, Settings


__all__ = ["Opened", "Shelf"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A library that is open: what asks it, what is being added to it, what was removed."""

    name: str
    library: Library
    chatbot: Chatbot
    additions: Additions = field(default_factory=Additions)
    removals: Removals = field(default_factory=Removals)


class User(Protocol):
    """A part of the page that may be at work with a library."""

    def uses(self, library: Library) -> bool:
        """Whether it is."""
        ...

    def let_go(self, library: Library) -> None:
        """The library is being closed: keep nothing of it open."""
        ...


class Shelf:
    """Opens libraries by name, and keeps them open. All of them share one model.

    ``library`` is the one that a page opens with, asked by ``chatbot``. ``users`` are asked before
    one is renamed or deleted.
    """

    def __init__(self, library: Library, chatbot: Chatbot) -> None:
        self._libraries = Libraries()
        self._given = library
        self._first = Opened(self._libraries.name_of(library.folder), library, chatbot)
        self._opened: dict[str, Opened] = {key(self._first.name): self._first}
        self._names = LibraryNames()
        self._lock = threading.RLock()
        self.users: list[User] = []

    @property
    def settings(self) -> Settings:
        """What all of them answer by."""
        return self._first.chatbot.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        with self._lock:
            self._opened = {
                name: replace(opened, chatbot=opened.chatbot.with_settings(settings))
                for name, opened in self._opened.items()
            }
            self._first = self._opened[key(self._first.name)]

    # --- which there are ---

    @property
    def first(self) -> str:
        """The name of the library that a page opens with."""
        return self._first.name

    def names(self) -> list[str]:
        """The names of all libraries, the first one first."""
        others = [place.name for place in self._libraries.places() if place.made]
        return [self.first, *(name for name in others if key(name) != key(self.first))]

    def places(self) -> list[Place]:
        """Where each of them lies, the first one first."""
        first = Place(self.first, self._first.library.folder)
        others = {key(place.name): place for place in self._libraries.places()}
        return [first, *(others[key(name)] for name in self.names()[1:])]

    def search(self, name: str) -> str:
        """What stands behind the question mark in the address of a library's page."""
        return self._names.search(name, self.first)

    def unnamed(self, name: str) -> str | None:
        """Why that library is neither renamed nor deleted here, in a line; None where it can be."""
        folder = self._first.library.folder
        if key(name) != key(self.first) or self._libraries.has(folder):
            return None
        return (
            f"this library was opened by its folder, {folder.absolute()}, and is none of those "
            "with names: stop Sourcebook, then move or remove that folder yourself"
        )

    # --- opening ---

    def of(self, request: Any) -> Opened:
        """The library that a browser tab is on, as `named` has it. ``request`` is one of Gradio's,
        whose ``query_params`` are what stands behind the question mark of the page's address."""
        return self.named(request.query_params.get("library"))

    def named(self, name: str | None) -> Opened:
        """The library that an address names, also by the name it had when the address was written;
        where there is none of that name, the first.

        Raises:
            LibraryNotFound: it was deleted while the page was open.
            LibraryError: it cannot be opened.
        """
        now = self._names.now(name or None, self.first)
        try:
            return self.open(now)
        except LibraryNotFound:
            return self._first

    def arrive(self, name: str | None) -> str:
        """Open the library of a page that is asked for, the first where its address names none,
        and look whether it can be read; what stands behind the question mark of its address.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryError: it cannot be opened, or not be read.
        """
        opened = self.open(name or self.first)
        len(opened.library)
        return self.search(opened.name)

    def open(self, name: str) -> Opened:
        """The library of that name.

        Raises:
            LibraryNotFound: there is none.
            LibraryError: it cannot be opened.
        """
        with self._lock:
            return self._opened.get(key(name)) or self._keep(self._libraries.place(name))

    def create(self, name: str) -> str:
        """Make an empty library; its name.

        Raises:
            LibraryError: as `Libraries.create`.
        """
        self._not_the_first(name)
        place = self._libraries.create(name)
        self._names.taken(place.name)
        return place.name

    # --- another name, and the trash ---

    def rename(self, name: str, new: str) -> str:
        """Give a library another name; the name it has then. Tabs that are on it stay on it.

        Raises:
            LibraryBusy: it is being asked, evaluated or added to, here or elsewhere.
            LibraryError: it is none of those with names; or as `Libraries.rename`.
        """
        with self._closed(name) as closed:
            if not closed.first:
                self._not_the_first(new)
            closed.place = renamed = self._libraries.rename(closed.name, new)
            self._names.renamed(closed.name, renamed.name)
            return renamed.name

    def delete(self, name: str) -> Path:
        """Move a library to the trash; where it is now. Where it is the first, another is first
        from then on. Raises as `rename`."""
        with self._closed(name) as closed:
            now = self._libraries.delete(closed.name)
            self._names.deleted(closed.name, first=closed.first)
            closed.place = None
            return now

    def deleted(self) -> list[Deleted]:
        """The libraries in the trash, the one deleted last first."""
        return self._libraries.deleted()

    def trash(self) -> Path:
        """Where they lie."""
        return self._libraries.home / TRASH

    def restore(self, which: str) -> Place:
        """Bring back the deleted library of that id; where its name is taken, under the next that
        is free ("news 2").

        Raises:
            LibraryNotFound: it is not in the trash any more.
            LibraryError: its folder cannot be moved.
        """
        with self._lock:
            deleted = next((each for each in self.deleted() if each.id == which), None)
            if deleted is None:
                raise LibraryNotFound("it is in the trash no more: it was brought back, or erased")
            taken = {key(name) for name in self.names()}
            new, number = deleted.name, 1
            while key(new) in taken:
                number += 1
                new = f"{deleted.name[: LONGEST_NAME - 5]} {number}"
            place = self._libraries.restore(deleted, new if number > 1 else None)
            self._names.taken(place.name)
            return place

    def erase(self, which: Collection[str]) -> int:
        """Erase the deleted libraries of those ids; how many. Nothing brings them back.

        Raises:
            LibraryError: one cannot be erased; those before it are.
        """
        with self._lock:
            chosen = [each for each in self.deleted() if each.id in which]
            for each in chosen:
                self._libraries.erase(each)
            return len(chosen)

    # --- closing ---

    def stop_all(self) -> None:
        """Ends all additions, with what they have in hand."""
        for opened in list(self._opened.values()):
            opened.additions.stop_all()

    def close(self) -> None:
        """Closes the libraries that were opened here; the first one belongs to whoever gave it."""
        with self._lock:
            for opened in self._opened.values():
                opened.removals.close()
                if opened.library is not self._given:
                    opened.library.close()
            self._opened = {key(self.first): self._first}

    @contextlib.contextmanager
    def _closed(self, name: str) -> Iterator[_Closed]:
        """A library that is moved meanwhile is closed. The first one is open again afterwards,
        wherever it lies then; others when they are asked for. Raises as `rename`."""
        with self._lock:
            first = key(name) == key(self.first)
            place = self._close(name)
            closed = _Closed(place.name, place, first)
            try:
                yield closed
            finally:
                if first:
                    self._first = self._keep(closed.place) if closed.place else self._another()

    def _close(self, name: str) -> Place:
        if why := self.unnamed(name):
            raise LibraryError(why)
        opened = self._opened.get(key(name))
        if opened is None:
            return self._libraries.place(name)
        if opened.additions.current() is not None:
            raise LibraryBusy(f"articles are being added to {name}: wait, or stop that first")
        if any(user.uses(opened.library) for user in self.users):
            raise LibraryBusy(f"{name} is being asked or evaluated: wait, or stop that first")
        for user in self.users:
            user.let_go(opened.library)
        opened.removals.close()
        opened.library.close()
        del self._opened[key(name)]
        return Place(opened.name, opened.library.folder)

    def _another(self) -> Opened:
        """The first one when the first was deleted: the one that is opened where none is named,
        or any; where there is none, main, new and empty."""
        places = self._libraries.places()
        for place in (self._libraries.chosen(), *places):
            if place.made:
                with contextlib.suppress(LibraryError):
                    return self.open(place.name)
        return self._keep(places[0], create=True)

    def _keep(self, place: Place, *, create: bool = False) -> Opened:
        """Open a library, with the model and, where it was made with the same, the embedder of the
        first: there is one of each in memory."""
        from sourcebook.index import Library

        embedder = self._first.library.embedder
        try:
            library = Library.open(place.folder, create=create, embedder=embedder)
        except EmbedderMismatch:
            library = Library.open(place.folder, create=False)
        chatbot = type(self._first.chatbot)(
            library, model=self._first.chatbot.model, settings=self.settings
        )
        self._names.taken(place.name)
        opened = self._opened[key(place.name)] = Opened(place.name, library, chatbot)
        return opened

    def _not_the_first(self, name: str) -> None:
        if key(name) == key(self.first):
            raise LibraryError(f"a library is named {self.first!r} already: choose another name")


@dataclass(slots=True)
class _Closed:
    """A library that is closed while it is moved, and where it lies then; nowhere: in the trash."""

    name: str
    place: Place | None
    first: bool
