"""Equations of Office (OMML) on one line: "F = 9.81 m", "(a + b)/2", "√(x² + y²)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_SUPERSCRIPTS = dict(zip("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋", strict=True))
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_OPERATOR = re.compile(r"(?<=[\w)\]}²³⁴ⁿ%′'!])\s*([=<>≤≥≠≈≡∼≅∝→⇒⇔±+−×·÷∗*∈-])\s*(?=[^\s)\]},;])")
_QUANTITY = re.compile(r"(?:\d\d|\d[.,]\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹])$")
_UNIT = re.compile(r"[^\W\d_]{2}|(?<![⁰¹²³⁴⁵⁶⁷⁸⁹])[^\W\d_]")
_FUNCTION = re.compile(r"(?<![^\W\d_])(sin|cos|tan|cot|log|ln|exp)(?=[\dα-ω]|[a-z](?![a-z]))")
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_SIMPLE = re.compile(r"[\w.,′'⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ₀-₉√%°]+|\([^()]*\)")
_ONE = re.compile(r"[\d.,]+|[^\W\d_][′'⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ₀-₉]*|[^\W\d_]+|√\w|\([^()]*\)")
_PROPERTIES = re.compile(
    r"(?:r|f|s\w+|nary|d|rad|m|eqArr|acc|bar|func|lim\w+|ctrl|box|"
    r"groupChr|borderBox|phant|oMathPara|t)Pr$"
)


def equation_text(element: Any) -> str:
    """Return an ``m:oMath`` or ``m:oMathPara`` as readable text."""
    if _name(element) == "oMathPara":
        lines = [equation_text(child) for child in element if _name(child) == "oMath"]
        return "; ".join(filter(None, lines))
    text = _INVISIBLE.sub("", _inside(element))
    text = _FUNCTION.sub(r"\1 ", _OPERATOR.sub(r" \1 ", " ".join(text.split())))
    return " ".join(text.split())


def _name(element: Any) -> str:
    tag = element.tag
    return tag[len(MATH) :] if isinstance(tag, str) and tag.startswith(MATH) else ""


def _inside(element: Any) -> str:
    """Return the text of what stands in an element, side by side."""
    text = ""
    for child in element:
        piece = _text(child)
        if _QUANTITY.search(text) and _UNIT.match(piece):
            text += " "  # 9.81 and m are two runs: a number and its unit
        text += piece
    return text


def _text(element: Any) -> str:
    name = _name(element)
    if name == "r":
        return "".join(child.text or "" for child in _run_texts(element))
    if name and not _PROPERTIES.match(name) and name in _SHAPES:
        return _SHAPES[name](element)
    if name:
        return "" if _PROPERTIES.match(name) else _inside(element)
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in (f"{_WORD}del", f"{_WORD}moveFrom", f"{_WORD}rPr"):
        return ""
    return _inside(element) if tag.startswith(_WORD) else ""


def _run_texts(run: Any) -> Iterator[Any]:
    for child in run:
        if child.tag in (f"{MATH}t", f"{_WORD}t"):
            yield child


def _child(element: Any, name: str) -> str:
    """Return the text of a child; nothing where there is none."""
    child = element.find(f"{MATH}{name}")
    return _inside(child).strip() if child is not None else ""


def _property(element: Any, name: str, default: str = "") -> str:
    properties = element.find(f"{MATH}{_name(element)}Pr")
    child = properties.find(f"{MATH}{name}") if properties is not None else None
    if child is None:
        return default
    return str(child.get(f"{MATH}val", ""))


def _group(text: str) -> str:
    """Return a term that can stand beside an operator."""
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _shift(text: str, signs: dict[str, str], sign: str) -> str:
    """Return a raised or lowered term: in signs of its own where there are some."""
    text = text.strip()
    if not text or text in "∘°":
        return "°" if text else ""
    if all(letter in signs for letter in text):
        return "".join(signs[letter] for letter in text)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def _fraction(element: Any) -> str:
    top, bottom = _child(element, "num"), _child(element, "den")
    if _property(element, "type") == "noBar":
        return f"({top} over {bottom})"
    return f"{_group(top)}/{bottom if _ONE.fullmatch(bottom) else f'({bottom})'}"


def _scripts(element: Any) -> str:
    base = _child(element, "e")
    if _name(element) in ("sSup", "sSubSup") and not _SIMPLE.fullmatch(base):
        base = _group(base)
    lower = _shift(_child(element, "sub"), _SUBSCRIPTS, "_")
    upper = _shift(_child(element, "sup"), _SUPERSCRIPTS, "^")
    return f"{lower}{upper}{base}" if _name(element) == "sPre" else f"{base}{lower}{upper}"


def _root(element: Any) -> str:
    degree = _child(element, "deg")
    return f"{_ROOTS.get(degree, f'root {degree} of ')}{_group(_child(element, 'e'))}"


def _sum(element: Any) -> str:
    sign = _property(element, "chr", "∫")
    lower = _shift(_child(element, "sub"), _SUBSCRIPTS, "_")
    upper = _shift(_child(element, "sup"), _SUPERSCRIPTS, "^")
    return f"{sign}{lower}{upper} {_child(element, 'e')}"


def _brackets(element: Any) -> str:
    terms = [_inside(child).strip() for child in element.findall(f"{MATH}e")]
    start, end = _property(element, "begChr", "("), _property(element, "endChr", ")")
    return f"{start}{(_property(element, 'sepChr', '|') or '|').join(terms)}{end}"


def _function(element: Any) -> str:
    argument = _child(element, "e")
    is_grouped = argument[:1] in "([{|" and argument
    return f"{_child(element, 'fName')}{argument if is_grouped else f'({argument})'}"


def _limit(element: Any) -> str:
    sign = "_" if _name(element) == "limLow" else "^"
    return f"{_child(element, 'e')}{sign}({_child(element, 'lim')})"


def _accent(element: Any) -> str:
    base = _child(element, "e")
    accent = "\u0305" if _name(element) == "bar" else _property(element, "chr", "\u0302")
    return f"{base}{accent}" if len(base) == 1 else base


def _matrix(element: Any) -> str:
    rows = (
        ", ".join(_inside(cell).strip() for cell in row.findall(f"{MATH}e"))
        for row in element.findall(f"{MATH}mr")
    )
    return f"[{'; '.join(rows)}]"


def _lines(element: Any) -> str:
    return "; ".join(_inside(line).replace("&", "").strip() for line in element.findall(f"{MATH}e"))


_SHAPES = {
    "f": _fraction,
    **dict.fromkeys(("sSup", "sSub", "sSubSup", "sPre"), _scripts),
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "func": _function,
    **dict.fromkeys(("limLow", "limUpp"), _limit),
    **dict.fromkeys(("acc", "bar"), _accent),
    "m": _matrix,
    "eqArr": _lines,
}
