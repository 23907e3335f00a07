"""Pages of PDF a second: this reader, PDFium alone, pypdf and pdfplumber, in one run.

python tests/tools/measure_pdf_speed.py FOLDER [PAGES]

pypdf and pdfplumber are measured where they are installed. Each file is read to at most PAGES pages
(40). Times are of the processor, as other work may go on beside this.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from sourcebook.index.reading.pdf import reader

Extract = Callable[[Path, int], int]
"""Reads the first pages of a file and returns how many they were."""


class _FirstPages:
    """The first pages of a document of PDFium."""

    def __init__(self, pdf: Any, count: int) -> None:
        self._pdf, self._count = pdf, min(count, len(pdf))

    def __len__(self) -> int:
        return self._count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pdf, name)

    def __getitem__(self, number: int) -> Any:
        return self._pdf[number]


def by_this_reader(path: Path, limit: int) -> int:
    """Read pages to a text with its blocks."""
    pdf = pdfium.PdfDocument(path)
    reading = reader.read_pages(_FirstPages(pdf, limit))
    pdf.close()
    reader.pages_content(reading.pages)
    return len(reading.pages)


def by_pdfium(path: Path, limit: int) -> int:
    """Read pages to a text, as PDFium gives it."""
    pdf = pdfium.PdfDocument(path)
    count = min(len(pdf), limit)
    for number in range(count):
        page = pdf[number]
        textpage = page.get_textpage()
        textpage.get_text_bounded()
        textpage.close()
        page.close()
    pdf.close()
    return count


def by_pypdf(path: Path, limit: int) -> int:
    """Read pages to a text with pypdf."""
    from pypdf import PdfReader  # type: ignore[import-not-found,unused-ignore]

    pages = PdfReader(path).pages[:limit]
    for page in pages:
        page.extract_text()
    return len(pages)


def by_pdfplumber(path: Path, limit: int) -> int:
    """Read pages to a text and tables with pdfplumber."""
    import pdfplumber  # type: ignore[import-not-found,unused-ignore]

    with pdfplumber.open(path) as pdf:
        pages = pdf.pages[:limit]
        for page in pages:
            page.extract_text()
            page.extract_tables()
        return len(pages)


def main() -> None:
    """Print pages a second for each."""
    logging.disable(logging.WARNING)
    setattr(reader, "can_recognise", lambda: False)  # noqa: B010 - OCR is another thing
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    paths = sorted(Path(sys.argv[1]).rglob("*.pdf"))
    rivals: list[tuple[str, Extract]] = [("PDFium alone", by_pdfium), ("this", by_this_reader)]
    rivals += [
        (name, extract)
        for name, extract in (("pypdf", by_pypdf), ("pdfplumber", by_pdfplumber))
        if find_spec(name)
    ]
    for name, extract in rivals:
        pages, seconds, failures = 0, 0.0, 0
        for path in paths:
            start = time.process_time()
            try:
                pages += extract(path, limit)
            except Exception:  # noqa: BLE001 - a file that one cannot read is counted
                failures += 1
            seconds += time.process_time() - start
        speed, each = pages / max(seconds, 1e-9), 1000 * seconds / max(pages, 1)
        print(f"{name:14} {speed:7.1f} pages a second ({pages} pages, {each:.1f} ms each;", end=" ")
        print(f"{failures} files not read)")


if __name__ == "__main__":
    main()
