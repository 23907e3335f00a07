"""Make a document of a record of a dump, whatever the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sourcebook.index.cleaning.scraped import looks_scraped
from sourcebook.index.documents.making import make_document, remove_boilerplate
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.markup import has_markup, html_content
from sourcebook.index.structure.blocks import move_blocks
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.plain_text import plain_text
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

from .record_dates import read_date

_ARTICLE_COLUMNS = (
    *("text", "body", "content", "full_text", "article", "article_text", "body_text", "maintext"),
    *("articlebody", "content_html", "content_text", "body_html", "html", "story"),
)
_SHORT_TEXT_COLUMNS = ("summary", "description", "abstract", "excerpt")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": (*_ARTICLE_COLUMNS, *_SHORT_TEXT_COLUMNS),
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

MAX_DEPTH = 6
"""The levels of records in records whose values are kept."""

_PROSE_WORDS = 40  # words of a text that is an article whatever its column is called
_SUMMARY_WORDS = 20
_COUNTER = re.compile(r"\d+|[0-9a-fA-F-]{16,}")
_SAMPLE = 200


def find_text_column(
    records: Sequence[Mapping[str, Any]], columns: Mapping[str, str]
) -> str | None:
    """Return the column with the articles, where the records are a dump of articles.

    Args:
        records: The first records.
        columns: Fields with the columns that a person named for them.

    Returns:
        None where each record is a row of a table.
    """
    if "text" in columns:
        return columns["text"]
    names: dict[str, str] = {}
    for record in records[:_SAMPLE]:
        names.update((_normalize(key), str(key)) for key in record)
    lengths = {name: _mean_words(records[:_SAMPLE], name) for name in names.values()}
    for name in _ARTICLE_COLUMNS:
        if name in names and _is_prose(records[:_SAMPLE], names[name], lengths[names[name]]):
            return names[name]
    is_like_articles = bool(names.keys() & set(COLUMNS["title"])) and bool(
        names.keys() & {*COLUMNS["published"], *COLUMNS["url"], *COLUMNS["author"]}
    )
    for name in _SHORT_TEXT_COLUMNS:
        least = 5 if is_like_articles else _SUMMARY_WORDS
        if name in names and lengths[names[name]] >= least:
            return names[name]
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    return longest if longest is not None and lengths[longest] >= _PROSE_WORDS else None


def _is_prose(records: Sequence[Mapping[str, Any]], column: str, words: float) -> bool:
    """Whether a column that is called like one of articles holds sentences."""
    texts = [to_text(record.get(column)).rstrip() for record in records]
    ends = sum(text.endswith((".", "!", "?", "…", ".”", '."')) for text in texts)
    return words >= 3 or (words >= 2 and 2 * ends >= len(texts))


def _mean_words(records: Sequence[Mapping[str, Any]], column: str) -> float:
    texts = [to_text(record.get(column)) for record in records]
    counts = [len(text.split()) for text in texts if text.strip()]
    return sum(counts) / len(counts) if counts else 0.0


def field_value(record: Mapping[str, Any], field: str, columns: Mapping[str, str]) -> Any:
    """Return the value of a document's field in a record; None where there is none.

    ``columns`` maps fields to columns with unusual names.
    """
    column = field_column(record, field, columns)
    return None if column is None else _column_value(record, column)


def field_column(record: Mapping[str, Any], field: str, columns: Mapping[str, str]) -> str | None:
    """Return the column that holds a document's field in a record; None where there is none."""
    if field in columns:
        return columns[field]
    names = {
        _normalize(key): str(key)
        for key, value in record.items()
        if value not in (None, "", [], {})
    }
    return next((names[name] for name in COLUMNS[field] if name in names), None)


def check_columns(names: Iterable[str], columns: Mapping[str, str]) -> None:
    """Check that a record has the columns that a person named. Raises UnreadableFile."""
    present = list(names)
    for field, column in columns.items():
        if column not in present and column.split(".")[0] not in present:
            choices = ", ".join(present[:20]) or "none"
            raise UnreadableFile(f"no column {column!r} for {field}; it has: {choices}")


def make_record_document(
    record: Mapping[str, Any],
    place: str,
    media_type: str,
    columns: Mapping[str, str],
    day_first: bool | None = None,
) -> Document:
    """Make a document of a record: its text, then a line for each column that is no field.

    Args:
        record: The values by column.
        place: The path of the record.
        media_type: That of the file.
        columns: Fields with columns of unusual names.
        day_first: The order of dates in numbers, where the column shows it.

    Raises:
        UnreadableFile: there is no column with the text.
        EmptyDocument: the column is empty.
    """
    check_columns(map(str, record), columns)
    places = {field: field_column(record, field, columns) for field in COLUMNS}
    values = {
        field: None if column is None else _column_value(record, column)
        for field, column in places.items()
    }
    if places["text"] is None and not {_normalize(key) for key in record} & set(COLUMNS["text"]):
        choices = ", ".join(map(str, list(record)[:20])) or "none"
        reason = "no column holds the text; name it with --column text=NAME"
        raise UnreadableFile(f"{reason} (it has: {choices})")
    text = to_text(values["text"])
    is_markup = has_markup(text)
    language = _to_name(values["language"])
    fields = {
        "title": _to_name(values["title"]),
        "source": _to_name(values["source"]),
        "author": _to_name(values["author"]),
        "published": read_date(values["published"], day_first=day_first, locale=language),
        "url": web_address(values["url"]),
        "language": language,
    }
    content = html_content(text) if is_markup else plain_text(text)
    # A record is a page's where it says so; else by the signs that a file of text is judged by.
    if is_markup or fields["url"] or looks_scraped(content.text):
        content = remove_boilerplate(content)
    if not content.text:
        raise EmptyDocument("holds no text")
    own_columns = {places["text"], *(places[field] for field, value in fields.items() if value)}
    if _COUNTER.fullmatch(str(values["id"])):
        own_columns.add(places["id"])
    return make_document(
        _with_lines(content, list(_other_values(record, own_columns))),
        **fields,  # type: ignore[arg-type]
        published_from="column",
        path=place,
        media_type=media_type,
        is_scraped=False,
    )


def _with_lines(content: Content, lines: list[tuple[str, str]]) -> Content:
    """Return ``content`` with a line below it for each of the other columns."""
    if not lines:
        return content
    writer = BlockWriter()
    rows = [[TableCell(name), TableCell(value)] for name, value in lines]
    write_table(writer, Table(rows, head_rows=0, head_columns=1))
    below = writer.content()
    text = f"{content.text}\n\n{below.text}"
    blocks = move_blocks(below.blocks, len(text) - len(below.text))
    removals = (*content.removed, *below.removed)
    return Content(text, (*content.blocks, *blocks), content.pages, removals)


def _other_values(
    record: Mapping[str, Any], own_columns: set[str | None], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the columns that are no field of the document, with their values as text."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if name in own_columns or value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping):
            if name.count(".") < MAX_DEPTH:
                yield from _other_values(value, own_columns, f"{name}.")
        elif isinstance(value, (list, tuple)):
            texts = list(filter(None, map(_item_text, value)))
            if texts:
                yield name, ", ".join(texts)
        elif text := str(value).strip():
            yield name, text


def _item_text(item: object) -> str:
    if isinstance(item, Mapping):
        return " ".join(f"{name} {value}" for name, value in _other_values(item, set()))
    if isinstance(item, (list, tuple)):
        return " ".join(map(_item_text, item))
    return "" if item is None else str(item).strip()


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
