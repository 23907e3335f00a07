"""Pages whose text is recognised in their picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .ocr import RecognisedLine, recognise
from .pages import PdfPage
from .text.lines import group_lines
from .text.words import Look, PdfWord

MAX_PAGES = 300
"""The most pages of a file whose text is recognised."""

_DPI = 170
_MAX_SIDE = 4_000
_USUAL_WIDTH = 595.0


def recognise_page(page: Any, number: int, on_progress: Callable[[], None]) -> PdfPage:
    """Return what can be recognised in the picture of a page of PDFium."""
    width, height = page.get_size()
    scale = min(_DPI / 72, _MAX_SIDE / max(width, height, 1.0))
    image = page.render(scale=scale, may_draw_forms=True).to_pil()
    return recognised_page(image, number, on_progress, scale)


def recognised_page(
    image: Any, number: int, on_progress: Callable[[], None], scale: float | None = None
) -> PdfPage:
    """Return what can be recognised in a picture.

    Args:
        image: A picture of Pillow.
        number: The number of the page.
        on_progress: Called between the steps.
        scale: The pixels of a point; by default a picture is as wide as a sheet of paper.
    """
    scale = scale or max(image.width / _USUAL_WIDTH, 0.1)
    lines = recognise(image, on_progress)
    page = PdfPage(number, (image.width / scale, image.height / scale), is_drawn=True)
    if not lines:
        return page
    words = _words(lines, scale)
    # What stands far apart was found as two lines already.
    page.lines = group_lines(words, number, wide_gap=1.2)
    length = sum(len(line.text) for line in lines)
    page.confidence = round(sum(line.confidence * len(line.text) for line in lines) / length, 3)
    return page


def _words(lines: Sequence[RecognisedLine], scale: float) -> list[PdfWord]:
    """Return lines as words, in letters of few sizes: heights that are measured differ a little."""
    heights = sorted((line.box[3] - line.box[1]) / scale for line in lines)
    usual = heights[len(heights) // 2]
    words: list[PdfWord] = []
    for number, line in enumerate(lines):
        left, top, right, bottom = (side / scale for side in line.box)
        height = bottom - top
        if 0.7 * usual < height < 1.35 * usual:
            height = usual
        look = Look(round(height * 0.72, 1), 0)
        middle = (top + bottom) / 2
        base = middle + 0.26 * height
        words.append(
            PdfWord(
                line.text.strip(),
                left,
                middle - height / 2,
                right,
                middle + height / 2,
                base,
                look,
                number * 2,
                True,
            )
        )
    return words
