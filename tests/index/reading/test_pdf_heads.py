"""What a PDF prints beside its text: running heads, and the date of its publication."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from sourcebook.index import Document
from sourcebook.index.reading.pdf.printed_date import file_date
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

WIDTH, HEIGHT = A4
TEXTS = (
    "The keeper lit the lamp at dusk and wrote the hour into the book of the harbour.",
    "Nine boats came in before the storm, and the last of them had lost its rudder.",
    "In the morning the quay was covered with weed as high as the door of the office.",
)

Read = Callable[[bytes], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads the bytes of a PDF."""

    def read_bytes(data: bytes) -> Document:
        path = tmp_path / "a.pdf"
        path.write_bytes(data)
        items = read_source(Source.file(path))
        return next(item for item in items if isinstance(item, Document))

    return read_bytes


def paged(heads: Sequence[str], *, head_size: float = 8, head_height: float = 40) -> bytes:
    """Return a PDF with a text on each page below a head, which is two texts divided by a bar."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for head, text in zip(heads, TEXTS, strict=False):
        canvas.setFont("Helvetica", head_size)
        left, _, right = head.partition("|")
        canvas.drawString(60, HEIGHT - head_height, left)
        canvas.drawRightString(WIDTH - 60, HEIGHT - head_height, right)
        canvas.setFont("Helvetica", 11)
        words = text.split()
        for number, row in enumerate((words[:9], words[9:])):
            canvas.drawString(60, HEIGHT - 90 - 14 * number, " ".join(row))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def titled(*lines: str) -> bytes:
    """Return a PDF of a page: a title, lines below it, and a paragraph of text."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 80, "The winter at the quay")
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(lines):
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 110 - 16 * number, line)
    words = (" ".join(TEXTS) + " On 3 April 2019 the quay was closed.").split()
    for number in range(0, len(words), 12):
        row = " ".join(words[number : number + 12])
        canvas.drawString(60, HEIGHT - 260 - 14 * number / 12, row)
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(
    "heads",
    [
        ("Harbour office|Nine months", "Harbour office|Nine months"),
        ("", "Harbour office|Nine months", "Harbour office|Nine months"),
        ("Harbour office|1", "Harbour office|2"),
    ],
)
def test_a_running_head_is_removed_from_two_pages(read: Read, heads: Sequence[str]) -> None:
    document = read(paged(heads))
    assert " ".join(document.text.split()) == " ".join(TEXTS[: len(heads)])
    assert {removal.rule for removal in document.removed} == {"header or footer of pages"}


def test_a_line_that_recurs_at_another_place_or_as_a_title_stays(read: Read) -> None:
    assert read(paged(["Rules", "Rules"], head_size=16)).text.count("Rules") == 2
    assert read(paged(["Rules", "Rules"], head_size=11, head_height=76)).text.count("Rules") == 2
    assert read(paged(["Rules of 2019", "Rules of noise"])).text.count("Rules") == 2


def test_the_first_line_of_a_page_that_stands_twice_is_no_running_head(read: Read) -> None:
    pages = PdfDocument(paged(["5 May 2023|"]))
    pages.import_pages(pages)
    out = io.BytesIO()
    pages.save(out)
    document = read(out.getvalue())
    assert document.text.count("5 May 2023") == 2
    assert document.published == datetime(2023, 5, 5, tzinfo=UTC)


def test_a_date_in_the_running_head_dates_a_document(read: Read) -> None:
    document = read(paged(["Harbour office|5 May 2023", "Harbour office|5 May 2023"]))
    assert "5 May" not in document.text
    assert document.published == datetime(2023, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (("Marit Oskarsdal", "15 February 2025"), datetime(2025, 2, 15, tzinfo=UTC)),
        (("Marit Oskarsdal", "Harnsund, 15 February 2025"), datetime(2025, 2, 15, tzinfo=UTC)),
        (("Published 12 March 2021",), datetime(2021, 3, 12, tzinfo=UTC)),
        (("Working paper 7 | 12 March 2021",), datetime(2021, 3, 12, tzinfo=UTC)),
        (
            ("Marit Oskarsdal", "Received 4 May 2020; accepted 6 June 2020; published 7 July 2020"),
            datetime(2020, 7, 7, tzinfo=UTC),
        ),
        (("Marit Oskarsdal",), None),
        (("Received 4 May 2020",), None),
        (("Figures as at 31 December 2020",), None),
        (("12 March 2021", "14 March 2021"), None),
    ],
)
def test_the_date_above_the_text_is_that_of_publication(
    read: Read, lines: Sequence[str], day: datetime | None
) -> None:
    document = read(titled(*lines))
    assert document.published == day
    assert document.published_from in (("publication line", "date line") if day else (None,))


def test_the_day_a_file_was_made_is_taken_only_where_it_says_something() -> None:
    now = datetime(2025, 6, 1, tzinfo=UTC)
    found = file_date("D:20210312090000Z", now)
    assert found == (datetime(2021, 3, 12, tzinfo=UTC), "file properties")
    for value in ("D:20250530090000Z", "D:20000101000000+00'00'", "D:20211399", "yesterday", None):
        assert file_date(value, now) is None


def test_a_title_that_is_the_head_of_its_pages_too_stays_on_the_first(read: Read) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for number, text in enumerate(TEXTS):
        canvas.setFont("Helvetica-Bold", 8 if number else 15)
        canvas.drawString(60, HEIGHT - 40, "Lamps of the outer harbour")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, HEIGHT - 90, text)
        canvas.showPage()
    canvas.save()
    document = read(out.getvalue())
    assert document.title == "Lamps of the outer harbour"
    assert document.text.count("Lamps of the outer harbour") == 1
    assert [removal.text for removal in document.removed] == ["Lamps of the outer harbour"] * 2
