"""Rows of a table without rules whose cells are wrapped: a further line of a cell is no row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sourcebook.index.reading.pdf.text.lines import Line

from .heads import Row

_LINE_GAP = 1.3
"""Lines of one cell are at most so far apart, in sizes of their letters."""

_BESIDE_GAP = 0.8
"""Lines that are nearer cannot stand under each other: a cell in the middle of its row."""


def join_wrapped(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a table, each with the lines beside which it stands alone.

    Rows further apart than the lines of a cell show which lines are of one row: those that stand
    together and hold several cells only once. A line at the left above them may be the name of a
    part.
    """
    clusters = _clusters(rows, _LINE_GAP)
    wrapped = [cluster for cluster in clusters if len(cluster) > 1]
    is_clear = len(clusters) > 2 and all(map(_is_one_row, clusters)) and bool(wrapped)
    if not is_clear:
        clusters = _clusters(rows, _BESIDE_GAP)
        clusters = [
            part
            for cluster in clusters
            for part in ([cluster] if _mains(cluster) == 1 else [[row] for row in cluster])
        ]
    return [_one_row(cluster) for cluster in clusters]


def _clusters(rows: Sequence[Row], most: float) -> list[list[Row]]:
    """Return rows in runs that are at most so far apart, in sizes of their letters."""
    clusters = [[rows[0]]]
    for above, row in pairwise(rows):
        if row[0].base - above[0].base <= most * max(row[0].size, above[0].size):
            clusters[-1].append(row)
        else:
            clusters.append([row])
    return clusters


def _mains(cluster: Sequence[Row]) -> int:
    return sum(len(row) > 1 for row in cluster)


def _is_one_row(cluster: Sequence[Row]) -> bool:
    if len(cluster) == 1:
        return True
    mains = [number for number, row in enumerate(cluster) if len(row) > 1]
    if len(mains) != 1:
        return False
    left = cluster[mains[0]][0].right
    return all(row[0].left > left for row in cluster[: mains[0]])


def _one_row(cluster: Sequence[Row]) -> Row:
    lines: list[Line] = [line for row in cluster for line in row]
    return sorted(lines, key=lambda line: line.left) if len(cluster) > 1 else cluster[0]
