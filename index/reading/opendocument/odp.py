"""OpenDocument presentations (.odp), by lxml: each slide a page, with its charts and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.office.documents import FileProperties, office_documents
from sourcebook.index.reading.office.flow import Flow, Paragraph, Part
from sourcebook.index.reading.office.pieces import Piece, plain
from sourcebook.index.reading.office.properties import no_text
from sourcebook.index.reading.slides.reading_order import Box, reading_order
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .body import DRAW, OFFICE, SVG, OdfBody
from .package import OdfMetadata, open_odf
from .styles import STYLE, OdfStyles

_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_NOTES = f"{_PRESENTATION}notes"
_RUNNING = ("date-time", "footer", "header", "page-number", "page")
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(cm|mm|in|pt)")
_POINTS = {"cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pt": 1.0}


def read_odp(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; the ``page`` of a passage is the number of its slide.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    with open_odf(source.data()) as package:
        root = package.root("content.xml")
        if root is None:
            raise UnreadableFile("is no OpenDocument presentation: content.xml is missing in it")
        style_root, metadata = package.root("styles.xml"), OdfMetadata(package.root("meta.xml"))
        flow = Flow()
        styles = OdfStyles(*(part for part in (style_root, root) if part is not None))
        body = OdfBody(flow, styles, package.root)
        hidden = _hidden_styles(root)
        for slide in root.iterfind(f"{OFFICE}body/{OFFICE}presentation/{DRAW}page"):
            _write_slide(flow, body, slide, slide.get(f"{DRAW}style-name") in hidden)
    content = flow.content()
    if not content.text.strip():
        raise EmptyDocument(f"its slides: {no_text(body.omissions)}")
    yield from office_documents(
        content,
        body,
        source.place,
        "application/vnd.oasis.opendocument.presentation",
        FileProperties(metadata.title, metadata.author, metadata.language, metadata.template),
    )


def _hidden_styles(root: Any) -> set[str | None]:
    """Return the names of the styles of slides that are not shown."""
    return {
        style.get(f"{STYLE}name")
        for style in root.iter(f"{STYLE}style")
        for properties in style.iterfind(f"{STYLE}drawing-page-properties")
        if properties.get(f"{_PRESENTATION}visibility") == "hidden"
    }


def _write_slide(flow: Flow, body: OdfBody, slide: Any, is_hidden: bool) -> None:
    """Write a slide and its notes. One that is hidden is only noted."""
    flow.start_page()
    if is_hidden:
        body.omissions["hidden slide"] += 1
        flow.remove("hidden slide", " ".join("".join(slide.itertext()).split()))
        return
    for title in (shape for shape in slide if _class(shape) == "title"):
        pieces = _title_pieces(body.parts([title]))
        text = " ".join(plain(pieces).split())
        if text:
            body.title = body.title or text
            flow.write([Paragraph(pieces, "heading", 1)])
    shapes = [shape for shape in slide if _is_content(shape)]
    for running in (shape for shape in slide if _class(shape) in _RUNNING):
        flow.remove("header or footer of pages", " ".join("".join(running.itertext()).split()))
    for number in reading_order([_box(shape) for shape in shapes]):
        flow.write(body.parts([shapes[number]]))
    for notes in slide.iterfind(_NOTES):
        flow.write(body.parts([shape for shape in notes if _class(shape) == "notes"]))
    flow.write(body.notes)
    body.notes.clear()


def _title_pieces(parts: Iterator[Part]) -> list[Piece]:
    lines = [part.pieces for part in parts if isinstance(part, Paragraph)]
    return [piece for line in lines for piece in (*line, "\n")][:-1]


def _class(shape: Any) -> str | None:
    value = shape.get(f"{_PRESENTATION}class") if isinstance(shape.tag, str) else None
    return str(value) if value else None


def _is_content(shape: Any) -> bool:
    """Return whether a shape holds what is read of a slide beside its title and notes."""
    is_shape = isinstance(shape.tag, str) and (
        shape.tag.startswith(DRAW) or shape.tag == f"{OFFICE}annotation"
    )
    is_blank = shape.get(f"{_PRESENTATION}placeholder") == "true" if is_shape else True
    return is_shape and not is_blank and _class(shape) not in ("title", *_RUNNING)


def _box(shape: Any) -> Box:
    left, top, width, height = (
        _points(shape.get(f"{SVG}{name}")) for name in ("x", "y", "width", "height")
    )
    return Box(left, top, left + width, top + height)


def _points(length: str | None) -> float:
    match = _LENGTH.fullmatch(length or "")
    return float(match[1]) * _POINTS[match[2]] if match else 0.0
