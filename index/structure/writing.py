"""Write a text with its blocks, as a reader goes through a file.

writer = BlockWriter()
with writer.block("heading", level=1):
    writer.write("Fares")
with writer.block("paragraph"):
    writer.write("A crossing costs 25 crowns")
    writer.mark("7")
content = writer.content()
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sourcebook.index.cleaning.clean import RemovedText, strip_invisible

from .blocks import Block, BlockKind, CellPlace, PageBox
from .content import Content

_LINE, _PARAGRAPH = "\n", "\n\n"
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]++(?=\n)")  # a long run of spaces is looked at once
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell of a row: what stands before it in the line, its text on one line without white space
    at its ends, the raised signs behind it, and where it is."""

    lead: str
    text: str
    marks: tuple[str, ...]
    cell: CellPlace
    place: PageBox | None = None


@dataclass(slots=True)
class _OpenBlock:
    kind: BlockKind
    attributes: dict[str, Any]
    start: int | None = None  # None until the block has text
    first_piece: int = 0
    children: list[Block] = field(default_factory=list)
    early: list[Block] = field(default_factory=list)  # empty blocks before it has text


class BlockWriter:
    """Puts a text together, and the blocks over it.

    Text is normalised on its way in: NFC, ``\\n`` line ends, no invisible characters, no white
    space at the ends of a block or of a line. Code keeps its indentation. A block without text is
    left out, but for cells and marks. A cell, a mark and a formula inside another block stand in
    its line; all others begin a line.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._stack: list[_OpenBlock] = []
        self._blocks: list[Block] = []
        self._separator = ""  # to come before the next character
        self._space = ""  # white space that is written only if text of the same block follows
        self._pages: list[int | None] = []  # None until the page has text
        self._invisible: dict[str, int] = {}
        self._removals: list[RemovedText] = []

    @contextmanager
    def block(self, kind: BlockKind, **attributes: Any) -> Iterator[None]:
        """Write a block: what is written inside is its text.

        Args:
            kind: What the block is.
            attributes: Further fields of `Block`.
        """
        self._separate(kind)
        self._stack.append(_OpenBlock(kind, attributes))
        try:
            yield
        finally:
            self._close()
            self._separate(kind)

    def write(self, text: str) -> None:
        """Write text in the open block; outside any, it is a paragraph."""
        if not self._stack:
            if text.strip():
                with self.block("paragraph"):
                    self.write(text)
            return
        text, removals = strip_invisible(text)
        for removal in removals:
            name, _, count = removal.text.rpartition(" x ")
            self._invisible[name] = self._invisible.get(name, 0) + int(count)
        block = self._stack[-1]
        begins = block.start is None or bool(self._separator)
        is_code = any(above.kind == "code" for above in self._stack)
        if not is_code:
            text = _BLANK_LINES.sub(_PARAGRAPH, _LINE_ENDS.sub("", text))
        if begins:
            text = text.lstrip("\n") if is_code else text.lstrip()
        bare = text.rstrip()
        if not bare:
            self._space += "" if begins else text
            return
        if self._length:
            self._put(self._separator or self._space)
        self._separator, self._space = "", text[len(bare) :]
        self._begin_blocks()
        self._put(bare)

    def write_row(self, cells: Sequence[CellText]) -> None:
        """Write a row of a table, a line: `block` and `write` for each cell, but faster."""
        is_clean = all(_is_clean(cell.text) and _is_clean(cell.lead) for cell in cells)
        if not is_clean or not any(cell.text for cell in cells):
            with self.block("row"):
                for cell in cells:
                    self.write(cell.lead)
                    with self.block("cell", cell=cell.cell, place=cell.place):
                        self.write(cell.text)
                        for sign in cell.marks:
                            self.mark(sign)
            return
        self._separate("row")
        if self._length:
            self._put(self._separator)
        self._separator, self._space = "", ""
        self._begin_blocks()
        start = end = self._length
        blocks: list[Block] = []
        for cell in cells:
            begin = end + len(cell.lead)
            end = begin + len(cell.text)
            signs = cell.marks if cell.text else ()
            marks = tuple(Block("mark", end, end, "", marker=sign) for sign in signs)
            blocks.append(
                Block("cell", begin, end, cell.text, marks, cell=cell.cell, place=cell.place)
            )
        line = "".join([part for cell in cells for part in (cell.lead, cell.text)])
        self._put(line)
        self._append(Block("row", start, end, line, tuple(blocks)))
        self._separate("row")

    def mark(self, sign: str) -> None:
        """Note that a raised sign refers to a footnote here; it is no part of the text."""
        if not self._stack:
            return
        self._append(Block("mark", self._length, self._length, "", marker=sign))

    def start_page(self) -> None:
        """Note that what is written next is on the next page."""
        self._pages.append(None)

    def remove(self, rule: str, text: str) -> None:
        """Note what was left out of the text, and why."""
        self._removals.append(RemovedText(rule, text))

    @property
    def page(self) -> int:
        """The number of the present page; 0 before the first."""
        return len(self._pages)

    def content(self) -> Content:
        """Return what was written."""
        text = "".join(self._pieces)
        invisible = [
            RemovedText("invisible character", f"{name} x {count}")
            for name, count in self._invisible.items()
        ]
        return Content(
            text,
            tuple(self._blocks),
            tuple(self._length if page is None else page for page in self._pages),
            (*invisible, *self._removals),
        )

    def _put(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._length += len(text)

    def _begin_blocks(self) -> None:
        """The next character is the first of the blocks and pages that have no text yet."""
        for block in self._stack:
            if block.start is None:
                block.start, block.first_piece = self._length, len(self._pieces)
                block.children += [
                    replace(empty, start=self._length, end=self._length) for empty in block.early
                ]
        for number in range(len(self._pages) - 1, -1, -1):
            if self._pages[number] is not None:
                break
            self._pages[number] = self._length

    def _separate(self, kind: BlockKind) -> None:
        """Ask for white space before the next character."""
        if kind == "cell" or (kind == "formula" and self._stack):
            return
        is_in_item = any(block.kind == "item" for block in self._stack)
        separator = _LINE if is_in_item or kind in ("row", "item") else _PARAGRAPH
        self._separator = max(self._separator, separator, key=len)
        self._space = ""

    def _close(self) -> None:
        block = self._stack.pop()
        start, end = block.start, self._length
        if start is None:
            if block.kind != "cell":
                return
            start, block.first_piece = end, len(self._pieces)
        text = "".join(self._pieces[block.first_piece :])
        self._append(Block(block.kind, start, end, text, tuple(block.children), **block.attributes))

    def _append(self, block: Block) -> None:
        """Make a block the last child of the open one."""
        if not self._stack:
            self._blocks.append(block)
        elif self._stack[-1].start is None:
            self._stack[-1].early.append(block)
        else:
            self._stack[-1].children.append(block)


@lru_cache(maxsize=1 << 14)
def _is_clean(text: str) -> bool:
    """Whether nothing of a text on one line is changed when it is written."""
    return (text.isascii() and text.isprintable()) or strip_invisible(text) == (text, ())
