"""What the addresses of open browser tabs call the libraries, also once those are named otherwise.

``/?library=news`` is the library news, in this tab and after a reload; ``/`` is the one that the
server was started with. So no tab can come to speak of another's library: where that one is
deleted, ``/`` is nobody's, and leads to the address of another. No Gradio here.
"""

from __future__ import annotations

from urllib.parse import quote

from sourcebook.index.errors import LibraryNotFound

__all__ = ["LibraryNames", "key"]


def key(name: str) -> str:
    """By what a name is the same as another: its case does not count."""
    return " ".join(name.split()).casefold()


class LibraryNames:
    """Names that were changed or given up while the page is up."""

    def __init__(self) -> None:
        self._renamed: dict[str, str] = {}
        self._deleted: set[str] = set()
        self._started_with: str | None = None  # where that was deleted

    def now(self, name: str | None, first: str) -> str:
        """The name of the library that an address names, or of the ``first`` where it names none.

        Raises:
            LibraryNotFound: it was deleted while the page was open.
        """
        gone = self._started_with if name is None else None
        name = name or first
        while key(name) in self._renamed:
            name = self._renamed[key(name)]
        if gone or key(name) in self._deleted:
            raise LibraryNotFound(f"the library {gone or name} was deleted: load the page again")
        return name

    def search(self, name: str, first: str) -> str:
        """What stands behind the question mark in the address of a library's page."""
        nameless = key(name) == key(first) and self._started_with is None
        return "" if nameless else f"library={quote(name)}"

    def taken(self, name: str) -> None:
        """From now on a library has that name."""
        self._renamed.pop(key(name), None)
        self._deleted.discard(key(name))

    def renamed(self, before: str, now: str) -> None:
        """The library of that name has another."""
        self.taken(now)
        if key(before) != key(now):
            self._renamed[key(before)] = now

    def deleted(self, name: str, *, first: bool) -> None:
        """The library of that name is in the trash; ``first``: it was the one of no name."""
        self._deleted.add(key(name))
        if first:
            self._started_with = self._started_with or name
