"""Fractions that are drawn as one small number above another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from .words import PdfWord

_SMALL = 0.8
"""The numbers of a fraction are at most so large beside the text in which it stands."""

_DIGITS = re.compile(r"\d{1,3}")


def join_fractions(words: Sequence[PdfWord]) -> list[PdfWord]:
    """Return words with each fraction as one, "1/2", on the base line of what stands beside it."""
    numbers = [word for word in words if _DIGITS.fullmatch(word.text)]
    fractions: dict[int, PdfWord | None] = {}  # by the word that it stands for
    for above, below in pairwise(numbers):
        if _are_stacked(above, below) and (near := _text_beside(above, below, words)):
            fractions |= {id(above): _fraction(above, below, near), id(below): None}
    joined = (fractions.get(id(word), word) for word in words)
    return [word for word in joined if word is not None]


def _are_stacked(above: PdfWord, below: PdfWord) -> bool:
    step = below.base - above.base
    return (
        abs(above.middle[0] - below.middle[0]) <= 0.2 * above.size
        and above.size == below.size
        and 0.9 * above.size <= step <= 2 * above.size
    )


def _text_beside(above: PdfWord, below: PdfWord, words: Sequence[PdfWord]) -> PdfWord | None:
    """Return the nearest word of the line in whose middle the numbers stand; None where there is
    none, or where they are the indexes of a letter."""
    left, right = min(above.left, below.left), max(above.right, below.right)
    best: tuple[float, PdfWord] | None = None
    for word in words:
        gap = max(word.left - right, left - word.right)
        is_beside = above.base < word.base < below.base and -0.1 * word.size < gap < word.size
        if is_beside and above.size <= _SMALL * word.size and word.look.turn == above.look.turn:
            if word.left < left and gap < 0.12 * word.size and not word.text[-1:].isdigit():
                return None
            best = min(best or (gap, word), (gap, word), key=lambda pair: pair[0])
    return best[1] if best else None


def _fraction(above: PdfWord, below: PdfWord, near: PdfWord) -> PdfWord:
    left, right = min(above.left, below.left), max(above.right, below.right)
    if near.left < left:  # a whole number that stands close before it is a word by itself
        left = max(left, near.right + 0.2 * near.size)
    return replace(
        above,
        text=f"{above.text}/{below.text}",
        left=left,
        right=max(right, left + 0.1 * near.size),
        top=near.top,
        bottom=near.bottom,
        base=near.base,
        look=near.look,
        has_space=None,
    )
