"""Each cell of a table in an office document is read back: its place, its text, its marks."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from office_tables import opendocument_table, rich_text_table, slide_table, word_table
from random_tables import TABLE_COUNT, RandomTable, expected_cells, random_tables, read_tables

from sourcebook.index import Document
from sourcebook.index.reading.opendocument.odt import read_odt
from sourcebook.index.reading.rich_text.rtf import read_rtf
from sourcebook.index.reading.slides.pptx import read_pptx
from sourcebook.index.reading.source import Reader, Source
from sourcebook.index.reading.word.docx import read_docx


def check(reader: Reader, data: bytes, table: RandomTable) -> None:
    items = reader(Source("a", lambda: io.BytesIO(data)))
    (document,) = [item for item in items if isinstance(item, Document)]
    assert read_tables(document) == [expected_cells(table)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "write"),
    [(read_docx, word_table), (read_odt, opendocument_table), (read_rtf, rich_text_table)],
    ids=["docx", "odt", "rtf"],
)
@TABLE_COUNT
@given(table=random_tables())
def test_each_cell_of_a_text_document_is_read_back(
    reader: Reader, write: Callable[[RandomTable], bytes], table: RandomTable
) -> None:
    check(reader, write(table), table)


@pytest.mark.slow
@TABLE_COUNT
@given(random_tables(has_marks=False))
def test_each_cell_of_a_slide_is_read_back(table: RandomTable) -> None:
    check(read_pptx, slide_table(table), table)
