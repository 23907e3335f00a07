"""Bands of a page: what crosses a gutter, what stands beside it, what is parted by space."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.reading.pdf.tables.cells import PdfTable
from sourcebook.index.reading.pdf.text.lines import Line

from .figures import PdfChart
from .gutters import Strip

Item = Line | PdfTable | PdfChart

_RULE_BEYOND = 20.0
"""A rule goes at least so far beyond a gutter on both sides that it crosses, in points."""


def bands_of(
    items: Sequence[Item], gutters: Sequence[Strip], rules: Sequence[Box] = ()
) -> list[tuple[list[Item], bool]]:
    """Return the items in bands from the top: those that cross a gutter apart from the others."""
    bands: list[tuple[list[Item], bool]] = []
    breaks = sorted(
        (top + bottom) / 2
        for left, top, right, bottom in rules
        if any(left < start - _RULE_BEYOND and right > end + _RULE_BEYOND for start, end in gutters)
    )
    before = 0
    for item in sorted(items, key=lambda item: (item.top + item.bottom) / 2):
        crosses = any(_crosses(item, gutter) for gutter in gutters)
        rule = bisect_left(breaks, (item.top + item.bottom) / 2)
        if bands and bands[-1][1] == crosses and rule == before:
            bands[-1][0].append(item)
        else:
            bands.append(([item], crosses))
        before = rule
    return bands


def _crosses(item: Item, gutter: Strip) -> bool:
    middle = (gutter[0] + gutter[1]) / 2
    return item.left < middle - 2 and item.right > middle + 2


def groups_of(band: Sequence[Item], gutters: Sequence[Strip]) -> list[list[Item]]:
    middles = [(left + right) / 2 for left, right in gutters]
    groups: list[list[Item]] = [[] for _ in range(len(gutters) + 1)]
    for item in band:
        groups[bisect_left(middles, (item.left + item.right) / 2)].append(item)
    return groups


def pieces_of(band: Sequence[Item]) -> list[list[Item]]:
    """Return a band in pieces from the top, with space between them."""
    pieces: list[list[Item]] = []
    bottom = 0.0
    for item in sorted(band, key=lambda item: item.top):
        size = item.size if isinstance(item, Line) else 10.0
        if not pieces or item.top > bottom + 0.5 * size:
            pieces.append([])
        pieces[-1].append(item)
        bottom = max(bottom, item.bottom) if len(pieces[-1]) > 1 else item.bottom
    return pieces


def true_runs(flags: Any) -> list[tuple[int, int]]:
    """Return the starts and ends of the runs that are true."""
    steps = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    edges = np.flatnonzero(steps).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
