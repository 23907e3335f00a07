"""Invoices, statements, data sheets and recipes as PDF: a value stands with its own label, and no
row, numerator or bullet is lost."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from sourcebook.index import Document
from sourcebook.index.reading.pdf.text.spacing import join_letters
from sourcebook.index.reading.pdf.text.words import Look, PdfWord
from sourcebook.index.reading.registry import read_file
from sourcebook.index.structure.blocks import find_blocks

Draw = Callable[[Canvas], None]
Piece = tuple[float, float, str]
"""Where a text is drawn: from the left and from the top, in points."""

HEIGHT = A4[1]
BUYER = ("Bill to", "Orla Fenwick", "Pier 3", "Skerry")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Document]:
    """Return a function that reads a document of pages, each drawn by a function."""

    def read_pages(*pages: Draw) -> Document:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4)
        for page in pages:
            canvas.setFont("Helvetica", 11)
            page(canvas)
            canvas.showPage()
        canvas.save()
        path = tmp_path / "a.pdf"
        path.write_bytes(out.getvalue())
        return read_file(path)

    return read_pages


def texts(*pieces: Piece, bold: Sequence[str] = (), size: float = 11) -> Draw:
    def draw(canvas: Canvas) -> None:
        for left, top, text in pieces:
            canvas.setFont("Helvetica-Bold" if text in bold else "Helvetica", size)
            canvas.drawString(left, HEIGHT - top, text)

    return draw


def row(top: float, *cells: str, lefts: Sequence[float] = (50, 110, 300, 400)) -> list[Piece]:
    return [(left, top, text) for left, text in zip(lefts, cells, strict=False) if text]


def test_an_invoice_is_no_part_of_the_letterhead_above_it(read: Callable[..., Document]) -> None:
    document = read(
        texts(
            *row(50, "Nordwind GmbH", "", "", "Invoice no.: 24-17"),
            *row(63, "Kai 7, Marwick", "", "", "Date: 4 March 2024"),
            *row(76, "18055 Tarn", "", "", "Due: 18 March 2024"),
            *[piece for n, line in enumerate(BUYER) for piece in row(96 + 12 * n, line)],
            *row(170, "Pos", "Text", "Qty", "Sum"),
            *row(188, "1", "Rope", "40", "100,00 €"),
            *row(206, "2", "Anchor", "", "75,00 €"),
            *row(224, "", "", "Total", "175,00 €"),
        )
    )
    assert "Pos: 1; Text: Rope; Qty: 40; Sum: 100,00 €" in document.text
    assert "Pos: 2; Text: Anchor; Sum: 75,00 €" in document.text
    assert "Nordwind GmbH:" not in document.text


def test_lines_of_one_cell_are_no_rows_in_the_middle_or_at_the_top(
    read: Callable[..., Document],
) -> None:
    middle = texts(
        *row(100, "Date", "Text", "Debit", "Balance"),
        *row(118, "01.03.", "Fee", "400.00", "804.50"),
        *row(136, "", "Ship chandler"),
        *row(143, "12.03.", "", "45.12", "759.38"),
        *row(149, "", "Ref 88/1"),
        *row(167, "31.03.", "Closing", "", "759.38"),
    )
    expected = "Date: 12.03.; Text: Ship chandler Ref 88/1; Debit: 45.12; Balance: 759.38"
    assert expected in read(middle).text
    top = texts(
        *row(100, "Article", "", "Size", "Price"),
        *row(118, "Anchor of steel with a shackle", "", "", "1,245.00"),
        *row(131, "and four metres of chain"),
        *row(149, "Fender", "", "L", "45.00"),
        *row(167, "Rope", "", "12 mm", "2.50"),
    )
    expected = "Article: Anchor of steel with a shackle and four metres of chain; Price: 1,245.00"
    assert expected in read(top).text


def test_short_cells_beside_long_wrapped_ones_are_no_column_of_the_page(
    read: Callable[..., Document],
) -> None:
    tops = (100, 118, 182, 246)
    lines = [(50, top + 13 * n, "words of a long cell here") for top in tops[1:] for n in range(4)]
    cells = [
        piece for top, size in zip(tops[1:], "SML", strict=True) for piece in row(top, "", "", size)
    ]
    prices = [(400, top, f"{top}.50") for top in tops[1:]]
    heads = row(100, "Article", "", "Size", "Price")
    text = read(texts(*heads, *lines, *cells, *prices)).text
    assert "Size: M; Price: 182.50" in text


def test_rows_of_a_coloured_table_are_one_table(read: Callable[..., Document]) -> None:
    def stripes(canvas: Canvas) -> None:
        canvas.setFillGray(0.85)
        for top in (114, 150):
            for left in (45, 145, 245):
                canvas.rect(left, HEIGHT - top, 100, 18, stroke=0, fill=1)
        canvas.setFillGray(0)
        lefts = (50, 150, 250)
        rows = [
            ("Item", "Size", "Price"),
            ("Rope", "M", "2.50"),
            ("Oar", "", "3.75"),
            ("Cap", "L", "9"),
        ]
        pieces = [row(110 + 18 * n, *cells, lefts=lefts) for n, cells in enumerate(rows)]
        texts(*(piece for part in pieces for piece in part))(canvas)

    document = read(stripes)
    assert document.text.split("\n")[-1] == "Item: Cap; Size: L; Price: 9"
    assert "Item: Oar; Price: 3.75" in document.text


def test_rows_of_a_table_at_the_edge_of_pages_are_not_taken_for_running_heads(
    read: Callable[..., Document],
) -> None:
    def page(number: int) -> Draw:
        rows = [row(40 + 19 * n, f"{number}{n}", f"Boat {number}{n}", f"{n}.5") for n in range(40)]
        return texts(*(piece for part in rows for piece in part))

    pages = [page(number) for number in (1, 2, 3)]
    document = read(*pages)
    assert all(f"Boat {page}{n}" in document.text for page in (1, 2, 3) for n in range(40))


def test_a_table_that_goes_on_over_a_page_keeps_its_heads(read: Callable[..., Document]) -> None:
    heads, tern = row(100, "Boat", "", "Fee", "Year"), row(118, "Tern", "", "400", "2020")
    first = texts(*heads, *tern, *row(136, "Knot", "", "300", "2019"))
    second = texts(*row(50, "Gull", "", "450"), *row(68, "Skua", "", "500", "2021"))
    document = read(first, second)
    assert "Boat: Gull; Fee: 450\nBoat: Skua; Fee: 500; Year: 2021" in document.text
    loads = row(68, "small", "", "30", "kr"), row(86, "large", "", "90", "kr")
    own = texts(*row(50, "Load", "", "Price", "Unit"), *loads[0], *loads[1])
    assert "Load: small; Price: 30; Unit: kr" in read(first, own).text


def test_letters_that_are_drawn_one_by_one_are_words() -> None:
    look = Look(10, turn=1)
    lefts = {0: "F", 6: "i", 8: "r", 12: "s", 17: "t", 23: "a", 29: "i", 31: "d", 90: "R"}
    ends = [6, 8, 12, 17, 20, 29, 31, 36, 97]
    words = [
        PdfWord(letter, left, 0, end, 10, 8, look, number)
        for number, ((left, letter), end) in enumerate(zip(lefts.items(), ends, strict=True))
    ]
    assert [word.text for word in join_letters(words)] == ["First", "aid", "R"]


def test_a_fraction_of_two_small_numbers_is_one_number(read: Callable[..., Document]) -> None:
    def recipe(canvas: Canvas) -> None:
        texts((50, 100, "Take 2"), (100, 100, "cups of flour and x"))(canvas)
        texts((89, 95, "3"), (89, 104, "4"), size=7)(canvas)

    assert "Take 2 3/4 cups of flour" in read(recipe).text


def test_dots_that_are_drawn_before_lines_are_bullets(read: Callable[..., Document]) -> None:
    def shopping(canvas: Canvas) -> None:
        for n, text in enumerate(("flour", "salt", "200 g butter")):
            canvas.circle(52, HEIGHT - 97 - 14 * n, 1.8, stroke=0, fill=1)
            canvas.drawString(60, HEIGHT - 100 - 14 * n, text)

    items = find_blocks(read(shopping).blocks, "item")
    assert [(item.marker, item.text) for item in items] == [
        *(("•", "flour"), ("•", "salt"), ("•", "200 g butter")),
    ]


def test_years_beside_texts_are_terms(read: Callable[..., Document]) -> None:
    document = read(
        texts(
            *row(100, "2019 – today", "", "Harbour master of Marwick, fourteen men"),
            *row(120, "2012 – 2019", "", "Pilot at Skerry for many ships"),
            *row(140, "2008", "", "Degree in navigation at Tarn"),
        )
    )
    assert "2012 – 2019: Pilot at Skerry for many ships" in document.text


def test_a_form_has_the_label_of_each_cell_in_it(read: Callable[..., Document]) -> None:
    def form(canvas: Canvas) -> None:
        canvas.grid([50, 200, 350], [HEIGHT - y for y in (100, 135, 170)])
        texts((55, 113, "Name"), (55, 128, "Orla Fenwick"), (205, 113, "Born"))(canvas)
        texts((205, 128, "in Tarn"), (55, 148, "Boat"), (55, 163, "Tern"))(canvas)
        texts((205, 148, "Berth"), (205, 163, "north"))(canvas)

    assert read(form).text == "Name Orla Fenwick; Born in Tarn\nBoat Tern; Berth north"


def test_a_box_beside_text_is_read_by_itself(read: Callable[..., Document]) -> None:
    def ship(canvas: Canvas) -> None:
        canvas.rect(398, HEIGHT - 140, 150, 52)
        texts((405, 102, "Built: 1987"), (405, 115, "Crew: 14"), (405, 128, "Speed: 12 kn"))(canvas)
        line = "The ferry carries cars and people to the isles and"
        texts(*((50, 98 + 14 * n, line) for n in range(3)))(canvas)
        long = f"{line} back again in all weathers of the year"
        texts((50, 160, long), (50, 174, long))(canvas)

    text = read(ship).text
    assert text.split("\n\n")[-3:] == ["Built: 1987", "Crew: 14", "Speed: 12 kn"]


def test_a_date_at_the_other_side_is_no_part_of_an_address(read: Callable[..., Document]) -> None:
    letter = texts((50, 80, "Harbour Board"), (400, 80, "Marwick, 4 March"), (50, 93, "Kai 7"))
    assert read(letter).text.split("\n\n") == ["Harbour Board", "Marwick, 4 March", "Kai 7"]


def test_lines_with_dots_up_to_a_number_stay_lines(read: Callable[..., Document]) -> None:
    dots = "." * 60
    lines = [f"1 Scope {dots} 3", f"2 Pumps {dots} 7", f"2.1 Seals {dots} 12"]
    document = read(texts(*((50, 80 + 13 * n, line) for n, line in enumerate(lines))))
    assert document.text.split("\n\n") == lines
