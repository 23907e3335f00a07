"""Random tables to write with a format's own library and to read back, cell by cell.

@TABLE_COUNT
@given(random_tables())
def test_each_cell_is_read_back(table: RandomTable) -> None:
    document = read(write(table))
    assert read_tables(document) == [expected_cells(table)]

RANDOM_TABLES=1000 in the environment tries a thousand tables instead of thirty.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block, find_blocks

TABLE_COUNT = settings(
    max_examples=int(os.environ.get("RANDOM_TABLES", "30")),
    deadline=None,
    database=None,
    suppress_health_check=[*HealthCheck],  # pyright: ignore[reportArgumentType]
)

Place = tuple[int, int]
"""A row and a column, from 0."""

ReadCell = tuple[int, int, str, tuple[str, ...]]
"""Row, column, text and raised signs of a cell as it is read; one that covers several rows stands
in each of them, one that covers several columns in its first."""


@dataclass(frozen=True, slots=True)
class RandomCell:
    """A cell: its text as a person sees it, the cells it covers, and a raised sign behind it.

    ``number`` and ``number_format`` are the same as a spreadsheet stores them, for cells whose text
    a format of Excel makes; None for the others, which are text.
    """

    text: str
    row_span: int = 1
    column_span: int = 1
    mark: str = ""
    number: float | None = None
    number_format: str | None = None
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class RandomTable:
    """Rows of cells from left to right; a cell that spans rows stands in its first row only.

    Every row has a cell of its own, and every row and column some text.
    """

    rows: tuple[tuple[RandomCell, ...], ...]
    head_rows: int
    width: int

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.rows)


def _group(digits: str, separator: str) -> str:
    first = len(digits) % 3
    groups = [digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))]
    return separator.join(filter(None, groups))


_CONVENTIONS = ((",", "."), (".", ","), (" ", ","), ("'", "."))
"""The signs between thousands and before decimals."""

_CURRENCIES = ("€ {}", "{} €", "${}", "£{}", "SEK {}", "{} kr", "CHF {}", "({})")


@st.composite
def _written_numbers(draw: st.DrawFn) -> RandomCell:
    """A number in one of four conventions, with a sign, a currency or a percent sign."""
    thousands, point = draw(st.sampled_from(_CONVENTIONS))
    decimals = draw(st.integers(0, 3))
    text = _group(str(draw(st.integers(0, 10**9))), thousands)
    if decimals:
        text += point + str(draw(st.integers(0, 10**decimals - 1))).zfill(decimals)
    text = draw(st.sampled_from(["", "", "", "-", "−", "+"])) + text
    shape = draw(st.sampled_from(["{}", "{}", "{}", "{}%", "{} %", *_CURRENCIES]))
    return RandomCell(shape.format(text))


@st.composite
def _stored_numbers(draw: st.DrawFn) -> RandomCell:
    """A number that a spreadsheet stores as one, with the format that shows it."""
    decimals = draw(st.integers(0, 3))
    number = draw(st.integers(-(10**9), 10**9)) / 10**decimals
    zeros = f".{'0' * decimals}" if decimals else ""
    plain, grouped = f"{number:.{decimals}f}", f"{number:,.{decimals}f}"
    sign, bare = ("-" if number < 0 else ""), grouped.lstrip("-")
    text, code = draw(
        st.sampled_from(
            [
                (plain, f"0{zeros}"),
                (grouped, f"#,##0{zeros}"),
                (f"{sign}${bare}", f'"$"#,##0{zeros}'),
                (f"{grouped} €", f"#,##0{zeros}\\ [$€-407]"),
                (f"{grouped} kr", f'#,##0{zeros}" kr"'),
                (f"({bare})" if number < 0 else bare, f"#,##0{zeros};(#,##0{zeros})"),
            ]
        )
    )
    if draw(st.integers(0, 3)) == 0:
        text, code, number = f"{plain}%", f"0{zeros}%", number / 100
    return RandomCell(text, number=number, number_format=code)


_WORDS = st.sampled_from(
    [
        *("Skerry", "Adult", "Child under 12", "Total", "North", "Return trip", "Fish & chips"),
        *(
            "n/a",
            "–",
            "Übersicht",
            "Åre, Ö",
            "Net sales",
            "low < high",
            '3" pipe',
            "yes",
            "A/B",
            "#4",
        ),
        *("00123", "3-4", "2024-03-04", "v3.2", "9:30", "1/2", "B12", "5 000 m²", "x|y", "O'Neil"),
    ]
).map(RandomCell)

_YEARS = st.integers(1990, 2030).map(lambda year: RandomCell(str(year), number=year))

_EMPTY = st.just(RandomCell(""))

_VALUES = st.one_of(_written_numbers(), _written_numbers(), _stored_numbers(), _WORDS, _EMPTY)

_MARKS = st.sampled_from(["", "", "", "", "1", "2", "7", "a", "*", "†"])


@st.composite
def random_tables(
    draw: st.DrawFn, *, has_spans: bool = True, has_marks: bool = True
) -> RandomTable:
    """Draw a table with heads, labels, numbers, words and empty cells.

    Args:
        draw: What hypothesis gives.
        has_spans: Whether some cells cover several rows or columns.
        has_marks: Whether raised signs stand behind some cells.
    """
    height, width = draw(st.integers(2, 7)), draw(st.integers(2, 6))
    head_rows = draw(st.integers(0, min(2, height - 1)))
    cells: dict[Place, RandomCell] = {}
    for row in range(height):
        for column in range(width):
            if row < head_rows:
                strategy = st.one_of(_WORDS, _YEARS, _EMPTY)
            else:
                strategy = _VALUES if column else st.one_of(_WORDS, _WORDS, _EMPTY)
            cell = replace(draw(strategy), is_head=row < head_rows)
            if has_marks and cell.text and draw(st.integers(0, 4)) == 0:
                cell = replace(cell, mark=draw(_MARKS))
            cells[row, column] = cell
    spans = _draw_spans(draw, height, width) if has_spans else {}
    covered: set[Place] = set()
    for (row, column), (row_span, column_span) in spans.items():
        cell = cells[row, column]
        cells[row, column] = replace(
            cell if cell.text else replace(cell, text="All"),
            row_span=row_span,
            column_span=column_span,
        )
        covered |= _places(row, column, row_span, column_span) - {(row, column)}
    _fill_blank_lines(cells, covered, height, width)
    rows = tuple(
        tuple(cells[row, column] for column in range(width) if (row, column) not in covered)
        for row in range(height)
    )
    return RandomTable(rows, head_rows, width)


def _places(row: int, column: int, row_span: int, column_span: int) -> set[Place]:
    return {
        (below, right)
        for below in range(row, row + row_span)
        for right in range(column, column + column_span)
    }


def _draw_spans(draw: st.DrawFn, height: int, width: int) -> dict[Place, tuple[int, int]]:
    """Draw cells that cover others: disjoint, and no row is all covered from above."""
    spans: dict[Place, tuple[int, int]] = {}
    busy: set[Place] = set()
    for _ in range(draw(st.integers(0, 3))):
        row, column = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        row_span = draw(st.integers(1, min(3, height - row)))
        column_span = draw(st.integers(1, min(3, width - column)))
        places = _places(row, column, row_span, column_span)
        covers_rows = row_span > 1 and any(
            all((below, right) in busy | places for right in range(width))
            for below in range(row + 1, row + row_span)
        )
        if row_span * column_span > 1 and not places & busy and not covers_rows:
            spans[row, column] = (row_span, column_span)
            busy |= places
    return spans


def _fill_blank_lines(
    cells: dict[Place, RandomCell], covered: set[Place], height: int, width: int
) -> None:
    """Write a word into each row and column that would be blank: such a line parts two tables."""
    lines = [[(row, column) for column in range(width)] for row in range(height)]
    lines += [[(row, column) for row in range(height)] for column in range(width)]
    for line in lines:
        free = [place for place in line if place not in covered]
        if free and not any(cells[place].text for place in free):
            cells[free[0]] = replace(cells[free[0]], text="Other")


def expected_cells(table: RandomTable) -> list[ReadCell]:
    """Return the cells of a table as they are to be read back."""
    cells_to_read: list[ReadCell] = []
    covered: set[Place] = set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in covered:
                column += 1
            covered |= _places(row, column, cell.row_span, cell.column_span)
            marks = (cell.mark,) if cell.mark else ()
            cells_to_read += [(row + n, column, cell.text, marks) for n in range(cell.row_span)]
            column += cell.column_span
    return sorted(cells_to_read)


def read_tables(document: Document) -> list[list[ReadCell]]:
    """Return the cells of each table of a document."""
    return [
        sorted(map(_read_cell, find_blocks([table], "cell")))
        for table in find_blocks(document.blocks, "table")
    ]


def _read_cell(block: Block) -> ReadCell:
    assert block.cell is not None
    marks = tuple(mark.marker or "" for mark in block.children if mark.kind == "mark")
    return block.cell.row, block.cell.column, block.text, marks
