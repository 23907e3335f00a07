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


def has_space_between(before: PdfWord, word: PdfWord) -> bool:
    """Return whether there is space between two words of a line."""
    gap = max(word.left - before.right, before.left - word.right)
    size = word.look.size
    if not word.text.isascii() and _UNSPACED.match(word.text) and _UNSPACED.match(before.text[-1:]):
        return gap > 0.6 * max(size, 1)
    if word.has_space is not None and word.number == before.number + 1:
        return word.has_space or gap > 0.5 * max(size, 1)
    return gap > 0.12 * max(min(size, before.look.size), 1)


def is_unspaced(before: str, after: str) -> bool:
    """Return whether no space belongs between two lines, as their script has none."""
    return bool(_UNSPACED.match(before[-1:]) and _UNSPACED.match(after[:1]))


def join_letters(words: Iterable[PdfWord]) -> list[PdfWord]:
    """Return words at an angle with the letters together that are drawn one by one."""
    joined: list[PdfWord] = []
    for word in words:
        before = joined[-1] if joined else None
        if (
            before is not None
            and word.look is before.look
            and word.has_space is None
            and abs(word.base - before.base) < 0.1 * word.size
            and not has_space_between(before, word)
        ):
            text = before.text + word.text
            top, bottom = min(before.top, word.top), max(before.bottom, word.bottom)
            joined[-1] = replace(before, text=text, top=top, right=word.right, bottom=bottom)
        else:
            joined.append(word)
    return joined
