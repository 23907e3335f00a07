"""The pieces of a line of HTML, and its paragraphs, with the white space that a browser shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Piece = tuple[str, str]
"""What a piece is ("text", "mark", "formula" or "break"), and its text."""

INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em"),
        *("font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "samp", "small"),
        *(
            "span",
            "strong",
            "sub",
            "sup",
            "time",
            "tt",
            "u",
            "var",
            "wbr",
            "picture",
            "img",
            "slot",
        ),
        *("button", "math", "script", "br", "output", "mjx-container"),
        *("mjx-assistive-mml", "mjx-math"),
    )
)
"""Elements that stand in a line; all others begin one."""

_MOST_IN_ROW = 12
_NO_ROW = frozenset(("code", "kbd", "samp", "a", "em", "b", "strong"))
_SPACES = re.compile(r"[ \t\r\n\f]+")


def follows_closely(element: Any, last: str) -> bool:
    """Return whether an element of a line is parted from the one before by a style alone: a label
    and its value in a row that holds nothing but such elements.

    Args:
        element: the later one.
        last: the last character before it.
    """
    before, parent = element.getprevious(), element.getparent()
    if before is None or before.tag not in INLINE or (before.tail or "") or not last.isalnum():
        return False
    if len(parent) > _MOST_IN_ROW or parent.tag in _NO_ROW:
        return False
    texts = (parent.text, *(child.tail for child in parent))
    first = next(iter("".join(element.itertext())), "")
    is_new_word = first.isupper() or first.isdigit() or (last.isnumeric() and first.isalpha())
    is_word = len("".join(before.itertext()).strip()) > 1 or last.isnumeric()
    return is_new_word and is_word and not any((text or "").strip() for text in texts)


def one_spaced(text: str) -> str:
    """Return ``text`` with one space for each run of white space."""
    return _SPACES.sub(" ", text)


def paragraphs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each paragraph of a line, white space as a browser shows it.

    Two line breaks end a paragraph.
    """
    line: list[Piece] = []
    breaks = 0
    ends_in_space = True
    for kind, raw in pieces:
        if kind == "break":
            breaks += 1
            ends_in_space = True
            continue
        text = one_spaced(raw) if kind == "text" else raw
        if kind == "text":
            text = text.lstrip(" ") if ends_in_space else text
            if not text:
                continue
        if breaks and line:
            if breaks > 1:
                yield line
                line = []
            else:
                line.append(("text", "\n"))
        breaks = 0
        if kind != "mark":
            ends_in_space = kind == "text" and text.endswith(" ")
        line.append((kind, text))
    if any(kind != "text" or text.strip() for kind, text in line):
        yield line
