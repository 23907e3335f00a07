"""Several libraries of one person: folders with names, in one folder.

    main                 the library that there is without further ado
    news, recipes, ...   made by name; each has its own documents

Which of them is asked when none is named is kept in a file beside them.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from .errors import LibraryError, LibraryNotFound

DATABASE = "library.sqlite"
MAIN = "main"
LONGEST_NAME = 60

_CHOSEN = "chosen"
_NAME = re.compile(r"[^\W_](?:[\w .-]*[\w])?")


@dataclass(frozen=True, slots=True)
class Place:
    """A library by its name, and the folder it lies in."""

    name: str
    folder: Path

    @property
    def made(self) -> bool:
        """Whether there is a library in the folder."""
        return (self.folder / DATABASE).is_file()

    def documents(self) -> int | None:
        """How many documents it holds; None where it cannot be read."""
        from .store import Store

        if not self.made:
            return 0
        try:
            with contextlib.closing(Store(self.folder / DATABASE)) as store:
                return store.counts()[0]
        except LibraryError:
            return None


class Libraries:
    """The named libraries. ``home`` is the folder they lie in: ``$SOURCEBOOK_LIBRARIES``, else
    ``libraries`` in the user's data directory, where ``main`` is ``library`` beside it."""

    def __init__(self) -> None:
        chosen = os.environ.get("SOURCEBOOK_LIBRARIES")
        self.home = Path(chosen).expanduser() if chosen else _data() / "libraries"
        self._main = Place(MAIN, self.home / MAIN if chosen else _data() / "library")

    def places(self) -> list[Place]:
        """All there are, by name; ``main`` first, also where it is still to be made."""
        found: list[Place] = []
        with contextlib.suppress(OSError):
            found = [Place(folder.name, folder) for folder in self.home.iterdir()]
        named = [place for place in found if place.made and not _same(place.name, MAIN)]
        return [self._main, *sorted(named, key=lambda place: place.name.casefold())]

    def place(self, name: str) -> Place:
        """The library of that name; case does not count.

        Raises:
            LibraryNotFound: there is none.
        """
        for place in self.places():
            if _same(place.name, name):
                return place
        known = ", ".join(place.name for place in self.places())
        raise LibraryNotFound(
            f"no library is named {name!r} (there are: {known}): "
            "`sourcebook libraries create` makes one"
        )

    def create(self, name: str) -> Place:
        """Make an empty library.

        Raises:
            LibraryError: the name cannot be one, or is taken; or the folder cannot be made.
        """
        from .store import Store

        name = " ".join(unicodedata.normalize("NFC", name).split())
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise LibraryError(
                f"{name[:LONGEST_NAME]!r} cannot be the name of a library: use letters, digits, "
                f"spaces and - _ . between them, at most {LONGEST_NAME} characters"
            )
        if any(_same(place.name, name) for place in self.places()):
            raise LibraryError(f"a library is named {name!r} already: choose another name")
        place = Place(name, self.home / name)
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"cannot make the folder {place.folder} ({error.strerror}): set "
                "SOURCEBOOK_LIBRARIES to another"
            ) from None
        Store(place.folder / DATABASE).close()
        return place

    def chosen(self) -> Place:
        """The one that is opened when none is named."""
        try:
            return self.place((self.home / _CHOSEN).read_text("utf-8").strip())
        except (OSError, UnicodeError, LibraryNotFound):
            return self._main

    def choose(self, name: str) -> Place:
        """From now on, open that one when none is named. Nothing of any library changes.

        Raises:
            LibraryNotFound: there is none of that name.
            LibraryError: the choice cannot be written down.
        """
        place = self.place(name)
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / _CHOSEN).write_text(f"{place.name}\n", "utf-8")
        except OSError as error:
            raise LibraryError(f"cannot write to {self.home} ({error.strerror})") from None
        return place

    def name_of(self, folder: Path) -> str:
        """The name of the library in a folder; the folder's own where it is none of these."""
        for place in self.places():
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
        named = Libraries().place(text).folder
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
    return find_folder(given) if given else Libraries().chosen().folder


def _data() -> Path:
    from platformdirs import user_data_path

    return user_data_path("sourcebook", appauthor=False)


def _same(one: str, other: str) -> bool:
    return (
        unicodedata.normalize("NFC", one).casefold()
        == unicodedata.normalize("NFC", " ".join(other.split())).casefold()
    )
