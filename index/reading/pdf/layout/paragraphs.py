"""Lines become headings, paragraphs, items of lists, captions, footnotes and code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from sourcebook.index.reading.pdf.tables.cells import PdfTable
from sourcebook.index.reading.pdf.text.captions import CAPTION, is_table_caption_text
from sourcebook.index.reading.pdf.text.lines import Line, Sign, rows_of

from .figures import PdfChart
from .style import BodyStyle

Kind = Literal["heading", "paragraph", "item", "caption", "footnote", "code", "table", "figure"]

PARAGRAPH_END = re.compile(r"[.!?:。！？：][\"”’»)\]」』]*$")
_BEGINS_ANEW = re.compile(r"[^\W\d_a-zß-öø-ÿ]|[\d“\"«(\[]")
_BULLET = re.compile(r"([•▪◦‣●■·○□➢✓✔➤►∙⁃*]|[–—-](?=\s))\s*(?=\S)")
_NUMBER = re.compile(r"(\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)])\s+(?=\S)")
_LEADER = re.compile(r"(?:[.·…_] ?){4,}\s*\S{1,10}$")  # dots up to the number of a page, a price
_LABEL = re.compile(r"[^:.]{2,60}: \S")
_NOTE = re.compile(r"(\(?(?:\d{1,3}|[a-z]|[*†‡§¶]+)\)?)(?:\s+|(?=[^\W\d_]))(?=\S)")

HEADING_SIZE = 1.1
"""A heading is at least so much larger than the text, or bold."""

MAX_HEADING = 200
_MAX_HEADING_LINES = 4


@dataclass(slots=True, eq=False)
class Element:
    """A run of lines that is one block, or a table."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)
    grid: PdfTable | None = None
    marker: str | None = None
    level: int | None = None
    is_full: bool = False  # whether its last line goes to the end of its column

    @property
    def text(self) -> str:
        """The text of its lines."""
        return " ".join(line.text for line in self.lines)


def elements_of(part: Sequence[Line | PdfTable | PdfChart], style: BodyStyle) -> list[Element]:
    """Return the elements of a part of a page, whose lines are in order."""
    lines = [item for item in part if isinstance(item, Line)]
    edges = _Edges(lines, style)
    elements: list[Element] = []
    open_element: Element | None = None
    for number, item in enumerate(part):
        if isinstance(item, PdfTable):
            elements.append(Element("table", grid=item))
            open_element = None
            continue
        if isinstance(item, PdfChart):
            rows = rows_of(item.lines)
            elements.append(Element("figure", [line for row in rows for line in row]))
            open_element = None
            continue
        following = part[number + 1] if number + 1 < len(part) else None
        after = following if isinstance(following, Line) else None
        if open_element is not None and not edges.is_break(open_element, item, after):
            open_element.lines.append(item)
            continue
        open_element = _begin(item, style, edges, open_element)
        elements.append(open_element)
    for element in elements:
        _name(element, style)
        if element.lines:
            element.is_full = not edges.is_short(element.lines[-1], 0.9)
    return elements


class _Edges:
    """Where the lines of a part begin and end, and how far they stand apart."""

    def __init__(self, lines: Sequence[Line], style: BodyStyle) -> None:
        rights = sorted(line.right for line in lines)
        lefts = Counter(round(line.left) for line in lines)
        self.right = rights[len(rights) * 9 // 10] if rights else 0.0
        self.left = min(line.left for line in lines) if lines else 0.0
        common = lefts.most_common(1)[0] if lefts else (0, 0)
        if common[1] * 3 >= len(lines):
            self.left = float(common[0])
        gaps: Counter[float] = Counter()
        for above, below in pairwise(lines):
            if abs(above.size - below.size) < 0.2:
                gaps[round((below.base - above.base) / max(above.size, 1), 1)] += 1
        best = [gap for gap, count in gaps.items() if count >= 3 and 0.9 < gap < 2.6]
        self.leading = min([*best, max(style.leading, 1.0)]) if best else style.leading
        self.style = style

    @property
    def width(self) -> float:
        """The usual length of a line."""
        return max(self.right - self.left, 1.0)

    def is_short(self, line: Line, share: float = 0.85) -> bool:
        """Return whether a line ends well before the others."""
        return line.right < self.right - (1 - share) * self.width

    def is_break(self, element: Element, line: Line, after: Line | None) -> bool:
        """Return whether a line does not go on with what is open."""
        last = element.lines[-1]
        if abs(last.size - line.size) > 0.08 * max(last.size, line.size):
            return True
        gap = (line.base - last.base) / max(line.size, 1)
        if gap < 0.3 or gap > 1.3 * self.leading + 0.05 or line.right < last.left:
            return True
        goes_on = len(element.lines) == 1 and not self._is_alone(last)
        is_outdented = line.is_bold and line.left < last.left - line.size
        if last.is_bold != line.is_bold and (is_outdented or not goes_on):
            return True
        if element.kind == "code" or line.is_mono:
            return last.is_mono != line.is_mono
        if _LEADER.search(last.text) or self._ends_in_the_middle(last, line):
            return True
        return self._is_new(element, line, after)

    def _is_new(self, element: Element, line: Line, after: Line | None) -> bool:
        """Return whether a line that stands close begins an item or a paragraph."""
        last = element.lines[-1]
        text = line.text
        is_large = line.size >= HEADING_SIZE * self.style.size and len(element.lines) < 3
        if is_large and element.kind == "paragraph" and not _BULLET.match(text):
            return bool(_NUMBER.match(text) or PARAGRAPH_END.search(last.text))
        if _BULLET.match(text) and (line.left <= last.left + 40):
            return True
        is_end = bool(PARAGRAPH_END.search(last.text))
        if _NUMBER.match(text) and (
            is_end or self.is_short(last) or self._follows(element, text) or element.kind == "item"
        ):
            return True
        if len(element.lines) == 1 and _LABEL.match(last.text) and _LABEL.match(text):
            return True
        return self._is_set_apart(element, line, after, is_end)

    def _is_set_apart(self, element: Element, line: Line, after: Line | None, is_end: bool) -> bool:
        """Return whether where a line and the last one stand shows that a paragraph begins."""
        last, first, text = element.lines[-1], element.lines[0], line.text
        if element.kind == "item":
            return line.left < first.left - 2 or (
                line.left < first.left + 1 and is_end and self.is_short(last)
            )
        if line.left > last.left + 0.8 * line.size and self._is_indented(element, line, after):
            return True
        if line.left < first.left - 0.8 * line.size and len(element.lines) > 1:
            hangs = all(other.left > first.left + 0.8 * line.size for other in element.lines[1:])
            if not hangs and line.left < last.left - 0.8 * line.size:
                return self.is_short(last) and is_end
        if (
            len(element.lines) > 1
            and line.left < last.left - 0.8 * line.size
            and abs(line.left - first.left) < 2
        ):
            return True  # the first line of the next hanging paragraph
        if is_end and self.is_short(last) and _BEGINS_ANEW.match(text):
            return True
        is_headline = len(element.lines) == 1 and self.is_short(last, 0.6)
        return is_headline and bool(_BEGINS_ANEW.match(text)) and not last.text.endswith(",")

    def _ends_in_the_middle(self, last: Line, line: Line) -> bool:
        """Return whether lines stand in the middle and the first has room for a word of the next:
        a line that goes on is filled first."""
        middle = last.middle[0]
        if last.size >= HEADING_SIZE * self.style.size or last.left < self.left + last.size:
            return False
        if abs(last.left - line.left) < 0.5 * last.size:
            return False
        if abs(middle - line.middle[0]) > 0.15 * last.size:
            return False
        text = line.text
        width = (line.right - line.left) / max(len(text), 1)
        full_width = 2 * min(middle - self.left, self.right - middle)
        room = full_width - (last.right - last.left)
        return room > max(0.2 * full_width, 1.2 * width * (len(text.split(" ", 1)[0]) + 1))

    def _is_alone(self, line: Line) -> bool:
        return self.is_short(line, 0.9)

    def _follows(self, element: Element, text: str) -> bool:
        """Return whether a number is one more than that of the open item."""
        before, now = (
            re.match(r"\(?(\d{1,3})", element.marker or ""),
            re.match(r"\(?(\d{1,3})", text),
        )
        return bool(before and now and int(now[1]) == int(before[1]) + 1)

    def _is_indented(self, element: Element, line: Line, after: Line | None) -> bool:
        """Return whether a line that begins further right begins a paragraph, and does not hang."""
        last = element.lines[-1]
        if len(element.lines) == 1 and not self.is_short(last, 0.7) and after is not None:
            is_outdented = after.left < line.left - 0.5 * line.size
            return is_outdented and bool(PARAGRAPH_END.search(last.text))
        middle, line_middle = last.middle[0], line.middle[0]
        return abs(middle - line_middle) > line.size  # a line in the middle is no indented one


def _begin(line: Line, style: BodyStyle, edges: _Edges, before: Element | None) -> Element:
    """Return the element that a line begins."""
    text = line.text
    if line.is_mono and not style.is_mono:
        return Element("code", [line])
    for pattern in (_BULLET, _NUMBER):
        match = pattern.match(text)
        if match and isinstance(line.pieces[0], str) and match.end() <= len(line.pieces[0]):
            if pattern is _NUMBER and _is_heading(line, style):
                break
            line.pieces[0] = line.pieces[0][match.end() :]
            return Element("item", [line], marker=match[1])
    return Element("paragraph", [line])


def _is_heading(line: Line, style: BodyStyle) -> bool:
    if line.size >= HEADING_SIZE * style.size:
        return True
    return line.is_bold and not style.is_bold and line.size >= 0.93 * style.size


def _name(element: Element, style: BodyStyle) -> None:
    """Say what an element is, as all its lines are known."""
    if element.kind != "paragraph":
        return
    text = element.text
    first = element.lines[0]
    if CAPTION.match(text) and len(text) < 600:
        element.kind = "caption"
    elif (
        all(_is_heading(line, style) for line in element.lines)
        and len(element.lines) <= _MAX_HEADING_LINES
        and len(text) <= MAX_HEADING
        and re.search(r"[^\W\d_]", text)
        and not re.search(r"[,;]$", text)
    ):
        is_larger = first.size >= HEADING_SIZE * style.size
        if is_larger or (len(text) <= 120 and len(element.lines) <= 2 and text[-1:] not in ".:"):
            element.kind = "heading"


def name_levels(elements: Sequence[Element]) -> None:
    """Give headings their levels, by the sizes that headings of the document have."""
    headings = [element for element in elements if element.kind == "heading"]
    sizes: list[float] = []  # the largest of each level
    for size in sorted({element.lines[0].size for element in headings}, reverse=True):
        if not sizes or size < 0.93 * sizes[-1]:
            sizes.append(size)
    for element in headings:
        above = sum(size * 0.93 > element.lines[0].size for size in sizes)
        element.level = min(above + 1, 6)


def is_table_caption(element: Element) -> bool:
    """Return whether an element is the caption of a table."""
    return element.kind == "caption" and is_table_caption_text(element.text)


def name_footnotes(elements: Sequence[Element], marks: Iterable[str], style: BodyStyle) -> None:
    """Say which elements are footnotes: in smaller letters, behind a sign that refers to them."""
    signs = {re.sub(r"[()]", "", mark) for mark in marks}
    for element in elements:
        if element.kind not in ("paragraph", "item") or not element.lines:
            continue
        line = element.lines[0]
        first = line.pieces[0] if line.pieces else ""
        if element.kind == "item":
            sign = re.sub(r"[().]", "", element.marker or "")
            if sign in signs and line.size <= 0.95 * style.size:
                element.kind, element.marker = "footnote", sign
        elif isinstance(first, Sign):
            if first.text.strip("()") in signs or line.size <= 0.95 * style.size:
                element.kind, element.marker = "footnote", first.text
                line.pieces.pop(0)
        elif line.size <= 0.95 * style.size:
            match = _NOTE.match(first)
            if match and match[1].strip("()") in signs:
                element.kind, element.marker = "footnote", match[1].strip("()")
                line.pieces[0] = first[match.end() :]
