"""The lines of a page: runs of text between elements that begin a line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .pieces import INLINE

LONG = 10
"""The fewest words of a line that shows where prose is."""

_WORD = re.compile(r"\w+")


@dataclass(slots=True, eq=False)
class HtmlLine:
    """A run of text in a tree: ``owner`` is the element that begins the line.

    ``slots`` are the places of its text: an element, and whether the text is the one behind it.
    """

    owner: Any
    slots: list[tuple[Any, bool]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    link_length: int = 0
    length: int = 0
    has_formula: bool = False
    words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def link_share(self) -> float:
        """The share of its characters that are links, in [0, 1]."""
        return self.link_length / self.length if self.length else 0.0

    @property
    def is_prose(self) -> bool:
        """Whether it has as many words as a sentence, most of them no links."""
        return len(self.words) >= LONG and self.link_share < 0.5

    def drop(self) -> None:
        """Take the text out of its tree."""
        for element, is_tail in self.slots:
            if is_tail:
                element.tail = None
            else:
                element.text = None
                element.attrib.pop("alttext", None)
                element.attrib.pop("alt", None)


def page_lines(tree: Any) -> list[HtmlLine]:
    """Return the lines of a tree that have text, in order."""
    collector = _Collector(tree)
    collector.visit()
    return collector.lines


class _Collector:
    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self.lines: list[HtmlLine] = []
        self._line: HtmlLine | None = None
        self._links = 0

    def visit(self) -> None:
        from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

        owners = [self._tree]
        for event, element in etree.iterwalk(self._tree, events=("start", "end")):
            tag = element.tag
            if not isinstance(tag, str):
                if event == "end" and element is not self._tree:
                    self._add(owners[-1], element, True)
                continue
            in_math = tag not in INLINE and next(element.iterancestors("math"), None) is not None
            is_inline = (tag in INLINE or in_math) and element is not self._tree
            if event == "start":
                if not is_inline:
                    self._end()
                    owners.append(element)
                self._links += tag == "a"
                self._add(owners[-1], element, False)
            else:
                self._links -= tag == "a"
                if not is_inline:
                    self._end()
                    owners.pop()
                if element is not self._tree:
                    self._add(owners[-1], element, True)
        self._end()

    def _add(self, owner: Any, element: Any, is_tail: bool) -> None:
        text = element.tail if is_tail else element.text
        has_formula = not is_tail and element.tag in ("math", "script", "img")
        if not text and not has_formula:
            if not is_tail and element.tag == "br" and self._line:
                self._line.pieces.append(" ")
            return
        if self._line is None:
            self._line = HtmlLine(owner)
        line = self._line
        line.slots.append((element, is_tail))
        line.has_formula |= has_formula and element.tag != "img"
        if text:
            line.pieces.append(text)
            length = len(text.strip())
            line.length += length
            if self._links:
                line.link_length += length

    def _end(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        line.words = tuple(_WORD.findall("".join(line.pieces).casefold()))
        if line.words or line.has_formula or "".join(line.pieces).strip():
            self.lines.append(line)
