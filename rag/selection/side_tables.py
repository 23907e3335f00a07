"""Tables that have a column for each side of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block, find_blocks

from .side_match import BELONGS_FROM, Side
from .subject import terms_of

MOST_ROWS = 400
"""Rows of one article that are looked at."""


@dataclass(frozen=True, slots=True)
class SideRow:
    """A row with a cell for each side, in their order; ``head`` says what the row is of.

    ``are_exact``: for each side, whether the head of its column has all of its words, and is of no
    other version.
    """

    document: Document
    head: str
    cells: tuple[Block, ...]
    are_exact: tuple[bool, ...]


def find_side_rows(documents: Iterable[Document], sides: Sequence[Side]) -> list[SideRow]:
    """Return the rows of tables whose heads name each side, and each in another column.

    Args:
        documents: where they are looked for.
        sides: with words; a side that is a place has no column.
    """
    return [row for document in documents for row in _rows_of(document, sides)]


def rows_headed(documents: Iterable[Document], aspect: str) -> Iterator[tuple[Document, Block]]:
    """Yield the rows whose first cell says what is compared, and no more: "Revenue" for "the
    revenue of 2024".

    Args:
        documents: where they are looked for.
        aspect: what is compared.
    """
    asked = set(terms_of(aspect))
    for document in documents:
        for row in find_blocks(document.blocks, "row")[:MOST_ROWS]:
            first = next((cell for cell in row.children if cell.text), None)
            head = set(terms_of(first.text)) if first else set()
            has_value = first is not None and any(map(str.isdigit, row.text[len(first.text) :]))
            if has_value and head <= asked and any(any(map(str.isalpha, t)) for t in head):
                yield document, row


def _rows_of(document: Document, sides: Sequence[Side]) -> Iterator[SideRow]:
    for row in find_blocks(document.blocks, "row")[:MOST_ROWS]:
        cells = [cell for cell in row.children if cell.cell and not cell.cell.is_head and cell.text]
        columns = [_column_of(cells, side, sides) for side in sides]
        found = [column for column in columns if column]
        if len(found) == len(sides) and len({cell.start for cell in found}) == len(sides):
            head = next((cell.text for cell in row.children if cell.text), "")
            yield SideRow(
                document,
                "" if any(head == cell.text for cell in found) else head,
                tuple(found),
                tuple(side.names(_head(cell)) for side, cell in zip(sides, found, strict=True)),
            )


def _head(cell: Block) -> str:
    return cell.cell.heads[0] if cell.cell and cell.cell.heads else ""


def _column_of(cells: Sequence[Block], side: Side, sides: Sequence[Side]) -> Block | None:
    """Return the cell whose head names a side better than another side."""
    best: Block | None = None
    share = 0.0
    for cell in cells:
        own = side.share(_head(cell))
        others = [other.share(_head(cell)) for other in sides if other is not side]
        if own >= BELONGS_FROM and own > max(others, default=0.0) and own > share:
            best, share = cell, own
    return best
