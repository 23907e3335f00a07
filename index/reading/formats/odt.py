"""OpenDocument texts (.odt), by lxml: paragraphs, tables and notes in order (OASIS ODF 1.3)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.office_package import open_package, parse_xml, refuse_entities
from sourcebook.index.reading.source import Source

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_OASIS}text:1.0}}"
_TABLE = f"{{{_OASIS}table:1.0}}"
_OFFICE = f"{{{_OASIS}office:1.0}}"
_BOX = f"{{{_OASIS}drawing:1.0}}text-box"
_META = f"{{{_OASIS}meta:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_SEPARATE_BLOCKS = (f"{_TEXT}note-body", _BOX)
"""Elements inside a paragraph that are blocks of their own."""
_SKIPPED_ELEMENTS = (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note-citation")


def read_odt(source: Source) -> Iterator[Document]:
    """Read a document; it has no date, as a file only knows when it was made.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    with open_package(source.data()) as package:
        refuse_entities(package)
        if b"encryption-data" in _member(package, "META-INF/manifest.xml"):
            raise ProtectedFile("has a password: save a copy without one")
        content = _member(package, "content.xml")
        meta = _member(package, "meta.xml")
    if not content:
        raise UnreadableFile("is no OpenDocument text: content.xml is missing in it")
    text = "\n\n".join(_blocks(parse_xml(content)))
    if not text:
        raise EmptyDocument("holds no text")
    metadata = parse_xml(meta) if meta else None
    yield make_document(
        text,
        title=_metadata(metadata, f"{_DC}title"),
        author=_metadata(metadata, f"{_META}initial-creator")
        or _metadata(metadata, f"{_DC}creator"),
        path=source.place,
        media_type="application/vnd.oasis.opendocument.text",
        language=_metadata(metadata, f"{_DC}language"),
    )


def _member(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of the package; no bytes where it is missing."""
    try:
        return package.read(name)
    except KeyError:
        return b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableFile(f"{name} in it is damaged ({error})") from None


def _metadata(meta: Any, tag: str) -> str | None:
    element = next(meta.iter(tag), None) if meta is not None else None
    return (element.text or "").strip() or None if element is not None else None


def _blocks(parent: Any) -> Iterator[str]:
    for element in parent:
        if element.tag in _PARAGRAPHS:
            if text := _text(element).strip():
                yield text
            for block in element.iter(*_SEPARATE_BLOCKS):
                if _owner(block) is element:
                    yield from _blocks(block)
        elif element.tag == f"{_TABLE}table":
            if rows := "\n".join(_rows(element)):
                yield rows
        elif element.tag not in _SKIPPED_ELEMENTS:
            yield from _blocks(element)


def _owner(block: Any) -> Any:
    """Return the paragraph around a note or box."""
    return next(ancestor for ancestor in block.iterancestors() if ancestor.tag in _PARAGRAPHS)


def _rows(table: Any) -> Iterator[str]:
    """Yield each row as a line, with bars between its cells."""
    for row in table.iter(f"{_TABLE}table-row"):
        cells = (" ".join(" ".join(_blocks(cell)).split()) for cell in row)
        if line := " | ".join(cell for cell in cells if cell):
            yield line


def _text(paragraph: Any) -> str:
    pieces = [paragraph.text or ""]
    for element in paragraph:
        if element.tag == f"{_TEXT}s":
            pieces.append(" ")
        elif element.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            pieces.append("\t" if element.tag.endswith("tab") else "\n")
        elif isinstance(element.tag, str) and element.tag not in (
            *_SKIPPED_ELEMENTS,
            *_SEPARATE_BLOCKS,
        ):
            pieces.append(_text(element))
        pieces.append(element.tail or "")
    return "".join(pieces)
