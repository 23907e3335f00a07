"""A formula of a page as a line of text: "E = mc²", "(a + b)/2", "√(x)"."""

from __future__ import annotations

import re
from typing import Any

_RAISED = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_CAN_BE_RAISED = re.compile(r"[0-9+\-−()n]+")
_STYLE = re.compile(r"^\{?\\(?:display|text|script)style\s*(.*?)\}?$", re.DOTALL)
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_OPERATOR = re.compile(r"[=<>≤≥≠≈±+×·÷→∈∼≡∝−-]")
_SIMPLE = re.compile(r"[\w.,√′]+|\([^()]*\)")
MAX_DEPTH = 60


def formula_text(element: Any) -> str:
    """Return the text of a ``math`` element: of its marks, else of its source in TeX."""
    text = _INVISIBLE.sub("", _line(element, 0))
    return " ".join(text.split()) or tex_text(element.get("alttext") or _annotation(element))


def tex_text(source: str) -> str:
    """Return a formula in TeX without what only says how large it is drawn."""
    source = " ".join(source.split()).removeprefix("$").removesuffix("$")
    match = _STYLE.match(source)
    return match[1].strip() if match else source


def _annotation(element: Any) -> str:
    return next((note.text or "" for note in element.iter("annotation")), "")


def _line(element: Any, depth: int) -> str:
    if not isinstance(element.tag, str) or depth > MAX_DEPTH:
        return ""
    tag = element.tag.rpartition("}")[2].rpartition(":")[2]
    if tag in ("annotation", "annotation-xml", "mphantom"):
        return ""
    if tag in ("mi", "mn", "ms", "mtext"):
        return " ".join("".join(element.itertext()).split())
    if tag == "mo":
        sign = "".join(element.itertext()).strip()
        return (
            f" {sign} " if _OPERATOR.fullmatch(sign) and element.getprevious() is not None else sign
        )
    if tag == "mspace":
        return " "
    parts = [_line(child, depth + 1).strip(" " if _is_argument(tag) else "") for child in element]
    if tag == "mfrac" and len(parts) == 2:
        return f"{_bracketed(parts[0])}/{_bracketed(parts[1])}"
    if tag in ("msup", "mover") and len(parts) == 2:
        return f"{parts[0]}{_power(parts[1]) if tag == 'msup' else parts[1]}"
    if tag in ("msub", "munder") and len(parts) == 2:
        return f"{parts[0]}_{_bracketed(parts[1])}"
    if tag in ("msubsup", "munderover") and len(parts) == 3:
        return f"{parts[0]}_{_bracketed(parts[1])}{_power(parts[2])}"
    if tag == "msqrt":
        return f"√{_bracketed(''.join(parts))}"
    if tag == "mroot" and len(parts) == 2:
        return f"{_power(parts[1])}√{_bracketed(parts[0])}"
    if tag == "mfenced":
        separator = (element.get("separators") or ",")[:1]
        joined = f"{separator} ".join(parts)
        return f"{element.get('open') or '('}{joined}{element.get('close') or ')'}"
    if tag == "mtr":
        return ", ".join(parts)
    if tag == "mtable":
        return "; ".join(parts)
    own = (element.text or "").strip()
    return own + "".join(parts)


def _is_argument(tag: str) -> bool:
    return tag in (
        *("mfrac", "msup", "msub", "msubsup", "munder", "mover", "munderover", "mroot", "mtr"),
        "mtable",
    )


def _bracketed(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _power(text: str) -> str:
    bare = text.replace(" ", "")
    return bare.translate(_RAISED) if _CAN_BE_RAISED.fullmatch(bare) else f"^{_bracketed(text)}"
