"""PDF files, by PDFium: the text of each page, with its number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sourcebook.index.cleaning.clean import RemovedText
from sourcebook.index.documents.content import Content
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.plain_text import write_paragraph
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.writing import BlockWriter
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

MAX_BYTES = 200 * 1024 * 1024
"""The size limit for a PDF, most of which is pictures."""

_SOFT_HYPHEN = re.compile("[\x02\ufffe\u00ad]\\s*")
_PARAGRAPH_ENDS = re.compile(r"[.!?:][\"”’»)\]]*$")
_BEGINS_ANEW = re.compile(r"[A-ZÀ-ÞА-Я0-9“\"«(\[]")
_BULLETS = ("•", "▪", "◦", "‣", "– ", "— ")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d+)?\W*", re.I)
_PLACEHOLDER_TITLE = re.compile(
    r"(untitled|microsoft word - .*|.*\.(docx?|pdf|indd|qxd|tex|dvi))", re.I
)


def read_pdf(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; it has no date, as a file only knows when it was made.

    Raises:
        ProtectedFile: the file needs a password.
        UnreadableFile: the file is damaged.
        EmptyDocument: the pages are pictures.
    """
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(source.data(MAX_BYTES))
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise ProtectedFile("has a password: save a copy without one") from None
        raise UnreadableFile(f"is no PDF, or damaged ({error})") from None
    try:
        pages, textless = _pages(pdf)
        pages, removed = remove_running_lines(pages)
        metadata = pdf.get_metadata_dict()
    finally:
        pdf.close()
    if not any(pages):
        raise EmptyDocument("its pages hold no text, only pictures: run OCR over it first")
    content = pages_content([unwrap(page) for page in pages])
    yield make_document(
        replace(content, removed=removed),
        title=_metadata_value(metadata.get("Title")),
        author=_metadata_value(metadata.get("Author")),
        path=source.place,
        media_type="application/pdf",
    )
    if textless:
        numbers = ", ".join(map(str, textless[:20])) + (", ..." if len(textless) > 20 else "")
        which_pages = (
            f"page {numbers}" if len(textless) == 1 else f"{len(textless)} pages ({numbers})"
        )
        yield Skipped(
            f"{source.place}#page={textless[0]}",
            f"{which_pages}: no text, only pictures",
            "EmptyDocument",
        )


def pages_content(pages: Sequence[str]) -> Content:
    """Return the content of the texts of pages."""
    writer = BlockWriter()
    for page in pages:
        writer.start_page()
        for text in page.split("\n\n"):
            write_paragraph(writer, text)
    return writer.content()


def _pages(pdf: Any) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers of the pages with pictures only."""
    import pypdfium2 as pdfium

    pages: list[str] = []
    textless: list[int] = []
    for number in range(len(pdf)):
        text = ""
        try:
            page = pdf[number]
            textpage = page.get_textpage()
            text = textpage.get_text_bounded().strip()
            if not text and next(page.get_objects(max_depth=2), None) is not None:
                textless.append(number + 1)
            textpage.close()
            page.close()
        except pdfium.PdfiumError:
            textless.append(number + 1)
        pages.append(text)
    return pages, textless


def remove_running_lines(pages: Sequence[str]) -> tuple[list[str], tuple[RemovedText, ...]]:
    """Remove page numbers, and first or last lines that recur on most pages.

    Returns:
        The pages, and what was removed, page by page.
    """
    page_lines = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    page_removals: list[list[RemovedText]] = [[] for _ in pages]
    for end in (0, -1):
        for lines, removals in zip(page_lines, page_removals, strict=True):
            if lines and _PAGE_NUMBER.fullmatch(lines[end]):
                removals.append(RemovedText("page number", lines.pop(end)))
        counts = Counter(_without_numbers(lines[end]) for lines in page_lines if lines)
        min_count = max(3, len(pages) * 2 // 5)
        for lines, removals in zip(page_lines, page_removals, strict=True):
            # The only line of a page is its text.
            if len(lines) > 1 and counts[_without_numbers(lines[end])] >= min_count:
                removals.append(RemovedText("header or footer of pages", lines.pop(end)))
    return ["\n".join(lines) for lines in page_lines], tuple(
        removal for page in page_removals for removal in page
    )


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def unwrap(text: str) -> str:
    """Join the lines of a page into paragraphs, and the parts of hyphenated words.

    A line ends a paragraph when it ends a sentence and is a little shorter than the page is wide,
    or when it stands alone (a headline), is much shorter, and the next line begins a sentence.
    """
    lines = [line.strip() for line in _SOFT_HYPHEN.sub("", text).splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0  # the longest may be a wide table
    pieces: list[str] = []
    for line, following in pairwise([*filter(None, lines), ""]):
        starts_paragraph = not pieces or pieces[-1] == "\n\n"
        pieces.append(line)
        ends_paragraph = len(line) < 0.85 * width and _PARAGRAPH_ENDS.search(line)
        is_headline = starts_paragraph and len(line) < 0.6 * width and _BEGINS_ANEW.match(following)
        is_list = following.startswith(_BULLETS)
        pieces.append("\n\n" if ends_paragraph or is_headline or is_list or not following else " ")
    return "".join(pieces).strip()


def _metadata_value(value: object) -> str | None:
    """Return a value of the metadata, unless a program put it there as a placeholder."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text and text[0] != "(" and not _PLACEHOLDER_TITLE.fullmatch(text) else None
