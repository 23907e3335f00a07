"""Slides: titles, lists, charts, notes and comments in the order of reading."""

from __future__ import annotations

import io
from typing import Any

import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from sourcebook.index import Document, Skipped
from sourcebook.index.documents.pages import page_at
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.office.charts import DIAGRAM, DRAWING, diagram_items
from sourcebook.index.reading.office_package import parse_xml
from sourcebook.index.reading.slides.pptx import read_pptx
from sourcebook.index.reading.slides.reading_order import Box, reading_order
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks


def deck() -> Any:
    return pptx.Presentation()


def read(file: Any) -> tuple[Document, list[str]]:
    out = io.BytesIO()
    file.save(out)
    items = list(read_pptx(Source("a.pptx", lambda: io.BytesIO(out.getvalue()))))
    (document,) = [item for item in items if isinstance(item, Document)]
    return document, [item.reason for item in items if isinstance(item, Skipped)]


def titled(file: Any, title: str, *points: tuple[str, int]) -> Any:
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = title
    frame = slide.placeholders[1].text_frame
    for number, (text, level) in enumerate(points):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    return slide


def write_box(slide: Any, text: str, left: float, top: float, width: float = 2) -> Any:
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(0.5))
    box.text_frame.text = text
    return box


def test_a_slide_has_its_title_as_heading_and_its_points_as_a_list() -> None:
    file = deck()
    titled(file, "Fees", ("Summer", 0), ("per night", 1), ("Winter", 0))
    titled(file, "Dogs", ("Forbidden", 0))
    document, _ = read(file)
    assert document.text == "Fees\n\nSummer\nper night\nWinter\n\nDogs\n\nForbidden"
    headings = find_blocks(document.blocks, "heading")
    assert [(heading.text, heading.place and heading.place.page) for heading in headings] == [
        ("Fees", 1),
        ("Dogs", 2),
    ]
    items = find_blocks(document.blocks, "item")
    assert [item.text for item in items] == [
        "Summer\nper night",
        "per night",
        "Winter",
        "Forbidden",
    ]
    assert {item.marker for item in items} == {"•", "–"}
    assert page_at(document, document.text.index("Forbidden")) == 2


def test_numbered_points_have_their_numbers() -> None:
    file = deck()
    slide = titled(file, "Fees", ("Summer", 0), ("Winter", 0))
    for paragraph in slide.placeholders[1].text_frame.paragraphs:
        numbers = paragraph._p.get_or_add_pPr().makeelement(f"{DRAWING}buAutoNum", {})
        numbers.set("type", "alphaLcParenR")
        numbers.set("startAt", "3")
        paragraph._p.pPr.append(numbers)
    document, _ = read(file)
    assert [item.marker for item in find_blocks(document.blocks, "item")] == ["c)", "d)"]


def test_the_values_of_a_chart_are_a_table() -> None:
    file = deck()
    slide = file.slides.add_slide(file.slide_layouts[5])
    slide.shapes.title.text = "Passengers"
    make_data: Any = CategoryChartData  # without types
    data = make_data(number_format="0.0%")
    data.categories = ["2019", "2020"]
    data.add_series("Skerry", (0.275, 0.281))
    data.add_series("Marwick", (0.41, None))
    place = (Inches(1), Inches(2), Inches(6), Inches(4))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "Share of passengers"
    document, skipped = read(file)
    assert document.text == (
        "Passengers\n\nShare of passengers\n\nSkerry; Marwick\n"
        "2019; Skerry: 27.5%; Marwick: 41.0%\n2020; Skerry: 28.1%"
    )
    assert skipped == []


@pytest.mark.parametrize(
    ("first", "row"), [("Depot", "Depot: Skerry; Manager: Bruno"), ("12", "Skerry: Bruno")]
)
def test_the_row_that_is_drawn_as_heads_is_heads_unless_it_holds_numbers(
    first: str, row: str
) -> None:
    file = deck()
    slide = file.slides.add_slide(file.slide_layouts[6])
    place = (Inches(1), Inches(2), Inches(6), Inches(2))
    table = slide.shapes.add_table(3, 2, *place).table
    texts = ((first, "Manager"), ("Marwick", "Orla"), ("Skerry", "Bruno"))
    for number, cells in enumerate(texts):
        for column, text in enumerate(cells):
            table.cell(number, column).text = text
    document, _ = read(file)
    assert document.text.splitlines()[-1] == row


def test_notes_and_comments_follow_their_slide() -> None:
    file = deck()
    slide = titled(file, "Fees", ("Summer", 0))
    slide.notes_slide.notes_text_frame.text = "Say that it rained."
    titled(file, "Dogs", ("Forbidden", 0))
    document, _ = read(file)
    assert document.text.split("\n\n")[2:4] == ["Say that it rained.", "Dogs"]


def test_what_is_hidden_is_noted_and_keeps_its_number() -> None:
    file = deck()
    titled(file, "Fees", ("Summer", 0))
    titled(file, "Old fees", ("Autumn", 0))._element.set("show", "0")
    titled(file, "Dogs", ("Forbidden", 0))
    document, skipped = read(file)
    assert "Autumn" not in document.text
    assert page_at(document, document.text.index("Dogs")) == 3
    assert skipped == ["1 hidden slide in it was not read"]
    assert [(what.rule, what.text) for what in document.removed] == [
        ("hidden slide", "Old fees Autumn")
    ]


def test_boxes_are_read_by_columns_and_rows() -> None:
    file = deck()
    slide = file.slides.add_slide(file.slide_layouts[6])
    for text, left, top in (
        ("Right below", 5, 3),
        ("Below all", 0.5, 5),
        ("Left below", 0.5, 3.2),
        ("Right", 5, 2),
        ("Left", 0.5, 2.1),
    ):
        write_box(slide, text, left, top, width=9 if text == "Below all" else 2)
    group = slide.shapes.add_group_shape()
    write_box(group, "Above all", 0.5, 0.5, width=9)
    document, _ = read(file)
    assert document.text.split("\n\n") == [
        "Above all",
        "Left",
        "Right",
        "Left below",
        "Right below",
        "Below all",
    ]


def test_columns_of_unequal_rows_are_read_one_after_the_other() -> None:
    left = [Box(0, 0, 4, 3), Box(0, 3.2, 4, 9)]
    right = [Box(5, 0, 9, 5), Box(5, 5.2, 9, 9)]
    assert reading_order([*right, *left]) == [2, 3, 0, 1]


_SIDES = st.floats(0, 100, allow_nan=False)


@given(st.lists(st.builds(Box, _SIDES, _SIDES, _SIDES, _SIDES), max_size=12))
def test_every_box_is_read_once(boxes: list[Box]) -> None:
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))


def test_a_diagram_is_a_list_by_its_levels() -> None:
    def point(name: str, text: str, kind: str = "node") -> str:
        words = f"<d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t>" if text else ""
        return f'<d:pt modelId="{name}" type="{kind}">{words}</d:pt>'

    def link(source: str, target: str, order: int) -> str:
        return f'<d:cxn srcId="{source}" destId="{target}" srcOrd="{order}"/>'

    xml = (
        f'<d:dataModel xmlns:d="{DIAGRAM[1:-1]}" xmlns:a="{DRAWING[1:-1]}"><d:ptLst>'
        + point("0", "", "doc")
        + point("2", "Plan")
        + point("1", "Ask")
        + point("3", "whom")
        + point("4", "x", "pres")
        + "</d:ptLst><d:cxnLst>"
        + link("0", "2", 1)
        + link("0", "1", 0)
        + link("1", "3", 0)
        + "</d:cxnLst></d:dataModel>"
    )
    items = [(item.level, item.pieces) for item in diagram_items(parse_xml(xml.encode()))]
    assert items == [(0, ["Ask"]), (1, ["whom"]), (0, ["Plan"])]


def test_a_raised_digit_on_a_slide_is_a_mark_and_struck_words_are_left_out() -> None:
    file = deck()
    slide = file.slides.add_slide(file.slide_layouts[6])
    paragraph = write_box(slide, "", 1, 1).text_frame.paragraphs[0]
    for text, name, value in (
        ("A berth is ", "", ""),
        ("20", "strike", "sngStrike"),
        ("25", "", ""),
        ("7", "baseline", "30000"),
        (" crowns.", "", ""),
    ):
        run = paragraph.add_run()
        run.text = text
        if name:
            run._r.get_or_add_rPr().set(name, value)
    document, _ = read(file)
    assert document.text == "A berth is 25 crowns."
    assert [mark.marker for mark in find_blocks(document.blocks, "mark")] == ["7"]
    assert [(what.rule, what.text) for what in document.removed] == [("struck text", "20")]


@pytest.mark.parametrize(
    "named", ["PowerPoint Presentation", "PowerPoint-Präsentation", "Slide 1", "Plans of 1999"]
)
def test_the_title_is_that_of_the_first_slide(named: str) -> None:
    file = deck()
    titled(file, "Fees of the harbour", ("Summer", 0))
    file.core_properties.title = named
    document, _ = read(file)
    assert (document.title, document.author) == ("Fees of the harbour", None)


def test_slides_without_text_say_so() -> None:
    file = deck()
    file.slides.add_slide(file.slide_layouts[6])
    with pytest.raises(EmptyDocument, match="no text"):
        read(file)
