"""A formula of a page as a line of text: "E = mc²", "(a + b)/2", "√(x)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_SUPERSCRIPTS = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
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
    if tag in ("mi", "mn", "ms", "mtext", "mo", "mspace"):
        return _token(tag, element)
    parts = [_line(child, depth + 1) for child in element]
    if write := _LAYOUTS.get(tag, {}).get(len(parts)):
        return write(*(part.strip() for part in parts))
    if tag == "msqrt":
        return f"√{_in_brackets(''.join(parts).strip())}"
    if tag == "mfenced":
        separator = (element.get("separators") or ",")[:1]
        parts_text = f"{separator} ".join(part.strip() for part in parts)
        return f"{element.get('open') or '('}{parts_text}{element.get('close') or ')'}"
    if tag in ("mtr", "mtable"):
        return (", " if tag == "mtr" else "; ").join(part.strip() for part in parts)
    return (element.text or "").strip() + "".join(parts)


def _token(tag: str, element: Any) -> str:
    text = "".join(element.itertext())
    if tag == "mspace":
        return " "
    if tag == "mtext":
        return " ".join(f"|{text}|".split()).strip("|")
    text = " ".join(text.split())
    is_binary = tag == "mo" and _OPERATOR.fullmatch(text) and element.getprevious() is not None
    return f" {text} " if is_binary else text


def _in_brackets(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _power(text: str) -> str:
    bare = text.replace(" ", "")
    return (
        bare.translate(_SUPERSCRIPTS)
        if _CAN_BE_RAISED.fullmatch(bare)
        else f"^{_in_brackets(text)}"
    )


_LAYOUTS: Mapping[str, Mapping[int, Callable[..., str]]] = {
    "mfrac": {2: lambda above, below: f"{_in_brackets(above)}/{_in_brackets(below)}"},
    "msup": {2: lambda base, power: f"{base}{_power(power)}"},
    "mover": {2: lambda base, sign: f"{base}{sign}"},
    "msub": {2: lambda base, index: f"{base}_{_in_brackets(index)}"},
    "munder": {2: lambda base, below: f"{base}_{_in_brackets(below)}"},
    "msubsup": {3: lambda base, low, high: f"{base}_{_in_brackets(low)}{_power(high)}"},
    "munderover": {3: lambda base, low, high: f"{base}_{_in_brackets(low)}{_power(high)}"},
    "mroot": {2: lambda base, index: f"{_power(index)}√{_in_brackets(base)}"},
}
"""How elements with two or three arguments are written."""
