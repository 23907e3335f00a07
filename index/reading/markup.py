"""Parse HTML without losing text: elements nested too deep for lxml are flattened."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from sourcebook.index.errors import UnreadableFile
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.writing import BlockWriter

MAX_DEPTH = 200
"""The depth of elements in a flattened page; libxml2 reads 256."""

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    )
)
VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    )
)
# Their end tags are optional, so their start tags do not show how deep the page is.
_ENDLESS = frozenset(
    (
        *("p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody"),
        *("tfoot", "colgroup", "rp", "rt"),
    )
)
_OF_ROWS = frozenset(("table", "thead", "tbody", "tfoot"))
_MARKUP = re.compile(
    r"</?(?:p|div|br|a|span|h[1-6]|ul|ol|li|em|strong|b|i|article|html|body|table|img|blockquote)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def parse_html(html: str) -> Any:
    """Parse a page, with all its text.

    Below 256 levels libxml2 drops everything, and only its log shows it.

    Returns:
        The element tree; None for a page without markup.

    Raises:
        UnreadableFile: even the flattened page is over the parser's limits.
    """
    tree, is_complete = _parse(html)
    for depth in (MAX_DEPTH, MAX_DEPTH // 4):  # a table may be four levels, three of them uncounted
        if not is_complete:
            tree, is_complete = _parse(flatten_html(html, depth))
    if not is_complete:
        raise UnreadableFile("the page passes the parser's limits: save it anew from a browser")
    if tree is not None:
        _put_cells_into_rows(tree)
    return tree


def _put_cells_into_rows(tree: Any) -> None:
    """Give cells that stand in a table without a row one as wide as the others, as browsers do."""
    loose = [cell for cell in tree.iter("td", "th") if cell.getparent().tag in _OF_ROWS]
    row, width = None, 0
    for cell in loose:
        if row is None or cell.getprevious() is not row or len(row) == width:
            width = max(map(len, cell.getparent().iterchildren("tr")), default=0)
            row = cell.makeelement("tr")
            cell.addprevious(row)
        row.append(cell)


def _parse(page: str) -> tuple[Any, bool]:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
    from lxml import html as elements

    parser = elements.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    data = page.replace("\0", "").encode("utf-8", "replace")
    try:
        tree = etree.fromstring(data, parser)
    except etree.ParserError:
        tree = None
    except etree.XMLSyntaxError:
        return None, not parser.error_log.filter_from_fatals()
    # libxml2 repairs all other errors in HTML without losing text.
    return tree, all(entry.type_name != "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def flatten_html(html: str, depth: int = MAX_DEPTH) -> str:
    """Return ``html`` without the elements below ``depth``; their text stays in place."""
    flattener = _Flattener(depth)
    flattener.feed(html)
    flattener.close()
    return "".join(flattener.out)


class _Flattener(HTMLParser):
    def __init__(self, depth: int) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._limit = depth
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_counted = tag not in VOID and tag not in _ENDLESS
        if len(self._open) < self._limit:
            self.out.append(self.get_starttag_text() or "")
        elif tag in _BLOCKS:
            self.out.append("<br>")
        if is_counted:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")
        # The slash has no meaning in HTML: <div/> stays open.
        if tag not in VOID and tag not in _ENDLESS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag in self._open[-64:]:
            while self._open.pop() != tag:
                pass
        if len(self._open) < self._limit:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")


def has_markup(text: str) -> bool:
    """Whether ``text`` is HTML and not plain text."""
    return bool(_MARKUP.search(text))


def html_to_text(html: str) -> str:
    """Return the text of a part of HTML, with empty lines between paragraphs."""
    return html_content(html).text


def html_content(html: str) -> Content:
    """Return the content of a part of HTML: its text, with its headings, lists and tables.

    For HTML that is an article and nothing else: a feed entry, a column of a dump, a mail.
    """
    writer = BlockWriter()
    write_html(writer, html)
    return writer.content()


def write_html(writer: BlockWriter, html: str) -> None:
    """Write the content of a part of HTML, as `html_content`."""
    from .web.html.hidden import drop_hidden
    from .web.html.styles import name_by_style
    from .web.html.walk import HtmlWalk

    tree = parse_html(html)
    if tree is None:
        return
    name_by_style(tree)
    for removal in drop_hidden(tree):
        writer.remove(removal.rule, removal.text)
    walk = HtmlWalk(writer)
    walk.walk(tree)
    walk.flush()
