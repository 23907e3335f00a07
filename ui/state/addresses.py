"""Which library the address of an open browser tab means, also after a change of its name.

``/?library=news`` is the library news, in its tab and after a reload; ``/`` is the library that the
server was started with. So no tab comes to show another tab's library: after that one is deleted,
``/`` means no library, and leads to the address of another. No Gradio here.
"""

from __future__ import annotations

from urllib.parse import quote

from sourcebook.index.errors import LibraryNotFound

__all__ = ["LibraryAddresses", "key"]


def key(name: str) -> str:
    """Return the form in which two spellings of one name are equal: upper case does not count."""
    return " ".join(name.split()).casefold()


class LibraryAddresses:
    """The changes of libraries' names, and the deletions, since the page was started."""

    def __init__(self) -> None:
        self._new_names: dict[str, str] = {}
        self._deletions: set[str] = set()
        self._deleted_start: str | None = None  # the library of no name, once it is deleted

    def resolve(self, name: str | None, first: str) -> str:
        """Return the present name of the library that an address names, or ``first`` for None.

        Raises:
            LibraryNotFound: it was deleted while the page was open.
        """
        deletion = self._deleted_start if name is None else None
        name = name or first
        while key(name) in self._new_names:
            name = self._new_names[key(name)]
        if deletion or key(name) in self._deletions:
            raise LibraryNotFound(
                f"the library {deletion or name} was deleted: load the page again"
            )
        return name

    def query(self, name: str, first: str) -> str:
        """Return the query part of the address of a library's page, without the question mark."""
        is_nameless = key(name) == key(first) and self._deleted_start is None
        return "" if is_nameless else f"library={quote(name)}"

    def add(self, name: str) -> None:
        """Note that there is a library of that name from now on."""
        self._new_names.pop(key(name), None)
        self._deletions.discard(key(name))

    def rename(self, old: str, new: str) -> None:
        """Note that the library ``old`` is called ``new`` from now on."""
        self.add(new)
        if key(old) != key(new):
            self._new_names[key(old)] = new

    def delete(self, name: str, *, first: bool) -> None:
        """Note that the library is in the trash; ``first``: addresses without a name meant it."""
        self._deletions.add(key(name))
        if first:
            self._deleted_start = self._deleted_start or name
