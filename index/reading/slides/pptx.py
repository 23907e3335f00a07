"""Presentations (.pptx), by python-pptx: each slide a page, with its charts and notes."""

from __future__ import annotations

import io
from collections.abc import Iterator

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.office.documents import FileProperties, office_documents
from sourcebook.index.reading.office.flow import Flow
from sourcebook.index.reading.office.properties import no_text
from sourcebook.index.reading.office_package import as_transitional, check_package
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .slides import Slides


def read_pptx(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; the ``page`` of a passage is the number of its slide.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    import pptx

    data = source.data()
    check_package(data)
    file = pptx.Presentation(io.BytesIO(as_transitional(data)))
    flow = Flow()
    slides = Slides(flow)
    for page, slide in enumerate(file.slides, 1):
        slides.write(slide, page)
    content = flow.content()
    if not content.text.strip():
        raise EmptyDocument(f"its slides: {no_text(slides.omissions)}")
    core = file.core_properties
    yield from office_documents(
        content,
        slides,
        source.place,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        FileProperties(core.title, core.author, core.language or None),
    )
