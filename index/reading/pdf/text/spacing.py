"""Whether there is space between two words, or two lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from .words import PdfWord

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u303f\u3040-\u30ff\u31c0-\u31ff\u3400-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)

_DECIMAL = re.compile(r"\d+[.,]\d+")


def has_space_between(before: PdfWord, word: PdfWord) -> bool:
    """Return whether there is space between two words of a line."""
    gap = max(word.left - before.right, before.left - word.right)
    size = word.look.size
    is_next = word.number == before.number + 1
    if not word.text.isascii() and _UNSPACED.match(word.text) and _UNSPACED.match(before.text[-1:]):
        return gap > 0.6 * max(size, 1)
    if word.has_space is not None and is_next:
        return word.has_space or gap > 0.5 * max(size, 1)
    if not is_next and _DECIMAL.fullmatch(before.text) and _DECIMAL.fullmatch(word.text):
        return True  # the figures of two bars of a chart may touch
    return gap > 0.12 * max(min(size, before.look.size), 1)


def is_unspaced(before: str, after: str) -> bool:
    """Return whether no space belongs between two lines, as their script has none."""
    return bool(_UNSPACED.match(before[-1:]) and _UNSPACED.match(after[:1]))


def join_letters(words: Iterable[PdfWord]) -> list[PdfWord]:
    """Return words at an angle with the letters together that are drawn one by one; what is drawn
    aslant, each letter higher than the one before, becomes one piece with its spaces."""
    joined: list[PdfWord] = []
    for word in words:
        before = joined[-1] if joined else None
        if before is not None and word.look is before.look and _is_one_piece(before, word):
            space = " " if word.has_space else ""
            joined[-1] = replace(
                before,
                text=before.text + space + word.text,
                left=min(before.left, word.left),
                top=min(before.top, word.top),
                right=max(before.right, word.right),
                bottom=max(before.bottom, word.bottom),
                number=word.number,
            )
        else:
            joined.append(word)
    return joined


def _is_one_piece(before: PdfWord, word: PdfWord) -> bool:
    if not word.look.is_straight:
        return word.has_space is not None and word.number == before.number + 1
    return (
        word.has_space is None
        and abs(word.base - before.base) < 0.1 * word.size
        and not has_space_between(before, word)
    )
