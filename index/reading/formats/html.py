"""The article of a web page, by trafilatura."""

from __future__ import annotations

import re
from pathlib import Path

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import (
    EmptyDocument,
    UnreadableFile,
)
from sourcebook.index.reading.markup import parse_html

from .html_metadata import page_locale, page_publication_date


def read_html(path: Path, text: str) -> Document:
    """Read the article of a web page, with the metadata of the page.

    Raises:
        UnreadableFile, EmptyDocument: with the way out.
    """
    import trafilatura

    tree = parse_html(text)
    if tree is None:
        raise EmptyDocument("the page is empty")
    try:
        page = trafilatura.bare_extraction(tree, with_metadata=True, include_comments=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"the page cannot be parsed ({error})") from None
    if page is None or isinstance(page, dict) or not page.text:
        raise EmptyDocument("no article was found in the page")
    publication = page_publication_date(text)
    return make_document(
        # A line is a block of the page: a headline must not run into the sentence below it.
        re.sub(r"\n+", "\n\n", page.text),
        title=page.title,
        source=page.sitename,
        author=page.author,
        published=publication.moment if publication else None,
        published_from=publication.origin if publication else None,
        url=page.url,
        path=str(path),
        media_type="text/html",
        language=page.language or tree.get("lang") or None,
        locale=page_locale(text),
    )


def read_html_part(html: str) -> str:
    """Return the article's text of the HTML part of an e-mail."""
    return read_html(Path("mail.html"), html).text
