"""Footnotes of a page or a book: the signs that refer to them, and the notes themselves."""

from __future__ import annotations

import re
from typing import Any

_TYPE = "epub:type"
_NOTE_TYPES = frozenset(("footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"))
_REFERENCE_TYPES = frozenset(("noteref", "doc-noteref"))
_REFERENCE_CLASS = re.compile(
    r"(?:^|\s)(?:footnote-?ref|fn-?ref|note-?ref|footnote-reference)(?:\s|$)"
)
_BACK_CLASS = re.compile(
    r"(?:^|\s)(?:footnote-back(?:ref|link)?|reversefootnote|data-footnote-backref|fn-backref"
    r"|mw-cite-backlink)(?:\s|$)"
)
_BACK_SIGN = re.compile(r"[↩↑⏎^\ufe0e\ufe0f\s]+")
_NOTE_ID = re.compile(
    r"(?:user-content-)?(?:fn|ftn|footnote|endnote|cite_note|_ftn|_edn)[-_:.]?(?:[\w.:-]*?[-_:.])?"
    r"(?P<sign>\d{1,4}|[a-z*])",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[\[(]?(\d{1,3}|[a-z]|[*†‡§¶#]{1,3})[\])]?[.:]?", re.IGNORECASE)
_LEADING_SIGN = re.compile(r"\s*[\[(]?(\d{1,3}|[*†‡§¶]{1,3})(?:[\])][.:]?|[.:](?=\s))\s*")


def note_sign(element: Any) -> str:
    """Return the sign of a reference, without its brackets."""
    return " ".join("".join(element.itertext()).split()).strip("[]()")


def is_reference(element: Any) -> bool:
    """Return whether a link refers to a footnote, by what it says of itself."""
    says_so = bool(
        _types(element) & _REFERENCE_TYPES or _REFERENCE_CLASS.search(element.get("class") or "")
    )
    return says_so and len(note_sign(element)) <= 6


def is_back_link(element: Any) -> bool:
    """Return whether an element leads from a footnote back to its reference."""
    if "doc-backlink" in _types(element) or _BACK_CLASS.search(element.get("class") or ""):
        return True
    return (
        element.tag == "a"
        and (element.get("href") or "").startswith("#")
        and bool(_BACK_SIGN.fullmatch("".join(element.itertext())))
    )


def take_note_sign(element: Any) -> str | None:
    """Return the sign of a footnote, which is taken out of its text; None if it is no footnote.

    The sign is empty where the footnote has none.
    """
    match = _NOTE_ID.fullmatch(element.get("id") or "") if element.tag in _NOTE_TAGS else None
    if not match and not _types(element) & _NOTE_TYPES:
        return None
    if element.tag in ("p", "div", "dd") and not _types(element) and not _starts_with_sign(element):
        return None
    first = _first_inline(element)
    if first is not None and (sign := _SIGN.fullmatch("".join(first.itertext()).strip())):
        for part in first.iter():
            part.text = part.tail = None if part is not first else part.tail
        first.text = None
        first.tail = re.sub(r"^[\s.:)\]]+", "", first.tail or "")
        return sign[1]
    start = _first_text(element)
    if leading := _LEADING_SIGN.match(start.text or ""):
        start.text = start.text[leading.end() :]
        return leading[1]
    return match["sign"] if match else ""


_NOTE_TAGS = frozenset(("li", "p", "div", "dd", "aside", "section"))


def _types(element: Any) -> set[str]:
    names = f"{element.get(_TYPE) or ''} {element.get('role') or ''}"
    return set(names.split())


def _starts_with_sign(element: Any) -> bool:
    first = _first_inline(element)
    if first is not None and _SIGN.fullmatch("".join(first.itertext()).strip()):
        return True
    return bool(_LEADING_SIGN.match(_first_text(element).text or ""))


def _first_text(element: Any) -> Any:
    """Return the element in which the text of an element begins."""
    while not (element.text or "").strip() and len(element):
        element = element[0]
    return element


def _first_inline(element: Any) -> Any:
    """Return the raised sign or link with which the text of an element begins, if it does."""
    for _ in range(4):
        if (element.text or "").strip() or not len(element):
            return None
        element = element[0]
        if element.tag in ("sup", "a"):
            return element
    return None
