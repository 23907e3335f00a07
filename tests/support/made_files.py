"""Real files of each format, written by libraries made for them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

TALKS = "The talks between the two deputy ministers in Geneva lasted about eight hours."
RAIN = "On the second day it rained in the harbour until the evening."
NOTE = "A note says that the room was cold."


def pdf(pages: Sequence[str], **about: str) -> bytes:
    """Each page its paragraphs, divided by empty lines."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["BodyText"]
    flow: list[Any] = []
    for page in pages:
        flow += [Paragraph(text, style) for text in page.split("\n\n")] + [PageBreak()]
    out = io.BytesIO()
    SimpleDocTemplate(out, **about).build(flow)
    return out.getvalue()


def picture_pdf(pages: int = 1, text: str = "") -> bytes:
    """Pages that show a drawing and hold no text, but for the last where ``text`` is given."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for number in range(pages):
        canvas.rect(100, 100, 200, 200, fill=1)
        if text and number == pages - 1:
            canvas.drawString(100, 500, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 500, TALKS)
    canvas.save()
    return out.getvalue()


def docx() -> bytes:
    import docx as word

    file = word.Document()
    file.core_properties.author = "Maren Holloway"
    file.add_heading("A report of the week", 0)
    file.add_paragraph(TALKS)
    table = file.add_table(2, 2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["City", "Hours", "Geneva", "8"], strict=True
    ):
        cell.text = text
    file.add_paragraph(RAIN)
    return _saved(file)


def pptx() -> bytes:
    import pptx as slides

    file: Any = slides.Presentation()
    for title, text in (("The talks", TALKS), ("The rain", RAIN)):
        slide = file.slides.add_slide(file.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    file.slides[1].notes_slide.notes_text_frame.text = NOTE
    return _saved(file)


def xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Talks"
    sheet.append(["City", "Day", "Hours"])
    sheet.append(["Geneva", date(2022, 1, 10), 8])
    sheet.append(["Brussels", date(2022, 1, 12), 4.5])
    return _saved(book)


def odt() -> bytes:
    import odfdo

    file = odfdo.Document("text")
    body = file.body
    body.clear()
    body.append(odfdo.Header(1, "A report of the week"))
    paragraph = odfdo.Paragraph(TALKS)
    body.append(paragraph)
    paragraph.insert_note(after="talks", note_id="n1", citation="1", body=NOTE)
    table = odfdo.Table("T")
    table.set_value("A1", "Geneva")
    table.set_value("B1", 8)
    body.append(table)
    body.append(odfdo.List([RAIN]))
    file.meta.title = "Eight hours"
    return _saved(file)


_CONTAINER = """<?xml version="1.0"?><container version="1.0"
 xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
BOOK = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The long talks</dc:title>
<dc:creator>Maren Holloway</dc:creator><dc:creator>A. Stone</dc:creator>
<dc:publisher>Harbour Press</dc:publisher><dc:date>2022-03-01</dc:date><dc:language>en</dc:language>
</metadata><manifest>
<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
_CHAPTER = """<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>x</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"""


def epub(**more: str) -> bytes:
    """A book of two chapters; ``more`` are files that replace or join its own."""
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "OEBPS/book.opf": BOOK,
        "OEBPS/text/one.xhtml": _CHAPTER.format("One", TALKS),
        "OEBPS/text/two b.xhtml": _CHAPTER.format("Two", RAIN),
    }
    return zipped(files | more)


def zipped(files: dict[str, str] | dict[str, bytes] | dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def _saved(file: Any) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
