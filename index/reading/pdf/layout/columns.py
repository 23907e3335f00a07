"""The order in which a page is read: column by column, what crosses all columns between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.reading.pdf.tables.cells import is_value_or_dash
from sourcebook.index.reading.pdf.text.captions import is_table_caption_text
from sourcebook.index.reading.pdf.text.lines import Line, rows_of

from .bands import Item, bands_of, groups_of, pieces_of, true_runs
from .gaps import cut_columns, gap_gutters, parts_columns, stretches_of
from .gutters import Strip, are_columns, gutter_strips, is_wide_table, text_runs

_MIN_ITEMS = 4
_MAX_DEPTH = 6
_MAX_INTO_GUTTER = 2
_MAX_LINES, _MAX_GUTTERS = 4_000, 60
"""Limits for a page: one that has more lines is a drawing."""


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
    wide_items: list[Item] = []  # what is not parted by the gutter

    def close() -> None:
        if len(wide_items) < len(items):
            parts.extend(reading_order(wide_items, rules, depth + 1))
        else:
            parts.extend(_by_gaps(wide_items, rules, depth))
        wide_items.clear()

    for stretch, has_columns in _judged(items, rules, gutter):
        if has_columns:
            close()
            for side in groups_of(stretch, [gutter]):
                parts += reading_order(side, rules, depth + 1)
        else:
            wide_items += stretch
    close()
    return parts


def _judged(
    items: Sequence[Item], rules: Sequence[Box], gutter: Strip
) -> list[tuple[list[Item], bool]]:
    """Return a page in stretches from the top, and which of them have columns."""
    judged: list[tuple[list[Item], bool]] = []
    for band, crosses in bands_of(items, [gutter], rules):
        for stretch, is_wide in [(band, True)] if crosses else _wide_stretches(band, gutter):
            left, right = groups_of(stretch, [gutter])
            is_parted = not is_wide and bool(left and right)
            has_columns = is_parted and _are_beside(left, right, is_known=True)
            has_text_above = not has_columns and bool(judged) and judged[-1][1]
            heads = _take_heads(judged[-1][0], stretch) if has_text_above else []
            judged.append(([*heads, *stretch], has_columns))
    return [(stretch, has_columns) for stretch, has_columns in judged if stretch]


def _take_heads(above: list[Item], stretch: Sequence[Item]) -> list[Item]:
    """Take the heads and the caption of a table over both columns from what stands above it."""
    lines = [item for item in stretch if isinstance(item, Line)]
    if len(lines) < len(stretch) or sum(is_value_or_dash(line.text) for line in lines) < 2:
        return []
    heads: list[Item] = []
    top = min(line.top for line in lines)
    for piece in reversed(pieces_of(above)):
        own = [item for item in piece if isinstance(item, Line)]
        if len(own) < len(piece) or top - max(line.bottom for line in own) > 1.5 * own[0].size:
            break
        is_caption = is_table_caption_text(own[0].text)
        if not is_caption and (len(own) < 2 or len(rows_of(own)) > 1 or text_runs(own)):
            break
        heads = [*piece, *heads]
        top = min(line.top for line in own)
        if is_caption:
            break
    head_ids = {id(item) for item in heads}
    above[:] = [item for item in above if id(item) not in head_ids]
    return heads


def _text_gutter(items: Sequence[Item], rules: Sequence[Box]) -> Strip | None:
    """Return the gutter beside which most running text stands, or None where there is none."""
    lines = [item for item in items if isinstance(item, Line)]
    runs = text_runs(lines) if len(lines) <= _MAX_LINES else []
    if not runs:
        return None
    size = float(np.median([line.size for run in runs for line in run.lines]))
    best, most = None, 0
    boxes = [item.box for item in items]
    strips = gutter_strips(runs, boxes, size)
    gutters = {gutter for strip in strips if (gutter := _emptiest(items, strip, 0.5 * size))}
    for gutter in sorted(gutters)[:_MAX_GUTTERS]:
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
    for piece in _with_rows_together(pieces_of(band)):
        left, right = (
            [item for item in side if isinstance(item, Line)] for side in groups_of(piece, [gutter])
        )
        is_wide = len(left) + len(right) == len(piece) and is_wide_table(left, right)
        if stretches and stretches[-1][1] == is_wide:
            stretches[-1][0].extend(piece)
        else:
            stretches.append((list(piece), is_wide))
    return stretches


def _with_rows_together(pieces: Sequence[list[Item]]) -> list[list[Item]]:
    """Return pieces with those that are one row of several texts together, as a table has them."""
    groups: list[list[Item]] = []
    was_row = False
    for piece in pieces:
        lines = [item for item in piece if isinstance(item, Line)]
        first = lines[0] if len(lines) == len(piece) > 1 else None
        is_row = first is not None and all(
            abs(line.base - first.base) <= 0.25 * line.size for line in lines
        )
        if first is not None and is_row and was_row:
            last = groups[-1][-1]
            if first.top - last.bottom <= 2 * first.size:
                groups[-1].extend(piece)
                continue
        groups.append(list(piece))
        was_row = is_row
    return groups


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
