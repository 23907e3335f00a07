"""Slides: titles, lists, tables, charts, diagrams and comments, in the order of reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sourcebook.index.reading.office.alt_texts import alt_text
from sourcebook.index.reading.office.charts import DRAWING, chart_parts
from sourcebook.index.reading.office.flow import Flow, Grid, GridCell, Paragraph, Part
from sourcebook.index.reading.office.pieces import is_blank, plain
from sourcebook.index.reading.office_package import parse_xml
from sourcebook.index.structure.blocks import PageBox

from .drawing_text import ListStyles, drawing_paragraphs
from .reading_order import Box, reading_order

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_POINT = 12_700  # English Metric Units in a point
_TITLES = ("title", "ctrTitle")
_RUNNING = ("dt", "ftr", "sldNum", "hdr")
_SHAPES = tuple(f"{P}{name}" for name in ("sp", "grpSp", "graphicFrame", "pic", "cxnSp"))
_MAX_DEPTH = 50


@dataclass(slots=True)
class _Shape:
    element: Any
    box: Box


class Slides:
    """Reads slides into a flow; counts what it leaves out."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._slide: Any = None
        self._page = 0
        self.omissions: Counter[str] = Counter()
        self.title: str | None = None

    def write(self, slide: Any, page: int) -> None:
        """Write a slide, its notes and comments. One that is hidden is only noted."""
        self._slide, self._page = slide, page
        self._flow.start_page()
        parts = list(self._parts(slide.shapes._spTree, 0))
        if slide.element.get("show") in ("0", "false"):
            self.omissions["hidden slide"] += 1
            self._flow.remove("hidden slide", " ".join(_texts(parts)))
            return
        if self.title is None:
            headings = (p for p in parts if isinstance(p, Paragraph) and p.kind == "heading")
            self.title = next((" ".join(plain(p.pieces).split()) for p in headings), None)
        self._flow.write(parts)
        self._flow.write(self._notes())
        self._flow.write(self._comments())

    def _parts(self, tree: Any, depth: int) -> Iterator[Part]:
        """Yield the parts of the shapes in a tree: titles, then the others as they are read."""
        if depth > _MAX_DEPTH:
            return
        shapes = [_Shape(element, self._box(element)) for element in _shapes(tree)]
        titles = [shape for shape in shapes if _placeholder(shape.element) in _TITLES]
        bodies = [shape for shape in shapes if _placeholder(shape.element) not in _TITLES]
        order = reading_order([shape.box for shape in bodies])
        for shape in (*titles, *(bodies[number] for number in order)):
            yield from self._shape(shape, depth)

    def _shape(self, shape: _Shape, depth: int) -> Iterator[Part]:
        element = shape.element
        if _name(element).get("hidden") in ("1", "true"):
            self._flow.remove("hidden text", " ".join(element.itertext(f"{DRAWING}t")))
            return
        place = PageBox(
            self._page,
            (
                shape.box.left / _POINT,
                shape.box.top / _POINT,
                shape.box.right / _POINT,
                shape.box.bottom / _POINT,
            ),
        )
        if element.tag == f"{P}grpSp":
            yield from self._parts(element, depth + 1)
        elif element.tag == f"{P}graphicFrame":
            yield from self._frame(element)
        elif element.tag == f"{P}pic":
            yield from self._picture(element, place)
        else:
            yield from self._text(element, place)

    def _text(self, element: Any, place: PageBox) -> Iterator[Part]:
        body = element.find(f"{P}txBody")
        if body is None:
            return
        kind = _placeholder(element)
        if kind in _RUNNING:
            self._flow.remove("header or footer of pages", " ".join(body.itertext(f"{DRAWING}t")))
            return
        styles = ListStyles.of(element, self._slide, kind)
        paragraphs = list(drawing_paragraphs(body, styles, self._flow.remove))
        if kind in _TITLES:
            pieces = [p.pieces for p in paragraphs if not is_blank(p.pieces)]
            title_pieces = [piece for line in pieces for piece in (*line, "\n")][:-1]
            yield Paragraph(title_pieces, "heading", 1, place=place)
            return
        for paragraph in paragraphs:
            paragraph.place = place
            paragraph.key = f"{paragraph.key} {_name(element).get('id')}"
            yield paragraph

    def _picture(self, element: Any, place: PageBox) -> Iterator[Part]:
        media = {child.tag.rpartition("}")[2] for child in element.iter() if _is_tag(child)}
        kind = "video" if "videoFile" in media else "sound" if "audioFile" in media else "picture"
        self.omissions[kind] += 1
        text = alt_text(_name(element).get("descr"))
        if text:
            yield Paragraph([text], "figure", place=place)

    def _frame(self, element: Any) -> Iterator[Part]:
        for table in element.iter(f"{DRAWING}tbl"):
            yield self._table(table)
        yield from chart_parts(element, self._root_of, self.omissions)
        if next(element.iter(f"{P}oleObj"), None) is not None:
            self.omissions["embedded file"] += 1

    def _root_of(self, identity: str | None) -> Any | None:
        """Return the root of a related part."""
        try:
            part = self._slide.part.related_part(identity)
        except KeyError:
            return None
        return parse_xml(part.blob)

    def _table(self, table: Any) -> Grid:
        rows: list[list[GridCell]] = []
        for row in table.iterfind(f"{DRAWING}tr"):
            cells: list[GridCell] = []
            for cell in row.iterfind(f"{DRAWING}tc"):
                if _is_on(cell, "hMerge") or _is_on(cell, "vMerge"):
                    continue
                body = cell.find(f"{DRAWING}txBody")
                paragraphs = (
                    list(drawing_paragraphs(body, ListStyles(), self._flow.remove))
                    if body is not None
                    else []
                )
                cells.append(
                    GridCell(
                        [p for p in paragraphs if not is_blank(p.pieces)],
                        _count(cell.get("rowSpan")),
                        _count(cell.get("gridSpan")),
                    )
                )
            rows.append(cells)
        properties = table.find(f"{DRAWING}tblPr")
        return Grid(rows, has_head_row=properties is not None and _is_on(properties, "firstRow"))

    def _notes(self) -> Iterator[Part]:
        """Yield the notes for the speaker."""
        slide = self._slide
        if not slide.has_notes_slide:
            return
        frame = slide.notes_slide.notes_text_frame
        if frame is not None:
            body = frame._txBody
            yield from drawing_paragraphs(body, ListStyles(), self._flow.remove)

    def _comments(self) -> Iterator[Part]:
        """Yield what others noted on the slide, each with its author."""
        for relation in self._slide.part.rels.values():
            if relation.is_external or not relation.reltype.endswith("/comments"):
                continue
            authors = self._authors()
            for comment in parse_xml(relation.target_part.blob).iter():
                if not _is_tag(comment) or not comment.tag.endswith(("}cm", "}reply")):
                    continue
                text = " ".join((comment.findtext(f"{P}text") or "").split())
                for child in comment:
                    if _is_tag(child) and child.tag.endswith("}txBody"):
                        text = " ".join(child.itertext(f"{DRAWING}t"))
                author = authors.get(comment.get("authorId", ""))
                if text:
                    yield Paragraph([f"{author}: {text}" if author else text], "quote")

    def _authors(self) -> dict[str, str]:
        presentation = self._slide.part.package.presentation_part
        authors: dict[str, str] = {}
        for relation in presentation.rels.values():
            if relation.reltype.endswith(("/commentAuthors", "/authors")):
                for author in parse_xml(relation.target_part.blob):
                    authors[author.get("id", "")] = author.get("name", "")
        return authors

    def _box(self, element: Any) -> Box:
        """Return where a shape stands; a placeholder may take its place from the layout."""
        offset = element.find(f".//{DRAWING}off")
        extent = element.find(f".//{DRAWING}ext[@cx]")
        if element.tag == f"{P}graphicFrame":
            transform = element.find(f"{P}xfrm")
            if transform is not None:
                offset = transform.find(f"{DRAWING}off")
                extent = transform.find(f"{DRAWING}ext")
        if offset is not None and extent is not None:
            left, top = _number(offset.get("x")), _number(offset.get("y"))
            return Box(left, top, left + _number(extent.get("cx")), top + _number(extent.get("cy")))
        for shape in self._slide.placeholders:
            if shape.element is element and shape.left is not None:
                left, top = shape.left, shape.top or 0
                return Box(left, top, left + (shape.width or 0), top + (shape.height or 0))
        return Box(0, 0, 0, 0)


def _shapes(tree: Any) -> Iterator[Any]:
    """Yield the shapes in a tree; of those in two forms the first that is one."""
    for child in tree:
        if child.tag in _SHAPES:
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            for choice in child:
                shapes = list(_shapes(choice))
                if shapes:
                    yield from shapes
                    break


def _name(element: Any) -> Any:
    """Return the attributes of a shape's name (``p:cNvPr``)."""
    properties = element.find(f"*/{P}cNvPr")
    return properties if properties is not None else {}


def _placeholder(element: Any) -> str | None:
    """Return the type of a placeholder; None for other shapes."""
    properties = element.find(f"*/{P}nvPr/{P}ph")
    return properties.get("type", "obj") if properties is not None else None


def _texts(parts: list[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Paragraph):
            yield plain(part.pieces)
        else:
            for row in part.rows:
                for cell in row:
                    yield from _texts(cell.parts)


def _is_tag(element: Any) -> bool:
    return isinstance(element.tag, str)


def _is_on(element: Any, name: str) -> bool:
    return element.get(name) in ("1", "true")


def _count(text: str | None) -> int:
    return min(max(int(text), 1), 1000) if text and text.isdecimal() else 1


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
