"""Read a PDF: its pages, its forms and notes, and what of it cannot be read."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.titles import is_section, proper_title
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.writing import BlockWriter

from .assembly import write_pages
from .forms import Annotations, field_words, read_annotations
from .frames import Frame
from .legible import is_legible, without_unknown
from .ocr import WAY_OUT, can_recognise
from .pages import PdfPage, read_page
from .printed_date import file_date, find_printed_date
from .recognised import MAX_PAGES, recognise_page
from .running import remove_running_rows
from .tables.shapes import Shapes
from .text.words import PdfWord

MAX_BYTES = 200 * 1024 * 1024
"""The size limit for a PDF, most of which is pictures."""

_MAX_TITLE = 150


@dataclass(slots=True)
class Reading:
    """The pages of a file, and the numbers of those that could not be read, or only by OCR, or in
    part."""

    pages: list[PdfPage] = field(default_factory=list)
    textless: list[int] = field(default_factory=list)
    illegible: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)
    ocr_pages: int = 0


_PAGES_AT_ONCE = 20
_MOST_PAGES_IN_TIME = 5_000
"""Pages that a file may have and still get more time for every twenty of them."""


def read_pdf(source: Source) -> Iterator[Document | Skipped]:
    """Read a document, dated as is printed above its text, else by the day its file was made.

    Raises:
        ProtectedFile: the file needs a password.
        UnreadableFile: the file is damaged.
        EmptyDocument: the pages are pictures, or their letters are not legible.
    """
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(source.data(MAX_BYTES))
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise ProtectedFile("has a password: save a copy without one") from None
        raise UnreadableFile(f"is no PDF, or damaged ({error})") from None
    try:
        reading = read_pages(pdf, source.on_progress)
        metadata = pdf.get_metadata_dict()
    finally:
        pdf.close()
    pages = [page for page in reading.pages if not page.is_empty or page.notes]
    if not pages:
        if reading.illegible:
            raise EmptyDocument(f"its letters are not legible: {WAY_OUT}")
        if can_recognise():
            raise EmptyDocument("its pages hold no text, only pictures in which OCR finds none")
        raise EmptyDocument(f"its pages hold no text, only pictures: {WAY_OUT}")
    first_lines = [line.text for line in reading.pages[0].lines]
    content = pages_content(reading.pages)
    printed = find_printed_date(content, first_lines)
    document = make_document(
        content,
        title=proper_title(_metadata_value(metadata.get("Title"))) or _first_line(content),
        author=_metadata_value(metadata.get("Author")),
        published=printed.moment if printed else None,
        published_from=printed.origin if printed else None,
        path=source.place,
        media_type="application/pdf",
        is_scraped=False,
    )
    if document.published is None and (day := file_date(metadata.get("CreationDate"))):
        document = replace(document, published=day.moment, published_from=day.origin)
    yield document
    yield from _skipped(source.place, reading)


def pages_content(pages: Sequence[PdfPage]) -> Content:
    """Return the content of pages."""
    writer = BlockWriter()
    for removal in remove_running_rows(pages):
        writer.remove(removal.rule, removal.text)
    for page in pages:
        for text in page.hidden_texts:
            writer.remove("text that nobody sees", text)
        if page.unknown_words:
            count = sum(len(text) - len(without_unknown(text)) for text in page.unknown_words)
            writer.remove("signs that are no characters", f"page {page.number}: {count}")
    write_pages(writer, pages)
    while writer.page < len(pages):
        writer.start_page()
    return writer.content()


def read_pages(pdf: Any, on_progress: Callable[[], None] = lambda: None) -> Reading:
    import pypdfium2 as pdfium

    if pdf.get_formtype() != 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # XFA is not read, the fields beside it are
            pdf.init_forms()
    reading = Reading()
    for number in range(1, len(pdf) + 1):
        try:
            page = pdf[number - 1]
        except pdfium.PdfiumError:
            reading.textless.append(number)
            reading.pages.append(PdfPage(number, (0.0, 0.0)))
            continue
        try:
            content = _read_annotated(page, number)
            is_legible_page = content.is_empty or is_legible(content.text())
            if not is_legible_page or (content.is_empty and content.is_drawn):
                if not is_legible_page or content.may_show_text:
                    content = _recognise(page, content, reading, on_progress)
                if content.is_empty and not content.notes:
                    (reading.textless if is_legible_page else reading.illegible).append(number)
            elif content.has_unclear_font:
                reading.unclear.append(number)
        finally:
            page.close()
        reading.pages.append(content)
        if number % _PAGES_AT_ONCE == 0 and number <= _MOST_PAGES_IN_TIME:
            on_progress()
    return reading


def _recognise(
    page: Any, content: PdfPage, reading: Reading, on_progress: Callable[[], None]
) -> PdfPage:
    """Return what OCR reads on a page that cannot be read otherwise; nothing where it cannot."""
    empty = PdfPage(content.number, content.size, notes=content.notes)
    if not can_recognise() or reading.ocr_pages >= MAX_PAGES:
        return empty
    try:
        ocr_page = recognise_page(page, content.number, on_progress)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError):
        return empty
    if ocr_page.is_empty or not is_legible(ocr_page.text()):
        return empty
    reading.ocr_pages += 1
    ocr_page.notes = content.notes
    return ocr_page


def _read_annotated(page: Any, number: int) -> PdfPage:
    """Return a page with what was typed into its form, and the notes on it."""
    annotations: list[Annotations] = []

    def more_words(frame: Frame, words: Sequence[PdfWord], shapes: Shapes) -> list[PdfWord]:
        annotations.append(read_annotations(page, frame))
        return field_words(annotations[0], words, frame.turn, shapes.upright)

    content = read_page(page, number, more_words)
    content.notes = list(annotations[0].notes)
    return content


def _skipped(place: str, reading: Reading) -> Iterator[Skipped]:
    """Yield a line for each kind of thing that was left out."""
    for numbers, reason in (
        (reading.textless, "no text, only pictures"),
        (reading.illegible, "its letters are not legible: run OCR over it"),
    ):
        if numbers:
            location = f"{place}#page={numbers[0]}"
            yield Skipped(location, f"{_pages_text(numbers)}: {reason}", "EmptyDocument")
    if reading.unclear:
        yield Skipped(
            f"{place}#page={reading.unclear[0]}",
            f"{_pages_text(reading.unclear)}: the letters of one font may be others than it shows: "
            "compare with the original",
            "UnclearText",
        )
    if reading.ocr_pages:
        yield recognition_note(place, reading.pages)
    pictures = sum(page.pictures for page in reading.pages if not page.is_empty)
    if pictures:
        subject = "1 picture is" if pictures == 1 else f"{pictures} pictures are"
        yield Skipped(
            f"{place}#pictures", f"{subject} not read, only captions", "UnsupportedFormat"
        )


def recognition_note(place: str, pages: Sequence[PdfPage]) -> Skipped:
    """Return the line that tells which pages were recognised, and how surely."""
    own = [page for page in pages if page.confidence is not None]
    confidence = sum(page.confidence or 0.0 for page in own) / len(own)
    return Skipped(
        f"{place}#page={own[0].number}",
        f"{_pages_text([page.number for page in own])}: recognised by OCR, "
        f"{min(confidence, 0.99):.0%} sure: compare figures with the original",
        "RecognisedText",
    )


def _pages_text(numbers: Sequence[int]) -> str:
    numbers_text = ", ".join(map(str, numbers[:20])) + (", ..." if len(numbers) > 20 else "")
    return f"page {numbers_text}" if len(numbers) == 1 else f"{len(numbers)} pages ({numbers_text})"


def _metadata_value(value: object) -> str | None:
    """Return a value of the metadata, unless it is in brackets as programs write "(anonymous)"."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text and text[0] != "(" else None


def _first_line(content: Content) -> str | None:
    """Return the largest heading of the first page; where it has none, its first short text."""
    end = content.pages[1] if len(content.pages) > 1 else len(content.text)
    blocks = [block for block in content.blocks if block.start < max(end, 1)]
    headings = [block for block in blocks if block.kind == "heading" and not is_section(block.text)]
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    titles = sorted(headings, key=lambda heading: heading.level or 1) or paragraphs
    text = " ".join(titles[0].text.split()) if titles else ""
    return text if 4 <= len(text) <= _MAX_TITLE else None
