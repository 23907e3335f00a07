"""The libraries that the page has open. A browser tab asks the one that its address names.

``/?library=news`` is the library news, in this tab and after a reload; ``/`` is the one that the
server was started with. So no tab can come to speak of another's library. No Gradio here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from ..index.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryNotFound
from ..index.libraries import Libraries, Place
from ..index.moving import TRASH
from .additions import Additions

if TYPE_CHECKING:
    from ..index import Library
    from ..rag import Chatbot, Settings

__all__ = ["Opened", "Shelf"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A library that is open: what asks it, and what is being added to it."""

    name: str
    library: Library
    chatbot: Chatbot
    additions: Additions = field(default_factory=Additions)


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
        self._first = Opened(self._libraries.name_of(library.folder), library, chatbot)
        self._opened: dict[str, Opened] = {self._first.name.casefold(): self._first}
        # Those renamed or deleted here: what an open tab's address still says.
        self._renamed: dict[str, str] = {}
        self._deleted: set[str] = set()
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
                key: replace(opened, chatbot=opened.chatbot.with_settings(settings))
                for key, opened in self._opened.items()
            }
            self._first = self._opened[self._first.name.casefold()]

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
        name = name or self._first.name
        while name.casefold() in self._renamed:
            name = self._renamed[name.casefold()]
        if name.casefold() in self._deleted:
            raise LibraryNotFound(f"the library {name} was deleted: load the page again")
        try:
            return self.open(name)
        except LibraryNotFound:
            return self._first

    def open(self, name: str) -> Opened:
        """The library of that name.

        Raises:
            LibraryNotFound: there is none.
            LibraryError: it cannot be opened.
        """
        with self._lock:
            known = self._opened.get(name.casefold())
            if known is None:
                place = self._taken(self._libraries.place(name))
                library = self._open(place.folder)
                chatbot = type(self._first.chatbot)(
                    library, model=self._first.chatbot.model, settings=self.settings
                )
                known = self._opened[place.name.casefold()] = Opened(place.name, library, chatbot)
            return known

    def create(self, name: str) -> str:
        """Make an empty library; its name.

        Raises:
            LibraryError: as `Libraries.create`.
        """
        if " ".join(name.split()).casefold() == self.first.casefold():
            raise LibraryError(f"a library is named {self.first!r} already: choose another name")
        return self._taken(self._libraries.create(name)).name

    def rename(self, name: str, new: str) -> str:
        """Give a library another name; the name it has then. Tabs that are on it stay on it.

        Raises:
            LibraryBusy: it is being asked, evaluated or added to, here or elsewhere.
            LibraryError: it is the first one; or as `Libraries.rename`.
        """
        with self._lock:
            self._close(name)
            if " ".join(new.split()).casefold() == self.first.casefold():
                raise LibraryError(f"a library is named {self.first!r} already: choose another")
            before = self._libraries.place(name).name
            renamed = self._taken(self._libraries.rename(name, new)).name
            if renamed.casefold() != before.casefold():
                self._renamed[before.casefold()] = renamed
            return renamed

    def delete(self, name: str) -> Path:
        """Move a library to the trash; where it is now. Raises as `rename`."""
        with self._lock:
            self._close(name)
            now = self._libraries.delete(name)
            self._deleted.add(name.casefold())
            return now

    def trash(self) -> Path:
        """Where the deleted libraries lie."""
        return self._libraries.home / TRASH

    def _taken(self, place: Place) -> Place:
        """From now on that name is this library's."""
        self._renamed.pop(place.name.casefold(), None)
        self._deleted.discard(place.name.casefold())
        return place

    def _close(self, name: str) -> None:
        """Close a library that is to be moved. Raises as `rename`."""
        if name.casefold() == self.first.casefold():
            raise LibraryError(
                f"the page was started with {self.first}, which stays open: stop Sourcebook, then "
                "use `sourcebook libraries rename` or `delete`"
            )
        opened = self._opened.get(name.casefold())
        if opened is None:
            return
        if opened.additions.current() is not None:
            raise LibraryBusy(f"articles are being added to {name}: wait, or stop that first")
        if any(user.uses(opened.library) for user in self.users):
            raise LibraryBusy(f"{name} is being asked or evaluated: wait, or stop that first")
        for user in self.users:
            user.let_go(opened.library)
        opened.library.close()
        del self._opened[name.casefold()]

    def names(self) -> list[str]:
        """The names of all libraries, the first one first."""
        others = [place.name for place in self._libraries.places() if place.made]
        return [self._first.name, *(n for n in others if n.casefold() != self.first.casefold())]

    @property
    def first(self) -> str:
        """The name of the library that a page opens with."""
        return self._first.name

    def places(self) -> list[Place]:
        """Where each of them lies, the first one first."""
        first = Place(self.first, self._first.library.folder)
        others = {place.name.casefold(): place for place in self._libraries.places()}
        return [first, *(others[name.casefold()] for name in self.names()[1:])]

    def search(self, name: str) -> str:
        """What stands behind the question mark in the address of a library's page."""
        return "" if name.casefold() == self.first.casefold() else f"library={quote(name)}"

    def stop_all(self) -> None:
        """Ends all additions, with what they have in hand."""
        for opened in list(self._opened.values()):
            opened.additions.stop_all()

    def close(self) -> None:
        """Closes the libraries that were opened here; the first belongs to whoever gave it."""
        with self._lock:
            for opened in self._opened.values():
                if opened is not self._first:
                    opened.library.close()
            self._opened = {self._first.name.casefold(): self._first}

    def _open(self, folder: Path) -> Library:
        """With the first one's embedder where it was made with the same: one model in memory."""
        from ..index import Library

        try:
            return Library.open(folder, create=False, embedder=self._first.library.embedder)
        except EmbedderMismatch:
            return Library.open(folder, create=False)
