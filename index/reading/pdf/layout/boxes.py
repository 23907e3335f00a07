"""Boxes with a few lines that stand beside running text: fact boxes, notes in the margin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.reading.pdf.text.lines import Line

_NEAR = 2.0
"""The rules above and below a box begin and end at the same places, in points."""

_INTO = 30.0
_MOST_RULES = 60
"""A page with more rules has tables, and no boxes that could be told from them."""


def take_boxes(lines: list[Line], rules: Sequence[Box]) -> list[list[Line]]:
    """Take the lines of each box beside text from those of a page: they stand under each other
    between two rules as wide.

    Args:
        lines: of the page; those in boxes are removed.
        rules: across it.

    Returns:
        The lines of each box, from its top.
    """
    boxes: list[list[Line]] = []
    for above, below in combinations(sorted(rules[:_MOST_RULES], key=lambda rule: rule[1]), 2):
        left, top, right, bottom = above[0], above[3], above[2], below[1]
        if abs(left - below[0]) > _NEAR or abs(right - below[2]) > _NEAR:
            continue
        near = [line for line in lines if line.bottom > top and line.top < bottom]
        inside = [line for line in near if left <= line.left and line.right <= right]
        beside = [line for line in near if line.right < left or line.left > right]
        bases = {round(line.base) for line in inside}
        is_apart = len(inside) + len(beside) == len(near) and len(beside) > 1
        # Text goes on below or above the box: it stands in no column of its own.
        is_passed = sum(line.left < left and line.right > left + _INTO for line in lines) > 1
        if len(inside) < 2 or len(bases) < len(inside) or not is_apart or not is_passed:
            continue
        boxes.append(sorted(inside, key=lambda line: line.base))
        lines[:] = [line for line in lines if line not in inside]
    return boxes
