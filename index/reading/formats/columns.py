"""Make a document of a record of a dump, whatever the names of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sourcebook.index.documents.dates import to_datetime
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.markup import has_markup, html_to_text

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
"""The columns for each field of a document; the first with a value is used. Columns for the time of
fetching or storing are missing, as they are not the publication date."""


def field_value(record: Mapping[str, Any], field: str, columns: Mapping[str, str]) -> Any:
    """Return the value of a document's field in a record; None where there is none.

    ``columns`` maps fields to columns with unusual names.
    """
    if field in columns:
        return _column_value(record, columns[field])
    values = {
        _normalize(key): value for key, value in record.items() if value not in (None, "", [], {})
    }
    return next((values[name] for name in COLUMNS[field] if name in values), None)


def column_problem(record: Mapping[str, Any], columns: Mapping[str, str]) -> str | None:
    """Return what is wrong with the columns of a dump whose first record is ``record``, or None."""
    names = {_normalize(key) for key in record}
    column_list = ", ".join(str(key) for key in list(record)[:20]) or "none"
    for field, column in columns.items():
        if column not in record and column.split(".")[0] not in record:
            return f"no column {column!r} for {field}; it has: {column_list}"
    if "text" not in columns and not names & set(COLUMNS["text"]):
        return f"no column holds the text; name it with --column text=NAME (it has: {column_list})"
    return None


def make_record_document(
    record: Mapping[str, Any], place: str, media_type: str, columns: Mapping[str, str]
) -> Document:
    """Make a document of a record; ``place`` is the path of the record.

    Raises:
        UnreadableFile: there is no column with the text.
        EmptyDocument: the column is empty.
    """
    if problem := column_problem(record, columns):
        raise UnreadableFile(problem)
    text = to_text(field_value(record, "text", columns))
    if has_markup(text):
        text = html_to_text(text)
    document = make_document(
        text,
        title=_to_name(field_value(record, "title", columns)),
        source=_to_name(field_value(record, "source", columns)),
        author=_to_name(field_value(record, "author", columns)),
        published=to_datetime(field_value(record, "published", columns)),
        published_from="column",
        url=web_address(field_value(record, "url", columns)),
        path=place,
        media_type=media_type,
        language=_to_name(field_value(record, "language", columns)),
    )
    if not document.text:
        raise EmptyDocument("holds no text")
    return document


def web_address(value: object) -> str | None:
    """Return a value as a URL; None when it is not the address of a page."""
    text = value.strip() if isinstance(value, str) else ""
    return (
        text
        if text.startswith(("http://", "https://")) and not set(text) & set(' \n\t<>"')
        else None
    )


def to_text(value: object) -> str:
    """Return a value as the text of an article; the items of a list are its paragraphs."""
    if isinstance(value, (list, tuple)):
        return "\n\n".join(filter(None, map(to_text, value)))
    if isinstance(value, Mapping):
        return to_text(
            _column_value(value, "text")
            or _column_value(value, "value")
            or _column_value(value, "content")
        )
    return "" if value is None else str(value)


def _to_name(value: object) -> str | None:
    """Return a value as a name; a list is several names, a record has a name."""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(_to_name, value))) or None
    if isinstance(value, Mapping):
        return _to_name(_column_value(value, "name") or _column_value(value, "title"))
    return None if value is None else str(value).strip() or None


def _column_value(record: Mapping[str, Any], column: str) -> Any:
    """Return the value of a column; ``a.b`` is column b of the record in column a."""
    if column in record:
        return record[column]
    first, _, inner_column = column.partition(".")
    inner = record.get(first)
    return (
        _column_value(inner, inner_column) if inner_column and isinstance(inner, Mapping) else None
    )


def _normalize(name: object) -> str:
    return str(name).strip().lower().replace(" ", "_").replace("-", "_")
