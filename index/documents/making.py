"""Raw text becomes a document: clean, with a title, a date and an id."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sourcebook.index.cleaning.clean import Boilerplate, find_boilerplate, removed_text
from sourcebook.index.cleaning.scraped import CLEANING_RULES, looks_scraped
from sourcebook.index.structure.blocks import Block, find_blocks
from sourcebook.index.structure.content import Content, cut
from sourcebook.index.structure.plain_text import plain_text

from .language import detect_language, language_tag
from .publication import PublicationDate, find_publication_date
from .records import Document, content_hash
from .titles import find_title, one_line, proper_author, proper_title


def make_document(
    content: str | Content,
    *,
    title: str | None = None,
    source: str | None = None,
    author: str | None = None,
    published: datetime | None = None,
    published_from: str | None = None,
    url: str | None = None,
    path: str | None = None,
    media_type: str = "text/plain",
    language: str | None = None,
    locale: str | None = None,
    is_scraped: bool | None = None,
) -> Document:
    """Make a document of a text, or of what a reader made of a file.

    The id depends on the content and on ``url`` or ``path``, so the same article has the same id
    whenever it is read.

    Args:
        content: A text without markup, or a text with its blocks and pages.
        title: By default, and instead of a placeholder, the one that `find_title` finds.
        source: The name of the publisher.
        author: The name of the author or authors.
        published: By default the date that `find_publication_date` finds.
        published_from: Where ``published`` comes from; by default "given".
        url: The address of the article.
        path: The file of the article.
        media_type: The media type of the file or page.
        language: The language of the article ("en"); by default the one that is detected.
        locale: The language with its region ("en-GB"), for the order of day and month in numeric
            dates; by default ``language``.
        is_scraped: Whether the text comes from a web page, of which boilerplate is removed. By
            default that is so of pages and feeds, of text that shows signs of it, and of no other
            file.
    """
    if isinstance(content, str):
        content = plain_text(content)
    if is_scraped is None:
        is_scraped = _is_scraped(content, media_type, url)
    if is_scraped:
        content = remove_boilerplate(content)
    clean_text = content.text
    language = language_tag(language) or detect_language(clean_text)
    given_date = PublicationDate(published, published_from or "given") if published else None
    publication = given_date or find_publication_date(
        _text_about_itself(content, media_type), url=url, path=path, locale=locale or language
    )
    digest = content_hash(clean_text)
    return Document(
        id=hashlib.sha256(f"{url or path or ''}\n{digest}".encode()).hexdigest()[:16],
        text=clean_text,
        title=proper_title(title) or find_title(content, path or url),
        source=one_line(source),
        author=proper_author(author),
        published=publication.moment if publication else None,
        published_from=publication.origin if publication else None,
        url=url,
        path=path,
        media_type=media_type,
        language=language,
        content_hash=digest,
        pages=content.pages,
        removed=content.removed,
        blocks=content.blocks,
    )


_PAGES = frozenset({"text/html", "application/rss+xml", "application/atom+xml"})
_TEXTS = frozenset({"text/plain", "text/markdown"})


def _is_scraped(content: Content, media_type: str, url: str | None) -> bool:
    if media_type not in _TEXTS:
        return media_type in _PAGES
    has_structure = any(block.kind in ("heading", "table") for block in content.blocks)
    return looks_scraped(content.text, url=url, has_structure=has_structure)


def _text_about_itself(content: Content, media_type: str) -> str:
    """Return the text in which its date of publication is looked for.

    The tables of a page are about its subject: "Released" there is the date of a film. So are the
    rows of a table of records, and what lies deeper in data.
    """
    tables = [
        (table.start, table.end)
        for table in find_blocks(content.blocks, "table")
        if media_type in _PAGES or _holds_records(table)
    ]
    headings = [block.start for block in content.blocks if block.kind == "heading"]
    if media_type == "application/json" and headings:
        return content.text[: headings[0]]
    return cut(content, _outermost(tables)).text


def _holds_records(table: Block) -> bool:
    """Return whether a table has several rows below heads."""
    with_values = [
        any(block.cell is not None and not block.cell.is_head for block in row.children)
        for row in table.children
    ]
    return sum(with_values) > 1 and not all(with_values)


def _outermost(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    disjoint: list[tuple[int, int]] = []
    for start, end in ranges:
        if not disjoint or start >= disjoint[-1][1]:
            disjoint.append((start, end))
    return disjoint


def was_cleaned(document: Document) -> bool:
    """Whether the boilerplate of web pages was looked for in the document and removed."""
    return document.media_type in _PAGES or any(
        removal.rule in CLEANING_RULES for removal in document.removed
    )


def content_of(document: Document) -> Content:
    """Return the text of a document with its blocks and pages."""
    return Content(document.text, document.blocks, document.pages, document.removed)


def with_content(document: Document, content: Content) -> Document:
    """Return the document with another text; its id and content hash stay those of the first."""
    return replace(
        document,
        text=content.text,
        blocks=content.blocks,
        pages=content.pages,
        removed=content.removed,
    )


def remove_boilerplate(content: Content) -> Content:
    """Return ``content`` without the boilerplate of a web page; code and tables are left alone."""
    own = [
        (block.start, block.end)
        for kind in ("code", "table")
        for block in find_blocks(content.blocks, kind)
    ]
    return remove_runs(
        content,
        [
            run
            for run in find_boilerplate(content.text)
            if not any(start < run.end and run.start < end for start, end in own)
        ],
    )


def remove_runs(content: Content, runs: Sequence[Boilerplate]) -> Content:
    """Return ``content`` without some runs of its text, which it then names as removed."""
    removals = tuple(removed_text(content.text, run) for run in runs)
    content = cut(content, [(run.start, run.end) for run in runs])
    return replace(content, removed=(*content.removed, *removals))
