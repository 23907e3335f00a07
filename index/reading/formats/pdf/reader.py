"""Read a PDF: its pages, its forms and notes, and what of it cannot be read."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sourcebook.index.documents.content import Content
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.writing import BlockWriter
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .forms import Annotations, field_words, read_annotations
from .frames import Frame
from .layout import write_pages
from .legible import is_legible
from .pages import Page, read_page
from .running import remove_running_rows
from .shapes import Shapes
from .words import Word

MAX_BYTES = 200 * 1024 * 1024
"""The size limit for a PDF, most of which is pictures."""

_PLACEHOLDER_TITLE = re.compile(
    r"(untitled.*|unbenannt.*|microsoft (word|powerpoint|excel) - .*|powerpoint[- ]pr.*|"
    r"(slide|document|dokument|folie|title|titel|page|layout|book|mappe|presentation)\s?\d*|"
    r"print|new document|no title|null|none|"
    r".*\.(docx?|pdf|indd|qxd|tex|dvi|pptx?|xlsx?|odt|html?))",
    re.IGNORECASE,
)
_MAX_TITLE = 150


@dataclass(slots=True)
class _Reading:
    """The pages of a file, and the numbers of those that could not be read."""

    pages: list[Page] = field(default_factory=list)
    textless: list[int] = field(default_factory=list)
    illegible: list[int] = field(default_factory=list)


def read_pdf(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; it has no date, as a file only knows when it was made.

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
        reading = _read_pages(pdf)
        metadata = pdf.get_metadata_dict()
    finally:
        pdf.close()
    pages = [page for page in reading.pages if not page.is_empty or page.notes]
    if not pages:
        if reading.illegible:
            raise EmptyDocument("its letters are not legible: run OCR over it first")
        raise EmptyDocument("its pages hold no text, only pictures: run OCR over it first")
    content = pages_content(reading.pages)
    yield make_document(
        content,
        title=_metadata_value(metadata.get("Title")) or _first_line(content),
        author=_metadata_value(metadata.get("Author")),
        path=source.place,
        media_type="application/pdf",
        is_scraped=False,
    )
    yield from _skipped(source.place, reading)


def pages_content(pages: Sequence[Page]) -> Content:
    """Return the content of pages."""
    writer = BlockWriter()
    for removal in remove_running_rows(pages):
        writer.remove(removal.rule, removal.text)
    for page in pages:
        for text in page.hidden:
            writer.remove("text that nobody sees", text)
    write_pages(writer, pages)
    while writer.page < len(pages):
        writer.start_page()
    return writer.content()


def _read_pages(pdf: Any) -> _Reading:
    import pypdfium2 as pdfium

    if pdf.get_formtype() != 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # XFA is not read, the fields beside it are
            pdf.init_forms()
    reading = _Reading()
    for number in range(1, len(pdf) + 1):
        try:
            page = pdf[number - 1]
            try:
                content = _read_annotated(page, number)
            finally:
                page.close()
        except pdfium.PdfiumError:
            content = Page(number, (0.0, 0.0), is_drawn=True)
        if content.is_empty:
            if content.is_drawn and not content.notes:
                reading.textless.append(number)
        elif not is_legible(content.text()):
            reading.illegible.append(number)
            content = Page(number, content.size, notes=content.notes)
        reading.pages.append(content)
    return reading


def _read_annotated(page: Any, number: int) -> Page:
    """Return a page with what was typed into its form, and the notes on it."""
    annotations: list[Annotations] = []

    def more_words(frame: Frame, words: Sequence[Word], shapes: Shapes) -> list[Word]:
        annotations.append(read_annotations(page, frame))
        return field_words(annotations[0], words, frame.turn, shapes.upright)

    content = read_page(page, number, more_words)
    content.notes = list(annotations[0].notes)
    return content


def _skipped(place: str, reading: _Reading) -> Iterator[Skipped]:
    """Yield a line for each kind of thing that was left out."""
    for numbers, reason in (
        (reading.textless, "no text, only pictures"),
        (reading.illegible, "its letters are not legible: run OCR over it"),
    ):
        if numbers:
            listed = ", ".join(map(str, numbers[:20])) + (", ..." if len(numbers) > 20 else "")
            which = f"page {listed}" if len(numbers) == 1 else f"{len(numbers)} pages ({listed})"
            yield Skipped(f"{place}#page={numbers[0]}", f"{which}: {reason}", "EmptyDocument")
    pictures = sum(page.pictures for page in reading.pages if not page.is_empty)
    if pictures:
        what = "1 picture is" if pictures == 1 else f"{pictures} pictures are"
        yield Skipped(f"{place}#pictures", f"{what} not read, only captions", "UnsupportedFormat")


def _metadata_value(value: object) -> str | None:
    """Return a value of the metadata, unless a program put it there as a placeholder."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text and text[0] != "(" and not _PLACEHOLDER_TITLE.fullmatch(text) else None


def _first_line(content: Content) -> str | None:
    """Return the largest heading of the first page; where it has none, its first short text."""
    end = content.pages[1] if len(content.pages) > 1 else len(content.text)
    blocks = [block for block in content.blocks if block.start < max(end, 1)]
    headings = [block for block in blocks if block.kind == "heading"]
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    titles = sorted(headings, key=lambda heading: heading.level or 1) or paragraphs
    text = " ".join(titles[0].text.split()) if titles else ""
    return text if 4 <= len(text) <= _MAX_TITLE else None
