"""Scanned pages and pictures are recognised where a program for it is installed, and else told."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import made_files
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sourcebook.index import Document, Skipped
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.pdf import ocr, reader
from sourcebook.index.reading.pdf.ocr import RecognisedLine, tesseract_lines
from sourcebook.index.reading.pdf.picture import read_picture
from sourcebook.index.reading.sandbox import ReaderSandbox, read_in_sandbox
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks

TALKS, RAIN = made_files.TALKS, made_files.RAIN


def scan(*lines: str) -> Any:
    """Return a picture of lines in black on white, as a scanner of 150 dots an inch makes it."""
    import pypdfium2 as pdfium

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 300))
    canvas.setFont("Times-Roman", 12)
    for number, line in enumerate(lines):
        canvas.drawString(60, 250 - 16 * number, line)
    canvas.save()
    page: Any = pdfium.PdfDocument(out.getvalue())[0]
    return page.render(scale=150 / 72).to_pil()


def scanned_pdf(picture: Any, *texts: str) -> bytes:
    """Return a PDF of a page with a picture and pages with text."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 300))
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 300)
    canvas.showPage()
    for text in texts:
        canvas.drawString(60, 250, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_without_a_program_a_scan_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "can_recognise", lambda: False)
    path = tmp_path / "a.pdf"
    path.write_bytes(scanned_pdf(scan(TALKS)))
    with pytest.raises(EmptyDocument, match=r"pip install -e '.\[ocr\]'"):
        list(reader.read_pdf(Source.file(path)))
    path.write_bytes(scanned_pdf(scan(TALKS), RAIN))
    document, skipped = reader.read_pdf(Source.file(path))
    assert isinstance(document, Document)
    assert document.text == RAIN
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "page 1: no text, only pictures"


def test_what_is_recognised_knows_its_page_and_how_sure_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recognise(_image: object, _on_progress: object) -> list[RecognisedLine]:
        return [
            RecognisedLine("The talks went on", (100, 100, 400, 130), 0.9),
            RecognisedLine("for eight hours.", (100, 140, 380, 170), 0.8),
        ]

    monkeypatch.setattr(reader, "can_recognise", lambda: True)
    monkeypatch.setattr("sourcebook.index.reading.pdf.recognised.recognise", recognise)
    path = tmp_path / "a.pdf"
    path.write_bytes(scanned_pdf(scan(TALKS), RAIN))
    document, skipped, *_ = reader.read_pdf(Source.file(path))
    assert isinstance(document, Document)
    assert document.text == f"The talks went on for eight hours.\n\n{RAIN}"
    places = [block.place for block in document.blocks]
    assert [place and (place.page, place.confidence) for place in places] == [(1, 0.852), (2, None)]
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith("page 1: recognised by OCR, 85% sure")


def test_tesseracts_table_of_words_gives_lines() -> None:
    head = "level page_num block_num par_num line_num word_num left top width height conf text"
    rows = [
        "4 1 1 1 1 0 10 20 90 12 -1 ",
        "5 1 1 1 1 1 10 20 40 12 90.0 eight",
        "5 1 1 1 1 2 60 18 40 14 70.0 hours",
        "5 1 1 1 2 1 10 40 40 12 96.0 on",
    ]
    table = "\n".join(row.replace(" ", "\t") for row in (head, *rows))
    assert list(tesseract_lines(table)) == [
        RecognisedLine("eight hours", (10, 18, 100, 32), 0.8),
        RecognisedLine("on", (10, 40, 50, 52), 0.96),
    ]


def test_what_is_no_picture_has_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG none")
    monkeypatch.setattr("sourcebook.index.reading.pdf.picture.can_recognise", lambda: True)
    with pytest.raises(UnreadableFile, match="no picture"):
        list(read_picture(Source.file(path)))
    monkeypatch.setattr("sourcebook.index.reading.pdf.picture.can_recognise", lambda: False)
    with pytest.raises(EmptyDocument, match=r"pip install -e"):
        list(read_picture(Source.file(path)))


@pytest.mark.skipif(not ocr.can_recognise(), reason="sourcebook[ocr] is not installed")
def test_a_scan_that_lies_askew_is_read_in_the_sandbox(tmp_path: Path) -> None:
    picture = scan(TALKS, RAIN).rotate(2, fillcolor="white")
    (tmp_path / "a.pdf").write_bytes(scanned_pdf(picture))
    picture.save(tmp_path / "b.png")
    with ReaderSandbox() as sandbox:
        for name in ("a.pdf", "b.png"):
            document, skipped = read_in_sandbox(tmp_path / name, sandbox)
            assert isinstance(document, Document)
            words = f"{TALKS} {RAIN}".split()
            assert len(set(words) & set(document.text.split())) >= len(set(words)) - 1
            assert isinstance(skipped, Skipped)
            assert "recognised" in skipped.reason
            (block, *_) = find_blocks(document.blocks, "paragraph")
            assert block.place
            assert block.place.confidence
