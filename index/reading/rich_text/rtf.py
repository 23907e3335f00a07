"""Rich Text Format (.rtf): headings, lists, tables and notes in order.

No library with a permissive licence keeps its tables, so it is read here.
"""

from __future__ import annotations

from collections.abc import Iterator

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.office.documents import FileProperties, office_documents
from sourcebook.index.reading.office.flow import Flow
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .body import RtfBody

_BEGINNING = b"{\\rtf"


def read_rtf(source: Source) -> Iterator[Document | Skipped]:
    """Read a document.

    Raises:
        OverLimit, UnreadableFile, EmptyDocument: with the way out.
    """
    data = source.data()
    if not data.strip():
        raise EmptyDocument("the file is empty")
    start = data[:1024].find(_BEGINNING)
    if start < 0:
        raise UnreadableFile("is no Rich Text: save it anew as .rtf, or give it its own ending")
    yield from read_rich_text(source.place, data[start:])


def read_rich_text(place: str, data: bytes) -> Iterator[Document | Skipped]:
    """Read the bytes of a file at a place."""
    flow = Flow()
    body = RtfBody(flow)
    flow.write(body.read(data))
    flow.write(body.notes)
    properties = FileProperties(
        body.text("title"), body.text("author"), template=body.text("template")
    )
    yield from office_documents(flow.content(), body, place, "application/rtf", properties)
