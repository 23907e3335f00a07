"""Columns that only the gaps between them show: of short lines, lists and numbers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sourcebook.index.reading.pdf.tables.cells import is_value
from sourcebook.index.reading.pdf.text.lines import Line

from .bands import Item, groups_of, pieces_of, true_runs
from .gutters import Strip, share_aligned

_WIDE = 0.62
"""What is wider than this share of a region may stand over several of its columns."""

_MIN_ITEMS = 4
_MANY = 24
_MOST_CELL_WORDS = 2.5


def gap_gutters(items: Sequence[Item]) -> list[Strip]:
    """Return the bands from top to bottom that nothing crosses but a few wide things."""
    left, right = min(item.left for item in items), max(item.right for item in items)
    width = int(right - left) + 1
    if width < 60 or width > 20_000:
        return []
    narrow = [item for item in items if item.right - item.left <= _WIDE * (right - left)]
    if len(narrow) < _MIN_ITEMS:
        return []
    changes = np.zeros(width + 2, np.int64)
    for item in narrow:
        changes[int(item.left - left)] += 1
        changes[min(int(np.ceil(item.right - left)), width)] -= 1
    cover = np.cumsum(changes)[:width]
    # Titles that stand in the middle of the page may cross, if the lines beside are many more.
    most = (0.04 if len(narrow) < _MANY else 0.16) * len(narrow)
    size = float(np.median([item.size for item in narrow if isinstance(item, Line)] or [10.0]))
    gutters = []
    for start, end in true_runs(cover <= most):
        if start == 0 or end == width:
            continue
        low = cover[start:end].min()
        first, last = max(true_runs(cover[start:end] == low), key=lambda run: run[1] - run[0])
        if last - first >= max(5.0, 0.55 * size):
            gutters.append((left + start + first, left + start + last))
    return gutters


def stretches_of(band: Sequence[Item], gutters: Sequence[Strip]) -> list[tuple[list[Item], bool]]:
    """Return a band in stretches from the top: those with columns of a page, and those without, as
    a table has. What cannot be told goes with what is above it."""
    stretches: list[tuple[list[Item], bool]] = []
    waiting: list[Item] = []
    for piece in pieces_of(band):
        groups = [group for group in groups_of(piece, gutters) if group]
        if len(groups) < 2 or min(map(len, groups)) < 2:
            (stretches[-1][0] if stretches else waiting).extend(piece)
            continue
        has_columns = len(cut_columns(piece, gutters)) > 1
        if stretches and stretches[-1][1] == has_columns:
            stretches[-1][0].extend(piece)
        else:
            stretches.append(([*waiting, *piece], has_columns))
            waiting = []
    return stretches or [(waiting, len(cut_columns(waiting, gutters)) > 1)]


def cut_columns(band: Sequence[Item], gutters: Sequence[Strip]) -> list[list[Item]]:
    """Return the columns of a band; gutters of a table do not part it."""
    groups = [group for group in groups_of(band, gutters) if group]
    columns: list[list[Item]] = []
    previous: list[Item] = []
    for group in groups:
        if columns and not parts_columns(previous, group):
            columns[-1] += group
        else:
            columns.append(list(group))
        previous = group
    return columns


def parts_columns(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Return whether the gap between two groups parts columns of a page, not cells of a table."""
    first = [item for item in left if isinstance(item, Line)]
    second = [item for item in right if isinstance(item, Line)]
    if len(first) < len(left) or len(second) < len(right):
        return True
    if len(first) < 2 or len(second) < 2:
        return False
    if all(len(line.text) <= 3 for line in first):
        return False  # bullets or numbers of items
    if _are_cells_beside(*sorted((first, second), key=len)):
        return False
    shares = share_aligned(first, second), share_aligned(second, first)
    values = max(_value_share(first), _value_share(second))
    is_short = _mean_words(first) <= 3.2 and _mean_words(second) <= 4.5
    if is_short and not _are_between(first, second):
        return False
    if values >= 0.5:
        return max(shares) < 0.6
    share = min(shares) if len(first) > 3 and len(second) > 3 else max(shares)
    return not (is_short and share >= 0.75)


def _are_cells_beside(cells: Sequence[Line], text: Sequence[Line]) -> bool:
    """Return whether short texts are cells beside others that are wrapped: all stand beside one of
    their lines, and further from each other than these."""
    if share_aligned(cells, text) < 1 or _mean_words(cells) > _MOST_CELL_WORDS:
        return False
    steps, leading = (sorted(_steps(lines)) for lines in (cells, text))
    has_steps = bool(steps and leading)
    return has_steps and steps[len(steps) // 2] > 1.35 * leading[len(leading) // 2]


def _steps(lines: Sequence[Line]) -> list[float]:
    """Return how far lines are from the next one below."""
    bases = sorted({round(line.base) for line in lines})
    return [below - above for above, below in pairwise(bases)]


def _are_between(lines: Sequence[Line], neighbours: Sequence[Line]) -> bool:
    """Return whether lines stand between the base lines of the others, as they do in columns of a
    page and not in rows of a table."""
    bases = sorted(line.base for line in neighbours)
    count = 0
    for line in lines:
        near = bases[bisect_left(bases, line.base - 0.9 * line.size) :]
        count += bool(near) and 0.25 * line.size < abs(near[0] - line.base) < 0.9 * line.size
    return count * 8 > len(lines)


def _value_share(lines: Sequence[Line]) -> float:
    return sum(is_value(line.text) for line in lines) / len(lines)


def _mean_words(lines: Sequence[Line]) -> float:
    return sum(line.text.count(" ") + 1 for line in lines) / len(lines)
