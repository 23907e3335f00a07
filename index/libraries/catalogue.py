"""Several libraries of one person: folders with names, in one folder.

    main                 the library that there is without further ado
    news, recipes, ...   made by name; each has its own documents

Which of them is asked when none is named is kept in a file beside them.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sourcebook.index.errors import LibraryError, LibraryNotFound

from .folders import TRASH, erase, move, size_of, move_to_trash, list_trash

DATABASE = "library.sqlite"
MAIN = "main"
LONGEST_NAME = 60

_CHOSEN = "chosen"
_NAME = re.compile(r"[^\W_](?:[\w .-]*[\w])?")


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A library by its name, and the folder it lies in."""

    name: str
    folder: Path

    @property
    def exists(self) -> bool:
        """Whether there is a library in the folder."""
        return (self.folder / DATABASE).is_file()

    def documents(self) -> int | None:
        """How many documents it holds; None where it cannot be read."""
        from sourcebook.index.store.store import Store

        if not self.exists:
            return 0
        try:
            with contextlib.closing(Store(self.folder / DATABASE)) as store:
                return store.counts()[0]
        except LibraryError:
            return None


@dataclass(frozen=True, slots=True)
class TrashEntry(LibraryEntry):
    """A library in the trash: the name it had, where it lies now, and when it was deleted."""

    when: datetime

    @property
    def id(self) -> str:
        """What tells it from others of its name."""
        return self.folder.name

    def size(self) -> int:
        """Bytes on disk."""
        return size_of(self.folder)


class Libraries:
    """The named libraries. ``home`` is the folder they lie in: ``$SOURCEBOOK_LIBRARIES``, else
    ``libraries`` in the user's data directory, where ``main`` is ``library`` beside it."""

    def __init__(self) -> None:
        chosen = os.environ.get("SOURCEBOOK_LIBRARIES")
        self.home = Path(chosen).expanduser() if chosen else _data() / "libraries"
        self._main = LibraryEntry(MAIN, self.home / MAIN if chosen else _data() / "library")

    def entries(self) -> list[LibraryEntry]:
        """All there are, by name; ``main`` first, also where it is still to be made."""
        found: list[LibraryEntry] = []
        with contextlib.suppress(OSError):
            found = [LibraryEntry(folder.name, folder) for folder in self.home.iterdir()]
        named = [place for place in found if place.exists and not _same(place.name, MAIN)]
        return [self._main, *sorted(named, key=lambda place: place.name.casefold())]

    def entry(self, name: str) -> LibraryEntry:
        """The library of that name; case does not count.

        Raises:
            LibraryNotFound: there is none.
        """
        for place in self.entries():
            if _same(place.name, name):
                return place
        known = ", ".join(place.name for place in self.entries())
        raise LibraryNotFound(
            f"no library is named {name!r} (there are: {known}): "
            "`sourcebook libraries create` makes one"
        )

    def create(self, name: str) -> LibraryEntry:
        """Make an empty library.

        Raises:
            LibraryError: the name cannot be one, or is taken; or the folder cannot be made.
        """
        from sourcebook.index.store.store import Store

        place = self._new(name)
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"cannot make the folder {place.folder} ({error.strerror}): set "
                "SOURCEBOOK_LIBRARIES to another"
            ) from None
        Store(place.folder / DATABASE).close()
        return place

    def current(self) -> LibraryEntry:
        """The one that is opened when none is named."""
        try:
            return self.entry((self.home / _CHOSEN).read_text("utf-8").strip())
        except (OSError, UnicodeError, LibraryNotFound):
            return self._main

    def choose(self, name: str) -> LibraryEntry:
        """From now on, open that one when none is named. Nothing of any library changes.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryError: the choice cannot be written down.
        """
        place = self.entry(name)
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / _CHOSEN).write_text(f"{place.name}\n", "utf-8")
        except OSError as error:
            raise LibraryError(f"cannot write to {self.home} ({error.strerror})") from None
        return place

    def rename(self, name: str, new: str) -> LibraryEntry:
        """Give a library another name, and its folder with it; it stays chosen if it was.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryBusy: a page or a command has it open.
            LibraryError: the new name cannot be one, or is taken; or the folder cannot be moved.
        """
        place, chosen = self._made(name), self.current()
        renamed = self._new(new, besides=place)
        if renamed != place:
            move(place.folder, renamed.folder, DATABASE)
            if chosen == place:
                self.choose(renamed.name)
        return renamed

    def delete(self, name: str) -> Path:
        """Move a library to the trash, with all that lies in its folder; where it is now. Nothing
        is erased: `restore` brings it back, until `erase`.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryBusy: a page or a command has it open.
            LibraryError: the folder cannot be moved.
        """
        place = self._made(name)
        return move_to_trash(place.folder, self.home, place.name, DATABASE)

    def trash(self) -> list[TrashEntry]:
        """The libraries in the trash, the one deleted last first."""
        return [TrashEntry(*found) for found in list_trash(self.home, DATABASE)]

    def restore(self, which: str | TrashEntry, new: str | None = None) -> LibraryEntry:
        """Bring a deleted library back, of several of a name the last; under its own name, or
        under a ``new`` one.

        Raises:
            LibraryNotFound: none of that name was deleted.
            LibraryError: its name is taken meanwhile, or the new one cannot be one; or the folder
                cannot be moved.
        """
        found = self._thrown(which) if isinstance(which, str) else which
        back = self._new(new) if new else self._free(found.name)
        with contextlib.suppress(OSError):
            back.folder.rmdir()  # what is left of another is empty, or it stays
        move(found.folder, back.folder, DATABASE)
        return back

    def erase(self, deleted: TrashEntry) -> None:
        """Erase a library that lies in the trash: nothing brings it back. Raises as `trash.erase`,
        and LibraryNotFound where it lies there no more."""
        if deleted not in self.trash():
            raise LibraryNotFound(f"{deleted.name} is not in the trash any more")
        erase(deleted.folder)

    def _thrown(self, name: str) -> TrashEntry:
        """The one of that name that was deleted last."""
        for found in self.trash():
            if _same(found.name, name):
                return found
        known = ", ".join(dict.fromkeys(found.name for found in self.trash())) or "none"
        raise LibraryNotFound(
            f"no library named {name!r} was deleted (in {self.home / TRASH} there are: {known})"
        )

    def _free(self, name: str) -> LibraryEntry:
        """The place of a library that comes back; raises where its name is another's now."""
        back = self._main if _same(name, MAIN) else LibraryEntry(name, self.home / name)
        if any(place.exists and _same(place.name, back.name) for place in self.entries()):
            raise LibraryError(
                f"a library is named {back.name!r} now: give this one another name, "
                f"`sourcebook libraries restore {shlex.quote(back.name)} --as NEW`"
            )
        return back

    def _made(self, name: str) -> LibraryEntry:
        place = self.entry(name)
        if not place.exists:
            raise LibraryNotFound(f"{place.name} has no articles and no folder yet")
        return place

    def _new(self, name: str, besides: LibraryEntry | None = None) -> LibraryEntry:
        """The place of a library still to be made; its name may be that of ``besides``."""
        name = " ".join(unicodedata.normalize("NFC", name).split())
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise LibraryError(
                f"{name[:LONGEST_NAME]!r} cannot be the name of a library: use letters, digits, "
                f"spaces and - _ . between them, at most {LONGEST_NAME} characters"
            )
        others = [place for place in self.entries() if place != besides]
        if any(_same(place.name, name) for place in others):
            raise LibraryError(f"a library is named {name!r} already: choose another name")
        if besides == self._main and _same(name, MAIN):
            return self._main
        return LibraryEntry(name, self.home / name)

    def has(self, folder: Path) -> bool:
        """Whether the library in a folder is one of these."""
        return any(place.folder.absolute() == folder.absolute() for place in self.entries())

    def name_of(self, folder: Path) -> str:
        """The name of the library in a folder; the folder's own where it is none of these."""
        for place in self.entries():
            if place.folder.absolute() == folder.absolute():
                return place.name
        return folder.absolute().name or str(folder)


def find_folder(given: str | os.PathLike[str]) -> Path:
    """The folder of the library that was ``given`` by its path or its name.

    Raises:
        LibraryError: there are both a library of that name and a folder here that holds one.
    """
    text = os.fspath(given)
    path = Path(text).expanduser()
    if text != path.name:  # it has a folder in it, or begins with ~
        return path
    try:
        named = Libraries().entry(text).folder
    except LibraryNotFound:
        return path
    if path.absolute() == named.absolute() or not (path / DATABASE).is_file():
        return named
    raise LibraryError(
        f"{text!r} is the name of a library, and a folder here that holds another: "
        f"write {path.absolute()} for the folder, {named} for the library"
    )


def default_folder() -> Path:
    """``$SOURCEBOOK_LIBRARY`` (a path or a name), else the library that was chosen, else main."""
    given = os.environ.get("SOURCEBOOK_LIBRARY")
    return find_folder(given) if given else Libraries().current().folder


def _data() -> Path:
    from platformdirs import user_data_path

    return user_data_path("sourcebook", appauthor=False)


def _same(one: str, other: str) -> bool:
    return (
        unicodedata.normalize("NFC", one).casefold()
        == unicodedata.normalize("NFC", " ".join(other.split())).casefold()
    )
