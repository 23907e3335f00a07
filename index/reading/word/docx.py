"""Word documents (.docx), by python-docx: headings, lists, tables, notes and equations in order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.reading.office.documents import FileProperties, office_documents
from sourcebook.index.reading.office.flow import Flow, Paragraph
from sourcebook.index.reading.office.pieces import Piece, join
from sourcebook.index.reading.office_package import as_transitional, check_package, parse_xml
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .body import WordBody
from .numbering import Numbering
from .styles import Styles, W, value

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


def read_docx(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; it has no date, as a file only knows when it was made.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    data = source.data()
    check_package(data)
    yield from read_word(source.place, as_transitional(data), MEDIA_TYPE)


def read_word(place: str, data: bytes, media_type: str) -> Iterator[Document | Skipped]:
    """Read the bytes of a Word document.

    Args:
        place: The path of the document.
        data: A package in the transitional form.
        media_type: That of the file at ``place``.
    """
    import docx

    file = docx.Document(io.BytesIO(data))
    flow = Flow()
    styles = Styles(_element(file.part, "/styles"))
    body = WordBody(file.part, flow, styles, Numbering(_element(file.part, "/numbering")))
    _read_note_forms(body, file)
    flow.write(body.parts(file.element.body))
    _write_notes(flow, body, file.part)
    _remove_rest(flow, file.part)
    core = file.core_properties
    properties = FileProperties(
        core.title, core.author, core.language or None, _template(file.part.package)
    )
    yield from office_documents(flow.content(), body, place, media_type, properties)


def _element(part: Any, kind: str) -> Any | None:
    """Return the root of the part that is related as ``kind``; None where there is none."""
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(kind):
            target = relation.target_part
            element = getattr(target, "element", None)
            return element if element is not None else parse_xml(target.blob)
    return None


def _related_parts(part: Any, kind: str) -> Iterator[tuple[Any, Any]]:
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(kind):
            target = relation.target_part
            element = getattr(target, "element", None)
            yield target, element if element is not None else parse_xml(target.blob)


def _read_note_forms(body: WordBody, file: Any) -> None:
    """Take over in which numbers the notes are counted."""
    settings = _element(file.part, "/settings")
    roots = [root for root in (settings, file.element.body) if root is not None]
    for kind in body.note_forms:
        for root in roots:
            for properties in root.iter(f"{W}{kind}Pr"):
                form = value(properties.find(f"{W}numFmt"))
                if form:
                    body.note_forms[kind] = form


def _write_notes(flow: Flow, body: WordBody, part: Any) -> None:
    """Write the footnotes, then the endnotes, in the order in which the text refers to them."""
    for kind in ("footnote", "endnote"):
        for _, root in _related_parts(part, f"/{kind}s"):
            notes = {
                f"{kind} {note.get(f'{W}id', '')}": note
                for note in root.iterfind(f"{W}{kind}")
                if note.get(f"{W}type") not in _SEPARATORS
            }
            signs = dict(body.notes)  # a note may refer to further ones
            order = [*(name for name in signs if name in notes), *(set(notes) - set(signs))]
            for name in order:
                flow.write(_note(body, notes[name], signs.get(name)))


def _note(body: WordBody, note: Any, sign: str | None) -> Iterator[Paragraph]:
    pieces: list[Piece] = []
    for part in body.parts(note):
        if isinstance(part, Paragraph):
            pieces += ["\n"] * bool(pieces) + part.pieces
    first = join(pieces)[:1]
    if sign and first and isinstance(first[0], str):
        pieces = [first[0].lstrip().removeprefix(sign), *join(pieces)[1:]]
    yield Paragraph(pieces, "footnote", marker=sign)


def _remove_rest(flow: Flow, part: Any) -> None:
    """Note the headers and footers, and the comments, which are no part of the text."""
    texts: dict[str, None] = {}
    for kind in ("/header", "/footer"):
        for _, root in _related_parts(part, kind):
            lines = ("".join(line.itertext(f"{W}t")) for line in root.iter(f"{W}p"))
            texts |= {" ".join(line.split()): None for line in lines}
    for text in texts:
        flow.remove("header or footer of pages", text)
    for _, root in _related_parts(part, "/comments"):
        for comment in root.iterfind(f"{W}comment"):
            author = comment.get(f"{W}author")
            text = " ".join(comment.itertext(f"{W}t"))
            flow.remove("comment", f"{author}: {text}" if author and text.strip() else text)


def _template(package: Any) -> str:
    """Return the name of the template that the file was made from."""
    for part in package.iter_parts():
        if str(part.partname).endswith("/app.xml"):
            for element in parse_xml(part.blob):
                if isinstance(element.tag, str) and element.tag.endswith("}Template"):
                    return element.text or ""
    return ""
