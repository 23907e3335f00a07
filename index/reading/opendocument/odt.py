"""OpenDocument texts (.odt), by lxml: headings, lists, tables and notes in order (ODF 1.3)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.office.flow import Flow
from sourcebook.index.reading.office.properties import author_of, no_text, omission_lines, title_of
from sourcebook.index.reading.office_package import open_package, parse_xml, refuse_entities
from sourcebook.index.reading.opendocument.body import OFFICE, OdfBody
from sourcebook.index.reading.opendocument.styles import STYLE, OdfStyles
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XLINK_TITLE = "{http://www.w3.org/1999/xlink}title"


def read_odt(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; it has no date, as a file only knows when it was made.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    with open_package(source.data()) as package:
        refuse_entities(package)
        if b"encryption-data" in _member(package, "META-INF/manifest.xml"):
            raise ProtectedFile("has a password: save a copy without one")
        content_root = _root(package, "content.xml")
        if content_root is None:
            raise UnreadableFile("is no OpenDocument text: content.xml is missing in it")
        style_root, meta = _root(package, "styles.xml"), _root(package, "meta.xml")
        roots = [root for root in (style_root, content_root) if root is not None]
        flow = Flow()
        body = OdfBody(flow, OdfStyles(*roots), lambda name: _root(package, name))
        for text in content_root.iterfind(f"{OFFICE}body/{OFFICE}text"):
            flow.write(body.parts(text))
    flow.write(body.notes)
    _remove_running_lines(flow, style_root)
    content = flow.content()
    if not content.text.strip():
        raise EmptyDocument(no_text(body.omissions))
    template = meta.find(f".//{_META}template") if meta is not None else None
    yield make_document(
        content,
        title=title_of(
            content,
            source.place,
            named=_metadata(meta, f"{_DC}title"),
            styled=body.title,
            template=template.get(_XLINK_TITLE, "") if template is not None else "",
        ),
        author=author_of(
            _metadata(meta, f"{_META}initial-creator") or _metadata(meta, f"{_DC}creator")
        ),
        path=source.place,
        media_type="application/vnd.oasis.opendocument.text",
        language=_metadata(meta, f"{_DC}language"),
        is_scraped=False,
    )
    yield from omission_lines(source.place, body.omissions)


def _member(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of the package; no bytes where it is missing."""
    try:
        return package.read(name)
    except KeyError:
        return b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableFile(f"{name} in it is damaged ({error})") from None


def _root(package: zipfile.ZipFile, name: str) -> Any | None:
    data = _member(package, name)
    return parse_xml(data) if data else None


def _metadata(meta: Any, tag: str) -> str | None:
    element = next(meta.iter(tag), None) if meta is not None else None
    return (element.text or "").strip() or None if element is not None else None


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
