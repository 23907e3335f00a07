"""Write the blocks of an HTML tree: headings, paragraphs, lists, code, tables, notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sourcebook.index.structure.content import Content
from sourcebook.index.structure.plain_text import write_paragraph
from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.tables import write_table
from sourcebook.index.structure.writing import BlockWriter

from .code import code_language, code_text, is_prose
from .formulas import formula_text, tex_text
from .lists import definition_groups, item_markers
from .notes import is_back_link, is_reference, note_sign, take_note_sign
from .pieces import INLINE, Piece, follows_closely, one_spaced, paragraphs
from .tables import find_table, is_layout

MAX_DEPTH = 80
"""The depth of elements whose blocks are written; below it only lines are."""

_CELL_DEPTH = 8  # what a table in a cell adds to the depth

_HEADING = re.compile(r"h[1-6]")
_QUOTES = "“", "”"
_FORMULA_PICTURE = re.compile(r"(?:^|\s)(?:latex|tex|mwe-math-fallback\S*)(?:\s|$)")
_TERM_END = re.compile(r"[:.?!;,–—-]$")

_LineKind = Literal["paragraphs", "first line", "one line"]
"""What the lines of a block are: each a paragraph, all but the first, or one together."""


@dataclass(slots=True)
class _Lines:
    kind: _LineKind
    has_text: bool = False


class HtmlWalk:
    """Goes through a tree and writes it into a `BlockWriter`.

    Text in a line is collected, and written when an element that begins a line comes: so the
    white space between elements is that which a browser shows.
    """

    def __init__(self, writer: BlockWriter, depth: int = 0) -> None:
        self.writer = writer
        self._line: list[Piece] = []
        self._blocks = [_Lines("paragraphs")]
        self._is_in_note = False
        self._depth = depth
        self._handlers: dict[str, Callable[[Any], None]] = {
            "br": lambda _: self._line.append(("break", "\n")),
            "sup": self._add_superscript,
            "q": self._write_quote,
            "math": self._formula,
            "script": self._formula_source,
            "img": self._picture,
            "hr": lambda _: self.flush(),
            "pre": self._code,
            "ul": self._list,
            "ol": self._list,
            "menu": self._list,
            "dir": self._list,
            "dl": self._definitions,
            "table": self._table,
            "blockquote": lambda element: self._inside("quote", element),
            "figure": lambda element: self._inside("figure", element),
            "figcaption": lambda element: self._inside("caption", element, "one line"),
            "caption": lambda element: self._inside("caption", element, "one line"),
        }

    def walk(self, element: Any) -> None:
        """Write an element with all that is in it, but not the text behind it."""
        if not isinstance(element.tag, str):
            return
        tag = element.tag.rpartition("}")[2].lower()
        if element.attrib and self._is_of_a_note(tag, element):
            return
        if handler := self._handlers.get(tag):
            handler(element)
        elif _HEADING.fullmatch(tag) and element.getparent() is not None:
            self._inside("heading", element, "one line", level=int(tag[1]))
        elif tag in INLINE:
            if self._line and follows_closely(element, self._line[-1][1][-1:]):
                self._add(" ")
            self.content(element)
        else:
            self._container(element)

    def flush(self) -> None:
        """Write the line that was collected."""
        pieces, self._line = self._line, []
        lines = list(paragraphs(pieces))
        for line in lines:
            block = self._blocks[-1]
            if block.kind == "paragraphs" and not (len(line) == 1 and line[0][0] == "formula"):
                with self.writer.block("paragraph"):
                    self._write_pieces(line)
                continue
            if block.kind == "one line" and block.has_text:
                self.writer.write(" ")
            self._write_pieces(line)
            block.has_text = True
            if block.kind == "first line":
                block.kind = "paragraphs"

    def _write_pieces(self, pieces: list[Piece]) -> None:
        for kind, text in pieces:
            if kind == "mark":
                self.writer.mark(text)
            elif kind == "formula":
                with self.writer.block("formula"):
                    self.writer.write(text)
            else:
                self.writer.write(text)

    def content(self, element: Any) -> None:
        """Write what is in an element, without the block that it is itself; `flush` ends it."""
        if self._depth >= MAX_DEPTH:
            self._flat_content(element)
            return
        self._depth += 1
        self._add(element.text)
        for child in element:
            self.walk(child)
            self._add(child.tail)
        self._depth -= 1

    def _flat_content(self, element: Any) -> None:
        """Write what is in an element without the blocks in it, only its lines."""
        from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

        for event, inner in etree.iterwalk(element, events=("start", "end")):
            if inner is not element and inner.tag not in INLINE:
                self.flush()
            if event == "start":
                self._add(inner.text)
            elif inner is not element:
                self._add(inner.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._line.append(("text", text))

    def _container(self, element: Any) -> None:
        self.flush()
        self.content(element)
        self.flush()

    @contextmanager
    def _block(
        self, kind: Any, lines: _LineKind = "paragraphs", **attributes: Any
    ) -> Iterator[None]:
        self.flush()
        with self.writer.block(kind, **attributes):
            self._blocks.append(_Lines(lines))
            yield
            self.flush()
            self._blocks.pop()

    def _inside(
        self, kind: Any, element: Any, lines: _LineKind = "paragraphs", **attributes: Any
    ) -> None:
        with self._block(kind, lines, **attributes):
            self.content(element)

    def _is_of_a_note(self, tag: str, element: Any) -> bool:
        """Write a footnote, or the sign that refers to one; return whether it was that."""
        if tag == "a" and is_reference(element):
            self._line.append(("mark", note_sign(element)))
            return True
        if is_back_link(element):
            return True
        sign = None if self._is_in_note else take_note_sign(element)
        if sign is None:
            return False
        self._is_in_note = True
        self._inside("footnote", element, "first line", marker=sign or None)
        self._is_in_note = False
        return True

    def _add_superscript(self, element: Any) -> None:
        text = " ".join(element.itertext())
        is_link = any(
            next(nodes, None) is not None
            for nodes in (element.iter("a"), element.iterancestors("a"))
        )
        before = "".join(piece for kind, piece in self._line[-8:] if kind != "mark")
        below = element.getnext()
        denominator = "".join(below.itertext()) if below is not None and below.tag == "sub" else ""
        after = (element.tail or "") + denominator
        sign_text = superscript(one_spaced(before), text, is_link, after)
        if sign_text is None:
            self._line.append(("mark", note_sign(element)))
        else:
            self._add(sign_text)

    def _write_quote(self, element: Any) -> None:
        self._add(_QUOTES[0])
        self.content(element)
        self._add(_QUOTES[1])

    def _formula(self, element: Any) -> None:
        if text := formula_text(element):
            self._line.append(("formula", text))

    def _formula_source(self, element: Any) -> None:
        if text := tex_text(element.text or ""):
            self._line.append(("formula", text))

    def _picture(self, element: Any) -> None:
        """A picture of a formula says it in its alternative text."""
        if _FORMULA_PICTURE.search(element.get("class") or ""):
            parent = element.getparent()
            has_source = parent is not None and next(parent.iter("math"), None) is not None
            if not has_source and (text := tex_text(element.get("alt") or "")):
                self._line.append(("formula", text))

    def _code(self, element: Any) -> None:
        text = code_text(element)
        if is_prose(element, text):
            self.flush()
            for paragraph in re.split(r"\n[ \t]*\n", text):
                write_paragraph(self.writer, paragraph)
            return
        with self._block("code", language=code_language(element)):
            self.writer.write(text)

    def _list(self, element: Any) -> None:
        items = [child for child in element if child.tag == "li"]
        if not items:
            self._container(element)
            return
        with self._block("list"):
            self._add(element.text)
            numbers = item_markers(element)
            for child in element:
                if child.tag != "li":
                    self.walk(child)
                else:
                    marker = next(numbers)
                    if not self._is_of_a_note("li", child):
                        self._inside("item", child, "first line", marker=marker)
                self._add(child.tail)

    def _definitions(self, element: Any) -> None:
        groups = definition_groups(element)
        if not groups:
            self._container(element)
            return
        with self._block("list"):
            for group in groups:
                with self._block("item", "first line"):
                    self._definition(group)

    def _definition(self, group: list[Any]) -> None:
        for number, child in enumerate(group):
            before = group[number - 1].tag if number else None
            if before is not None and before == child.tag:
                self._add(", " if child.tag == "dt" else "; ")
            elif before is not None:
                text = "".join(piece for _, piece in self._line).rstrip()
                self._add(" " if _TERM_END.search(text) else ": ")
            parts = list(child)
            is_wrapped = len(parts) == 1 and parts[0].tag in ("p", "div")
            self.content(parts[0] if is_wrapped and not (child.text or "").strip() else child)
            if self._line and self._line[-1][0] == "text":
                self._line[-1] = ("text", self._line[-1][1].rstrip())

    def _cell(self, element: Any) -> Content:
        """Return the content of a cell or caption by itself."""
        walk = HtmlWalk(BlockWriter(), self._depth + _CELL_DEPTH)
        walk.content(element)
        walk.flush()
        return walk.writer.content()

    def _table(self, element: Any) -> None:
        self.flush()
        if is_layout(element):
            self._container(element)
            return
        table, rest = find_table(element, self._cell)
        for part in rest:
            self._container(part)
        write_table(self.writer, table)
