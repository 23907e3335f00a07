"""The body of a Word document: its paragraphs, lists, tables and drawings, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sourcebook.index.reading.office.alt_texts import alt_text
from sourcebook.index.reading.office.charts import chart_parts
from sourcebook.index.reading.office.flow import Flow, Grid, GridCell, Paragraph, Part
from sourcebook.index.reading.office.numerals import numeral
from sourcebook.index.reading.office.pieces import Piece, is_blank, plain

from .numbering import Label, Numbering
from .runs import Runs
from .styles import Styles, W, has_switch, value

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_DRAWING_NAME = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"

_REMOVAL_TAGS = (f"{W}del", f"{W}moveFrom")
_WRAPPERS = tuple(
    f"{W}{name}" for name in ("sdtContent", "ins", "moveTo", "customXml", "smartTag", "sdt")
)
_CONTENTS = "Table of Contents"
_MAX_COLUMNS = 200


class WordBody:
    """Reads the elements of a document's body; counts what it leaves out."""

    def __init__(self, part: Any, flow: Flow, styles: Styles, numbering: Numbering) -> None:
        self._part = part  # of which the ids of pictures and charts are
        self._flow = flow
        self._styles = styles
        self._numbering = numbering
        self._runs = Runs(styles, flow.remove, self._note_sign)
        self._before: list[Piece] = []  # a paragraph whose end was deleted
        self.title: str | None = None
        self.notes: dict[str, str] = {}
        self.note_forms = {"footnote": "decimal", "endnote": "lowerRoman"}
        self.omissions: Counter[str] = Counter()

    def parts(self, parent: Any) -> Iterator[Part]:
        """Yield the parts in an element, in their order."""
        for element in parent:
            if element.tag == f"{W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                yield from self._table(element)
            elif element.tag == f"{W}sdt" and self._is_contents(element):
                self._flow.remove("table of contents", _words(element))
            elif element.tag == f"{W}altChunk":
                self.omissions["embedded file"] += 1
            elif element.tag == f"{_MC}AlternateContent":
                choice = element.find(f"{_MC}Choice")
                yield from self.parts(choice if choice is not None else element)
            elif element.tag in _WRAPPERS or element.tag == f"{_MC}Fallback":
                yield from self.parts(element)
        yield from self._rest()

    def _rest(self) -> Iterator[Part]:
        """Yield a last paragraph whose end was deleted."""
        if self._before:
            pieces, self._before = self._before, []
            yield Paragraph(pieces)

    def _paragraph(self, element: Any) -> Iterator[Part]:
        outer, self._runs.anchored = self._runs.anchored, []
        self._runs.end_paragraph(bool(self._styles.heading_level(element)))
        pieces = self._before + self._runs.read(element)
        self._before = []
        anchored, self._runs.anchored = self._runs.anchored, outer
        mark = element.find(f"{W}pPr/{W}rPr")
        if mark is not None and any(mark.find(tag) is not None for tag in _REMOVAL_TAGS):
            self._before = pieces
        elif not is_blank(pieces) or any(name == "code" for name in self._styles.names(element)):
            yield self._classify(element, pieces)
        for drawing in anchored:
            yield from self._drawing(drawing)

    def _classify(self, element: Any, pieces: list[Piece]) -> Paragraph:
        styles = self._styles
        names = styles.names(element)
        label = self._label(element, names)
        level = styles.heading_level(element)
        if level:
            if "title" in names and self.title is None:
                self.title = " ".join(plain(pieces).split())
            if label and label.text and not _is_bullet(label.text):
                pieces = [f"{label.text} ", *pieces]
            return Paragraph(pieces, "heading", level)
        if label:
            return Paragraph(pieces, "item", label.level, label.text or None, label.key)
        listing = styles.list_style(element)
        if listing and not self._is_off_list(element):
            return Paragraph(pieces, "item", listing[1], "•" if listing[0] == "bullet" else None)
        if "caption" in names:
            return Paragraph(pieces, "caption")
        if styles.is_code(element):
            return Paragraph(pieces, "code")
        if {"quote", "intense quote", "block text"} & set(names):
            return Paragraph(pieces, "quote")
        return Paragraph(pieces)

    def _label(self, element: Any, names: list[str]) -> Label | None:
        properties = self._styles.paragraph_property(element, "numPr")
        if properties is None:
            return None
        number = value(properties.find(f"{W}numId"))
        if number is None:  # the paragraph sets its level alone, its style names the list
            number = next(
                (
                    list_id
                    for style in self._styles.chain(
                        value(element.find(f"{W}pPr/{W}pStyle")) or self._styles.default
                    )
                    if (list_id := value(style.element.find(f"{W}pPr/{W}numPr/{W}numId")))
                ),
                None,
            )
        if not number or number == "0":
            return None
        own_level = value(properties.find(f"{W}ilvl"))
        level = int(own_level) if own_level and own_level.isdecimal() else None
        style = value(element.find(f"{W}pPr/{W}pStyle")) or self._styles.default
        label = self._numbering.label(number, level, style)
        listing = self._styles.list_style(element)
        if label and listing and not label.level:
            return Label(label.text, listing[1], label.key)
        return label

    def _is_off_list(self, element: Any) -> bool:
        """Return whether a paragraph has no number or bullet, whatever its style has."""
        return value(element.find(f"{W}pPr/{W}numPr/{W}numId")) == "0"

    def _note_sign(self, note: str, sign: str) -> str:
        """Return the sign of a note: its own, else its number among the notes of its kind."""
        if note not in self.notes:
            kind = note.split(" ", maxsplit=1)[0]
            count = sum(other.startswith(kind) for other in self.notes) + 1
            self.notes[note] = sign or numeral(count, self.note_forms[kind])
        return self.notes[note]

    def _is_contents(self, control: Any) -> bool:
        gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        return gallery is not None and value(gallery) == _CONTENTS

    def _drawing(self, element: Any) -> Iterator[Part]:
        """Yield text boxes, charts, diagrams and the descriptions of pictures."""
        boxes = [
            box
            for box in element.iter(f"{W}txbxContent")
            if not any(
                above.tag in (f"{W}txbxContent", f"{_MC}Fallback")
                for above in _between(box, element)
            )
        ]
        for box in boxes:
            yield from self.parts(box)
        yield from chart_parts(element, self._root_of, self.omissions)
        if element.tag == f"{W}object":
            self.omissions["embedded file"] += 1
        elif not boxes and any(True for _ in element.iter(_PICTURE, f"{_VML}imagedata")):
            names = [each.get("descr") for each in element.iter(_DRAWING_NAME)]
            names += [shape.get("alt") for shape in element.iter(f"{_VML}shape")]
            text = next(filter(None, map(alt_text, names)), "")
            self.omissions["picture"] += 1
            if text:
                yield Paragraph([text], "figure")

    def _root_of(self, identity: str | None) -> Any | None:
        """Return the root of a related part."""
        from sourcebook.index.reading.office_package import parse_xml

        part = self._part.related_parts.get(identity)
        return parse_xml(part.blob) if part is not None else None

    def _table(self, table: Any) -> Iterator[Part]:
        rows: list[list[GridCell]] = []
        above: dict[int, GridCell] = {}  # cells that go on downwards, by their column
        head_rows = 0
        for row in _inside(table, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self._flow.remove("deleted text", _words(row))
                continue
            if properties is not None and has_switch(properties.find(f"{W}hidden")):
                self._flow.remove("hidden text", _words(row))
                continue
            is_head = properties is not None and has_switch(properties.find(f"{W}tblHeader"))
            head_rows += is_head and head_rows == len(rows)
            rows.append(self._row(row, properties, above))
        caption = table.find(f"{W}tblPr/{W}tblCaption")
        text = alt_text(value(caption))
        yield Grid(rows, head_rows or None, text or None)

    def _row(self, row: Any, properties: Any, above: dict[int, GridCell]) -> list[GridCell]:
        cells: list[GridCell] = []
        before = properties.find(f"{W}gridBefore") if properties is not None else None
        column = _count(value(before), 0)
        cells += [GridCell([]) for _ in range(column)]
        going_on: dict[int, GridCell] = {}
        for cell in _inside(row, f"{W}tc"):
            form = cell.find(f"{W}tcPr")
            form = form if form is not None else cell
            if form.find(f"{W}cellDel") is not None:
                continue
            span = _count(value(form.find(f"{W}gridSpan")), 1) or 1
            if value(form.find(f"{W}hMerge")) == "continue" and cells:
                cells[-1].column_span += span
                column += span
                continue
            merge = form.find(f"{W}vMerge")
            upper = above.get(column)
            if merge is not None and value(merge) != "restart" and upper is not None:
                upper.row_span += 1
                upper.parts += self.parts(cell)
                going_on[column] = upper
            else:
                new = GridCell(list(self.parts(cell)), column_span=span)
                cells.append(new)
                if merge is not None:
                    going_on[column] = new
            column += span
        above.clear()
        above.update(going_on)
        return cells


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table or cells of a row, also those in a control or an insertion."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _between(element: Any, top: Any) -> Iterable[Any]:
    """Yield the elements around ``element``, up to ``top``."""
    for above in element.iterancestors():
        if above is top:
            return
        yield above


def _words(element: Any) -> str:
    return " ".join(text for text in element.itertext(f"{W}t", f"{W}delText") if text)


def _count(text: str | None, default: int) -> int:
    return min(int(text), _MAX_COLUMNS) if text and text.isdecimal() else default


def _is_bullet(text: str) -> bool:
    return not any(letter.isalnum() for letter in text)
