"""Whether there is space between two words, or two lines."""

from __future__ import annotations

import re

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
