"""Parse HTML without losing text: elements nested too deep for lxml are flattened."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from sourcebook.index.errors import UnreadableFile

MAX_DEPTH = 200
"""The depth of elements in a flattened page; libxml2 reads 256."""

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    )
)
_VOID = frozenset(
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
_HIDDEN = frozenset(("script", "style", "template", "noscript", "head"))
_MARKUP = re.compile(
    r"</?(?:p|div|br|a|span|h[1-6]|ul|ol|li|em|strong|b|i|article|html|body|table|img|blockquote)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\r\n]+")
_AT_BREAKS = re.compile(r" *\v *")


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
    return tree


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
        is_counted = tag not in _VOID and tag not in _ENDLESS
        if len(self._open) < self._limit:
            self.out.append(self.get_starttag_text() or "")
        elif tag in _BLOCKS:
            self.out.append("<br>")
        if is_counted:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")
        # The slash has no meaning in HTML: <div/> stays open.
        if tag not in _VOID and tag not in _ENDLESS:
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
    """Convert HTML to text, with empty lines between paragraphs.

    For HTML that is an article and nothing else: a feed entry, a chapter, a column of a dump.
    """
    tree = parse_html(html)
    if tree is None:
        return ""
    pieces: list[str] = []
    _collect(tree, pieces)
    blocks = (_SPACES.sub(" ", block) for block in "".join(pieces).split("\f"))
    lines = (_AT_BREAKS.sub("\n", block).strip() for block in blocks)
    return "\n\n".join(line for line in lines if line)


def _collect(root: Any, pieces: list[str]) -> None:
    """Add the text in document order, a form feed at block bounds and a vertical tab for <br>.

    It does not recurse, as a page may be deep.
    """
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    hidden: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        separator = "\v" if element.tag == "br" else "\f" if element.tag in _BLOCKS else ""
        if event == "start" and hidden is None:
            if element.tag in _HIDDEN:
                hidden = element
            else:
                pieces.append(separator + _plain(element.text))
        elif event == "end":
            if hidden is element:
                hidden = None
            if hidden is None and element is not root:
                pieces.append(("" if separator == "\v" else separator) + _plain(element.tail))


def _plain(text: str | None) -> str:
    return text.replace("\f", " ").replace("\v", " ") if text else ""
