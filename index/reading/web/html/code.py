"""Code in a page: its text with its lines, and its language."""

from __future__ import annotations

import re
from typing import Any

_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight(?:-source|-text)?|brush:?|sourceCode)[-: ]\s*"
    r"([a-z][\w+#.]*)",
    re.IGNORECASE,
)
_NO_LANGUAGE = frozenset(("none", "text", "plain", "plaintext", "default", "notranslate", "code"))
_LINE_ELEMENTS = frozenset(("div", "p", "li", "tr", "code"))
_COLUMNS = re.compile(r"\S {3,}\S|\t")
_PROSE = re.compile(r"[^\W_]|[ \n,.:;!?'’‘“”\"()–-]")
_SENTENCE = re.compile(r"[^\W\d_]{2,}[,]? [^\W\d_]{2,} [^\W\d_]{2,}")


def code_text(element: Any) -> str:
    """Return the lines of a ``pre`` element."""
    pieces: list[str] = []
    _collect(element, pieces)
    return "".join(pieces).expandtabs(8).strip("\n")


def _collect(element: Any, pieces: list[str]) -> None:
    pieces.append(element.text or "")
    lines = [child for child in element if child.tag in _LINE_ELEMENTS]
    for child in element:
        if child.tag == "br":
            pieces.append("\n")
        else:
            _collect(child, pieces)
        is_line = child.tag in _LINE_ELEMENTS and (child.tag != "code" or len(lines) > 1)
        is_open = is_line and pieces and not pieces[-1].endswith("\n")
        if is_open and not (child.tail or "").startswith("\n"):
            pieces.append("\n")
        pieces.append(child.tail or "")


def code_language(element: Any) -> str | None:
    """Return the language of a ``pre`` element, as its page names it."""
    parent = element.getparent()
    around = [] if parent is None else [parent, parent.getparent()]
    for node in (*element.iter("code"), element, *around):
        if node is None or not isinstance(node.tag, str):
            continue
        name = node.get("data-lang") or node.get("data-language")
        match = _LANGUAGE.search(node.get("class") or "")
        name = name or (match[1] if match else None)
        if name and name.casefold() not in _NO_LANGUAGE:
            return str(name).casefold()
    return None


def is_prose(element: Any, text: str) -> bool:
    """Return whether a ``pre`` element holds a poem or a mail and no code."""
    if next(element.iter("code", "samp", "kbd"), None) is not None or code_language(element):
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines or sum(bool(_COLUMNS.search(line)) for line in lines) * 10 > len(lines):
        return False
    is_prose_like = len(_PROSE.findall(text)) >= 0.97 * len(text)
    return is_prose_like and sum(bool(_SENTENCE.search(line)) for line in lines) * 2 > len(lines)
