"""The order in which boxes on a slide are read: rows from the top, columns from the left.

The boxes are parted by the widest gaps across the slide, then by those along it, as Nagy and Seth's
XY-cut does (1984).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_TOLERANCE = 0.15
"""The share of the smaller box by which two may overlap and still stand one after the other."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Return the numbers of the boxes in the order in which they are read."""
    return _order(boxes, list(range(len(boxes))))


def _order(boxes: Sequence[Box], numbers: list[int]) -> list[int]:
    if len(numbers) < 2:
        return numbers
    for is_across in (True, False):
        groups = _part(boxes, numbers, is_across)
        if len(groups) > 1:
            return [number for group in groups for number in _order(boxes, group)]
    return sorted(numbers, key=lambda number: (boxes[number].top, boxes[number].left, number))


def _part(boxes: Sequence[Box], numbers: list[int], is_across: bool) -> list[list[int]]:
    """Part the boxes where a line across the slide (or along it) cuts none."""

    def span(number: int) -> tuple[float, float]:
        box = boxes[number]
        return (box.top, box.bottom) if is_across else (box.left, box.right)

    groups: list[list[int]] = []
    end = float("-inf")
    for number in sorted(numbers, key=lambda number: (span(number), number)):
        start, stop = span(number)
        if groups and start < end - _TOLERANCE * (stop - start):
            groups[-1].append(number)
        else:
            groups.append([number])
        end = max(end, stop)
    return groups
