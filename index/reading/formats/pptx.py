"""Presentations (.pptx), by python-pptx: each slide is a page, with its tables and notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.plain_text import write_paragraph
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.writing import BlockWriter
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.office_package import check_package
from sourcebook.index.reading.source import Source


def read_pptx(source: Source) -> Iterator[Document]:
    """Read a document; the ``page`` of a passage is the number of its slide.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    import pptx

    data = source.data()
    check_package(data)
    file = pptx.Presentation(io.BytesIO(data))
    writer = BlockWriter()
    for slide in file.slides:
        writer.start_page()
        for paragraph in _slide(slide):
            write_paragraph(writer, paragraph)
    content = writer.content()
    if not content.text:
        raise EmptyDocument("its slides hold no text")
    properties = file.core_properties
    yield make_document(
        content,
        title=None if properties.title == "PowerPoint Presentation" else properties.title or None,
        author=properties.author or None,
        path=source.place,
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        language=properties.language or None,
    )


def _slide(slide: Any) -> Iterator[str]:
    yield from _shapes(slide.shapes)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield _plain(slide.notes_slide.notes_text_frame.text)


def _shapes(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in shapes:
        if hasattr(shape, "shapes"):  # a group
            yield from _shapes(shape.shapes)
        elif shape.has_text_frame:
            yield from filter(None, (_plain(p.text) for p in shape.text_frame.paragraphs))
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                cells = (" ".join(_plain(cell.text).split()) for cell in row.cells)
                yield " | ".join(cell for cell in cells if cell)


def _plain(text: str) -> str:
    """Return ``text`` with line breaks, which python-pptx has as vertical tabs."""
    return text.replace("\v", "\n").strip()
