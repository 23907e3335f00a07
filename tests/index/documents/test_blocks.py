"""Blocks lie over the text they name, whatever is written, cut, stored or sent."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, make_document
from sourcebook.index.documents.sentences import block_sentences
from sourcebook.index.reading.sandbox_protocol import pack, unpack
from sourcebook.index.structure import writing
from sourcebook.index.structure.block_storage import blocks_from_bytes, blocks_to_bytes
from sourcebook.index.structure.blocks import Block, PageBox, find_blocks, walk
from sourcebook.index.structure.content import Content, cut
from sourcebook.index.structure.context import context_at
from sourcebook.index.structure.figures import find_unit, unit_scale
from sourcebook.index.structure.plain_text import plain_text
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

WORDS = st.text(
    st.one_of(st.sampled_from(" \n\t\u200b.7é"), st.characters(exclude_categories=["Cs"])),
    max_size=12,
)
CELLS = st.builds(
    TableCell,
    WORDS,
    row_span=st.integers(1, 3),
    column_span=st.integers(1, 3),
    is_head=st.sampled_from([None, None, True, False]),
    marks=st.lists(st.just("a"), max_size=1).map(tuple),
)
TABLES = st.builds(
    Table,
    st.lists(st.lists(CELLS, max_size=4), max_size=4),
    caption=st.none() | WORDS,
)
LEAVES = st.tuples(st.sampled_from(["heading", "paragraph", "code", "item", "formula"]), WORDS)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(LEAVES, TABLES, st.just("mark"), st.just("page")),
    lambda inner: st.tuples(
        st.sampled_from(["list", "item", "quote"]), st.lists(inner, max_size=4)
    ),
    max_leaves=8,
)


def write(writer: BlockWriter, tree: Any) -> None:
    if tree == "mark":
        writer.mark("7")
    elif tree == "page":
        writer.start_page()
    elif isinstance(tree, Table):
        write_table(writer, tree)
    else:
        kind, inner = tree
        with writer.block(kind):
            if isinstance(inner, str):
                writer.write(inner)
            else:
                for each in inner:
                    write(writer, each)


def sentence_bounds(document: Document) -> list[tuple[int, int]]:
    return [(sentence.start, sentence.end) for sentence in block_sentences(document)]


def content_of(trees: list[Any]) -> Content:
    writer = BlockWriter()
    for tree in trees:
        write(writer, tree)
    return writer.content()


def check(content: Content) -> None:
    """Every block has its text, lies in its parent, behind its sibling; all text is in one."""

    def check_inside(blocks: tuple[Block, ...], start: int, end: int) -> None:
        for block in blocks:
            assert start <= block.start <= block.end <= end
            assert content.text[block.start : block.end] == block.text
            check_inside(block.children, block.start, block.end)
            start = block.end

    check_inside(content.blocks, 0, len(content.text))
    inside = {n for block in content.blocks for n in range(block.start, block.end)}
    assert not "".join(c for n, c in enumerate(content.text) if n not in inside).strip()
    assert list(content.pages) == sorted(content.pages)


@pytest.mark.slow
@given(st.lists(TREES, max_size=5))
def test_whatever_is_written_each_block_is_the_text_at_its_offsets(trees: list[Any]) -> None:
    content = content_of(trees)
    check(content)
    assert content.text == content.text.rstrip()


@pytest.mark.slow
@given(st.lists(TREES, max_size=5), st.data())
def test_whatever_is_cut_each_block_is_the_text_at_its_offsets(
    trees: list[Any], data: st.DataObject
) -> None:
    content = content_of(trees)
    offsets = st.integers(0, len(content.text))
    bounds = sorted(data.draw(st.lists(offsets, max_size=6)))
    ranges = list(zip(bounds[::2], bounds[1::2], strict=False))
    shorter = cut(content, ranges)
    check(shorter)
    gone = {n for start, end in ranges for n in range(start, end)}
    remaining = "".join(c for n, c in enumerate(content.text) if n not in gone)
    assert "".join(shorter.text.split()) == "".join(remaining.split())


@pytest.mark.slow
@given(st.lists(TREES, max_size=5))
def test_blocks_come_back_from_the_store_and_from_the_sandbox(trees: list[Any]) -> None:
    content = content_of(trees)
    assert blocks_from_bytes(blocks_to_bytes(content.blocks), content.text) == content.blocks
    document = make_document(content, is_scraped=False)
    assert unpack(pack(document)) == document


@pytest.mark.slow
@given(st.lists(TREES, max_size=5))
def test_each_character_is_in_one_sentence_and_no_sentence_crosses_a_row(trees: list[Any]) -> None:
    document = make_document(content_of(trees), is_scraped=False)
    spans = sentence_bounds(document)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    inside = {n for start, end in spans for n in range(start, end)}
    outside = "".join(c for n, c in enumerate(document.text) if n not in inside)
    assert not outside.strip()
    for row in find_blocks(document.blocks, "row"):
        assert all(
            end <= row.start or start >= row.end or row.start <= start < end <= row.end
            for start, end in spans
        )


@given(TABLES, st.booleans())
def test_the_fast_way_to_write_a_row_gives_what_the_slow_one_gives(
    table: Table, is_first: bool
) -> None:
    def content() -> Content:
        writer = BlockWriter()
        writer.write("" if is_first else "A lead. ")
        write_table(writer, table)
        writer.write("An end.")
        return writer.content()

    fast = content()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_is_clean", lambda text: False)
        assert content() == fast


@given(st.text())
def test_plain_text_is_paragraphs_and_lists_over_all_of_it(text: str) -> None:
    content = plain_text(text)
    check(content)
    assert {block.kind for block in content.blocks} <= {"paragraph", "list"}


def table_content(rows: list[list[str | TableCell]], caption: str | None = None) -> Content:
    writer = BlockWriter()
    cells = [[c if isinstance(c, TableCell) else TableCell(c) for c in row] for row in rows]
    write_table(writer, Table(cells, caption))
    return writer.content()


def heads(content: Content, text: str) -> tuple[str, ...]:
    (cell,) = [b for b in find_blocks(content.blocks, "cell") if b.text == text]
    assert cell.cell is not None
    return cell.cell.heads


def test_a_row_is_a_line_that_names_the_head_of_each_value() -> None:
    content = table_content([["Route", "Adult"], ["Skerry", "12.50"], ["Tallberg", "18.00"]])
    assert content.text == (
        "Route; Adult\nRoute: Skerry; Adult: 12.50\nRoute: Tallberg; Adult: 18.00"
    )
    assert heads(content, "18.00") == ("Adult", "Tallberg")


def test_an_empty_cell_keeps_its_column() -> None:
    content = table_content([["", "2019", "2020", "2021"], ["Marwick", "410", "", "433"]])
    assert content.text == "2019; 2020; 2021\nMarwick; 2019: 410; 2021: 433"
    empty = [b for b in find_blocks(content.blocks, "cell") if not b.text]
    assert [b.cell.heads for b in empty if b.cell and b.cell.row == 1] == [("2020", "Marwick")]


def test_a_cell_over_several_rows_stands_in_each_and_one_over_columns_heads_them_all() -> None:
    content = table_content(
        [
            [TableCell("Region"), TableCell("SEK m", column_span=2)],
            ["", "2025", "2026"],
            [TableCell("North", row_span=2), "1.5", "2.5"],
            ["3.5", "4.5"],
        ],
        caption="Net sales",
    )
    assert content.text.splitlines()[-1] == "Region: North; SEK m, 2025: 3.5; SEK m, 2026: 4.5"
    assert heads(content, "4.5") == ("SEK m", "2026", "North")
    (cell,) = [b for b in find_blocks(content.blocks, "cell") if b.text == "2.5"]
    assert cell.cell is not None
    assert cell.cell.unit == "SEK m"
    assert content.blocks[0].kind == "caption"


@pytest.mark.parametrize(
    ("text", "unit", "scale"),
    [
        ("In millions of CHF", "CHF millions", 1e6),
        ("SEK m", "SEK m", 1e6),
        ("Sales ($ in millions)", "$ in millions", 1e6),
        ("in thousands of euros", "euros thousands", 1e3),
        ("Amounts in Mrd. EUR", "EUR Mrd.", 1e9),
        ("USD bn", "USD bn", 1e9),
        ("EUR 000", "EUR 000", 1e3),
        ("Share (%)", "%", 1),
        ("Euromark", None, 1),
    ],
)
def test_a_head_or_a_caption_gives_the_unit_and_its_scale(
    text: str, unit: str | None, scale: float
) -> None:
    assert find_unit(text) == unit
    assert unit_scale(unit) == scale


def test_the_head_of_the_labels_gives_the_unit_of_all_figures() -> None:
    content = table_content([["In millions of CHF", "Sales"], ["North", "9,467"], ["South", "8"]])
    (cell,) = [b for b in find_blocks(content.blocks, "cell") if b.text == "9,467"]
    assert cell.cell is not None
    assert cell.cell.unit == "CHF millions"


def test_two_columns_of_words_are_terms_and_what_they_mean() -> None:
    content = table_content([["Founders", "Jonas Feldt"], ["Seat", "Oslo"]])
    assert content.text == "Founders: Jonas Feldt\nSeat: Oslo"


def test_a_raised_sign_is_a_mark_and_no_digit() -> None:
    writer = BlockWriter()
    with writer.block("paragraph"):
        writer.write("It costs 25 crowns")
        writer.mark("7")
        writer.write(" a day.")
    content = writer.content()
    assert content.text == "It costs 25 crowns a day."
    (mark,) = find_blocks(content.blocks, "mark")
    assert (mark.start, mark.end, mark.marker) == (18, 18, "7")


def test_code_keeps_its_indentation_and_is_one_sentence() -> None:
    writer = BlockWriter()
    with writer.block("code", language="python"):
        writer.write("\n    if x. Then:\n        y = 1\n")
    document = make_document(writer.content(), is_scraped=False)
    assert document.text == "    if x. Then:\n        y = 1"
    assert sentence_bounds(document) == [(4, 29)]


def test_a_formula_stands_in_its_sentence() -> None:
    writer = BlockWriter()
    with writer.block("paragraph"):
        writer.write("The load is ")
        with writer.block("formula"):
            writer.write("F = 9.81 m")
        writer.write(" in newtons.")
    document = make_document(writer.content(), is_scraped=False)
    assert document.text == "The load is F = 9.81 m in newtons."
    assert sentence_bounds(document) == [(0, len(document.text))]


def test_a_title_over_a_table_is_no_head_and_the_name_of_a_part_ends_the_heads() -> None:
    writer = BlockWriter()
    rows = [
        [TableCell("Passengers (EUR m)", column_span=3)],
        [TableCell("Depot"), TableCell("FY 2019"), TableCell("FY 2020")],
        [TableCell("Northern depots", column_span=3)],
        [TableCell("Skerry"), TableCell("410"), TableCell("433")],
    ]
    write_table(writer, Table(rows))
    content = writer.content()
    assert content.text.split("\n")[-1] == "Depot: Skerry; FY 2019: 410; FY 2020: 433"
    last = find_blocks(content.blocks, "cell")[-1].cell
    assert last is not None
    assert (last.heads, last.unit) == (("FY 2020", "Skerry"), "EUR m")


def test_headings_above_are_those_of_the_section() -> None:
    writer = BlockWriter()
    for level, title in ((1, "Ferry"), (2, "Fares"), (2, "Pets")):
        with writer.block("heading", level=level):
            writer.write(title)
        writer.write(f"All about {title.lower()}.")
    content = writer.content()
    offset = content.text.index("All about pets")
    assert context_at(content.blocks, offset) == ("Ferry", "Pets")


def test_a_page_begins_at_its_first_character() -> None:
    writer = BlockWriter()
    for text in ("One.", "", "Three."):
        writer.start_page()
        writer.write(text)
    content = writer.content()
    assert content.text == "One.\n\nThree."
    assert content.pages == (0, 6, 6)


def test_the_place_on_a_page_is_stored() -> None:
    writer = BlockWriter()
    with writer.block("paragraph", place=PageBox(2, (72.0, 90.5, 300.0, 104.0), 0.93)):
        writer.write("Recognised words.")
    content = writer.content()
    assert blocks_from_bytes(blocks_to_bytes(content.blocks), content.text) == content.blocks


def test_numbers_and_bullets_make_a_list_of_plain_lines() -> None:
    content = plain_text("Bring:\n1. a coat\n2. a cap\n   of wool\n\nAnd go.")
    assert [b.marker for b in find_blocks(content.blocks, "item")] == ["1.", "2."]
    assert [b.text for b in find_blocks(content.blocks, "item")] == ["a coat", "a cap\n   of wool"]
    assert content.text == "Bring:\n\na coat\na cap\n   of wool\n\nAnd go."
    assert len([b for b in walk(content.blocks) if b.kind == "paragraph"]) == 2


def test_the_sentence_that_leads_to_a_table_stands_above_its_rows() -> None:
    writer = BlockWriter()
    with writer.block("paragraph"):
        writer.write("Runs on a slow line. First copy of the photos, in minutes:")
    write_table(writer, Table([[TableCell("lz4"), TableCell("31")]], head_rows=0))
    with writer.block("paragraph"):
        writer.write("Nothing leads to this one.")
    write_table(writer, Table([[TableCell("zstd"), TableCell("20")]], head_rows=0))
    content = writer.content()
    places = map(content.text.index, ("lz4", "zstd"))
    above = [context_at(content.blocks, place) for place in places]
    assert above == [("First copy of the photos, in minutes:",), ()]


def test_a_table_drawn_with_bars_in_a_text_is_a_table() -> None:
    rule = "+-------+-----+"
    text = f"{rule}\n| Berth | Fee |\n{rule}\n| A     | 400 |\n| B     |     |\n{rule}"
    assert make_document(text).text == "Berth; Fee\nBerth: A; Fee: 400\nBerth: B"
    assert make_document("a | b\nc | d").text == "a | b\nc | d"


def test_columns_of_numbers_in_a_text_are_a_table() -> None:
    text = "Item        2020    2021\nRopes         10\nOars           5       7"
    rows = ("Item; 2020; 2021", "Item: Ropes; 2020: 10", "Item: Oars; 2020: 5; 2021: 7")
    assert make_document(text).text.split("\n") == list(rows)
    tabs = "Item\tQty\tPrice\nBolt\t3\t1,50\nNut\t\t0,75"
    assert make_document(tabs).text.endswith("Item: Nut; Price: 0,75")
    prose = "The fee  is 25 crowns.\nIt rises  in May.\nAll pay  it."
    assert make_document(prose).text == prose
