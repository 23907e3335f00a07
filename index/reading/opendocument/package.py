"""The package of an OpenDocument file: its parts, and what it says of itself (OASIS ODF 1.3)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sourcebook.index.errors import ProtectedFile, UnreadableFile
from sourcebook.index.reading.office_package import open_package, parse_xml, refuse_entities

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_XLINK_TITLE = "{http://www.w3.org/1999/xlink}title"
_DC = "{http://purl.org/dc/elements/1.1/}"


class OdfPackage:
    """The parts of an open package.

    Raises, from every method:
        UnreadableFile: a part is damaged.
    """

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return self._package.namelist()

    def part(self, name: str) -> bytes:
        """Return a part; no bytes where it is missing."""
        try:
            return self._package.read(name)
        except KeyError:
            return b""
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
            raise UnreadableFile(f"{name} in it is damaged ({error})") from None

    def root(self, name: str) -> Any | None:
        """Return the element that a part holds; None where it is missing."""
        data = self.part(name)
        return parse_xml(data) if data else None


@contextmanager
def open_odf(data: bytes) -> Iterator[OdfPackage]:
    """Open an OpenDocument file.

    Raises:
        OverLimit, UnreadableFile: as `open_package`.
        ProtectedFile: it has a password.
    """
    with open_package(data) as package:
        refuse_entities(package)
        odf = OdfPackage(package)
        if b"encryption-data" in odf.part("META-INF/manifest.xml"):
            raise ProtectedFile("has a password: save a copy without one")
        yield odf


class OdfMetadata:
    """What a file says of itself: the root of its meta.xml, or None."""

    def __init__(self, root: Any | None) -> None:
        self._root = root

    @property
    def title(self) -> str | None:
        """The title."""
        return self._text(f"{_DC}title")

    @property
    def author(self) -> str | None:
        """The first author, else the last one."""
        return self._text(f"{_META}initial-creator") or self._text(f"{_DC}creator")

    @property
    def language(self) -> str | None:
        """The language."""
        return self._text(f"{_DC}language")

    @property
    def template(self) -> str:
        """The title of the template it was made with."""
        element = self._root.find(f".//{_META}template") if self._root is not None else None
        return element.get(_XLINK_TITLE, "") if element is not None else ""

    def _text(self, tag: str) -> str | None:
        element = next(self._root.iter(tag), None) if self._root is not None else None
        return (element.text or "").strip() or None if element is not None else None
