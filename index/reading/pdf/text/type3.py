"""Letters of Type 3 fonts that have no names: pictures of TeX's letters, by their codes alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .words import PdfWord

_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl")
_CORK = dict(zip(range(0x1B, 0x20), _LIGATURES, strict=True)) | dict(
    zip(range(0x10, 0x17), "“”„«»–—", strict=True)
)
"""The signs of TeX's encoding T1 that stand where ASCII has none, by their codes."""

_OLD = dict(zip(range(0x0B, 0x10), _LIGATURES, strict=True)) | {0x10: "ı", 0x19: "ß"}
"""The same of its older encoding OT1."""

_OLD_LIGATURE = re.compile("[\x0b-\x0f]")


def name_type3_letters(words: Iterable[PdfWord]) -> None:
    """Put letters in place of the codes of ligatures and quotation marks, where a page's font has
    neither a name nor a map; else "signi?er" loses its letters."""
    own = [word for word in words if not word.look.font and not word.text.isprintable()]
    is_old = any(_OLD_LIGATURE.search(word.text) for word in own)
    for word in own:
        word.text = word.text.translate(_OLD if is_old else _CORK)
