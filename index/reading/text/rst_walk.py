"""Write the nodes that docutils makes of reStructuredText as blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from sourcebook.index.reading.office.numerals import numeral
from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

from .sphinx import without_roles

_ADMONITIONS = frozenset(
    (
        *("attention", "caution", "danger", "error", "hint", "important", "note", "tip"),
        *("warning", "admonition", "seealso", "sidebar", "topic"),
    )
)
_FORMS = {
    "loweralpha": "lowerLetter",
    "upperalpha": "upperLetter",
    "lowerroman": "lowerRoman",
    "upperroman": "upperRoman",
}
_INVISIBLE = frozenset(
    (
        *("comment", "target", "substitution_definition", "pending", "meta", "raw", "decoration"),
        *("generated", "label"),
    )
)


def head_fields(info: Any) -> Iterator[tuple[str, str]]:
    """Yield the fields at the head of a document, with their names in small letters."""
    for child in info.children:
        if child.tagname == "field":
            yield child.children[0].astext().lower(), child.children[1].astext()
        else:
            yield child.tagname, ", ".join(child.astext().split("\n\n"))


class RstWalk:
    """Writes the nodes of docutils into a `BlockWriter`."""

    def __init__(self, level: int) -> None:
        """``level`` is that of the headings above the first section."""
        self.writer = BlockWriter()
        self._level = level
        self._handlers: dict[str, Callable[[Any], None]] = {
            "section": self._section,
            "system_message": self._note_message,
            "table": self._table,
            "image": self._image,
            "literal_block": self._code,
            "doctest_block": self._code,
            "footnote": self._footnote,
            "citation": self._footnote,
            "line_block": self._line_block,
            "docinfo": self._docinfo,
            "figure": lambda node: self._inside("figure", node),
            "block_quote": lambda node: self._inside("quote", node),
            "caption": lambda node: self._inline_block("caption", node),
            "math_block": lambda node: self._inline_block("formula", node),
            **dict.fromkeys(("title", "subtitle", "rubric"), self._heading),
            **dict.fromkeys(("bullet_list", "enumerated_list"), self._list),
            **dict.fromkeys(("definition_list", "field_list", "option_list"), self._terms),
            **dict.fromkeys(_ADMONITIONS, self._admonition),
            **dict.fromkeys(_INVISIBLE, lambda _: None),
        }

    def block(self, node: Any) -> None:
        """Write a node that begins a line."""
        if handler := self._handlers.get(node.tagname):
            handler(node)
        elif _is_inline(node):
            self._inline_block("paragraph", node)
        else:
            self._children(node)

    def _section(self, node: Any) -> None:
        self._level += 1
        self._children(node)
        self._level -= 1

    def _heading(self, node: Any) -> None:
        self._inline_block("heading", node, level=min(6, max(1, self._level)))

    def _code(self, node: Any) -> None:
        language = [name for name in node.get("classes", ()) if name != "code"]
        with self.writer.block("code", language=language[0] if language else None):
            self.writer.write(node.astext())

    def _footnote(self, node: Any) -> None:
        with self.writer.block("footnote", marker=node.children[0].astext()):
            self._children(node, 1)

    def _line_block(self, node: Any) -> None:
        with self.writer.block("paragraph"):
            self.writer.write("\n".join(_lines(node)))

    def _image(self, node: Any) -> None:
        with self.writer.block("figure"):
            self.writer.write(node.get("alt", ""))

    def _admonition(self, node: Any) -> None:
        with self.writer.block("quote"):
            if node.tagname not in ("admonition", "topic", "sidebar"):
                with self.writer.block("paragraph"):
                    self.writer.write(node.tagname.capitalize())
            self._children(node)

    def _docinfo(self, node: Any) -> None:
        with self.writer.block("list"):
            for name, text in head_fields(node):
                with self.writer.block("item"):
                    self.writer.write(f"{name.capitalize()}: {text}")

    def _inside(self, kind: Any, node: Any) -> None:
        with self.writer.block(kind):
            self._children(node)

    def _children(self, node: Any, first: int = 0) -> None:
        for child in node.children[first:]:
            if child.tagname == "#text":
                self.writer.write(child.astext())
            else:
                self.block(child)

    def _inline_block(self, kind: Any, node: Any, **attributes: Any) -> None:
        with self.writer.block(kind, **attributes):
            self._inline(node)

    def _inline(self, node: Any) -> None:
        for child, following in zip_longest(node.children, node.children[1:]):
            match child.tagname:
                case "#text":
                    text = child.astext().replace("\n", " ")
                    # The markup needs a space before the sign, the text has none.
                    is_before_mark = following is not None and following.tagname in _MARKS
                    self.writer.write(text.removesuffix(" ") if is_before_mark else text)
                case name if name in _MARKS:
                    self.writer.mark(child.astext())
                case "math":
                    with self.writer.block("formula"):
                        self.writer.write(child.astext())
                case "superscript":
                    self._add_superscript(node, child)
                case "image":
                    self.writer.write(child.get("alt", ""))
                case "problematic":
                    self.writer.write(without_roles(child.astext()))
                case name if name in _INVISIBLE:
                    pass
                case _:
                    self._inline(child)

    def _add_superscript(self, node: Any, child: Any) -> None:
        before = "".join(
            sibling.astext() for sibling in node.children[: node.children.index(child)]
        )
        text = superscript(before, child.astext())
        if text is None:
            self.writer.mark(child.astext())
        else:
            self.writer.write(text)

    def _list(self, node: Any) -> None:
        number = int(node.get("start", 1))
        with self.writer.block("list"):
            for item in node.children:
                marker = "•"
                if node.tagname == "enumerated_list":
                    sign = numeral(number, _FORMS.get(node.get("enumtype", ""), ""))
                    marker = f"{node.get('prefix', '')}{sign}{node.get('suffix', '.')}"
                with self.writer.block("item", marker=marker):
                    self._item(item)
                number += 1

    def _item(self, item: Any) -> None:
        """Write an item: its first paragraph is its own text."""
        for number, child in enumerate(item.children):
            if number == 0 and child.tagname == "paragraph":
                self._inline(child)
            else:
                self.block(child)

    def _terms(self, node: Any) -> None:
        """Write terms with their meanings, fields or options: each an item."""
        with self.writer.block("list"):
            for item in node.children:
                terms = [part for part in item.children if part.tagname not in _MEANINGS]
                with self.writer.block("item"):
                    self.writer.write(", ".join(part.astext() for part in terms))
                    for part in item.children:
                        if part.tagname in _MEANINGS and part.astext().strip():
                            self.writer.write(": ")
                            self._item(part)

    def _table(self, node: Any) -> None:
        from docutils import nodes

        caption = next((part for part in node.children if part.tagname == "title"), None)
        rows = [
            [
                TableCell(
                    _cell_text(entry),
                    row_span=entry.get("morerows", 0) + 1,
                    column_span=entry.get("morecols", 0) + 1,
                    marks=tuple(ref.astext() for ref in entry.findall(nodes.footnote_reference)),
                )
                for entry in row.children
            ]
            for row in node.findall(nodes.row)
        ]
        heads = sum(len(head.children) for head in node.findall(nodes.thead))
        stubs = sum(bool(column.get("stub")) for column in node.findall(nodes.colspec))
        table = Table(
            rows,
            caption=caption.astext() if caption is not None else None,
            head_rows=heads or None,
            head_columns=stubs or None,
        )
        write_table(self.writer, table)

    def _note_message(self, node: Any) -> None:
        """Write what stands in a directive that nobody knows, without its name and options."""
        from docutils import nodes

        for source in node.findall(nodes.literal_block):
            head, _, body = source.astext().partition("\n")
            if not head.lstrip().startswith(".."):
                continue
            argument = head.partition("::")[2].strip()
            lines = [line.strip() for line in body.split("\n")]
            while lines and (not lines[0] or re.match(r":[\w-]+:", lines[0])):
                lines.pop(0)
            for paragraph in re.split(r"\n\s*\n", "\n".join([argument, "", *lines])):
                if paragraph.strip():
                    with self.writer.block("paragraph"):
                        self.writer.write(without_roles(paragraph.strip()))


_MARKS = frozenset({"footnote_reference", "citation_reference"})
_MEANINGS = frozenset({"definition", "field_body", "description"})


def _is_inline(node: Any) -> bool:
    """Whether a node holds a line of text."""
    from docutils import nodes

    return isinstance(node, nodes.TextElement)


def _lines(node: Any, depth: int = 0) -> list[str]:
    lines: list[str] = []
    for child in node.children:
        lines += (
            _lines(child, depth + 1) if child.tagname == "line_block" else [child.astext().strip()]
        )
    return lines


def _cell_text(entry: Any) -> str:
    """Return the text of a cell without the signs of footnotes."""
    from docutils import nodes

    entry = entry.deepcopy()
    for reference in list(entry.findall(nodes.footnote_reference)):
        reference.parent.remove(reference)
    return " ".join(entry.astext().split())
