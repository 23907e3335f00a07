"""Several libraries of one person: folders with names, in one folder.

    main                 the library that is always there
    news, recipes, ...   made by name; each has its own documents

The name of the one that is opened by default is in a file beside them.
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
from sourcebook.index.paths import DATABASE, data_folder, is_library, libraries_folder

from .address import Address, is_address
from .folders import TRASH, erase, list_trash, move, move_to_trash, size_of

MAIN = "main"
LONGEST_NAME = 60

_CURRENT = "chosen"
_NAME = re.compile(r"[^\W_](?:[\w .-]*[\w])?")


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A library by its name, and the folder it lies in."""

    name: str
    folder: Path

    @property
    def exists(self) -> bool:
        """Whether there is a library in the folder."""
        return is_library(self.folder)

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
        setting = os.environ.get("SOURCEBOOK_LIBRARIES")
        self.home = libraries_folder()
        self._main = LibraryEntry(MAIN, self.home / MAIN if setting else data_folder() / "library")

    def entries(self) -> list[LibraryEntry]:
        """Return all libraries by name; ``main`` first, even if it does not exist yet."""
        folders: list[LibraryEntry] = []
        with contextlib.suppress(OSError):
            folders = [LibraryEntry(folder.name, folder) for folder in self.home.iterdir()]
        libraries = [
            entry for entry in folders if entry.exists and not _is_same_name(entry.name, MAIN)
        ]
        return [self._main, *sorted(libraries, key=lambda entry: entry.name.casefold())]

    def entry(self, name: str) -> LibraryEntry:
        """Return the library of that name; case does not count.

        Raises:
            LibraryNotFound: there is none.
        """
        for entry in self.entries():
            if _is_same_name(entry.name, name):
                return entry
        names = ", ".join(entry.name for entry in self.entries())
        raise LibraryNotFound(
            f"no library is named {name!r} (there are: {names}): "
            "`sourcebook libraries create` makes one"
        )

    def create(self, name: str) -> LibraryEntry:
        """Make an empty library.

        Raises:
            LibraryError: the name cannot be one, or is taken; or the folder cannot be made.
        """
        from sourcebook.index.store.store import Store

        entry = self._new_entry(name)
        try:
            entry.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"cannot make the folder {entry.folder} ({error.strerror}): set "
                "SOURCEBOOK_LIBRARIES to another"
            ) from None
        Store(entry.folder / DATABASE).close()
        return entry

    def current(self) -> LibraryEntry:
        """Return the library that is opened when none is named."""
        try:
            return self.entry((self.home / _CURRENT).read_text("utf-8").strip())
        except (OSError, UnicodeError, LibraryNotFound):
            return self._main

    def choose(self, name: str) -> LibraryEntry:
        """From now on, open that one when none is named. Nothing of any library changes.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryError: the choice cannot be written down.
        """
        entry = self.entry(name)
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / _CURRENT).write_text(f"{entry.name}\n", "utf-8")
        except OSError as error:
            raise LibraryError(f"cannot write to {self.home} ({error.strerror})") from None
        return entry

    def rename(self, name: str, new: str) -> LibraryEntry:
        """Give a library another name, and its folder with it; it stays chosen if it was.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryBusy: a page or a command has it open.
            LibraryError: the new name cannot be one, or is taken; or the folder cannot be moved.
        """
        entry, current = self._existing(name), self.current()
        renamed = self._new_entry(new, besides=entry)
        if renamed != entry:
            move(entry.folder, renamed.folder, DATABASE)
            if current == entry:
                self.choose(renamed.name)
        return renamed

    def delete(self, name: str) -> Path:
        """Move a library to the trash, with all files in its folder; return its new folder. Nothing
        is erased: `restore` brings it back, until `erase`.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryBusy: a page or a command has it open.
            LibraryError: the folder cannot be moved.
        """
        entry = self._existing(name)
        return move_to_trash(entry.folder, self.home, entry.name, DATABASE)

    def trash(self) -> list[TrashEntry]:
        """Return the libraries in the trash, the one deleted last first."""
        return [TrashEntry(*entry) for entry in list_trash(self.home, DATABASE)]

    def restore(self, library: str | TrashEntry, new: str | None = None) -> LibraryEntry:
        """Bring a deleted library back, of several of a name the last; under its own name, or
        under a ``new`` one.

        Raises:
            LibraryNotFound: none of that name was deleted.
            LibraryError: its name is taken meanwhile, or the new one cannot be one; or the folder
                cannot be moved.
        """
        entry = self._find_in_trash(library) if isinstance(library, str) else library
        back = self._new_entry(new) if new else self._free_entry(entry.name)
        with contextlib.suppress(OSError):
            back.folder.rmdir()  # what is left of another is empty, or it stays
        move(entry.folder, back.folder, DATABASE)
        return back

    def erase(self, entry: TrashEntry) -> None:
        """Erase a library that lies in the trash: nothing brings it back.

        Raises:
            LibraryNotFound: it is not in the trash any more.
            LibraryBusy, LibraryError: as `folders.erase` raises them.
        """
        if entry not in self.trash():
            raise LibraryNotFound(f"{entry.name} is not in the trash any more")
        erase(entry.folder)

    def _find_in_trash(self, name: str) -> TrashEntry:
        """Return the library of that name that was deleted last."""
        for entry in self.trash():
            if _is_same_name(entry.name, name):
                return entry
        names = ", ".join(dict.fromkeys(entry.name for entry in self.trash())) or "none"
        raise LibraryNotFound(
            f"no library named {name!r} was deleted (in {self.home / TRASH} there are: {names})"
        )

    def _free_entry(self, name: str) -> LibraryEntry:
        """Return the entry for a restored library; raises when another has its name now."""
        back = self._main if _is_same_name(name, MAIN) else LibraryEntry(name, self.home / name)
        if any(entry.exists and _is_same_name(entry.name, back.name) for entry in self.entries()):
            raise LibraryError(
                f"a library is named {back.name!r} now: give this one another name, "
                f"`sourcebook libraries restore {shlex.quote(back.name)} --as NEW`"
            )
        return back

    def _existing(self, name: str) -> LibraryEntry:
        entry = self.entry(name)
        if not entry.exists:
            raise LibraryNotFound(f"{entry.name} has no articles and no folder yet")
        return entry

    def _new_entry(self, name: str, besides: LibraryEntry | None = None) -> LibraryEntry:
        """Return the entry for a new library; its name may be that of ``besides``."""
        name = " ".join(unicodedata.normalize("NFC", name).split())
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise LibraryError(
                f"{name[:LONGEST_NAME]!r} cannot be the name of a library: use letters, digits, "
                f"spaces and - _ . between them, at most {LONGEST_NAME} characters"
            )
        rest = [entry for entry in self.entries() if entry != besides]
        if any(_is_same_name(entry.name, name) for entry in rest):
            raise LibraryError(f"a library is named {name!r} already: choose another name")
        if besides == self._main and _is_same_name(name, MAIN):
            return self._main
        return LibraryEntry(name, self.home / name)

    def has(self, folder: Path) -> bool:
        """Return whether the library in a folder is one of these."""
        return any(entry.folder.absolute() == folder.absolute() for entry in self.entries())

    def name_of(self, folder: Path) -> str:
        """Return the name of the library in a folder; the folder's name if it is none of these."""
        for entry in self.entries():
            if entry.folder.absolute() == folder.absolute():
                return entry.name
        return folder.absolute().name or str(folder)


def find_folder(path_or_name: str | os.PathLike[str]) -> Path | Address:
    """Return the folder of a library given by its path or its name, or the address of one in
    PostgreSQL.

    Raises:
        LibraryError: there are both a library of that name and a folder here that holds one.
    """
    text = os.fspath(path_or_name)
    if is_address(text):
        return Address.parse(text)
    path = Path(text).expanduser()
    if text != path.name:  # it has a folder in it, or begins with ~
        return path
    try:
        folder = Libraries().entry(text).folder
    except LibraryNotFound:
        return path
    if path.absolute() == folder.absolute() or not (path / DATABASE).is_file():
        return folder
    raise LibraryError(
        f"{text!r} is the name of a library, and a folder here that holds another: "
        f"write {path.absolute()} for the folder, {folder} for the library"
    )


def default_folder() -> Path | Address:
    """Return ``$SOURCEBOOK_LIBRARY`` (a path, a name or an address), else the folder of the
    current library."""
    path_or_name = os.environ.get("SOURCEBOOK_LIBRARY")
    return find_folder(path_or_name) if path_or_name else Libraries().current().folder


def _is_same_name(one: str, other: str) -> bool:
    return (
        unicodedata.normalize("NFC", one).casefold()
        == unicodedata.normalize("NFC", " ".join(other.split())).casefold()
    )
