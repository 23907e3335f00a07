"""The order in which a page is read: column by column, what crosses all columns between them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from sourcebook.index.reading.pdf.tables.cells import Grid, is_value

from .lines import Line

Item = Line | Grid

_WIDE = 0.62
"""What is wider than this share of a region may stand over several of its columns."""

_MIN_ITEMS = 4
_MANY = 24
_MAX_DEPTH = 6


def reading_order(items: Sequence[Item], depth: int = 0) -> list[list[Item]]:
    """Return the parts of a page in the order they are read, each read from its top."""
    if len(items) < _MIN_ITEMS or depth > _MAX_DEPTH:
        return [list(items)] if items else []
    gutters = _gutters(items)
    if not gutters:
        return [list(items)]
    parts: list[list[Item]] = []
    is_open = False  # whether the last part may go on
    for band, crosses in _bands(items, gutters):
        for stretch, has_columns in [(band, False)] if crosses else _stretches(band, gutters):
            columns = _cut(stretch, gutters) if has_columns else []
            if len(columns) < 2:
                if is_open:
                    parts[-1] += stretch
                else:
                    parts.append(list(stretch))
                is_open = True
                continue
            for column in columns:
                parts += reading_order(column, depth + 1)
            is_open = False
    return parts


def _gutters(items: Sequence[Item]) -> list[tuple[float, float]]:
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
    for start, end in _runs(cover <= most):
        if start == 0 or end == width:
            continue
        low = cover[start:end].min()
        first, last = max(_runs(cover[start:end] == low), key=lambda run: run[1] - run[0])
        if last - first >= max(5.0, 0.55 * size):
            gutters.append((left + start + first, left + start + last))
    return gutters


def _runs(flags: Any) -> list[tuple[int, int]]:
    """Return the starts and ends of the runs that are true."""
    steps = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    edges = np.flatnonzero(steps).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _crosses(item: Item, gutter: tuple[float, float]) -> bool:
    middle = (gutter[0] + gutter[1]) / 2
    return item.left < middle - 2 and item.right > middle + 2


def _bands(
    items: Sequence[Item], gutters: Sequence[tuple[float, float]]
) -> list[tuple[list[Item], bool]]:
    """Return the items in bands from the top: those that cross a gutter apart from the others."""
    bands: list[tuple[list[Item], bool]] = []
    for item in sorted(items, key=lambda item: (item.top + item.bottom) / 2):
        crosses = any(_crosses(item, gutter) for gutter in gutters)
        if bands and bands[-1][1] == crosses:
            bands[-1][0].append(item)
        else:
            bands.append(([item], crosses))
    return bands


def _stretches(
    band: Sequence[Item], gutters: Sequence[tuple[float, float]]
) -> list[tuple[list[Item], bool]]:
    """Return a band in stretches from the top: those with columns of a page, and those without, as
    a table has. What cannot be told goes with what is above it."""
    pieces: list[list[Item]] = []
    bottom = 0.0
    for item in sorted(band, key=lambda item: item.top):
        size = item.size if isinstance(item, Line) else 10.0
        if not pieces or item.top > bottom + 0.5 * size:
            pieces.append([])
        pieces[-1].append(item)
        bottom = max(bottom, item.bottom) if len(pieces[-1]) > 1 else item.bottom
    stretches: list[tuple[list[Item], bool]] = []
    waiting: list[Item] = []
    for piece in pieces:
        groups = [group for group in _groups(piece, gutters) if group]
        if len(groups) < 2 or min(map(len, groups)) < 2:
            (stretches[-1][0] if stretches else waiting).extend(piece)
            continue
        has_columns = len(_cut(piece, gutters)) > 1
        if stretches and stretches[-1][1] == has_columns:
            stretches[-1][0].extend(piece)
        else:
            stretches.append(([*waiting, *piece], has_columns))
            waiting = []
    return stretches or [(waiting, len(_cut(waiting, gutters)) > 1)]


def _groups(band: Sequence[Item], gutters: Sequence[tuple[float, float]]) -> list[list[Item]]:
    middles = [(left + right) / 2 for left, right in gutters]
    groups: list[list[Item]] = [[] for _ in range(len(gutters) + 1)]
    for item in band:
        groups[bisect_left(middles, (item.left + item.right) / 2)].append(item)
    return groups


def _cut(band: Sequence[Item], gutters: Sequence[tuple[float, float]]) -> list[list[Item]]:
    """Return the columns of a band; gutters of a table do not part it."""
    groups = [group for group in _groups(band, gutters) if group]
    columns: list[list[Item]] = []
    previous: list[Item] = []
    for group in groups:
        if columns and not _parts(previous, group):
            columns[-1] += group
        else:
            columns.append(list(group))
        previous = group
    return columns


def _parts(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Return whether the gap between two groups parts columns of a page, not cells of a table."""
    first = [item for item in left if isinstance(item, Line)]
    second = [item for item in right if isinstance(item, Line)]
    if len(first) < len(left) or len(second) < len(right):
        return True
    if len(first) < 2 or len(second) < 2:
        return False
    if all(len(line.text) <= 3 for line in first):
        return False  # bullets or numbers of items
    aligned = _aligned(first, second), _aligned(second, first)
    values = max(_value_share(first), _value_share(second))
    is_short = _mean_words(first) <= 3.2 and _mean_words(second) <= 4.5
    if is_short and not _are_between(first, second):
        return False
    if values >= 0.5:
        return max(aligned) < 0.6
    share = min(aligned) if len(first) > 3 and len(second) > 3 else max(aligned)
    return not (is_short and share >= 0.75)


def _are_between(lines: Sequence[Line], others: Sequence[Line]) -> bool:
    """Return whether lines stand between the base lines of the others, as they do in columns of a
    page and not in rows of a table."""
    bases = sorted(line.base for line in others)
    count = 0
    for line in lines:
        near = bases[bisect_left(bases, line.base - 0.9 * line.size) :]
        count += bool(near) and 0.25 * line.size < abs(near[0] - line.base) < 0.9 * line.size
    return count * 8 > len(lines)


def _aligned(lines: Sequence[Line], others: Sequence[Line]) -> float:
    """Return the share of the lines beside which another stands on the same base line."""
    bases = sorted(line.base for line in others)
    count = 0
    for line in lines:
        place = bisect_left(bases, line.base - 0.25 * line.size)
        count += place < len(bases) and bases[place] <= line.base + 0.25 * line.size
    return count / len(lines)


def _value_share(lines: Sequence[Line]) -> float:
    return sum(is_value(line.text) for line in lines) / len(lines)


def _mean_words(lines: Sequence[Line]) -> float:
    return sum(line.text.count(" ") + 1 for line in lines) / len(lines)
