"""The random tables by which the readers are tested are themselves read back."""

from __future__ import annotations

from hypothesis import given
from random_tables import (
    TABLE_COUNT,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import make_document
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter


@TABLE_COUNT
@given(random_tables())
def test_each_cell_that_is_written_as_blocks_is_read_back(table: RandomTable) -> None:
    writer = BlockWriter()
    write_table(
        writer,
        Table(
            [
                [
                    TableCell(
                        cell.text,
                        cell.row_span,
                        cell.column_span,
                        marks=(cell.mark,) if cell.mark else (),
                    )
                    for cell in row
                ]
                for row in table.rows
            ]
        ),
    )
    document = make_document(writer.content(), is_scraped=False)
    assert read_tables(document) == [expected_cells(table)]
    assert len({(row, column) for row, column, _, _ in expected_cells(table)}) == len(
        expected_cells(table)
    )
