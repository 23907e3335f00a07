"""The pages of a document become one text with its blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from sourcebook.index.structure.blocks import PageBox
from sourcebook.index.structure.tables import find_column_heads, write_table
from sourcebook.index.structure.writing import BlockWriter

from .layout.boxes import take_boxes
from .layout.columns import reading_order
from .layout.figures import PdfChart
from .layout.joining import DocumentWords, TextJoiner, turn_to
from .layout.paragraphs import (
    PARAGRAPH_END,
    Element,
    elements_of,
    is_table_caption,
    name_footnotes,
    name_levels,
)
from .layout.style import BodyStyle
from .pages import PdfPage
from .tables.cells import PdfTable, rounded, text_and_marks, to_table
from .tables.continued import goes_on
from .tables.unruled import split_rows
from .text.lines import Line, Sign, rows_of

_ASIDE = ("footnote", "caption", "table", "figure")


def write_pages(writer: BlockWriter, pages: Sequence[PdfPage]) -> None:
    """Write the pages of a document: what goes on over the end of a column or page stays whole."""
    boxes = {page.number: take_boxes(page.lines, page.rules) for page in pages}
    parts = {page.number: _parts(page) for page in pages}
    lines = [
        item
        for page in pages
        for part in parts[page.number]
        for item in part
        if isinstance(item, Line)
    ]
    style = BodyStyle.of(lines)
    elements: list[Element] = []
    for page in pages:
        own: list[Element] = []
        for part in parts[page.number]:
            new = elements_of(part, style)
            _join_first(own, new)
            own += new
        own += [element for box in boxes[page.number] for element in elements_of(box, style)]
        name_footnotes(own, _signs(own, page), style)
        own = _with_captions(own)
        own += [Element("paragraph", [line]) for line in page.side_lines]
        _join_first(elements, own)
        elements += own
        elements += [_note(note, page.number) for note in page.notes]
    name_levels(elements)
    confidences = {page.number: page.confidence for page in pages}
    _Writing(writer, DocumentWords(lines), confidences).write(elements)


def _parts(page: PdfPage) -> list[list[Line | PdfTable | PdfChart]]:
    """Return the parts of a page in reading order, each a run of lines, tables and figures from its
    top."""
    parts: list[list[Line | PdfTable | PdfChart]] = []
    for part in reading_order([*page.lines, *page.grids, *page.figures], page.rules):
        areas = sorted((item for item in part if not isinstance(item, Line)), key=_top)
        lines = [item for item in part if isinstance(item, Line)]
        items: list[Line | PdfTable | PdfChart] = []
        for area in areas:
            above = [line for line in lines if line.middle[1] < area.top]
            above_ids = {id(line) for line in above}
            lines = [line for line in lines if id(line) not in above_ids]
            items += [*split_rows(rows_of(above)), area]
        items += split_rows(rows_of(lines))
        parts.append(items)
    return parts


def _top(area: PdfTable | PdfChart) -> float:
    return area.top


def _join_first(before: list[Element], new: list[Element]) -> None:
    """Join the first new element to the last one where a paragraph goes on.

    Footnotes, captions and tables between them then stand before the paragraph.
    """
    place = len(before) - 1
    while place >= 0 and before[place].kind in _ASIDE:
        place -= 1
    first = next((at for at, element in enumerate(new) if element.kind not in _ASIDE), None)
    if place < 0 or first is None or not _goes_on(before[place], new[first]):
        return
    if first > 0 and new[0].kind == "footnote":
        return
    element = before.pop(place)
    element.lines += new[first].lines
    element.is_full = new[first].is_full
    before.append(element)
    del new[first]


def _goes_on(element: Element, following: Element) -> bool:
    if element.kind not in ("paragraph", "item") or following.kind != "paragraph":
        return False
    last, first = element.lines[-1], following.lines[0]
    if abs(last.size - first.size) > 0.08 * max(last.size, first.size):
        return False
    if last.is_bold != first.is_bold or PARAGRAPH_END.search(last.text):
        return False
    text = first.text
    if text[:1].islower():
        return element.is_full or len(element.text) > 40
    return element.is_full and len(element.text) > 80 and not last.text.endswith(":")


def _signs(elements: Iterable[Element], page: PdfPage) -> set[str]:
    """Return the raised signs that stand behind something on a page."""
    grids = [element.grid for element in elements if element.grid] + page.grids
    signs = {
        mark
        for grid in grids
        for cell in grid.cells
        if cell.lines
        for mark in text_and_marks(cell.lines)[1]
    }
    for element in elements:
        for line in element.lines:
            signs |= {piece.text for piece in line.pieces[1:] if isinstance(piece, Sign)}
    return {part for sign in signs for part in (sign, *sign.replace(" ", "").split(","))}


def _with_captions(elements: list[Element]) -> list[Element]:
    """Give each table the caption that stands beside it."""
    remaining: list[Element] = []
    for number, element in enumerate(elements):
        if is_table_caption(element):
            for near in (number + 1, number - 1):
                other = elements[near] if 0 <= near < len(elements) else None
                if other is not None and other.grid is not None and other.grid.caption is None:
                    other.grid.caption = element.text
                    break
            else:
                remaining.append(element)
            continue
        remaining.append(element)
    return remaining


def _note(text: str, page: int) -> Element:
    line = Line(0, 0, 0, 0, 0, 0, page, pieces=[text])
    return Element("paragraph", [line])


class _Writing:
    def __init__(
        self, writer: BlockWriter, vocabulary: DocumentWords, confidences: dict[int, float | None]
    ) -> None:
        self._writer, self._vocabulary = writer, vocabulary
        self._confidences = confidences
        self._table: tuple[PdfTable, tuple[tuple[str, ...], ...]] | None = None

    def write(self, elements: Sequence[Element]) -> None:
        """Write elements; items that follow each other are a list."""
        for is_list, run in groupby(elements, lambda element: element.kind == "item"):
            if is_list:
                items = list(run)
                turn_to(self._writer, _page(items[0]))
                with self._writer.block("list"):
                    for item in items:
                        self._write(item)
            else:
                for element in run:
                    self._write(element)

    def _write(self, element: Element) -> None:
        turn_to(self._writer, _page(element))
        if element.grid is not None:
            self._write_table(element.grid)
            return
        self._table = None
        attributes: dict[str, object] = {"place": self._place(element.lines)}
        if element.kind == "heading":
            attributes["level"] = element.level
        if element.kind in ("item", "footnote"):
            attributes["marker"] = element.marker
        kind = element.kind if element.kind != "table" else "paragraph"
        with self._writer.block(kind, **attributes):
            if kind == "code":
                self._writer.write("\n".join(_code_lines(element.lines)))
                return
            joiner = TextJoiner(self._writer, self._vocabulary)
            joiner.write(element.lines)
            joiner.close()

    def _write_table(self, grid: PdfTable) -> None:
        """Write a table; one that goes on with that of the page before has the heads of that."""
        table, before = to_table(grid), self._table
        if before is not None and goes_on(before[0], grid):
            table = replace(table, head_rows=0, column_heads=before[1])
        self._table = grid, find_column_heads(table)
        write_table(self._writer, table)

    def _place(self, lines: Sequence[Line]) -> PageBox:
        page = lines[0].page
        own = [line for line in lines if line.page == page]
        box = (
            min(line.left for line in own),
            min(line.top for line in own),
            max(line.right for line in own),
            max(line.bottom for line in own),
        )
        return PageBox(page, rounded(box) if any(box) else None, self._confidences.get(page))


def _page(element: Element) -> int:
    return element.grid.page if element.grid is not None else element.lines[0].page


def _code_lines(lines: Sequence[Line]) -> Iterator[str]:
    """Yield lines of code with the spaces before them."""
    left = min(line.left for line in lines)
    for line in lines:
        text = line.text
        width = (line.right - line.left) / max(len(text), 1)
        yield " " * round((line.left - left) / max(width, 1.0)) + text
