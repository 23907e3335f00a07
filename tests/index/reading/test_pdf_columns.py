"""Pages of two columns, where a table or a chart in one stands beside running text in the other."""

from __future__ import annotations

import pytest
from pdf_columns import ColumnPage, column_page
from random_tables import read_tables

from sourcebook.index import Document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks, walk

PAGES = 40


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[ColumnPage, Document]]:
    """Return random pages, each with what is read of it."""
    folder = tmp_path_factory.mktemp("pages")
    read: list[tuple[ColumnPage, Document]] = []
    for seed in range(PAGES):
        page = column_page(seed)
        path = folder / f"{seed}.pdf"
        path.write_bytes(page.data)
        items = read_source(Source.file(path))
        read.append((page, next(item for item in items if isinstance(item, Document))))
    return read


Pages = list[tuple[ColumnPage, Document]]


@pytest.mark.slow
def test_every_sentence_is_whole_and_in_the_order_of_reading(pages: Pages) -> None:
    for page, document in pages:
        text = " ".join(document.text.split())
        places = [text.find(sentence) for sentence in page.sentences]
        assert -1 not in places
        assert places == sorted(places)


@pytest.mark.slow
def test_every_table_beside_text_is_read_back(pages: Pages) -> None:
    read = total = 0
    for page, document in pages:
        tables = [{cell[:3] for cell in table} for table in read_tables(document)]
        for rows in page.tables:
            cells = {(y, x, text) for y, row in enumerate(rows) for x, text in enumerate(row)}
            read += max((len(cells & table) for table in tables), default=0)
            total += len(cells)
    assert read / total >= 0.99


def test_the_numbers_of_a_charts_axis_are_in_no_paragraph_and_no_table(pages: Pages) -> None:
    for page, document in pages:
        assert len(list(find_blocks(document.blocks, "figure"))) == page.charts
        captions = [block for block in walk(document.blocks) if block.kind == "caption"]
        assert len(captions) == page.charts + len(page.tables)
