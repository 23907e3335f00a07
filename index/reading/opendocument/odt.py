"""OpenDocument texts (.odt), by lxml: headings, lists, tables and notes in order (ODF 1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import UnreadableFile
from sourcebook.index.reading.office.documents import FileProperties, office_documents
from sourcebook.index.reading.office.flow import Flow
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .body import OFFICE, OdfBody
from .package import OdfMetadata, open_odf
from .styles import STYLE, OdfStyles


def read_odt(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; it has no date, as a file only knows when it was made.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    with open_odf(source.data()) as package:
        content_root = package.root("content.xml")
        if content_root is None:
            raise UnreadableFile("is no OpenDocument text: content.xml is missing in it")
        style_root, metadata = package.root("styles.xml"), OdfMetadata(package.root("meta.xml"))
        roots = [root for root in (style_root, content_root) if root is not None]
        flow = Flow()
        body = OdfBody(flow, OdfStyles(*roots), package.root)
        for text in content_root.iterfind(f"{OFFICE}body/{OFFICE}text"):
            flow.write(body.parts(text))
    flow.write(body.notes)
    _remove_running_lines(flow, style_root)
    yield from office_documents(
        flow.content(),
        body,
        source.place,
        "application/vnd.oasis.opendocument.text",
        FileProperties(metadata.title, metadata.author, metadata.language, metadata.template),
    )


def _remove_running_lines(flow: Flow, styles: Any | None) -> None:
    """Note the headers and footers of the pages, which are no part of the text."""
    texts: dict[str, None] = {}
    if styles is None:
        return
    for kind in ("header", "footer"):
        for element in styles.iter(f"{STYLE}{kind}", f"{STYLE}{kind}-first"):
            texts[" ".join("".join(element.itertext()).split())] = None
    for text in texts:
        flow.remove("header or footer of pages", text)
