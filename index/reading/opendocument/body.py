"""The body of an OpenDocument text: its paragraphs, lists, tables and frames, part by part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sourcebook.index.reading.office.alt_texts import alt_text
from sourcebook.index.reading.office.flow import Flow, Grid, Paragraph, Part
from sourcebook.index.reading.office.pieces import Formula, NoteMark, Piece, Raised, is_blank, plain

from .styles import TEXT, ListCounter, OdfStyles
from .tables import TABLE, count, read_table

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_OASIS}office:1.0}}"
DRAW = f"{{{_OASIS}drawing:1.0}}"
SVG = f"{{{_OASIS}svg-compatible:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_CONTENTS = tuple(
    f"{TEXT}{name}"
    for name in (
        "table-of-content",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
        "alphabetical-index",
    )
)
_CONTENT_OF_FRAMES = {f"{DRAW}text-box", f"{DRAW}object", f"{TABLE}table"}
"""What a frame shows, if it holds this; the picture beside it is only a preview."""

_SIGNS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_LEFT_OUT = {
    f"{TEXT}hidden-text": "hidden text",
    f"{TEXT}hidden-paragraph": "hidden text",
    f"{TEXT}placeholder": "placeholder",
}
_IGNORED_TAGS = (f"{TEXT}ruby-text", f"{OFFICE}annotation-end", f"{TEXT}note-citation")
_MAX_REPEATED = 1000
_STAR_MATH = re.compile(r"[{}]|\b(?:left|right|nitalic|ital|bold|font \w+)\b|newline")


class OdfBody:
    """Reads the elements of a document's body; counts what it leaves out.

    Args:
        flow: Where the parts go that are noted as left out.
        styles: Those of the document.
        member: Returns the root of a part of the package by its name; None where there is none.
    """

    def __init__(self, flow: Flow, styles: OdfStyles, member: Callable[[str], Any | None]) -> None:
        self._flow = flow
        self._styles = styles
        self._member = member
        self._outline = ListCounter(styles.outline)
        self._lists: dict[str, ListCounter] = {}  # by id
        self._last: dict[str, ListCounter] = {}  # the last list of each style
        self._list_count = 0
        self._frames: list[Any] = []
        self.notes: list[Paragraph] = []
        self.omissions: Counter[str] = Counter()
        self.title: str | None = None

    def parts(self, parent: Any) -> Iterator[Part]:
        """Yield the parts in an element, in their order."""
        for element in parent:
            if element.tag in _PARAGRAPHS:
                yield from self._paragraph(element)
            elif element.tag == f"{TEXT}list":
                yield from self._list(element, None, "", 1)
            elif element.tag == f"{TABLE}table":
                yield self._table(element)
            elif element.tag in _CONTENTS:
                self._flow.remove("table of contents", _words(element))
            elif element.tag == f"{TEXT}tracked-changes":
                for deletion in element.iter(f"{TEXT}deletion"):
                    lines = map(_words, deletion.iter(*_PARAGRAPHS))
                    self._flow.remove("deleted text", " ".join(lines))
            elif element.tag == f"{OFFICE}annotation":
                self._remove_comment(element)
            elif _is_tag(element) and element.tag.startswith(DRAW):
                yield from self._frame(element)
            elif _is_tag(element) and element.tag not in _IGNORED_TAGS:
                yield from self.parts(element)

    def _paragraph(self, element: Any, label: str | None = None) -> Iterator[Part]:
        outer, self._frames = self._frames, []
        pieces = self._pieces(element)
        frames, self._frames = self._frames, outer
        if not is_blank(pieces) or "Preformatted Text" in self._styles.names(element):
            yield self._classify(element, pieces, label)
        for frame in frames:
            yield from self._frame(frame)

    def _classify(self, element: Any, pieces: list[Piece], label: str | None) -> Paragraph:
        level = self._styles.heading_level(element)
        names = self._styles.names(element)
        if level:
            if "Title" in names and self.title is None:
                self.title = " ".join(plain(pieces).split())
            if label is None and element.tag == f"{TEXT}h":
                # The numbers belong to styles; office programs name that of each heading.
                is_counted = element.get(f"{TEXT}is-list-header") != "true" and names
                label = self._outline.label(level) if is_counted and self._styles.outline else ""
            if label and any(letter.isalnum() for letter in label):
                pieces = [f"{label} ", *pieces]
            return Paragraph(pieces, "heading", level)
        if "Caption" in names:
            return Paragraph(pieces, "caption")
        if "Quotations" in names or "Quote" in names:
            return Paragraph(pieces, "quote")
        if any(name == "Preformatted Text" or "code" in name.lower() for name in names):
            return Paragraph(pieces, "code")
        return Paragraph(pieces)

    def _pieces(self, element: Any) -> list[Piece]:
        """Return the runs in an element; frames in it join those to be read after it."""
        name = element.get(f"{TEXT}style-name")
        is_span = element.tag == f"{TEXT}span"
        family = "text" if is_span else "paragraph"
        pieces: list[Piece] = [element.text or ""]
        for child in element:
            pieces += self._inline(child)
            pieces.append(child.tail or "")
        if self._styles.is_hidden(family, name):
            self._flow.remove("hidden text", plain(pieces))
            return []
        if self._styles.is_struck(family, name):
            self._flow.remove("struck text", plain(pieces))
            return []
        if is_span and self._styles.is_raised(name):
            return [Raised(piece) if isinstance(piece, str) else piece for piece in pieces]
        return [piece for piece in pieces if piece != ""]

    def _inline(self, child: Any) -> list[Piece]:
        tag = child.tag
        if not _is_tag(child) or tag in _IGNORED_TAGS:
            return []
        if tag == f"{TEXT}s":
            return [" " * min(count(child.get(f"{TEXT}c")), _MAX_REPEATED)]
        if tag in _SIGNS:
            return [_SIGNS[tag]]
        if tag == f"{TEXT}note":
            return self._note(child)
        if tag == f"{OFFICE}annotation":
            self._remove_comment(child)
            return []
        if tag in _LEFT_OUT:
            self._flow.remove(_LEFT_OUT[tag], child.get(f"{TEXT}string-value") or _words(child))
            return []
        if tag.startswith(DRAW) and tag != f"{DRAW}a":
            formula = self._formula(child)
            if formula:
                return [Formula(formula)]
            self._frames.append(child)
            return []
        return self._pieces(child)

    def _note(self, note: Any) -> list[Piece]:
        sign = _words(note.find(f"{TEXT}note-citation"))
        body = note.find(f"{TEXT}note-body")
        if body is None:
            return []
        pieces: list[Piece] = []
        for part in self.parts(body):
            if isinstance(part, Paragraph):
                pieces += ["\n"] * bool(pieces) + part.pieces
        self.notes.append(Paragraph(pieces, "footnote", marker=sign or None))
        return [NoteMark(sign)] if sign else []

    def _list(
        self, element: Any, counter: ListCounter | None, key: str, level: int
    ) -> Iterator[Part]:
        name = element.get(f"{TEXT}style-name")
        if counter is None or (name and self._styles.list_levels(name) is not counter.levels):
            counter = self._counter(element, name or "")
            if level == 1:
                self._list_count += 1
                key = f"{name} {self._list_count}"
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            label: str | None = None
            is_first = True
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, counter, key, level + 1)
                elif child.tag in _PARAGRAPHS:
                    if is_first and item.tag == f"{TEXT}list-item":
                        start = item.get(f"{TEXT}start-value")
                        label = counter.label(
                            level, int(start) if start and start.isdecimal() else None
                        )
                    for part in self._paragraph(child, label or ""):
                        yield _as_item(part, label if is_first else None, key, level)
                        is_first = False
                else:
                    yield from self.parts([child])

    def _counter(self, element: Any, name: str) -> ListCounter:
        """Return the counter of a list: a new one, or that of the list which it continues."""
        counter = self._lists.get(element.get(f"{TEXT}continue-list", ""))
        if counter is None and element.get(f"{TEXT}continue-numbering") == "true":
            counter = self._last.get(name)
        if counter is None:
            counter = ListCounter(self._styles.list_levels(name))
        self._last[name] = counter
        if identity := element.get(_XML_ID):
            self._lists[identity] = counter
        return counter

    def _frame(self, element: Any) -> Iterator[Part]:
        """Yield text boxes, shapes with text, charts and the descriptions of pictures."""
        children = {child.tag for child in element if _is_tag(child)}
        if f"{DRAW}image" in children and not children & _CONTENT_OF_FRAMES:
            self.omissions["picture"] += 1
            texts = (element.findtext(f"{SVG}{name}") for name in ("desc", "title"))
            if text := next(filter(None, map(alt_text, texts)), ""):
                yield Paragraph([text], "figure")
            return
        for child in element:
            if child.tag == f"{DRAW}object":
                yield from self._object(child)
            elif child.tag == f"{DRAW}object-ole":
                self.omissions["embedded file"] += 1
            elif child.tag in (f"{DRAW}text-box", f"{DRAW}frame", f"{DRAW}g"):
                yield from (
                    self.parts(child) if child.tag == f"{DRAW}text-box" else self._frame(child)
                )
            elif _is_tag(child) and child.tag.startswith((DRAW, TEXT, TABLE)):
                yield from self.parts([child])

    def _object(self, element: Any) -> Iterator[Part]:
        """Yield the table of values that a chart has in itself."""
        root = self._object_root(element)
        tables = list(root.iter(f"{TABLE}table")) if root is not None else []
        if not tables:
            self.omissions["embedded file"] += 1
        for table in tables:
            yield self._table(table)

    def _formula(self, frame: Any) -> str:
        """Return the equation in a frame; "" where it holds another thing."""
        for child in frame.iterfind(f"{DRAW}object"):
            root = self._object_root(child)
            if root is None:
                continue
            for note in root.iter(f"{_MATH}annotation"):
                return " ".join(_STAR_MATH.sub(" ", note.text or "").split())
            if root.tag == f"{_MATH}math" or next(root.iter(f"{_MATH}math"), None) is not None:
                return " ".join("".join(root.itertext()).split())
        return ""

    def _object_root(self, element: Any) -> Any | None:
        for root in element.iterchildren(f"{OFFICE}document", f"{_MATH}math"):
            return root
        name = element.get(f"{_XLINK}href", "").removeprefix("./").rstrip("/")
        return self._member(f"{name}/content.xml") if name else None

    def _table(self, table: Any) -> Grid:
        return read_table(table, self.parts, self._is_head)

    def _is_head(self, cell: Any) -> bool:
        """Return whether all the paragraphs of a cell have the style of heads."""
        paragraphs = [part for part in cell if part.tag in _PARAGRAPHS]
        return bool(paragraphs) and all(
            "Table Heading" in self._styles.names(paragraph) for paragraph in paragraphs
        )

    def _remove_comment(self, element: Any) -> None:
        author = element.findtext(f"{_DC}creator")
        text = " ".join(_words(paragraph) for paragraph in element.iter(f"{TEXT}p"))
        self._flow.remove("comment", f"{author}: {text}" if author and text else text)


def _as_item(part: Part, label: str | None, key: str, level: int) -> Part:
    """Return a paragraph in a list as an item; what goes on an item has no label."""
    if isinstance(part, Grid) or part.kind != "paragraph":
        return part
    return Paragraph(part.pieces, "item", level - 1, label or None, key)


def _words(element: Any | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _is_tag(element: Any) -> bool:
    return isinstance(element.tag, str)
