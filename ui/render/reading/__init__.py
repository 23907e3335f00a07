"""An article to be read, as HTML: its blocks, its pages, its quotes highlighted."""

from .article import article_html, article_page, part_html
from .highlights import PageStart, TextSpan, document_pages, page_starts

__all__ = [
    "PageStart",
    "TextSpan",
    "article_html",
    "article_page",
    "document_pages",
    "page_starts",
    "part_html",
]
