"""CSV and JSON: a table is one document, a dump one for each record, and no column is lost."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_tables import (
    TABLE_COUNT,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import Document
from sourcebook.index.errors import OverLimit, UnreadableFile
from sourcebook.index.reading.records import csv_rows, tabular
from sourcebook.index.reading.records.json import read_json, read_json_lines
from sourcebook.index.reading.records.record_dates import find_day_first, read_date
from sourcebook.index.reading.records.tabular import read_csv
from sourcebook.index.reading.sheets import areas
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.blocks import find_blocks

PROSE = "The harbour board met on Tuesday and agreed to widen the northern quay."


def read(text: str, name: str = "a.csv") -> tuple[list[Document], list[str]]:
    source = Source(f"/x/{name}", lambda: io.BytesIO(text.encode()))
    readers = {".json": read_json, ".jsonl": read_json_lines, ".csv": read_csv}
    items = list(readers[Path(name).suffix](source))
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item.reason for item in items if isinstance(item, Skipped)]


def text_of(text: str, name: str = "a.csv") -> str:
    (document,), skipped = read(text, name)
    assert skipped == []
    return document.text


# --- CSV --------------------------------------------------------------------------------------


@TABLE_COUNT
@given(random_tables(has_spans=False, has_marks=False), st.sampled_from(",;\t|^"))
def test_each_cell_of_a_random_csv_file_is_read_back(table: RandomTable, separator: str) -> None:
    rows = [[cell.text for cell in row] for row in table.rows]
    texts = [list(filter(None, row)) for row in rows]
    assume(len(texts[0]) > 1 and len(texts[-1]) > 1)
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    (document,), skipped = read(out.getvalue())
    assert skipped == []
    assert read_tables(document) == [expected_cells(table)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "~"])
def test_a_table_is_one_document_under_any_separator(separator: str) -> None:
    rows = ("Route,Adult,Child", "Skerry,12.50,6.25", "Tallberg,18.00,9.00")
    assert text_of("\n".join(rows).replace(",", separator)).split("\n") == [
        "Route; Adult; Child",
        "Route: Skerry; Adult: 12.50; Child: 6.25",
        "Route: Tallberg; Adult: 18.00; Child: 9.00",
    ]


def test_decimal_commas_do_not_part_fields_that_semicolons_part() -> None:
    assert text_of("Route;Adult\nSkerry;12,50\nTallberg;18,00").endswith(
        "Route: Tallberg; Adult: 18,00"
    )


def test_commas_in_quotes_do_not_part_what_semicolons_part() -> None:
    assert text_of('"Skerry";"1,000"\n"Tallberg";"2,500"\n').startswith("Skerry: 1,000")


@pytest.mark.parametrize("line", ["sep=|", '"sep=|"', "SEP=|"])
def test_the_line_that_names_the_separator_is_obeyed(line: str) -> None:
    text = text_of(f"{line}\r\nRoute|Adult, off season\r\nSkerry|12,50\r\nTallberg|18,00\r\n")
    assert text.startswith("Route; Adult, off season\nRoute: Skerry; Adult, off season: 12,50")


def test_lines_above_the_heads_are_the_caption_and_those_below_are_notes() -> None:
    (document,), _ = read(
        "Ferry fares 2024;;\nAll prices in SEK;;\n\nRoute;Adult;Child\nSkerry;12,50;6,25\n"
        'Tallberg;"18;00";9,00\n\n* With VAT\n'
    )
    (caption,) = find_blocks(document.blocks, "caption")
    (note,) = find_blocks(document.blocks, "footnote")
    assert (caption.text, document.title) == (
        "Ferry fares 2024; All prices in SEK",
        "Ferry fares 2024",
    )
    assert (note.text, note.marker) == ("With VAT", "*")
    assert "Adult: 18;00; Child: 9,00" in document.text
    (cell,) = [cell for cell in find_blocks(document.blocks, "cell") if cell.text == "6,25"]
    assert cell.cell is not None
    assert (cell.cell.heads, cell.cell.unit) == (("Child", "Skerry"), "SEK")


def test_a_table_without_heads_keeps_its_first_row() -> None:
    assert text_of("Skerry,12.50,6.25\nTallberg,18.00,9.00\n") == (
        "Skerry; 12.50; 6.25\nTallberg; 18.00; 9.00"
    )


def test_a_short_description_beside_a_name_is_a_column_of_a_table() -> None:
    text = text_of("Name,Description,Price\nRope,Green and long,12.50\nHook,Of steel,3.00\n")
    assert text.split("\n")[1] == "Name: Rope; Description: Green and long; Price: 12.50"


def test_a_dump_keeps_every_column_below_the_text() -> None:
    (document,), skipped = read(f"id,title,text,price,seats\n7,Quay,{PROSE},12.50,\n")
    assert skipped == []
    assert document.text == f"{PROSE}\n\nprice: 12.50"
    assert document.path == "/x/a.csv#7"
    heads = [cell.cell.heads for cell in find_blocks(document.blocks, "cell") if cell.cell]
    assert heads[1] == ("price",)


def test_a_column_of_long_texts_is_one_of_articles_whatever_it_is_called() -> None:
    documents, _ = read(f'rating,review\n5,"{PROSE * 4}"\n3,"{PROSE * 5}"\n')
    assert [document.text.split("\n\n")[1] for document in documents] == ["rating: 5", "rating: 3"]


def test_a_date_that_is_no_date_is_kept_as_a_line() -> None:
    (document,), _ = read(f"title,text,date\nQuay,{PROSE},04/03/2024\n")
    assert document.published is None
    assert document.text.endswith("\n\ndate: 04/03/2024")


def test_the_other_dates_of_a_column_settle_the_order_of_day_and_month() -> None:
    rows = [f"Quay {n},{PROSE},{date}" for n, date in enumerate(("04/03/2024", "25/12/2023"))]
    documents, _ = read("\n".join(["title,text,date", *rows]))
    assert [document.published for document in documents] == [
        datetime(2024, 3, 4, tzinfo=UTC),
        datetime(2023, 12, 25, tzinfo=UTC),
    ]


def test_lines_above_the_heads_of_a_dump_are_said() -> None:
    (document,), (reason,) = read(f"Export of 2024\ntitle,text\nQuay,{PROSE}\n")
    assert document.title == "Quay"
    assert reason == "lines above the heads: Export of 2024"


def test_a_long_table_is_several_documents_each_with_its_heads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (areas, tabular):
        monkeypatch.setattr(module, "MAX_CELLS", 600)
    rows = [f"N{n},{n}.5" for n in range(700)]
    documents, skipped = read("\n".join(["Name,Amount", *rows]))
    assert (len(documents), skipped) == (3, [])
    assert all(document.text.startswith("Name; Amount\n") for document in documents)
    assert sum(document.text.count("Amount: ") for document in documents) == 700


# --- dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("March 4, 2024", "4 March 2024", "4-Mar-24", "4-Mar-2024", "4th of March 2024"),
        *("Mar 4, 24", "04.03.24", "4. März 2024", "2024-03-04", "20240304", "2024年3月4日"),
        *("1709510400", "1709510400000", "1709510400000000", "Monday, 4 March 2024"),
    ],
)
def test_dates_in_many_forms_are_read(text: str) -> None:
    assert read_date(text) == datetime(2024, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("text", ["04/03/2024", "4/3/24", "24-03-04", "2024", "March 2024", "soon"])
def test_what_cannot_be_told_apart_stays_unknown(text: str) -> None:
    assert read_date(text) is None


def test_contradicting_dates_settle_nothing() -> None:
    assert find_day_first(["25/12/2023", "12/25/2023"]) is None
    assert find_day_first(["12/25/2023", "04/03/2024"]) is False
    assert find_day_first(["04/03/2024", "05/03/2024"]) is None


# --- JSON -------------------------------------------------------------------------------------


def test_an_array_of_articles_is_a_dump() -> None:
    records = [{"title": "Quay", "text": PROSE, "price": 12.5, "meta": {"tags": ["a", "b"]}}]
    (document,), skipped = read(json.dumps(records), "a.json")
    assert (document.title, skipped) == ("Quay", [])
    assert document.text == f"{PROSE}\n\nprice: 12.5\nmeta.tags: a, b"


def test_articles_in_an_object_are_a_dump_and_what_stands_beside_them_is_said() -> None:
    value = {"status": "ok", "articles": [{"title": "Quay", "text": PROSE}]}
    (document,), (reason,) = read(json.dumps(value), "a.json")
    assert (document.text, reason) == (PROSE, "values beside the articles: status")


def test_other_json_is_lines_and_tables_under_headings_with_its_numbers_as_they_are() -> None:
    text = text_of(
        '{"name": "Alma", "price": 12.50, "owner": {"seat": "Oslo"}, "crew": '
        '[{"name": "A", "since": 1990}, {"name": "B", "since": 2001}], "ports": [1, [2, 3.10]]}',
        "a.json",
    )
    assert text.split("\n\n") == [
        "name: Alma\nprice: 12.50",
        *("owner", "seat: Oslo", "crew"),
        "name; since\nname: A; since: 1990\nname: B; since: 2001",
        "ports",
        "1\n2, 3.10",
    ]


def test_objects_one_a_line_are_read_under_the_ending_of_json_too() -> None:
    line = json.dumps({"text": PROSE})
    documents, _ = read(f"{line}\n{line}\n", "a.json")
    assert len(documents) == 2


def test_records_one_a_line_that_are_no_articles_are_a_table() -> None:
    """A number keeps its digits; the objects in a record stand in its cell."""
    lines = (
        '{"id": 8101, "items": [{"sku": "FL", "qty": 12}, {"sku": "YE", "qty": 3}], "sum": 3.10}',
        '{"id": 8102, "items": [{"sku": "CO-10", "qty": 4}], "note": "Leave it at the door"}',
        "[1]",
    )
    (document,), (reason,) = read("\n".join(lines), "a.jsonl")
    assert document.text.split("\n")[1:] == [
        "id: 8101; items: (sku: FL, qty: 12), (sku: YE, qty: 3); sum: 3.10",
        "id: 8102; items: (sku: CO-10, qty: 4); note: Leave it at the door",
    ]
    assert reason == "line 3: no JSON object: a line is {...}"


def test_what_an_object_says_itself_stands_before_the_objects_in_it() -> None:
    text = text_of('{"place": {"name": "Alma", "old": {"name": "A"}, "seat": "Oslo"}}', "a.json")
    assert text.split("\n\n") == ["place", "name: Alma\nseat: Oslo", "old", "name: A"]


@pytest.mark.parametrize(
    ("text", "name", "day"),
    [
        ('{"date": "2026-03-05", "ports": [1], "crew": {"date": "1999-01-28"}}', "a.json", 5),
        ('{"crew": {"date": "1999-01-28"}, "ports": 2}', "a.json", None),
        ("bird,date\nWren,2026-03-05\nRobin,2026-04-06\n", "a.csv", None),
    ],
)
def test_a_date_of_one_record_is_not_that_of_the_file(
    text: str, name: str, day: int | None
) -> None:
    (document,), _ = read(text, name)
    assert (document.published.day if document.published else None) == day


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        ),
    )
)
def test_every_value_of_any_json_is_in_the_text(value: object) -> None:
    numbers: list[str] = []

    def collect(inner: object) -> None:
        if isinstance(inner, dict):
            for each in inner.values():
                collect(each)
        elif isinstance(inner, list):
            for each in inner:
                collect(each)
        elif isinstance(inner, int) and not isinstance(inner, bool):
            numbers.append(str(inner))

    collect(value)
    try:
        text = "\n".join(document.text for document in read(json.dumps(value), "a.json")[0])
    except Exception:  # noqa: BLE001 - nothing to read
        assert not numbers
        return
    assert all(number in text for number in numbers)


def test_broken_json_says_where() -> None:
    with pytest.raises(UnreadableFile, match=r"no JSON .*line 1 column 2"):
        read("[", "a.json")


def test_a_line_over_the_limit_is_said_and_not_read_as_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_rows, "MAX_BYTES", 1000)
    with pytest.raises(OverLimit, match="a line is over the limit"):
        read("text\n" + "The talks took eight hours. " * 100)
