"""A document's structure: a tree of blocks over its text, each with character offsets.

The text itself is clean prose; what the markup of a file meant stands here: which run is a heading,
an item of a list, a cell under which heads. ``document.text[block.start:block.end] == block.text``,
always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

BlockKind = Literal[
    "heading",
    "paragraph",
    "list",
    "item",
    "code",
    "table",
    "row",
    "cell",
    "caption",
    "footnote",
    "mark",
    "quote",
    "formula",
    "figure",
]


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell stands in its table, and the heads it stands under.

    ``row`` and ``column`` count from 0, spans from 1. ``heads`` are the texts of the heads above
    the cell, the topmost first, then those beside it. ``unit`` is what the table's caption or a
    head gives ("SEK m", "%").
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    is_head: bool = False
    heads: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PageBox:
    """Where a block stands on a page: ``box`` is left, top, right, bottom in points (1/72 inch)
    from the top left corner. ``page`` counts from 1. ``confidence`` in [0, 1] is that of the
    recognition of a scanned page."""

    page: int
    box: tuple[float, float, float, float] | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text and what it is; its children lie in it, disjoint and in order.

    ``level`` is a heading's, from 1. ``marker`` is what stands before a list item ("3.", "•"), or
    the sign of a footnote; a block of kind "mark" is the empty place in the text at which a raised
    sign refers to that footnote. ``language`` is that of code.
    """

    kind: BlockKind
    start: int
    end: int
    text: str
    children: tuple[Block, ...] = ()
    level: int | None = None
    marker: str | None = None
    language: str | None = None
    cell: CellPlace | None = None
    place: PageBox | None = None


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield all blocks of the trees, each before its children."""
    for block in blocks:
        yield block
        yield from walk(block.children)


def find_blocks(blocks: Iterable[Block], kind: BlockKind) -> list[Block]:
    """Return all blocks of one kind, in the order of the text."""
    return [block for block in walk(blocks) if block.kind == kind]


@dataclass(frozen=True, slots=True)
class TextUnit:
    """A run of text that no sentence crosses: the own text of one block. A row and code are one
    sentence each. ``block`` is None where the document has no blocks."""

    start: int
    end: int
    block: Block | None

    @property
    def is_whole(self) -> bool:
        """Whether the run is not to be cut into sentences."""
        return self.block is not None and self.block.kind in ("row", "code", "formula")


def text_units(blocks: Sequence[Block], text: str) -> list[TextUnit]:
    """Return the runs of ``text`` in which sentences are looked for, in order."""
    if not blocks:
        return [TextUnit(0, len(text), None)] if text.strip() else []
    return [unit for block in blocks for unit in _units_of(block)]


def _units_of(block: Block) -> Iterator[TextUnit]:
    inner = [child for child in block.children if child.kind not in ("mark", "formula")]
    if not inner or block.kind == "row":
        if block.start < block.end:
            yield TextUnit(block.start, block.end, block)
        return
    position = block.start
    for child in inner:
        if block.text[position - block.start : child.start - block.start].strip():
            yield TextUnit(position, child.start, block)
        yield from _units_of(child)
        position = child.end
    if block.text[position - block.start :].strip():
        yield TextUnit(position, block.end, block)


def move_blocks(blocks: Iterable[Block], distance: int) -> tuple[Block, ...]:
    """Return the blocks with all offsets ``distance`` characters further on."""
    return tuple(
        replace(
            block,
            start=block.start + distance,
            end=block.end + distance,
            children=move_blocks(block.children, distance),
        )
        for block in blocks
    )
