"""OpenDocument presentations keep their slides with titles, lists, tables, charts and notes."""

from __future__ import annotations

import io
import zipfile

import pytest

from sourcebook.index import Document, Skipped
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.registry import find_format
from sourcebook.index.reading.source import Source

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_LONG = {"draw": "drawing", "svg": "svg-compatible"}
_NAMES = " ".join(
    f'xmlns:{name}="{_OASIS}{_LONG.get(name, name)}:1.0"'
    for name in ("office", "text", "table", "style", "draw", "svg", "presentation")
) + (' xmlns:xlink="http://www.w3.org/1999/xlink"')


def read(*slides: str, **members: str) -> tuple[Document, list[str]]:
    pages = "".join(
        f'<draw:page draw:style-name="s{number}">{slide}</draw:page>'
        for number, slide in enumerate(slides, 1)
    )
    content = (
        f"<office:document-content {_NAMES}><office:automatic-styles>"
        '<style:style style:name="s2" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
        f"</office:automatic-styles><office:body><office:presentation>{pages}"
        "</office:presentation></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("content.xml", content)
        for name, text in members.items():
            package.writestr(f"{name}/content.xml", text)
    source = Source("a.odp", lambda: io.BytesIO(out.getvalue()))
    items = list(find_format("a.odp").read(source))
    (document,) = [item for item in items if isinstance(item, Document)]
    return document, [item.reason for item in items if isinstance(item, Skipped)]


def frame(inside: str, kind: str = "", left: int = 1, top: int = 3, more: str = "") -> str:
    """A frame on a slide, in centimetres from its upper left corner."""
    own = f'presentation:class="{kind}"' if kind else ""
    return (
        f'<draw:frame {own} {more} svg:x="{left}cm" svg:y="{top}cm" svg:width="8cm" '
        f'svg:height="2cm">{inside}</draw:frame>'
    )


def box(text: str) -> str:
    return f"<draw:text-box><text:p>{text}</text:p></draw:text-box>"


def table(*rows: tuple[str, ...], more: str = "") -> str:
    cells = (
        "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row)
        for row in rows
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return f"<table:table {more}>{lines}</table:table>"


def test_a_slide_is_a_page_with_its_title_first_and_its_notes_last() -> None:
    notes = f"<presentation:notes>{frame(box('Greet Orla.'), 'notes')}</presentation:notes>"
    points = "<text:list><text:list-item><text:p>Rope</text:p></text:list-item></text:list>"
    document, skipped = read(
        frame(f"<draw:text-box>{points}</draw:text-box>", "outline", top=6)
        + frame(box("Below"), top=9)
        + frame(box("Fees"), "title")
        + frame(box("7"), "page-number")
        + frame(box("Click to add"), "subtitle", more='presentation:placeholder="true"')
        + notes,
        frame(box("Not shown")),
        frame(box("Dogs"), "title"),
    )
    assert document.text == "Fees\n\nRope\n\nBelow\n\nGreet Orla.\n\nDogs"
    assert [block.kind for block in document.blocks][:2] == ["heading", "list"]
    assert document.title == "Fees"
    assert document.pages == (0, len(document.text) - 4, len(document.text) - 4)
    assert [(removal.rule, removal.text) for removal in document.removed] == [
        ("header or footer of pages", "7"),
        ("hidden slide", "Not shown"),
    ]
    assert skipped == ["1 hidden slide in it was not read"]


def test_a_table_beside_its_preview_and_the_values_of_a_chart_are_tables() -> None:
    drawn = table(("Depot", "Manager"), ("Nes", "Orla"), more='table:use-first-row-styles="true"')
    values = table(("", "2019"), ("Skerry", "275"), ("Nes", "281"))
    document, skipped = read(
        frame(f'{drawn}<draw:image xlink:href="Pictures/a.png"/>')
        + frame('<draw:object xlink:href="./Chart"><text:p/></draw:object>', top=8),
        Chart=f"<office:document-content {_NAMES}>{values}</office:document-content>",
    )
    assert document.text == (
        "Depot; Manager\nDepot: Nes; Manager: Orla\n\n2019\nSkerry; 2019: 275\nNes; 2019: 281"
    )
    assert skipped == []


def test_slides_without_text_say_so() -> None:
    with pytest.raises(EmptyDocument, match="picture"):
        read(frame('<draw:image xlink:href="Pictures/a.png"/>'))
