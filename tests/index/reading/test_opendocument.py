"""OpenDocument texts keep their headings, lists, tables and notes, and lose what was taken back."""

from __future__ import annotations

import io
import zipfile

import pytest

from sourcebook.index import Document, Skipped
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reading.opendocument.odt import read_odt
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import Block, BlockKind, find_blocks

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES = " ".join(
    f'xmlns:{name}="{_OASIS}{long}:1.0"'
    for name, long in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "svg": "svg-compatible",
    }.items()
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:math="http://www.w3.org/1998/Math/MathML"'
)
_STYLES = (
    '<style:style style:name="up" style:family="text">'
    '<style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="gone" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="secret" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="cap" style:family="paragraph" style:parent-style-name="Caption"/>'
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
    'style:num-suffix="." style:num-format="1"/><text:list-level-style-number text:level="2" '
    'style:num-suffix=")" style:num-format="a"/></text:list-style>'
    '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="\ue00c"/></text:list-style>'
)


def read_all(body: str, **members: str) -> tuple[Document, list[str]]:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}>'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles><office:body>"
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("content.xml", content)
        for name, text in members.items():
            package.writestr(name, text)
    items = list(read_odt(Source("a.odt", lambda: io.BytesIO(out.getvalue()))))
    (document,) = [item for item in items if isinstance(item, Document)]
    return document, [item.reason for item in items if isinstance(item, Skipped)]


def read(body: str, **members: str) -> Document:
    return read_all(body, **members)[0]


def found(document: Document, kind: BlockKind) -> list[Block]:
    return find_blocks(document.blocks, kind)


def items(*texts: str) -> str:
    return "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in texts)


def test_lists_have_their_numbers_and_go_on_where_they_say_so() -> None:
    inner = f"<text:list>{items('thick', 'thin')}</text:list>"
    document = read(
        '<text:list text:style-name="L"><text:list-item><text:p>Rope</text:p>'
        f"{inner}</text:list-item>{items('Anchor')}</text:list><text:p>And:</text:p>"
        f'<text:list text:style-name="L" text:continue-numbering="true">{items("Chain")}'
        f'</text:list><text:list text:style-name="L">{items("Hook")}</text:list>'
        f'<text:list text:style-name="B">{items("Sail")}</text:list>'
    )
    assert [(item.marker, item.text.split("\n")[0]) for item in found(document, "item")] == [
        ("1.", "Rope"),
        ("a)", "thick"),
        ("b)", "thin"),
        ("2.", "Anchor"),
        ("3.", "Chain"),
        ("1.", "Hook"),
        ("•", "Sail"),
    ]
    assert document.text == "Rope\nthick\nthin\nAnchor\n\nAnd:\n\nChain\n\nHook\n\nSail"


def test_headings_keep_their_level() -> None:
    document = read(
        '<text:h text:outline-level="2" text:style-name="H2">Fees</text:h>'
        "<text:p>Boats pay half.</text:p>"
        '<text:p text:style-name="Title">Rules</text:p>'
    )
    assert [(heading.level, heading.text) for heading in found(document, "heading")] == [
        (2, "Fees"),
        (1, "Rules"),
    ]
    assert document.title == "Rules"


def test_cells_in_the_style_of_heads_are_heads() -> None:
    def row(style: str, *texts: str) -> str:
        cells = (
            f'<table:table-cell><text:p text:style-name="{style}">{text}</text:p>'
            "</table:table-cell>"
            for text in texts
        )
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    document = read(
        f"<table:table>{row('Table_20_Heading', 'Stop', '7', '9')}"
        f"{row('Plain', 'Quay', '6:52', '7:22')}{row('Plain', 'Mill', '6:58', '7:28')}"
        "</table:table>"
    )
    assert document.text.splitlines()[-1] == "Stop: Mill; 7: 6:58; 9: 7:28"


def test_repeated_and_covered_cells_keep_their_columns() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    covered = "<table:covered-table-cell/>"
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    document = read(
        '<text:p text:style-name="cap">Passengers (EUR m)</text:p><table:table>'
        "<table:table-header-rows>"
        + row(cell("Depot"), cell("2019"), cell("2020"), cell("2021"))
        + "</table:table-header-rows>"
        + row(cell("Marwick"), empty, cell("433"))
        + row(cell("Skerry"), cell("275", 'table:number-columns-spanned="2"'), covered, cell("9"))
        + row(cell("Tallberg"), cell("8", 'table:number-columns-repeated="3"'))
        + "</table:table>"
    )
    assert document.text == (
        "Passengers (EUR m)\n\nDepot; 2019; 2020; 2021\nDepot: Marwick; 2021: 433\n"
        "Depot: Skerry; 2019, 2020: 275; 2021: 9\nDepot: Tallberg; 2019: 8; 2020: 8; 2021: 8"
    )
    assert [block.kind for block in document.blocks] == ["caption", "table"]


def test_raised_digits_are_marks_and_notes_follow() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>In May.</text:p></text:note-body></text:note>"
    )
    document = read(
        f'<text:p>Fees{note} rose to 25<text:span text:style-name="up">7</text:span> for 40 m'
        '<text:span text:style-name="up">2</text:span>.</text:p>'
    )
    assert document.text == "Fees rose to 25 for 40 m².\n\nIn May."
    assert [mark.marker for mark in found(document, "mark")] == ["1", "7"]
    assert [(note.marker, note.text) for note in found(document, "footnote")] == [("1", "In May.")]


def test_what_was_taken_back_is_noted_and_not_read() -> None:
    document = read(
        '<text:tracked-changes><text:changed-region text:id="c"><text:deletion><text:p>Dogs.'
        "</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Fees 3</text:p></text:index-body>"
        '</text:table-of-content><text:p>It<text:change text:change-id="c"/> is '
        '<text:span text:style-name="gone">20</text:span>25<text:span text:style-name="secret">'
        ", or 12</text:span><office:annotation><dc:creator>A. Stone</dc:creator><text:p>Really?"
        "</text:p></office:annotation>.</text:p>"
    )
    assert document.text == "It is 25."
    assert [(what.rule, what.text) for what in document.removed] == [
        ("deleted text", "Dogs."),
        ("table of contents", "Fees 3"),
        ("struck text", "20"),
        ("hidden text", ", or 12"),
        ("comment", "A. Stone: Really?"),
    ]


def test_frames_give_their_text_equation_or_description() -> None:
    def frame(inside: str) -> str:
        return f"<text:p>At the gate: <draw:frame>{inside}</draw:frame></text:p>"

    star_math = (
        f'<math:math {_NAMES}><math:semantics><math:annotation encoding="StarMath 5.0">'
        "F = 9.81 m</math:annotation></math:semantics></math:math>"
    )
    document, skipped = read_all(
        frame("<draw:text-box><text:p>Ring the bell.</text:p></draw:text-box>")
        + frame('<draw:object xlink:href="./Object 1"/>')
        + frame("<draw:image/><svg:desc>A boat on the slip in winter</svg:desc>"),
        **{"Object 1/content.xml": star_math},
    )
    assert document.text.split("\n\n") == [
        "At the gate:",
        "Ring the bell.",
        "At the gate: F = 9.81 m",
        "At the gate:",
        "A boat on the slip in winter",
    ]
    assert skipped == ["1 picture in it was not read"]


def test_a_text_of_pictures_alone_says_so() -> None:
    with pytest.raises(EmptyDocument, match="only pictures"):
        read("<text:p><draw:frame><draw:image/></draw:frame></text:p>")
