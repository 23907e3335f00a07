"""Large figures that stand beside each other, each above its own label: no rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

from sourcebook.index.reading.pdf.text.lines import Line, Sign
from sourcebook.index.reading.pdf.text.words import SOFT_HYPHEN

from .cells import is_value
from .heads import Row

LARGE = 1.3
"""How much larger than its label a figure is at least."""


def find_tiles(rows: Sequence[Row]) -> list[Line] | None:
    """Return each figure with its label as one line, from the left; None where rows are no such
    figures."""
    starts = [number for number, row in enumerate(rows) if _is_figures(row)]
    if not starts or starts[0] != 0:
        return None
    tiles: list[Line] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        figures = rows[start]
        labels = [line for row in rows[start + 1 : end] for line in row]
        smallest = min(line.size for line in figures)
        if not labels or max(line.size for line in labels) * LARGE > smallest:
            return None
        groups = [[figure] for figure in figures]
        for label in labels:
            min(groups, key=lambda group: _distance(group[0], label)).append(label)
        if any(len(group) < 2 for group in groups):
            return None
        tiles += [_join_lines(group) for group in groups]
    return tiles


def _is_figures(row: Row) -> bool:
    return len(row) > 1 and sum(is_value(line.text) for line in row) * 2 > len(row)


def _distance(figure: Line, label: Line) -> float:
    return min(abs(figure.left - label.left), abs(figure.middle[0] - label.middle[0]))


def _join_lines(group: Sequence[Line]) -> Line:
    first, last = group[0], group[-1]
    pieces: list[str | Sign] = []
    for line in group:
        end = pieces[-1] if pieces else None
        if isinstance(end, str) and end.endswith(SOFT_HYPHEN):
            pieces[-1] = end[:-1] + ("" if line.text[:1].islower() else "-")
        elif pieces:
            pieces.append(" ")
        pieces += line.pieces
    return Line(
        min(line.left for line in group),
        min(line.top for line in group),
        max(line.right for line in group),
        max(line.bottom for line in group),
        last.base,
        last.size,
        first.page,
        pieces=pieces,
    )
