"""Scripts of other directions in PDF: Arabic ligatures, vertical Japanese; and Thai in passages."""

from __future__ import annotations

import io
from pathlib import Path

import hostile_files
import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from sourcebook.index import Document, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.documents.words import count_words
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source


def read_text(folder: Path, data: bytes) -> str:
    path = folder / "a.pdf"
    path.write_bytes(data)
    (document,) = [d for d in read_source(Source.file(path)) if isinstance(d, Document)]
    return document.text


def arabic_pdf(glyphs: list[str], order: str) -> bytes:
    """A page that shows glyphs from left to right; each glyph is the letters that it stands for,
    and ``order`` names them by letters of the alphabet."""
    pairs = "\n".join(
        f"<{65 + number:02X}> <{glyph.encode('utf-16-be').hex()}>"
        for number, glyph in enumerate(glyphs)
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(glyphs)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    ).encode()
    show = f"BT /F 20 Tf 90 700 Td ({order}) Tj ET".encode()
    return hostile_files.pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources <</Font <</F 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(show), show),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(cmap), cmap),
    )


SEEN, LAM, ALEF, MEEM, KAF = "\u0633", "\u0644", "\u0627", "\u0645", "\u0643"


@pytest.mark.parametrize(
    "ligature",
    [LAM + ALEF, "\ufefb", "\ufefc"],
    ids=["two letters", "alone", "at the end"],
)
def test_lam_and_alef_in_one_glyph_are_lam_before_alef(tmp_path: Path, ligature: str) -> None:
    data = arabic_pdf([MEEM, ligature, SEEN], "ABC")  # salam, as it is drawn
    assert read_text(tmp_path, data) == SEEN + LAM + ALEF + MEEM


def test_alef_and_lam_in_two_glyphs_keep_their_order(tmp_path: Path) -> None:
    """The article: alef stands before lam, and is no ligature."""
    data = arabic_pdf([KAF, LAM, ALEF], "ABC")
    assert read_text(tmp_path, data) == ALEF + LAM + KAF


def test_forms_of_presentation_are_letters(tmp_path: Path) -> None:
    data = arabic_pdf(["\ufee2", "\ufefc", "\ufeb3"], "ABC")
    assert read_text(tmp_path, data) == SEEN + LAM + ALEF + MEEM


def pictured_font_pdf(*lines: bytes) -> bytes:
    """A page in a font whose letters are pictures known by their codes alone, as of old TeX."""
    codes = sorted({*b"".join(lines), 32})
    names = b" ".join(b"%d /a%d" % (code, code) for code in codes)
    pictures = b" ".join(b"/a%d 6 0 R" % code for code in codes)
    widths = b" ".join(b"%d" % (300 if code == 32 else 600) for code in range(256))
    hexes = b"".join(b"<%s> Tj 0 -20 Td " % line.hex().encode() for line in lines)
    show = b"BT /F 12 Tf 60 700 Td %s ET" % hexes
    draw = b"600 0 0 0 600 700 d1 0 0 500 600 re f"
    return hostile_files.pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources <</Font <</F 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(show), show),
        b"<</Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [.001 0 0 .001 0 0] "
        b"/FirstChar 0 /LastChar 255 /Widths [%s] /Encoding <</Type /Encoding /Differences [%s]>> "
        b"/CharProcs <<%s>> /Resources <<>>>>" % (widths, names, pictures),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
    )


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        (
            b"\x10The signi\x1cer su\x1eces\x11, in the o\x1ece.",
            "“The signifier suffices”, in the office.",
        ),
        (
            b"The signi\x0cer su\x0eces for di\x0berent \x0doors.",
            "The signifier suffices for different floors.",
        ),
    ],
    ids=["T1", "OT1"],
)
def test_ligatures_that_are_codes_of_a_font_without_name_are_letters(
    tmp_path: Path, shown: bytes, meant: str
) -> None:
    assert read_text(tmp_path, pictured_font_pdf(shown)) == meant


def test_a_vertical_line_of_japanese_is_read_down(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 400))
    font = UnicodeCIDFont("HeiseiMin-W3", isVertical=True)
    font.fontName = font.name = "Vertical"
    registerFont(font)
    canvas.setFont("Vertical", 20)
    lines = ("北埠頭は十一メートル", "広がります。")
    for number, line in enumerate(lines):
        canvas.drawString(300 - 30 * number, 350, line)
    canvas.save()
    text = "".join(read_text(tmp_path, out.getvalue()).split())
    assert all(line in text for line in lines)
    assert len(text) == sum(map(len, lines))


def test_a_long_thai_text_is_divided_between_words() -> None:
    sentence = "ท่าเรือเหนือจะกว้างขึ้นสิบเอ็ดเมตรในปีหน้า"
    document = make_document(" ".join([sentence] * 120), title="Thai")
    assert count_words(sentence) > 5
    passages = split_document(document)
    assert len(passages) > 1
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.startswith("ท่าเรือ")  # no passage begins within a word
        assert passage.text.endswith("ปีหน้า")
