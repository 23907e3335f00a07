"""The order in which a page is read: column by column, what crosses all columns between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sourcebook.index.reading.pdf.frames import Box

from .bands import Item, bands_of, groups_of, pieces_of, true_runs
from .gaps import cut_columns, gap_gutters, parts_columns, stretches_of
from .gutters import Strip, are_columns, gutter_strips, is_wide_table, text_runs
from .lines import Line

_MIN_ITEMS = 4
_MAX_DEPTH = 6
_MAX_INTO_GUTTER = 2


def reading_order(
    items: Sequence[Item], rules: Sequence[Box] = (), depth: int = 0
) -> list[list[Item]]:
    """Return the parts of a page in the order they are read, each read from its top.

    Args:
        items: The lines, tables and figures of the page.
        rules: The rules across it; one that crosses a gutter parts what is above and below it.
        depth: How often the page was parted before.
    """
    if len(items) < _MIN_ITEMS or depth > _MAX_DEPTH:
        return [list(items)] if items else []
    gutter = _text_gutter(items, rules)
    if gutter is not None:
        return _beside_gutter(items, rules, gutter, depth)
    return _by_gaps(items, rules, depth)


def _beside_gutter(
    items: Sequence[Item], rules: Sequence[Box], gutter: Strip, depth: int
) -> list[list[Item]]:
    """Return the parts of a page with a gutter between columns of text."""
    parts: list[list[Item]] = []
    whole: list[Item] = []  # what is not parted by the gutter

    def close() -> None:
        if len(whole) < len(items):
            parts.extend(reading_order(whole, rules, depth + 1))
        else:
            parts.extend(_by_gaps(whole, rules, depth))
        whole.clear()

    for band, crosses in bands_of(items, [gutter], rules):
        for stretch, is_wide in [(band, True)] if crosses else _wide_stretches(band, gutter):
            left, right = groups_of(stretch, [gutter])
            if not is_wide and left and right and _are_beside(left, right, is_known=True):
                close()
                parts += reading_order(left, rules, depth + 1)
                parts += reading_order(right, rules, depth + 1)
            else:
                whole += stretch
    close()
    return parts


def _text_gutter(items: Sequence[Item], rules: Sequence[Box]) -> Strip | None:
    """Return the gutter beside which most running text stands, or None where there is none."""
    lines = [item for item in items if isinstance(item, Line)]
    runs = text_runs(lines)
    if not runs:
        return None
    size = float(np.median([line.size for run in runs for line in run.lines]))
    best, most = None, 0
    boxes = [item.box for item in items]
    for strip in gutter_strips(runs, boxes, size):
        gutter = _emptiest(items, strip, 0.5 * size)
        if gutter is None:
            continue
        count = 0
        for band, crosses in bands_of(items, [gutter], rules):
            left, right = groups_of(band, [gutter])
            if not crosses and left and right and _are_beside(left, right, is_known=False):
                count += len(band)
        if count > most:
            best, most = gutter, count
    return best


def _are_beside(left: Sequence[Item], right: Sequence[Item], *, is_known: bool) -> bool:
    """Return whether the two sides of a gutter are columns; tables without rules are not."""
    first = [item for item in left if isinstance(item, Line)]
    second = [item for item in right if isinstance(item, Line)]
    return are_columns(first, second, is_known=is_known) or (
        is_known and parts_columns(left, right)
    )


def _emptiest(items: Sequence[Item], strip: Strip, least: float) -> Strip | None:
    """Return the widest gap in a strip that the fewest items stand in."""
    start, end = strip
    if end - start < least:
        return None
    cover = np.zeros(int(end - start) + 1, np.int64)
    for item in items:
        low, high = int(item.left - start), int(np.ceil(item.right - start))
        if low < len(cover) and high > 0:
            cover[max(low, 0) : high] += 1
    for more in range(_MAX_INTO_GUTTER + 1):  # a raised sign or a long word may stand into it
        gaps = true_runs(cover <= cover.min() + more)
        first, last = max(gaps, key=lambda run: run[1] - run[0])
        if last - first >= least:
            return start + first, start + last
    return None


def _wide_stretches(band: Sequence[Item], gutter: Strip) -> list[tuple[list[Item], bool]]:
    """Return a band in stretches from the top; and which of them are tables
    over both columns."""
    stretches: list[tuple[list[Item], bool]] = []
    for piece in pieces_of(band):
        left, right = (
            [item for item in side if isinstance(item, Line)] for side in groups_of(piece, [gutter])
        )
        is_wide = len(left) + len(right) == len(piece) and is_wide_table(left, right)
        if stretches and stretches[-1][1] == is_wide:
            stretches[-1][0].extend(piece)
        else:
            stretches.append((list(piece), is_wide))
    return stretches


def _by_gaps(items: Sequence[Item], rules: Sequence[Box], depth: int) -> list[list[Item]]:
    """Return the parts of a page whose columns only gaps show."""
    gutters = gap_gutters(items)
    if not gutters:
        return [list(items)]
    parts: list[list[Item]] = []
    is_open = False  # whether the last part may go on
    for band, crosses in bands_of(items, gutters):
        for stretch, has_columns in [(band, False)] if crosses else stretches_of(band, gutters):
            columns = cut_columns(stretch, gutters) if has_columns else []
            if len(columns) < 2:
                if is_open:
                    parts[-1] += stretch
                else:
                    parts.append(list(stretch))
                is_open = True
                continue
            for column in columns:
                parts += reading_order(column, rules, depth + 1)
            is_open = False
    return parts
