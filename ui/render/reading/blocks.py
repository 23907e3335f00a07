"""The blocks of an article as HTML: headings, lists, tables, code, footnotes. Pure functions.

Every value is escaped. The result is one line: a line of code ends with ``<br>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block, find_blocks
from sourcebook.ui.render.citations import title
from sourcebook.ui.render.escaping import escape, one_line

from .highlights import Highlights

__all__ = ["blocks_html", "title_block", "title_html"]

_LOWEST_HEADING = 6
_LONGEST_TITLE = 1_000  # characters
_TITLE_LEVEL = 2
"""The article's title is an ``h2``, and its sections stand below it."""

_WIDEST_MARKER = 5
"""Characters; a longer one, as the time of a subtitle, stands in the line before its text."""

_INLINE = ("mark", "formula", "cell")


def blocks_html(document: Document, start: int, end: int, highlights: Highlights) -> Markup:
    """Return the part ``start:end`` of an article's text as HTML, as its blocks say.

    Args:
        document: an article with blocks.
        start: where the part begins.
        end: where it ends.
        highlights: what is made seen in it.
    """
    heading = title_block(document)
    start = max(start, heading.end) if heading else start
    return _Writer(document, start, end, highlights).children(document.blocks, start, end)


def title_block(document: Document) -> Block | None:
    """Return the first block where it is the article's title: it is shown as that, once."""
    first = next(iter(document.blocks), None)
    if first is None or first.kind not in ("heading", "paragraph") or _has_blocks(first):
        return None
    if first.end - first.start > _LONGEST_TITLE or document.text[: first.start].strip():
        return None
    return first if one_line(first.text).casefold() == title(document).casefold() else None


def title_html(document: Document, highlights: Highlights) -> Markup:
    """Return the article's title, with its quotes where it stands in the text."""
    if heading := title_block(document):
        return _Writer(document, heading.start, heading.end, highlights).inline(heading)
    return _text(title(document))


@dataclass(frozen=True)
class _Writer:
    document: Document
    start: int
    end: int
    highlights: Highlights

    @cached_property
    def footnotes(self) -> dict[str, list[Block]]:
        """The footnotes by their signs."""
        notes: dict[str, list[Block]] = {}
        for note in find_blocks(self.document.blocks, "footnote"):
            notes.setdefault(note.marker or "", []).append(note)
        return notes

    def children(self, blocks: Iterable[Block], start: int, end: int) -> Markup:
        """Blocks below each other, and the text between them, which no block holds."""
        parts: list[Markup] = []
        position = start
        for block in blocks:
            if block.kind in _INLINE and block.kind != "formula":
                continue
            if block.start >= self.end or block.end <= self.start:
                continue
            parts += self._loose(position, block.start)
            parts.append(self.block(block))
            position = block.end
        return _join([*parts, *self._loose(position, end)])

    def _loose(self, start: int, end: int) -> Iterator[Markup]:
        for first, stop in self._lines(start, end):
            if self.document.text[first:stop].strip():
                pages = self._pages(stop)
                yield pages + _element("p", self._run(first, stop))

    def block(self, block: Block) -> Markup:
        """One block."""
        match block.kind:
            case "heading":
                name = f"h{min(_TITLE_LEVEL + (block.level or 1), _LOWEST_HEADING)}"
                return self._leaf(block, name)
            case "list":
                return _element("ul", self.children(block.children, *_bounds(block)), "sb-list")
            case "item":
                return self._item(block)
            case "code":
                # It may be wider than the page: the keyboard must reach it to scroll it.
                code = Markup('<pre tabindex="0">{}</pre>').format(self.inline(block))
                return self._pages(block.end) + code
            case "table":
                return self._table(block)
            case "caption" | "formula":
                return self._leaf(block, "p", f"sb-{block.kind}")
            case "footnote":
                return self._footnote(block)
            case "quote" | "figure":
                name = "blockquote" if block.kind == "quote" else "figure"
                if _has_blocks(block):
                    return _element(name, self.children(block.children, *_bounds(block)))
                return _element(name, self._leaf(block, "p"))
            case _:
                if _has_blocks(block):
                    return self.children(block.children, *_bounds(block))
                return self._leaf(block, "p")

    def _leaf(self, block: Block, name: str, css: str = "") -> Markup:
        pages = self._pages(block.end)
        return pages + _element(name, self.inline(block), css)

    def _item(self, block: Block) -> Markup:
        marker = Markup()
        if block.start >= self.start:
            sign = one_line(block.marker or "•")
            css = "sb-marker sb-wide" if len(sign) > _WIDEST_MARKER else "sb-marker"
            marker = Markup('<span class="{}">{}</span> ').format(css, _text(sign))
        inner = [child for child in block.children if child.kind not in _INLINE]
        if not inner:
            return _element("li", self._pages(block.end) + marker + self.inline(block))
        own = self._pages(inner[0].start) + marker + self.inline(block, until=inner[0].start)
        below = self.children(inner, inner[0].start, block.end)
        return _element("li", own + below)

    def _footnote(self, block: Block) -> Markup:
        pages = self._pages(block.end)
        sign = one_line(block.marker or "")
        marker = Markup("<sup>{}</sup> ").format(_text(sign)) if sign else Markup()
        if _has_blocks(block):
            inner = marker + self.children(block.children, *_bounds(block))
            return pages + _element("div", inner, "sb-footnote")
        return pages + _element("p", marker + self.inline(block), "sb-footnote")

    def _table(self, block: Block) -> Markup:
        rows = [c for c in block.children if c.kind == "row"]
        width = max((_width(row) for row in rows), default=0)
        visible_rows = [r for r in rows if r.start < self.end and r.end > self.start]
        other = [c for c in block.children if c.kind not in ("row", *_INLINE)]
        above = self.children(other, block.start, block.start)
        body = _join(self._row(row, width) for row in visible_rows)
        if not body:
            return above
        table = Markup(
            '<div class="sb-table" tabindex="0" role="region" aria-label="Table">'
            "<table><tbody>{}</tbody></table></div>"
        ).format(body)
        return above + table

    def _row(self, row: Block, width: int) -> Markup:
        cells: list[Markup] = []
        column = 0
        for cell in (child for child in row.children if child.kind == "cell"):
            place = cell.cell
            if place:
                cells += [Markup("<td></td>")] * max(0, place.column - column)
                column = place.column + max(1, place.column_span)
            cells.append(self._cell(cell))
        cells += [Markup("<td></td>")] * max(0, width - column)
        if not cells:
            cells = [_element("td", self.inline(row))]
        # A quote of the whole row is seen in all of it, in the heads between its cells too.
        css = self.highlights.mark_row(row.start, row.end)
        pages = [
            Markup('<tr><td class="sb-page" colspan="{}">Page {}</td></tr>').format(width or 1, n)
            for n in self.highlights.new_pages(row.end)
        ]
        return _join([*pages, _element("tr", _join(cells), css)])

    def _cell(self, cell: Block) -> Markup:
        place = cell.cell
        span = Markup()
        if place and place.column_span > 1:
            span = Markup(' colspan="{}"').format(place.column_span)
        name = "th" if place and place.is_head else "td"
        return Markup("<{0}{1}>{2}</{0}>").format(name, span, self.inline(cell))

    def inline(self, block: Block, until: int | None = None) -> Markup:
        """The text of a block with its quotes, marks and line breaks."""
        first = max(block.start, self.start)
        stop = min(block.end if until is None else until, self.end)
        if until is not None:
            stop = first + len(self.document.text[first:stop].rstrip())
        parts: list[Markup] = []
        last = -1
        for mark in (child for child in block.children if child.kind == "mark"):
            if first <= mark.start <= stop:
                # Two signs at one place, 3 and 4, are not 34.
                parts += [self._run(first, mark.start), self._mark(mark, mark.start == last)]
                first = last = mark.start
        return _join([*parts, self._run(first, stop)])

    def _mark(self, mark: Block, follows_mark: bool) -> Markup:
        sign = one_line(mark.marker or "")
        notes = self.footnotes.get(mark.marker or "", ())
        note = next((n for n in notes if n.start >= mark.start), notes[-1] if notes else None)
        hover = Markup(' title="{}"').format(_text(one_line(note.text))) if note else Markup()
        comma = Markup("<sup>, </sup>") if follows_mark else Markup()
        return comma + Markup('<sup class="sb-footmark"{}>{}</sup>').format(hover, _text(sign))

    def _run(self, start: int, end: int) -> Markup:
        lines = [self._line(*line) for line in self._lines(start, end)]
        return Markup("<br>").join(lines)

    def _line(self, start: int, end: int) -> Markup:
        parts: list[Markup] = []
        for css, piece in self.highlights.pieces(self.document.text, start, end):
            text = _text(piece)
            parts.append(Markup('<mark class="{}">{}</mark>').format(css, text) if css else text)
        return _join(parts)

    def _lines(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        start, end = max(start, self.start), min(end, self.end)
        while start < end:
            stop = self.document.text.find("\n", start, end)
            stop = end if stop < 0 else stop
            yield start, stop
            start = stop + 1

    def _pages(self, stop: int) -> Markup:
        return _join(
            Markup('<p class="sb-page">Page {}</p>').format(number)
            for number in self.highlights.new_pages(stop)
        )


def _bounds(block: Block) -> tuple[int, int]:
    return block.start, block.end


def _has_blocks(block: Block) -> bool:
    """Return whether it holds blocks that begin lines of their own."""
    return any(child.kind not in _INLINE for child in block.children)


def _width(row: Block) -> int:
    """Return the number of columns of a row."""
    places = [child.cell for child in row.children if child.cell]
    return max((place.column + max(1, place.column_span) for place in places), default=0)


def _element(name: str, inner: Markup, css: str = "") -> Markup:
    attribute = Markup(' class="{}"').format(css) if css else Markup()
    return Markup("<{0}{1}>{2}</{0}>").format(name, attribute, inner)


def _text(text: str) -> Markup:
    return Markup(escape(text))  # noqa: S704


def _join(parts: Iterable[Markup] | Sequence[Markup]) -> Markup:
    return Markup().join(parts)
