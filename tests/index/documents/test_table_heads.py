"""Where a file does not say which cells are heads, a value is given to its own label, and to no
other."""

from __future__ import annotations

import pytest

from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.figures import find_unit, is_value, unit_scale
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter


def content_of(*rows: str) -> Content:
    """Return a table of rows whose cells stand between bars."""
    cells = [[TableCell(text.strip()) for text in row.split("|")] for row in rows]
    writer = BlockWriter()
    write_table(writer, Table(cells))
    return writer.content()


def lines_of(*rows: str) -> list[str]:
    return content_of(*rows).text.split("\n")


def heads_of(content: Content, text: str) -> tuple[str, ...]:
    (cell,) = [block for block in find_blocks(content.blocks, "cell") if block.text == text]
    assert cell.cell is not None
    return cell.cell.heads


def test_a_list_of_facts_has_no_head_though_a_year_stands_above_its_first_number() -> None:
    content = content_of("Company | Nordlys AS", "Founded | 1987", "Staff | 1,204", "Seat | Oslo")
    assert content.text == "Company: Nordlys AS\nFounded: 1987\nStaff: 1,204\nSeat: Oslo"
    assert heads_of(content, "1,204") == ("Staff",)


def test_a_list_of_facts_of_many_units_has_no_head() -> None:
    facts = ("Owner | Nordlys AS", "Staff | 1,204", "Exports | 37.5%", "Audit | 04.03.2024")
    assert lines_of(*facts)[0] == "Owner: Nordlys AS"


def test_two_columns_of_like_values_keep_their_heads() -> None:
    assert lines_of("Berth | Fee", "A | 400", "B | 450", "C | free") == [
        *("Berth; Fee", "Berth: A; Fee: 400", "Berth: B; Fee: 450", "Berth: C; Fee: free"),
    ]


def test_words_among_prices_and_years_in_heads_do_not_take_the_heads_away() -> None:
    assert lines_of("Item | Price", "Rope | 2.50", "Oar | on request", "Cap | sold out")[1:] == [
        *("Item: Rope; Price: 2.50", "Item: Oar; Price: on request", "Item: Cap; Price: sold out")
    ]
    heads = "Item | 2022 budget | Note | 2023 budget"
    budget = lines_of(heads, "Rope | 40 | new | 50", "Oar | 9 | old | 8")
    assert budget[1] == "Item: Rope; 2022 budget: 40; Note: new; 2023 budget: 50"


def test_two_pairs_of_label_and_value_in_a_row_stay_pairs() -> None:
    content = content_of("Voltage: | 230 V | Weight: | 8 kg", "Power: | 1,350 W | Colour: | red")
    assert content.text == "Voltage: 230 V; Weight: 8 kg\nPower: 1,350 W; Colour: red"
    assert heads_of(content, "8 kg") == ("Weight:",)


def test_pairs_need_no_colons_where_figures_stand_beside_the_labels() -> None:
    content = content_of("Voltage | 230 V | Weight | 8 kg", "Power | 1,350 W | Cable | 1.2 m")
    assert heads_of(content, "8 kg") == ("Weight",)
    heads = content_of("Item | Fee | Note | Year", "Rope | 2.50 | new | 2020", "Oar | 9 | old | ")
    assert heads_of(heads, "2.50")[0] == "Fee"


def test_a_head_over_the_first_of_its_columns_is_that_of_them_all() -> None:
    content = content_of(
        " | 2022 | | 2023 | ", "Region | Q1 | Q2 | Q1 | Q2", "North | 1 | 2 | 3 | 4"
    )
    assert content.text.endswith(
        "Region: North; 2022, Q1: 1; 2022, Q2: 2; 2023, Q1: 3; 2023, Q2: 4"
    )
    free = content_of(" | 2022 | | 2023", "Region | Plan | Note | Plan", "North | 1 | 2 | 3")
    assert "2022" not in heads_of(free, "2")


def test_a_row_is_said_of_the_part_of_the_table_in_which_it_stands() -> None:
    content = content_of(
        " | 2022 | 2023",
        "Cod",
        "North | 389 | 401",
        "Herring",
        "North | 9 | 8",
        "All | 398 | 409",
    )
    assert "Herring: North; 2022: 9; 2023: 8" in content.text
    assert heads_of(content, "389") == ("Cod", "2022", "North")
    assert "Herring" not in heads_of(content, "409")


def test_numbers_are_names_of_columns_where_none_below_is_like_them() -> None:
    content = content_of("Trip | 101 | 103", "Harbour | 06:10 | 07:10", "Mill | 06:25 | ")
    assert heads_of(content, "07:10") == ("103", "Harbour")


def test_rising_numbers_are_names_of_columns_where_each_row_below_says_its_unit() -> None:
    content = content_of("Size | 36 | 38 | 40", "Chest (cm) | 84 | 88 | 92")
    assert heads_of(content, "88") == ("38", "Chest (cm)")
    assert lines_of("Rope | 5 | 9", "Oar (pair) | 22 | 46", "Cap | 1 | 2")[0] == "Rope; 5; 9"
    assert lines_of("Rope (m) | 5 | 9", "Oar (m) | 22 | 46")[1] == "Oar (m); 22; 46"


def test_a_year_with_a_word_is_a_head_above_figures_without_that_word() -> None:
    content = content_of("Item | 2022 plan | 2023 plan", "Rope | 40 | 50")
    assert heads_of(content, "50") == ("2023 plan", "Rope")
    assert lines_of("Cable | 2000 m | 2050 m", "Rope | 40 m | 50 m")[0] == "Cable; 2000 m; 2050 m"


def test_a_head_over_two_columns_of_times_is_that_of_both() -> None:
    rows = ("Stop | Mon-Fri | | Sat", "Mill | 06:10 | 07:10 | 08:00")
    content = content_of(*rows)
    assert heads_of(content, "07:10") == ("Mon-Fri", "Mill")
    assert heads_of(content, "08:00") == ("Sat", "Mill")
    other = content_of("Name | Age | | Town", "Ann | 40 | 50 | Oslo", "Bo | 41 | 7 | Rome")
    assert heads_of(other, "50") == ("Ann",)


@pytest.mark.parametrize(
    ("text", "unit", "scale"),
    [
        *(("Sales, in EUR 1,000", "EUR thousand", 1e3), ("in 1.000 EUR", "EUR thousand", 1e3)),
        *(("Sales (EUR '000)", "EUR thousand", 1e3), ("Umsatz in TEUR", "EUR thousand", 1e3)),
        *(("In CHF 1’000’000", "CHF million", 1e6), ("Fines above EUR 1,000 a year", "EUR", 1)),
    ],
)
def test_the_thousands_that_a_caption_names_are_a_part_of_the_unit(
    text: str, unit: str, scale: float
) -> None:
    assert (find_unit(text), unit_scale(find_unit(text))) == (unit, scale)


def test_years_at_the_left_of_words_are_terms() -> None:
    lines = lines_of("2019 – today | Master", "| a crew", "2012 – 2019 | Pilot", "2008 | Mate")
    assert lines == ["2019 – today: Master", "a crew", "2012 – 2019: Pilot", "2008: Mate"]


def test_names_with_a_number_are_heads_and_amounts_before_their_currency_are_values() -> None:
    assert not any(map(is_value, ("P1", "K1", "1st", "bis 8 m", "Day 1", "Q1", "2021")))
    assert all(map(is_value, ("5 €", "30,-", "CHF 1’204.–", "06:10", "10 km/h", "(1,204)", "45*")))


def test_a_cell_over_several_columns_is_under_the_heads_of_all_of_them() -> None:
    rows = [
        [TableCell("Day"), TableCell("Summer"), TableCell("Winter"), TableCell("Fee")],
        [TableCell("Monday"), TableCell("closed", column_span=2), TableCell("12")],
        [TableCell("Friday"), TableCell("9 to 5"), TableCell("9 to 3"), TableCell("14")],
    ]
    writer = BlockWriter()
    write_table(writer, Table(rows, head_rows=1))
    content = writer.content()
    assert content.text.splitlines()[1] == "Day: Monday; Summer, Winter: closed; Fee: 12"
    (closed,) = [cell for cell in find_blocks(content.blocks, "cell") if cell.text == "closed"]
    assert closed.cell is not None
    assert closed.cell.heads == ("Summer", "Winter")
