"""The article of a web page: trafilatura finds it, its structure comes from the page's own tree."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import (
    EmptyDocument,
    UnreadableFile,
)
from sourcebook.index.reading.markup import parse_html
from sourcebook.index.reading.web.html.article import find_body, keep_article
from sourcebook.index.reading.web.html.hidden import drop_hidden
from sourcebook.index.reading.web.html.styles import name_by_style
from sourcebook.index.reading.web.html.walk import HtmlWalk
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.writing import BlockWriter

from .page_metadata import page_headline, page_locale, page_publication_date, page_site


def read_html(path: Path, text: str) -> Document:
    """Read the article of a web page, with the metadata of the page.

    Raises:
        UnreadableFile, EmptyDocument: with the way out.
    """
    from trafilatura.metadata import extract_metadata

    tree = parse_html(text)
    if tree is None:
        raise EmptyDocument("the page is empty")
    try:
        page = extract_metadata(deepcopy(tree), extensive=False)
        title = page_headline(tree, page.title)
        site = page.sitename or page_site(tree, title)
        content = _article(tree, title)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"the page cannot be parsed ({error})") from None
    if not content.text:
        raise EmptyDocument("no article was found in the page")
    publication = page_publication_date(text)
    return make_document(
        content,
        title=title,
        source=site,
        author=page.author,
        published=publication.moment if publication else None,
        published_from=publication.origin if publication else None,
        url=page.url,
        path=str(path),
        media_type="text/html",
        language=page.language or tree.get("lang") or None,
        locale=page_locale(text),
    )


def _article(tree: Any, title: str | None = None) -> Content:
    writer = BlockWriter()
    name_by_style(tree)
    body = find_body(tree)
    for removal in drop_hidden(tree):
        writer.remove(removal.rule, removal.text)
    if keep_article(tree, body, title):
        walk = HtmlWalk(writer)
        walk.walk(tree)
        walk.flush()
    else:
        for paragraph in filter(None, map(str.strip, body.itertext())):
            with writer.block("paragraph"):
                writer.write(paragraph)
    return writer.content()
