"""EPUB books: their chapters in reading order, by lxml (w3.org/TR/epub-33)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any

from sourcebook.index.documents.dates import to_datetime
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ReadError, UnreadableFile
from sourcebook.index.reading.decoding import decode_page
from sourcebook.index.reading.office_package import open_package, parse_xml
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.writing import BlockWriter

from .epub_chapters import read_contents, write_chapter

MAX_BYTES = 200 * 1024 * 1024
"""The size limit for a book, most of which is pictures."""

_CONTAINER = "META-INF/container.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read_epub(source: Source) -> Iterator[Document | Skipped]:
    """Read a book as one document; an unreadable chapter is skipped, with the reason.

    The cover and the table of contents are no chapters. A chapter without a heading has its title
    from the table of contents.

    Raises:
        OverLimit, UnreadableFile, EmptyDocument: with the way out.
    """
    writer = BlockWriter()
    with open_package(source.data(MAX_BYTES)) as package:
        place = _package_document(package)
        root = parse_xml(_member(package, place))
        book = read_contents(root, posixpath.dirname(place), partial(_member, package))
        skipped: list[Skipped] = []
        for name in book.chapters:
            try:
                page = decode_page(_member(package, name))
                write_chapter(writer, page, book.titles.get(name))
            except EmptyDocument:
                continue
            except ReadError as error:
                skipped.append(Skipped(f"{source.place}/{name}", str(error), type(error).__name__))
    content = writer.content()
    if not content.text:
        raise EmptyDocument("its chapters hold no text")
    yield make_document(
        content,
        title=_metadata(root, "title"),
        author=_metadata(root, "creator"),
        source=_metadata(root, "publisher"),
        published=to_datetime(_metadata(root, "date")),
        published_from="book metadata",
        path=source.place,
        media_type="application/epub+zip",
        language=_metadata(root, "language"),
        is_scraped=False,
    )
    yield from skipped
    if book.picture_count:
        noun = "picture" if book.picture_count == 1 else "pictures"
        yield left_out(
            f"{source.place}#pictures", f"{book.picture_count} {noun}: only text is read"
        )


def _package_document(package: zipfile.ZipFile) -> str:
    """Return the name of the package document, which lists the parts of the book."""
    for element in parse_xml(_member(package, _CONTAINER)).iter("{*}rootfile"):
        if path := element.get("full-path"):
            return str(path)
    raise UnreadableFile("is no EPUB: its container names no package document")


def _member(package: zipfile.ZipFile, name: str) -> bytes:
    try:
        return package.read(name)
    except KeyError:
        raise UnreadableFile(f"{name} is missing in it") from None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableFile(f"{name} in it is damaged ({error})") from None


def _metadata(root: Any, name: str) -> str | None:
    values = ["".join(element.itertext()).strip() for element in root.iter(f"{_DC}{name}")]
    return (", ".join(values) if name == "creator" else next(iter(values), "")) or None
