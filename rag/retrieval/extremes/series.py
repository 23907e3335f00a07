"""The series of figures in a table: its columns under one head, its rows beside one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block
from sourcebook.index.structure.figures import find_unit
from sourcebook.rag.language import ParsedSentence, content_stems
from sourcebook.rag.language.calendar import CALENDAR_WORDS

FEWEST = 3
"""Figures of a series: the higher of two is seen at a glance, and often of a comparison."""

_PERIOD = re.compile(r"\b(?:19|20)\d\d(?:/\d{2,4})?\b")

_LONGEST_VALUE = 3
"""Words of a cell that is a figure with its unit."""

_TOTAL = re.compile(
    r"\W*(?:sub-?total|total|sum|all|overall|average|mean|gesamt|insgesamt|summe|durchschnitt)\b|"
    r"(?:.*\()?n\)?$",
    re.IGNORECASE,
)
"""The head of a row or column that sums up the others, or counts what they are shares of ("n")."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of figures: its value, and what names it in its series (the head of its row or of its
    column)."""

    value: float
    name: str
    row: Block = field(repr=False)
    cell: Block = field(repr=False)


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one measure in a table; ``label`` is what stands above them all, or beside them
    all where it ``is_row``."""

    document: Document = field(repr=False)
    table: Block = field(repr=False)
    label: str
    figures: tuple[Figure, ...]
    is_row: bool


def find_series(document: Document, table: Block) -> list[Series]:
    """Return the series of a table with FEWEST figures or more, columns first.

    Args:
        document: where it stands.
        table: its block.
    """
    rows = [row for row in table.children if row.kind == "row" and not _is_head_row(row)]
    cells = [(row, cell) for row in rows for cell in _cells(row) if not _is_head(cell)]
    columns: dict[int, list[tuple[Block, Block]]] = {}
    for row, cell in cells:
        columns.setdefault(cell.cell.column if cell.cell else -1, []).append((row, cell))
    series = [_series(document, table, group, is_row=False) for group in columns.values()]
    by_row = [[(row, cell) for cell in _cells(row) if not _is_head(cell)] for row in rows]
    series += [_series(document, table, group, is_row=True) for group in by_row]
    return [one for one in series if one is not None]


def find_changes(series: Sequence[Series], sign: int) -> list[Series]:
    """Return what the measures rose by (``sign`` 1) or fell by (-1) between two periods, where two
    columns of a table differ in the period of their heads alone.

    Args:
        series: columns of tables; rows are passed over.
        sign: the direction.
    """
    changes = []
    columns = [one for one in series if not one.is_row and len(set(_periods(one))) == 1]
    for early, late in permutations(columns, 2):
        same_measure = _PERIOD.sub("", early.label) == _PERIOD.sub("", late.label)
        if early.table is not late.table or not same_measure or _periods(early) >= _periods(late):
            continue
        before = {figure.row.start: figure.value for figure in early.figures}
        figures = tuple(
            replace(figure, value=sign * (figure.value - before[figure.row.start]))
            for figure in late.figures
            if figure.row.start in before
        )
        if len(figures) >= FEWEST:
            changes.append(replace(late, label=f"{early.label}, {late.label}", figures=figures))
    return changes


def _periods(series: Series) -> list[str]:
    return _PERIOD.findall(series.label)


def words_of_row(row: Block) -> dict[int, str]:
    """Return the texts of a row that are no figures, by their columns."""
    return {
        cell.cell.column: cell.text
        for cell in _cells(row)
        if cell.cell and cell.text and read_value(cell.text) is None
    }


def read_value(text: str) -> float | None:
    """Return the number of a cell that holds one and little else; None for other cells."""
    numbers = ParsedSentence(text).numbers
    if len(numbers) != 1 or len(text.split()) > _LONGEST_VALUE or not re.search(r"\d", text):
        return None
    value = float(numbers[0].key[1:])
    is_negative = bool(re.match(r"\s*(?:[-−–]\s*\d|\(\s*[\d.,]+\s*\)\s*$)", text))
    return -value if is_negative else value


def _series(
    document: Document, table: Block, group: Sequence[tuple[Block, Block]], *, is_row: bool
) -> Series | None:
    """Return cells of one row or column as a series; None where few are figures, or where they are
    of several units ("Revenue", "Margin (%)")."""
    filled = [(row, cell) for row, cell in group if cell.text.strip()]
    values = [(row, cell, read_value(cell.text)) for row, cell in filled]
    figures = [(row, cell, value) for row, cell, value in values if value is not None]
    if len(figures) < FEWEST or len(figures) < len(filled) * 2 / 3:
        return None
    common = _common(_heads(cell) for _, cell, _ in figures)
    named = [
        Figure(value, _name(row, cell, common, is_row=is_row), row, cell)
        for row, cell, value in figures
    ]
    named = [figure for figure in named if figure.name and not _TOTAL.match(figure.name)]
    if is_row and not all(_is_period(figure.name) for figure in named):
        return None  # grams and calories of one food stand side by side
    label = ", ".join(common)
    units = {find_unit(figure.name) for figure in named}
    if len(named) < FEWEST or not label or len(units) > 1:
        return None
    return Series(document, table, label, tuple(named), is_row)


def _is_period(head: str) -> bool:
    words = set(re.findall(r"[^\W\d_]+", head.casefold()))
    return bool(_PERIOD.search(head) or re.search(r"\bQ[1-4]\b", head) or words & CALENDAR_WORDS)


def _name(row: Block, cell: Block, common: Sequence[str], *, is_row: bool) -> str:
    own = [head for head in _heads(cell) if head not in common]
    if own or is_row:
        return ", ".join(own)
    return next((other.text for other in _cells(row) if other is not cell and other.text), "")


def _common(heads: Iterable[Sequence[str]]) -> list[str]:
    """Return the heads that all of the cells stand under or beside, in their order."""
    first, *others = heads
    return [head for head in first if all(head in other for other in others)]


def _heads(cell: Block) -> Sequence[str]:
    return cell.cell.heads if cell.cell else ()


def _cells(row: Block) -> Iterator[Block]:
    return (block for block in row.children if block.kind == "cell")


def _is_head(cell: Block) -> bool:
    return bool(cell.cell and cell.cell.is_head)


def _is_head_row(row: Block) -> bool:
    return all(map(_is_head, _cells(row)))


def label_stems(series: Series) -> frozenset[str]:
    """Return the stems of what stands above or beside all figures of a series, with the unit."""
    units = {figure.cell.cell.unit or "" for figure in series.figures if figure.cell.cell}
    return frozenset(content_stems(" ".join([series.label, *sorted(units)])))
