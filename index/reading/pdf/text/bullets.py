"""Bullets that are drawn as shapes, as browsers print them, become words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sourcebook.index.reading.pdf.frames import Box

from .words import PdfWord

_LEAST, _MOST = 2.0, 8.0
"""How wide and high the shape of a bullet is, in points."""

_MOST_DOTS = 300
"""A page with more small shapes is a drawing."""


def drawn_bullets(shapes: Iterable[Box], words: Sequence[PdfWord]) -> list[PdfWord]:
    """Return a bullet for each small shape that stands before the first word of a line."""
    bullets: list[PdfWord] = []
    dots = {box for box in shapes if _is_dot(box)}
    for left, top, right, bottom in sorted(dots) if len(dots) <= _MOST_DOTS else ():
        middle = (top + bottom) / 2
        line = [word for word in words if word.top < middle < word.bottom]
        first = min(
            (word for word in line if right <= word.left <= right + 2.5 * word.size),
            key=lambda word: word.left,
            default=None,
        )
        if first is None or any(left - 4 * first.size < word.right < right for word in line):
            continue
        bullets.append(replace(first, text="•", left=left, right=right, has_space=None))
    return bullets


def _is_dot(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return _LEAST <= width <= _MOST and abs(width - height) <= 0.2 * width
