"""Paragraphs of DrawingML (``a:p``): which are items of a list, under which bullet or number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sourcebook.index.reading.office.charts import DRAWING
from sourcebook.index.reading.office.equations import MATH, equation_text
from sourcebook.index.reading.office.flow import Paragraph
from sourcebook.index.reading.office.numerals import numeral
from sourcebook.index.reading.office.pieces import Formula, Piece, Raised
from sourcebook.index.reading.office.symbol_fonts import symbols

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

_BODY_TYPES = ("obj", "body", "subTitle", "half", "clipArt", "chart", "tbl")
_FORMS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_NO_STRIKE = (None, "noStrike")


@dataclass(frozen=True, slots=True)
class ListStyles:
    """The list styles that hold for a shape, the nearest first (``a:lstStyle`` and the like)."""

    elements: Sequence[Any] = field(default_factory=list)

    @classmethod
    def of(cls, shape: Any, slide: Any, kind: str | None) -> ListStyles:
        """Return the styles of a shape on a slide.

        Args:
            shape: A ``p:sp``.
            slide: The slide of python-pptx.
            kind: The type of the placeholder; None for other shapes.
        """
        if kind not in _BODY_TYPES:
            return cls()
        placeholder = shape.find(f"*/{_P}nvPr/{_P}ph")
        index = placeholder.get("idx", "0")
        layout = slide.slide_layout
        styles: list[Any] = []
        for tree in (layout, layout.slide_master):
            for other in tree.element.iter(f"{_P}sp"):
                place = other.find(f"*/{_P}nvPr/{_P}ph")
                if place is None:
                    continue
                is_same = (
                    place.get("idx", "0") == index
                    if tree is layout
                    else place.get("type", "obj") in ("body", "obj") and kind != "subTitle"
                )
                if is_same:
                    styles += other.iterfind(f"{_P}txBody/{DRAWING}lstStyle")
        master = layout.slide_master.element.find(f"{_P}txStyles/{_P}bodyStyle")
        return cls([*styles, *([master] if master is not None else [])])

    def bullet(self, body: Any, properties: Any, level: int) -> Any | None:
        """Return what a paragraph has as bullet: ``a:buNone``, ``a:buChar``, ``a:buAutoNum``."""
        places = [properties] if properties is not None else []
        for style in (*body.iterfind(f"{DRAWING}lstStyle"), *self.elements):
            places += style.iterfind(f"{DRAWING}lvl{level + 1}pPr")
        for place in places:
            for child in place:
                if child.tag in _BULLETS:
                    return child
        return None


_BULLETS = tuple(f"{DRAWING}{name}" for name in ("buNone", "buChar", "buAutoNum", "buBlip"))


def drawing_paragraphs(
    body: Any, styles: ListStyles, remove: Callable[[str, str], None]
) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text body.

    Args:
        body: The parent of the ``a:p``.
        styles: The list styles that hold for it.
        remove: Notes what is left out.
    """
    counts: dict[int, int] = {}
    for element in body.iterfind(f"{DRAWING}p"):
        properties = element.find(f"{DRAWING}pPr")
        text_level = properties.get("lvl", "0") if properties is not None else "0"
        level = min(int(text_level), 8) if text_level.isdecimal() else 0
        pieces = _pieces(element, remove)
        bullet = styles.bullet(body, properties, level)
        has_text = any(piece if isinstance(piece, str) else True for piece in pieces)
        if bullet is None or bullet.tag == _BULLETS[0] or not has_text:
            if has_text:
                counts.clear()
            yield Paragraph(pieces)
            continue
        for below in [at for at in counts if at > level]:
            del counts[below]
        marker = "•"
        if bullet.tag == f"{DRAWING}buAutoNum":
            start = bullet.get("startAt", "1")
            first = int(start) if start.isdecimal() else 1
            counts[level] = counts.get(level, first - 1) + 1
            marker = _number(counts[level], bullet.get("type", "arabicPeriod"))
        else:
            counts.pop(level, None)
            font = bullet.getparent().find(f"{DRAWING}buFont")
            name = font.get("typeface", "") if font is not None else ""
            sign = symbols(bullet.get("char", ""), name if _is_symbol_font(name) else "")
            marker = sign.strip() or "•"
        yield Paragraph(pieces, "item", level, marker, "list")


def _is_symbol_font(name: str) -> bool:
    return name.lower() in ("symbol", "wingdings", "wingdings 2")


def _number(count: int, form: str) -> str:
    """Return a number in a form of DrawingML: "arabicPeriod" is 1., "alphaLcParenBoth" is (a)."""
    numbers = next((to for name, to in _FORMS.items() if form.startswith(name)), "decimal")
    text = numeral(count, numbers)
    if form.endswith("ParenBoth"):
        return f"({text})"
    return f"{text})" if form.endswith("ParenR") else text if form.endswith("Plain") else f"{text}."


def _pieces(element: Any, remove: Callable[[str, str], None]) -> list[Piece]:
    pieces: list[Piece] = []
    for child in element:
        if child.tag in (f"{DRAWING}r", f"{DRAWING}fld"):
            text = (child.findtext(f"{DRAWING}t") or "").replace("\v", "\n")
            properties = child.find(f"{DRAWING}rPr")
            properties = properties if properties is not None else {}
            if properties.get("strike") not in _NO_STRIKE:
                remove("struck text", text)
                continue
            text = symbols(text)
            baseline = properties.get("baseline", "0")
            is_raised = not baseline.startswith("-") and baseline.strip("0%") != ""
            pieces.append(Raised(text) if is_raised else text)
        elif child.tag == f"{DRAWING}br":
            pieces.append("\n")
        elif child.tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            pieces += _pieces(choice, remove) if choice is not None else []
        elif isinstance(child.tag, str) and child.tag.endswith("}m"):
            for equation in child:
                if equation.tag in (f"{MATH}oMath", f"{MATH}oMathPara") and (
                    text := equation_text(equation)
                ):
                    pieces.append(Formula(text))
    return pieces
