"""Workbooks of any spreadsheet as documents: each sheet under its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.titles import proper_title
from sourcebook.index.errors import EmptyDocument
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.tables import Table, find_heads
from sourcebook.index.structure.writing import BlockWriter

from .areas import MAX_CELLS, Area, continue_area, divide, find_areas, write_area
from .sheet import Sheet, leave_out_hidden


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """What a reader knows of a workbook besides its sheets."""

    place: str
    media_type: str
    title: str | None = None
    author: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet that is shown: its areas and the comments at its cells."""

    name: str
    areas: tuple[Area, ...]
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LongSheet:
    """A sheet that is read part by part, from top to bottom; the comments are in the first one."""

    name: str
    parts: Iterator[Sheet]


def workbook_documents(
    file: WorkbookFile, sheets: Iterable[Sheet | LongSheet], hidden_sheets: Sequence[str] = ()
) -> Iterator[Document | Skipped]:
    """Yield the documents of a workbook: one, or one for each sheet and part of a long sheet.

    Args:
        file: The workbook.
        sheets: Those that are shown.
        hidden_sheets: The names of those that are not.

    Raises:
        EmptyDocument: nothing is shown.
    """
    pages: list[_Page] = []
    skipped: list[Skipped] = []
    if hidden_sheets:
        skipped.append(left_out(file.place, _number(hidden_sheets)))
    has_documents = False
    for sheet in sheets:
        if isinstance(sheet, LongSheet):
            for item in _long_sheet_documents(file, sheet):
                has_documents = True
                yield item
            continue
        visible, rows, columns = leave_out_hidden(_with_marks(sheet))
        areas = tuple(find_areas(visible))
        if areas:
            pages.append(_Page(sheet.name, areas, tuple(visible.comments.values())))
        if rows or columns:
            skipped.append(_omission_note(file, sheet.name, rows, columns))
    if not pages and not has_documents:
        yield from skipped
        raise EmptyDocument("its sheets hold no values")
    if sum(area.cells for page in pages for area in page.areas) <= MAX_CELLS:
        if pages:
            yield _document(file, pages, pages[0].name if has_documents else "")
    else:
        for page in pages:
            yield from _page_documents(file, page)
    yield from skipped


def _omission_note(file: WorkbookFile, name: str, rows: int, columns: int) -> Skipped:
    parts = [
        f"{count:,} hidden {word}{'s' if count > 1 else ''}"
        for count, word in ((rows, "row"), (columns, "column"))
        if count
    ]
    return left_out(file.place, f"sheet {name}: {' and '.join(parts)}")


def _long_sheet_documents(file: WorkbookFile, sheet: LongSheet) -> Iterator[Document | Skipped]:
    """Yield a document for each part of a sheet; all have the heads of its longest first table."""
    above: Area | None = None
    heads = hidden_rows = hidden_columns = 0
    for part in sheet.parts:
        first, last = min(part.rows, default=0), max(part.rows, default=0)
        visible, rows, columns = leave_out_hidden(_with_marks(part))
        hidden_rows += rows
        hidden_columns = max(hidden_columns, columns)
        if above is None:
            areas = find_areas(visible)
            if areas:
                above = max(areas, key=lambda area: area.cells)
                heads, _ = find_heads(Table(above.rows[:2000]))
        else:
            area = continue_area(above, heads, visible)
            areas = [area] if area else []
        if areas:
            page = _Page(sheet.name, tuple(areas), tuple(visible.comments.values()))
            yield _document(file, [page], f"{sheet.name}, rows {first}-{last}")
    if hidden_rows or hidden_columns:
        yield _omission_note(file, sheet.name, hidden_rows, hidden_columns)


def _number(names: Sequence[str]) -> str:
    first_names = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    return f"{len(names):,} hidden sheet{'s' if len(names) > 1 else ''} ({first_names})"


def _with_marks(sheet: Sheet) -> Sheet:
    """Return the sheet with the name of each cell that has a comment as a sign at the cell."""
    for (row, column), (name, _) in sheet.comments.items():
        cell = sheet.rows.get(row, {}).get(column)
        if cell is not None:
            sheet.rows[row][column] = replace(cell, marks=(*cell.marks, name))
    return sheet


def _document(file: WorkbookFile, pages: Sequence[_Page], part: str = "") -> Document:
    writer = BlockWriter()
    for page in pages:
        with writer.block("heading", level=1):
            writer.write(page.name)
        for area in page.areas:
            write_area(writer, area)
        for name, comment in page.comments:
            with writer.block("footnote", marker=name):
                writer.write(f"Comment at {name}: {' '.join(comment.split())}")
    title = proper_title(file.title) or file_stem(file.place)
    return make_document(
        writer.content(),
        title=f"{title}: {part}" if part else title,
        author=file.author,
        path=f"{file.place}#{part}" if part else file.place,
        media_type=file.media_type,
        language=file.language,
        is_scraped=False,
    )


def file_stem(place: str) -> str:
    """Return the name of a file without its ending, which is a title where it has no other."""
    return PurePath(place.replace("\\", "/")).stem


def _page_documents(file: WorkbookFile, page: _Page) -> Iterator[Document]:
    """Yield the documents of a sheet, of which each holds as many areas as it can."""
    pending: list[Area] = []
    has_rest = True  # whether the comments are still to come
    for number, area in enumerate(page.areas, 1):
        if pending and sum(each.cells for each in (*pending, area)) > MAX_CELLS:
            name = f"{page.name}, part {number}"
            yield _document(file, [_Page(page.name, tuple(pending), ())], name)
            pending = []
        if area.cells <= MAX_CELLS:
            pending.append(area)
            continue
        for part, first, last in divide(area):
            name = f"{page.name}, table {number}, rows {first}-{last}"
            comments = page.comments if has_rest else ()
            has_rest = False
            yield _document(file, [_Page(page.name, (part,), comments)], name)
    if pending:
        comments = page.comments if has_rest else ()
        yield _document(file, [_Page(page.name, tuple(pending), comments)], page.name)
