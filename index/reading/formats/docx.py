"""Word documents (.docx), by python-docx: paragraphs, tables, text boxes and notes in order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.office_package import check_package, parse_xml
from sourcebook.index.reading.source import Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_TITLES = ("title", "heading 1")


def read_docx(source: Source) -> Iterator[Document]:
    """Read a document; it has no date, as a file only knows when it was made.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    import docx

    data = source.data()
    check_package(data)
    file = docx.Document(io.BytesIO(data))
    properties = file.core_properties
    text = "\n\n".join([*_blocks(file.element.body), *_notes(file)])
    if not text.strip():
        raise EmptyDocument("holds no text")
    yield make_document(
        text,
        title=properties.title.strip() or _title(file),
        author=None if properties.author == "python-docx" else properties.author or None,
        path=source.place,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        language=properties.language or None,
    )


def _title(file: Any) -> str | None:
    """Return the first paragraph in the style of a title."""
    for paragraph in file.paragraphs[:50]:
        style = paragraph.style.name if paragraph.style is not None else None
        if style and style.lower() in _TITLES and paragraph.text.strip():
            return str(paragraph.text)
    return None


def _notes(file: Any) -> Iterator[str]:
    """Yield the footnotes and endnotes, which follow the text."""
    for part in file.part.package.iter_parts():
        if str(part.partname).rsplit("/", 1)[-1] in ("footnotes.xml", "endnotes.xml"):
            for note in parse_xml(part.blob):
                yield from _blocks(note)


def _blocks(parent: Any) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{_W}p":
            text = _text(element)
            if text.strip():
                yield text
            for box in element.iter(f"{_W}txbxContent"):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    yield from _blocks(box)
        elif element.tag == f"{_W}tbl":
            yield "\n".join(_rows(element))
        elif element.tag != _FALLBACK:
            yield from _blocks(element)


def _rows(table: Any) -> Iterator[str]:
    """Yield each row as a line, with bars between its cells."""
    for row in table.iter(f"{_W}tr"):
        cells = (" ".join(" ".join(_blocks(cell)).split()) for cell in row.iter(f"{_W}tc"))
        line = " | ".join(cell for cell in cells if cell)
        if line:
            yield line


def _text(paragraph: Any) -> str:
    """Return the words, without deleted ones and without text boxes, which are blocks."""
    pieces: list[str] = []
    boxes = 0
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    for event, element in etree.iterwalk(paragraph, events=("start", "end")):
        if element.tag == f"{_W}txbxContent":
            boxes += 1 if event == "start" else -1
        elif event == "start" and not boxes:
            if element.tag == f"{_W}t":
                pieces.append(element.text or "")
            else:
                pieces.append(_BREAKS.get(element.tag, ""))
    return "".join(pieces).strip()
