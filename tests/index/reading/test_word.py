"""Word documents keep headings, numbers, tables, notes and equations, and lose what is out."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import (
    levels,
    listed,
    paragraph,
    raised,
    row,
    run,
    strict,
    styled,
    table,
    word_file,
)

from sourcebook.index import Document, Skipped
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.office.equations import MATH, equation_text
from sourcebook.index.reading.office.numerals import numeral, roman
from sourcebook.index.reading.office_package import parse_xml
from sourcebook.index.reading.source import Source
from sourcebook.index.reading.word.doc import read_doc
from sourcebook.index.reading.word.docx import read_docx
from sourcebook.index.structure.blocks import Block, BlockKind, find_blocks

M = f'xmlns:m="{MATH[1:-1]}"'


def read_all(data: bytes) -> tuple[Document, list[str]]:
    items = list(read_docx(Source("berths.docx", lambda: io.BytesIO(data))))
    (document,) = [item for item in items if isinstance(item, Document)]
    return document, [item.reason for item in items if isinstance(item, Skipped)]


def read(body: str, **more: str) -> Document:
    return read_all(word_file(body, **more))[0]


def found(document: Document, kind: BlockKind) -> list[Block]:
    return find_blocks(document.blocks, kind)


def left_out(document: Document) -> list[tuple[str, str]]:
    return [(what.rule, what.text) for what in document.removed]


# --- Raised signs and notes -------------------------------------------------------------------


def test_a_raised_digit_is_a_mark_and_an_exponent_stays() -> None:
    body = paragraph(
        run("A berth is 25") + raised("7") + run(" crowns for 40 m") + raised("2") + run(".")
    )
    document = read(body)
    assert document.text == "A berth is 25 crowns for 40 m²."
    (mark,) = found(document, "mark")
    assert (mark.marker, mark.start) == ("7", len("A berth is 25"))


def test_notes_follow_the_text_under_the_signs_that_refer_to_them() -> None:
    body = paragraph(
        run("Fees rose")
        + '<w:r><w:footnoteReference w:id="9"/></w:r>'
        + run(" twice")
        + '<w:r><w:endnoteReference w:id="4"/></w:r>'
        + run(" and fell")
        + '<w:r><w:footnoteReference w:id="3"/></w:r>'
        + run(".")
    )
    document = read(
        body,
        footnotes=f'<w:footnote w:type="separator" w:id="0">{paragraph("-")}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph("In May.")}</w:footnote>'
        f'<w:footnote w:id="9">{paragraph("In April.")}</w:footnote>',
        endnotes=f'<w:endnote w:id="4">{paragraph("By half.")}</w:endnote>',
    )
    assert document.text == "Fees rose twice and fell.\n\nIn April.\n\nIn May.\n\nBy half."
    notes = [(note.marker, note.text) for note in found(document, "footnote")]
    assert notes == [("1", "In April."), ("2", "In May."), ("i", "By half.")]
    assert [mark.marker for mark in found(document, "mark")] == ["1", "i", "2"]


def test_a_note_typed_by_hand_is_a_footnote() -> None:
    document = read(paragraph(run("25") + raised("1")) + paragraph(raised("1") + run("In winter.")))
    assert [(note.marker, note.text) for note in found(document, "footnote")] == [
        ("1", "In winter.")
    ]


# --- Headings and lists -----------------------------------------------------------------------


def test_headings_have_the_level_of_their_style_or_outline() -> None:
    outline = '<w:outlineLvl w:val="2"/>'
    document = read(
        styled("Harbour rules", "Title")
        + styled("Fees", "Heading1")
        + paragraph("Winter", outline)
        + paragraph("Boats pay half.")
    )
    assert [(heading.level, heading.text) for heading in found(document, "heading")] == [
        (1, "Harbour rules"),
        (1, "Fees"),
        (3, "Winter"),
    ]
    assert document.title == "Harbour rules"


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1">'
    + levels(("decimal", "%1."), ("lowerLetter", "%2)"), ("upperRoman", "%1.%3"))
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2">'
    + levels(("bullet", "\uf0b7"))
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="6"/></w:lvlOverride></w:num>'
)


def test_items_have_the_numbers_that_word_shows() -> None:
    document = read(
        listed("Rope", 1)
        + listed("thick", 1, 1)
        + listed("thin", 1, 1)
        + listed("red", 1, 2)
        + listed("Anchor", 1)
        + listed("light", 1, 1)
        + paragraph("And:")
        + listed("Chain", 1)
        + listed("Hook", 3)
        + listed("Sail", 2),
        numbering=NUMBERING,
    )
    items = [(item.marker, item.text.split("\n")[0]) for item in found(document, "item")]
    assert items == [
        ("1.", "Rope"),
        ("a)", "thick"),
        ("b)", "thin"),
        ("1.I", "red"),
        ("2.", "Anchor"),
        ("a)", "light"),
        ("3.", "Chain"),
        ("6.", "Hook"),
        ("•", "Sail"),
    ]
    assert "Rope\nthick\nthin\nred\nAnchor\nlight\n\nAnd:" in document.text
    (rope, _) = found(document, "list")[0].children
    assert [child.kind for child in rope.children] == ["list"]


def test_a_paragraph_taken_off_the_list_of_its_style_is_none_of_its_items() -> None:
    def bullet(number: int) -> str:
        list_id = f'<w:numPr><w:numId w:val="{number}"/></w:numPr>'
        return f'<w:pStyle w:val="ListBullet"/>{list_id}'

    document = read(
        paragraph("Rope", bullet(2)) + paragraph("And:", bullet(0)), numbering=NUMBERING
    )
    assert [block.kind for block in document.blocks] == ["list", "paragraph"]


def test_a_numbered_heading_shows_its_number() -> None:
    numbered = '<w:pStyle w:val="Heading1"/><w:numPr><w:numId w:val="1"/></w:numPr>'
    document = read(paragraph("Fees", numbered) + paragraph("Dogs", numbered), numbering=NUMBERING)
    assert [heading.text for heading in found(document, "heading")] == ["1. Fees", "2. Dogs"]


@given(st.integers(1, 4999))
def test_roman_numerals_are_read_back(number: int) -> None:
    sizes = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
    values = [sizes[letter] for letter in roman(number)]
    after = [*values[1:], 0]
    assert number == sum(
        -size if size < following else size for size, following in zip(values, after, strict=True)
    )


def test_numbers_take_the_forms_of_word() -> None:
    forms = ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "ordinal", "decimalZero")
    assert [numeral(28, form) for form in forms] == ["28", "bb", "BB", "xxviii", "28th", "28"]
    assert [numeral(n, "ordinal") for n in (1, 2, 3, 11)] == ["1st", "2nd", "3rd", "11th"]


# --- Tables -----------------------------------------------------------------------------------


def test_a_value_stands_under_its_own_head_beside_an_empty_cell() -> None:
    document = read(table(row("Depot", "2019", "2020", "2021"), row("Marwick", "410", "", "433")))
    assert document.text.split("\n")[1] == "Depot: Marwick; 2019: 410; 2021: 433"


def test_a_table_in_a_cell_is_read_once() -> None:
    inner = table(row("Winch", "1250.00"), row("Anchor", "99.90"))
    cell = f"<w:tc>{paragraph('Item nine')}{inner}<w:p/></w:tc>"
    document = read(table(row(cell, "Purchases"), row("Item ten", "Sales")))
    assert document.text.count("Winch") == 1
    assert len(found(document, "table")) == 2


def test_a_frame_around_text_is_no_table() -> None:
    cell = f"<w:tc>{styled('Hours', 'Heading2')}{paragraph('From nine to five.')}</w:tc>"
    document = read(table(row(cell)))
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"]


def test_two_numbers_in_a_cell_do_not_become_one() -> None:
    cell = f"<w:tc>{paragraph('1')}{paragraph('250')}</w:tc>"
    document = read(table(row("Depot", "Crews"), row("Skerry", cell)))
    assert found(document, "cell")[3].text == "1, 250"


def test_a_caption_before_a_table_is_its_caption() -> None:
    document = read(
        styled("Table 1: Net sales (SEK m)", "Caption")
        + table(row("Year", "Sales"), row("2020", "12,400"))
    )
    assert [block.kind for block in document.blocks] == ["caption", "table"]
    place = found(document, "cell")[3].cell
    assert place is not None
    assert place.unit == "SEK m"


# --- What is out ------------------------------------------------------------------------------


def test_tracked_changes_are_accepted() -> None:
    dogs = run("Dogs are forbidden.")
    document = read(
        paragraph(run("Clause seven: ") + f"<w:moveFrom>{dogs}</w:moveFrom>")
        + paragraph(run("Clause nine: ") + f"<w:moveTo>{dogs}</w:moveTo>")
        + paragraph(
            run("The fee is ")
            + "<w:del><w:r><w:delText>20</w:delText></w:r></w:del>"
            + f"<w:ins>{run('25')}</w:ins>"
            + run(" crowns.")
        )
        + table(
            row("Depot", "Crews"),
            row("Skerry", "4", properties='<w:del w:id="1"/>'),
            row("Marwick", "7"),
        )
    )
    assert "Clause seven:\n\nClause nine: Dogs are forbidden." in document.text
    assert "The fee is 25 crowns." in document.text
    assert "Skerry" not in document.text
    assert ("deleted text", "20") in left_out(document)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    deleted = '<w:rPr><w:del w:id="1"/></w:rPr>'
    document = read(paragraph("Dogs are ", deleted) + paragraph("forbidden."))
    assert document.text == "Dogs are forbidden."


def test_hidden_and_struck_words_are_left_out_and_noted() -> None:
    document = read(
        paragraph(
            run("A berth is ")
            + run("20", "<w:strike/>")
            + run("25 crowns")
            + run(", or 12", '<w:vanish w:val="1"/>')
            + run(" a night", '<w:vanish w:val="0"/>')
            + run(".")
        )
    )
    assert document.text == "A berth is 25 crowns a night."
    assert left_out(document) == [("struck text", "20"), ("hidden text", ", or 12")]


def test_the_table_of_contents_headers_and_comments_are_noted_not_read() -> None:
    field = '<w:r><w:fldChar w:fldCharType="{0}"/></w:r>'
    begin = field.format("begin") + "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
    document = read(
        paragraph(begin + field.format("separate") + run("Fees 3"))
        + paragraph(run("Dogs 4") + field.format("end"))
        + styled("Fees", "Heading1")
        + paragraph("Boats pay half."),
        comments=f'<w:comment w:id="1" w:author="A. Stone">{paragraph("Really?")}</w:comment>',
        header1=paragraph("Harbour office, page 1"),
    )
    assert document.text == "Fees\n\nBoats pay half."
    assert set(left_out(document)) == {
        ("table of contents", "Fees 3 Dogs 4"),
        ("comment", "A. Stone: Really?"),
        ("header or footer of pages", "Harbour office, page 1"),
    }


def test_a_field_that_never_ends_hides_nothing_else() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    separate = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    document = read(
        paragraph(run("One.") + begin)
        + paragraph("Two.")
        + paragraph(begin + separate + run("Fees 3"))
        + styled("Fees", "Heading1")
        + paragraph("Three.")
    )
    assert document.text == "One.\n\nTwo.\n\nFees\n\nThree."


def test_a_text_box_in_two_forms_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('Ring the bell.')}</w:txbxContent>"
    document = read(
        paragraph(
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
            f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
            f"</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>{run('At the gate:')}"
        )
    )
    assert document.text == "At the gate:\n\nRing the bell."


# --- Equations --------------------------------------------------------------------------------


def test_an_equation_stands_in_its_sentence() -> None:
    document = read(
        paragraph(
            run("The load is ")
            + "<m:oMath><m:r><m:t>F=9.81</m:t></m:r><m:r><m:t>m</m:t></m:r></m:oMath>"
            + run(" in newtons.")
        )
    )
    assert document.text == "The load is F = 9.81 m in newtons."
    assert [formula.text for formula in found(document, "formula")] == ["F = 9.81 m"]


def _m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<m:f><m:num>{_m('1')}</m:num><m:den>{_m('2')}</m:den></m:f>", "1/2"),
        (f"<m:f><m:num>{_m('a+b')}</m:num><m:den>{_m('2a')}</m:den></m:f>", "(a + b)/(2a)"),
        (f"<m:sSup><m:e>{_m('x')}</m:e><m:sup>{_m('12')}</m:sup></m:sSup>", "x¹²"),
        (f"<m:sSup><m:e>{_m('x')}</m:e><m:sup>{_m('n+1')}</m:sup></m:sSup>", "xⁿ⁺¹"),
        (f"<m:sSup><m:e>{_m('2')}</m:e><m:sup>{_m('k')}</m:sup></m:sSup>", "2^k"),
        (f"<m:sSub><m:e>{_m('v')}</m:e><m:sub>{_m('0')}</m:sub></m:sSub>", "v₀"),
        (f"<m:rad><m:deg/><m:e>{_m('x+1')}</m:e></m:rad>", "√(x + 1)"),
        (f"<m:rad><m:deg>{_m('3')}</m:deg><m:e>{_m('8')}</m:e></m:rad>", "∛8"),
        (f"<m:d><m:e>{_m('x')}</m:e></m:d>", "(x)"),
        (f"<m:func><m:fName>{_m('sin')}</m:fName><m:e>{_m('x')}</m:e></m:func>", "sin(x)"),
        (
            (
                f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{_m("1")}</m:sub>'
                f"<m:sup>{_m('n')}</m:sup><m:e>{_m('k')}</m:e></m:nary>"
            ),
            "∑₁ⁿ k",
        ),
        (
            (
                f"<m:m><m:mr><m:e>{_m('1')}</m:e><m:e>{_m('0')}</m:e></m:mr>"
                f"<m:mr><m:e>{_m('0')}</m:e><m:e>{_m('1')}</m:e></m:mr></m:m>"
            ),
            "[1, 0; 0, 1]",
        ),
        (f"{_m('x=')}{_m('−')}{_m('3')}", "x = −3"),
    ],
)
def test_an_equation_is_readable_on_one_line(inside: str, text: str) -> None:
    assert equation_text(parse_xml(f"<m:oMath {M}>{inside}</m:oMath>".encode())) == text


# --- Files ------------------------------------------------------------------------------------


def test_a_strict_file_and_a_file_with_macros_are_read() -> None:
    data = word_file(styled("Fees", "Heading1") + table(row("Depot", "2020"), row("Skerry", "7")))
    text = "Fees\n\nDepot; 2020\nDepot: Skerry; 2020: 7"
    assert read_all(data)[0].text == text
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(strict(data))).read("word/document.xml")
    assert read_all(strict(data))[0].text == text


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("Berth fees of 2024", "Berth fees of 2024"),
        ("Microsoft Word - Berth fees.docx", "Berth fees"),
        ("Word Document", "Rules of the harbour"),
        ("Report template (blue)", "Rules of the harbour"),
        ("", "Rules of the harbour"),
    ],
)
def test_a_title_is_not_that_of_a_program_or_template(named: str, title: str) -> None:
    body = styled("Rules of the harbour", "Heading1") + paragraph("Boats pay half.")
    assert read(body, title=named).title == title


def test_neither_an_item_nor_a_row_is_a_title() -> None:
    document = read(
        listed("Rope and anchor and chain", 1)
        + table(row("Depot", "Crews of the year"), row("Skerry", "4"))
        + paragraph("What a boat brings along in winter."),
        numbering=NUMBERING,
    )
    assert document.title == "What a boat brings along in winter."
    assert read(table(row("Depot", "Crews of the year"), row("Skerry", "4"))).title == "berths"


def test_authors_are_persons() -> None:
    assert read(paragraph("x"), author="Maren Holloway").author == "Maren Holloway"
    for program in ("python-docx", "Microsoft Office User", "user"):
        assert read(paragraph("x"), author=program).author is None


def test_a_person_s_own_document_keeps_every_line() -> None:
    lines = ["Subscribe to our newsletter", "Share this article", "Advertisement", "It rained."]
    assert read("".join(map(paragraph, lines))).text == "\n\n".join(lines)


def test_an_old_word_document_that_is_another_file_is_read_as_that_or_refused() -> None:
    def read_old(data: bytes) -> list[Document | Skipped]:
        return list(read_doc(Source("a.doc", lambda: io.BytesIO(data))))

    for data in (word_file(paragraph("It rained.")), b"{\\rtf1 It rained.\\par}"):
        (document,) = read_old(data)
        assert isinstance(document, Document)
        assert document.text == "It rained."
    with pytest.raises(UnreadableFile, match="web page"):
        read_old(b"<html><body>It rained.</body></html>")
    with pytest.raises(UnreadableFile, match=r"save it as \.docx"):
        read_old(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000))
    with pytest.raises(EmptyDocument):
        read_old(b"")
