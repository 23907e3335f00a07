"""Rich Text: code pages and Unicode, lists, tables in tables, notes; what is out is noted."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_tables import rich_text

from sourcebook.index import Document, Skipped
from sourcebook.index.cleaning.clean import strip_invisible
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.rich_text.rtf import read_rtf
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import Block, BlockKind, find_blocks

FONTS = (
    "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset128 MS;}"
    "{\\f3\\fcharset2 Symbol;}}"
)


def read_all(inside: str) -> tuple[Document, list[str]]:
    data = f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{FONTS}{inside}}}".encode("latin-1")
    items = list(read_rtf(Source("a.rtf", lambda: io.BytesIO(data))))
    (document,) = [item for item in items if isinstance(item, Document)]
    return document, [item.reason for item in items if isinstance(item, Skipped)]


def read(inside: str) -> Document:
    return read_all(inside)[0]


def found(document: Document, kind: BlockKind) -> list[Block]:
    return find_blocks(document.blocks, kind)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("caf\\'e9 \\'80 5", "café € 5"),
        ("caf\xe9", "café"),
        ("\\f1 \\'cf\\'f0\\'e8", "При"),
        ("\\f2 \\'83\\'5c\\'83\\'8b", "ソル"),
        ("\\f3 \\'61\\'b3\\'70", "α≥π"),
        ("\\u8364?5", "€5"),
        ("\\uc2\\u8364\\'80x5\\uc1", "€5"),
        ("\\u-10179?\\u-9215?", "\U0001f401"),
        ("a\\~b\\_c\\-d\\emdash e", "a b-cd—e"),
        ("\\{a\\}\\\\", "{a}\\"),
        ("{\\*\\unknown gone}kept{\\pict 00ff}", "kept"),
        ("a{\\*\\bkmkstart x}b", "ab"),
        ('{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt the site}}', "the site"),
        ("one\\par two\\line three", "one\n\ntwo\nthree"),
        ("{\\upr{wrong}{\\*\\ud{right}}}", "right"),
        ("ab\\bin2 \\}x", "abx"),
    ],
)
def test_a_person_reads_the_same(inside: str, text: str) -> None:
    assert read(inside + "\\par").text == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Co", "Mn"])))
def test_any_text_is_read_back(text: str) -> None:
    document = read(f"x{rich_text(text)}x\\par")
    assert document.text == strip_invisible(f"x{text}x")[0]


def test_headings_and_items_are_blocks() -> None:
    document = read(
        "{\\stylesheet{\\s0 Normal;}{\\s1 heading 1;}{\\s2 Title;}}"
        "\\pard\\s2 Harbour rules\\par\\pard\\s1 Fees\\par\\pard\\plain Bring:\\par"
        "{\\listtext\\pard\\plain 1.\\tab}\\pard\\ls1\\ilvl0 Rope\\par"
        "{\\listtext\\pard\\plain a)\\tab}\\pard\\ls1\\ilvl1 thick\\par"
        "{\\listtext\\pard\\plain 2.\\tab}\\pard\\ls1\\ilvl0 Anchor\\par\\pard It rained.\\par"
    )
    headings = found(document, "heading")
    assert [(heading.level, heading.text) for heading in headings] == [
        (1, "Harbour rules"),
        (1, "Fees"),
    ]
    items = [(item.marker, item.text) for item in found(document, "item")]
    assert items == [("1.", "Rope\nthick"), ("a)", "thick"), ("2.", "Anchor")]
    assert document.title == "Harbour rules"


def test_a_note_follows_under_its_sign() -> None:
    document = read(
        "Fees rose{\\super\\chftn}{\\footnote\\pard{\\super\\chftn} In May.} twice"
        "{\\super *}{\\footnote{\\super *} In April.}, for 40 m{\\super 2}.\\par"
    )
    assert document.text == "Fees rose twice, for 40 m².\n\nIn May.\n\nIn April."
    assert [mark.marker for mark in found(document, "mark")] == ["1", "*"]
    assert [note.marker for note in found(document, "footnote")] == ["1", "*"]


def test_a_table_in_a_cell_is_read_once() -> None:
    document = read(
        "\\trowd\\cellx1000\\cellx2000\\pard\\intbl Item nine\\par"
        "\\pard\\intbl\\itap2 Winch\\nestcell 1250.00\\nestcell"
        "{\\*\\nesttableprops\\trowd\\cellx500\\cellx900\\nestrow}{\\nonesttables\\par}"
        "\\pard\\intbl\\itap1\\cell Purchases\\cell\\row"
        "\\trowd\\cellx1000\\cellx2000\\pard\\intbl Item ten\\cell Sales\\cell\\row\\pard\\par"
    )
    assert document.text.count("Winch") == 1
    outer, inner = found(document, "table")
    assert [cell.text for cell in find_blocks([outer], "cell")] == [
        "Item nine",
        "Purchases",
        "Item ten",
        "Sales",
    ]
    assert [cell.text for cell in find_blocks([inner], "cell")] == ["Winch", "1250.00"]


def test_what_is_out_is_noted() -> None:
    document, skipped = read_all(
        "{\\header Harbour office\\par}A berth is {\\strike 20}25 crowns{\\v , or 12}"
        "{\\deleted  a night}.{\\*\\atnauthor A. Stone}{\\*\\annotation Really?}"
        "{\\pict ffd8}\\par"
    )
    assert document.text == "A berth is 25 crowns."
    assert {(what.rule, what.text) for what in document.removed} == {
        ("header or footer of pages", "Harbour office"),
        ("struck text", "20"),
        ("hidden text", ", or 12"),
        ("deleted text", "a night"),
        ("comment", "A. Stone: Really?"),
    }
    assert skipped == ["1 picture in it was not read"]


def test_an_equation_stands_in_its_sentence() -> None:
    document = read(
        "Half is {\\mmath{\\*\\moMath{\\mf{\\mnum{\\mr 1}}{\\mden{\\mr 2}}}}} of it.\\par"
    )
    assert document.text == "Half is 1/2 of it."


def test_properties_name_title_and_author() -> None:
    document = read("{\\info{\\title Berth fees}{\\author Maren Holloway}}It rained.\\par")
    assert (document.title, document.author) == ("Berth fees", "Maren Holloway")


def test_what_is_no_rich_text_says_so() -> None:
    def read_bytes(data: bytes) -> None:
        list(read_rtf(Source("a.rtf", lambda: io.BytesIO(data))))

    with pytest.raises(UnreadableFile, match="no Rich Text"):
        read_bytes(b"It rained.")
    with pytest.raises(EmptyDocument):
        read_bytes(b"")
    with pytest.raises(EmptyDocument, match="only pictures"):
        read_bytes(b"{\\rtf1{\\pict ffd8}}")


@given(
    st.lists(
        st.sampled_from(
            [
                "{",
                "}",
                "\\par ",
                "\\cell ",
                "\\row ",
                "\\trowd ",
                "\\cellx9 ",
                "\\intbl ",
                "\\itap3 ",
                "\\nestcell ",
                "\\nestrow ",
                "\\pard ",
                "{\\footnote ",
                "\\u-10179?",
                "\\'e9",
                "\\uc9 ",
                "7",
                "{\\super ",
                "{\\*\\moMath{\\mr ",
                "{\\shptxt ",
                "{\\upr{",
                "{\\*\\ud ",
            ]
        )
    )
)
def test_any_order_of_control_words_is_read(words: list[str]) -> None:
    document = read("".join(words) + "}" * 100 + "\\pard x\\par x")
    assert "x" in document.text


def test_a_table_of_more_edges_than_a_page_holds_and_groups_without_end_are_read() -> None:
    rows = "".join(f"\\trowd\\cellx{50 * n}\\intbl {n}\\cell\\row" for n in range(1, 500))
    document = read(f"{rows}\\pard It rained.{'{' * 20_000}\\par")
    assert len(found(document, "cell")) == 499
    assert document.text.endswith("It rained.")
