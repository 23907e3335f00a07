"""A record of a dump, whatever its columns are called, becomes a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sourcebook.index.documents.dates import moment
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.markup import has_markup, text_of

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": (
        *(
            "text",
            "body",
            "content",
            "full_text",
            "article",
            "article_text",
            "body_text",
            "maintext",
        ),
        *("articlebody", "content_html", "content_text", "body_html", "html", "story"),
        *("summary", "description", "abstract", "excerpt"),
    ),
    "title": ("title", "headline", "heading", "name", "subject"),
    "published": (
        *("published", "date", "published_at", "publish_date", "published_date", "date_published"),
        *("datepublished", "publication_date", "pubdate", "pub_date", "publishedat"),
        *("published_time", "publication_time"),
    ),
    "url": ("url", "link", "href", "canonical_url", "article_url", "permalink"),
    "author": ("author", "authors", "byline", "by", "creator", "writer"),
    "source": (
        *("source", "publisher", "publication", "outlet", "site", "site_name", "sitename"),
        *("newspaper", "source_domain", "domain"),
    ),
    "language": ("language", "lang"),
    "id": ("id", "_id", "guid", "uuid", "key"),
}
"""Our fields, and the columns each is looked for in, the first that holds something. When an
article was fetched or stored is not when it was published: such columns are read only if named."""


def find(record: Mapping[str, Any], field: str, named: Mapping[str, str]) -> Any:
    """The value of one of our fields in a record; None where there is none."""
    if field in named:
        return _at(record, named[field])
    plain = {_plain(key): value for key, value in record.items() if value not in (None, "", [], {})}
    return next((plain[name] for name in COLUMNS[field] if name in plain), None)


def missing(record: Mapping[str, Any], named: Mapping[str, str]) -> str | None:
    """What is wrong with the columns of a dump that has those of ``record``; None when nothing."""
    known = {_plain(key) for key in record}
    has = ", ".join(str(key) for key in list(record)[:20]) or "none"
    for field, column in named.items():
        if column not in record and column.split(".")[0] not in record:
            return f"no column {column!r} for {field}; it has: {has}"
    if "text" not in named and not known & set(COLUMNS["text"]):
        return f"no column holds the text; name it with --column text=NAME (it has: {has})"
    return None


def document_of(
    record: Mapping[str, Any], place: str, media_type: str, named: Mapping[str, str]
) -> Document:
    """The document that a record holds. ``place`` is where the record stands.

    Raises:
        UnreadableFile: no column holds the text.
        EmptyDocument: the column is empty.
    """
    if problem := missing(record, named):
        raise UnreadableFile(problem)
    text = as_text(find(record, "text", named))
    if has_markup(text):
        text = text_of(text)
    document = make_document(
        text,
        title=_words(find(record, "title", named)),
        source=_words(find(record, "source", named)),
        author=_words(find(record, "author", named)),
        published=moment(find(record, "published", named)),
        published_from="column",
        url=web_address(find(record, "url", named)),
        path=place,
        media_type=media_type,
        language=_words(find(record, "language", named)),
    )
    if not document.text:
        raise EmptyDocument("holds no text")
    return document


def web_address(value: object) -> str | None:
    """A value as a URL; None when it is none that leads to a page."""
    text = value.strip() if isinstance(value, str) else ""
    return (
        text
        if text.startswith(("http://", "https://")) and not set(text) & set(' \n\t<>"')
        else None
    )


def as_text(value: object) -> str:
    """A value as the text of an article; a list is its paragraphs."""
    if isinstance(value, (list, tuple)):
        return "\n\n".join(filter(None, map(as_text, value)))
    if isinstance(value, Mapping):
        return as_text(_at(value, "text") or _at(value, "value") or _at(value, "content"))
    return "" if value is None else str(value)


def _words(value: object) -> str | None:
    """A value as a name; a list is several, a record its name."""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(_words, value))) or None
    if isinstance(value, Mapping):
        return _words(_at(value, "name") or _at(value, "title"))
    return None if value is None else str(value).strip() or None


def _at(record: Mapping[str, Any], column: str) -> Any:
    """The value of a column; ``a.b`` is column b of the record in column a."""
    if column in record:
        return record[column]
    first, _, rest = column.partition(".")
    inner = record.get(first)
    return _at(inner, rest) if rest and isinstance(inner, Mapping) else None


def _plain(name: object) -> str:
    return str(name).strip().lower().replace(" ", "_").replace("-", "_")
