"""The flow of an office document: paragraphs, lists and tables in the order of their text.

A reader yields its file part by part; `Flow` writes them as blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from sourcebook.index.structure.blocks import BlockKind, PageBox
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.figures import is_value
from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.tables import Table, TableCell, find_heads, write_table
from sourcebook.index.structure.writing import BlockWriter

from .pieces import (
    Formula,
    NoteMark,
    Piece,
    Raised,
    has_marks,
    is_blank,
    plain,
    resolve,
    write_pieces,
)

MAX_HEADING = 300
"""A paragraph in the style of a heading with more characters is none."""

_BULLET = re.compile(r"\s*([•▪◦‣●■·])\s+")
_IN_PIECES = ("deleted text", "hidden text", "struck text", "table of contents")
"""Rules by which text is left out piece by piece, to be noted as one."""

_BULLETS = frozenset("•▪◦‣●■·*–—-➢➔✓✔")


@dataclass(slots=True)
class Paragraph:
    """A paragraph and what it is.

    ``level`` is a heading's from 1, an item's from 0; ``marker`` that of an item or a footnote.
    ``key`` tells the items of one list from those of the next.
    """

    pieces: list[Piece]
    kind: BlockKind = "paragraph"
    level: int = 0
    marker: str | None = None
    key: str = ""
    place: PageBox | None = None


@dataclass(slots=True)
class GridCell:
    """A cell with what stands in it."""

    parts: list[Part]
    row_span: int = 1
    column_span: int = 1
    is_head: bool | None = None


@dataclass(slots=True)
class Grid:
    """A table: rows of cells; one that spans rows stands in its first row only. ``has_head_row``
    tells that its first row looks like heads; programs draw any table so unless they are told."""

    rows: list[list[GridCell]]
    head_rows: int | None = None
    caption: str | None = None
    head_columns: int | None = None
    has_head_row: bool = False


Part = Paragraph | Grid


@dataclass(slots=True)
class _OpenList:
    level: int
    key: str
    blocks: ExitStack = field(default_factory=ExitStack)  # the list and its last item
    item: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        self.item.close()
        self.blocks.close()


class Flow:
    """Writes the parts of a document; `content` ends it."""

    def __init__(self) -> None:
        self.writer = BlockWriter()
        self._lists: list[_OpenList] = []
        self._caption: Paragraph | None = None  # it may be that of the table that follows
        self._code: list[str] = []
        self._omission: tuple[str, str] | None = None  # what else goes may follow

    def write(self, parts: Iterable[Part]) -> None:
        """Write parts in their order."""
        for part in parts:
            self._note_omission()
            if isinstance(part, Grid):
                self._write_grid(part)
            elif is_blank(part.pieces):
                if self._code and part.kind == "code":
                    self._code.append("")
            else:
                self._write_paragraph(part)

    def start_page(self) -> None:
        """Begin the next page."""
        self._finish()
        self.writer.start_page()

    def remove(self, rule: str, text: str) -> None:
        """Note what is left out; a text of no words is not noted."""
        if self._omission and (rule != self._omission[0] or rule not in _IN_PIECES):
            self._note_omission()
        space = " " if rule == "table of contents" else ""
        self._omission = (rule, f"{self._omission[1]}{space}{text}" if self._omission else text)

    def _note_omission(self) -> None:
        if self._omission:
            rule, text = self._omission
            self._omission = None
            text = " ".join(text.split())
            if text:
                self.writer.remove(rule, text)

    def content(self) -> Content:
        """Return what was written."""
        self._finish()
        self._note_omission()
        return self.writer.content()

    def _finish(self, *, keeps_lists: bool = False) -> None:
        """Write what waits for the next part, and close what is open."""
        if self._caption:
            caption, self._caption = self._caption, None
            self._write_block(caption, "caption")
        if self._code:
            lines, self._code = self._code, []
            with self.writer.block("code"):
                self.writer.write("\n".join(lines))
        if not keeps_lists:
            self._close_lists(0)

    def _close_lists(self, count: int) -> None:
        while len(self._lists) > count:
            self._lists.pop().close()

    def _write_paragraph(self, part: Paragraph) -> None:
        part = _recognise(part)
        if part.kind == "code":
            if not self._code:
                self._finish()
            self._code.append(plain(part.pieces))
            return
        self._finish(keeps_lists=part.kind == "item")
        if part.kind == "caption":
            self._caption = part
        elif part.kind == "item":
            self._write_item(part)
        elif part.kind == "figure":
            with self.writer.block("figure", place=part.place):
                self._write_block(part, "caption")
        elif part.kind == "heading":
            with self.writer.block("heading", level=max(part.level, 1), place=part.place):
                write_pieces(self.writer, part.pieces)
        else:
            self._write_block(part, part.kind)

    def _write_block(self, part: Paragraph, kind: BlockKind) -> None:
        with self.writer.block(kind, marker=part.marker, place=part.place):
            write_pieces(self.writer, part.pieces)

    def _write_item(self, part: Paragraph) -> None:
        if self._lists and self._lists[0].level >= part.level and self._lists[0].key != part.key:
            self._close_lists(0)
        while self._lists and self._lists[-1].level > part.level:
            self._lists.pop().close()
        if self._lists and self._lists[-1].level == part.level:
            self._lists[-1].item.close()
        else:
            new_list = _OpenList(part.level, part.key)
            new_list.blocks.enter_context(self.writer.block("list"))
            self._lists.append(new_list)
        self._lists[-1].item.enter_context(
            self.writer.block("item", marker=part.marker, place=part.place)
        )
        write_pieces(self.writer, part.pieces)

    def _write_grid(self, grid: Grid) -> None:
        caption, self._caption = self._caption, None
        self._finish()
        if caption and (grid.caption or not grid.rows or has_marks(caption.pieces)):
            self._write_block(caption, "caption")
            caption = None
        if _is_layout(grid):
            if caption:
                self._write_block(caption, "caption")
            for cell in grid.rows[0]:
                self.write(cell.parts)
                self._finish()
            return
        rows = [[_table_cell(cell) for cell in row] for row in grid.rows]
        title = plain(caption.pieces) if caption else grid.caption
        is_short = grid.head_rows is None or grid.head_rows < len(rows)
        table = Table(rows, title, grid.head_rows if is_short else None, grid.head_columns)
        if grid.has_head_row and len(rows) > 1 and find_heads(table)[0] == 0:
            has_values = any(is_value(cell.text) for cell in rows[0])
            table = table if has_values else replace(table, head_rows=1)
        write_table(self.writer, table)
        for row in grid.rows:
            for cell in row:
                self.write(part for part in cell.parts if isinstance(part, Grid))


def _recognise(part: Paragraph) -> Paragraph:
    """Return the part as what its first sign says: a footnote or an item typed by hand."""
    first = part.pieces[0]
    if part.kind == "heading" and len(plain(part.pieces)) > MAX_HEADING:
        part = Paragraph(part.pieces, place=part.place)
    if part.kind != "paragraph":
        return part
    if isinstance(first, Raised) and superscript("", first.text) is None and len(part.pieces) > 1:
        return Paragraph(part.pieces[1:], "footnote", marker=first.text.strip(), place=part.place)
    if isinstance(first, str) and (match := _BULLET.match(first)):
        pieces: list[Piece] = [first[match.end() :], *part.pieces[1:]]
        if not is_blank(pieces):
            return Paragraph(pieces, "item", marker=match[1], key="typed", place=part.place)
    if len(part.pieces) == 1 and isinstance(first, Formula):
        return Paragraph([first.text], "formula", place=part.place)
    return part


def _is_layout(grid: Grid) -> bool:
    """Return whether a table only puts text side by side, or a frame around it."""
    if len(grid.rows) != 1:
        return False
    return len(grid.rows[0]) == 1 or any(
        len(cell.parts) > 3 or any(_is_block(part) for part in cell.parts) for cell in grid.rows[0]
    )


def _is_block(part: Part) -> bool:
    return isinstance(part, Grid) or part.kind in ("heading", "item")


def _table_cell(cell: GridCell) -> TableCell:
    text, marks = "", []
    for part in cell.parts:
        if isinstance(part, Grid):
            continue
        pieces = list(resolve(part.pieces))
        marks += [piece.sign for piece in pieces if isinstance(piece, NoteMark)]
        words = " ".join(plain(pieces).split())
        if part.kind == "item" and part.marker and part.marker not in _BULLETS:
            words = f"{part.marker} {words}"
        if words:
            text = f"{text}{_between(text, words, part.kind == 'item')}{words}"
    return TableCell(text, cell.row_span, cell.column_span, cell.is_head, tuple(marks))


def _between(before: str, after: str, is_item: bool) -> str:
    """Return what parts two paragraphs in a cell, so that two numbers do not become one."""
    if not before:
        return ""
    if before[-1].isdigit() and after[0].isdigit():
        return ", "
    return ", " if is_item and before[-1] not in ".,:;!?" else " "
