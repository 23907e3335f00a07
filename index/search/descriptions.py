"""What is known of each document without its text: title, author, date, format, length.

An author who stands in no field of the file is read from the text's own byline, a source from a
line at its head that is the name of another document's source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sourcebook.index.documents.bylines import find_author
from sourcebook.index.store.sql import SqlDatabase

_HEAD, _TAIL = 3000, 400
"""Characters at both ends of a text in which a byline is looked for."""

_FIRST_LINES = 3
_PARTS = re.compile(r";\s*|,?\s+(?:and|und|et|y|&)\s+")


@dataclass(frozen=True, slots=True)
class Description:
    """A document as a list shows it. ``place`` is its URL or path; ``length`` counts the characters
    of its passages; ``number`` counts the documents in the order they were added."""

    id: str
    title: str
    source: str | None
    author: str | None
    published: datetime | None
    place: str | None
    media_type: str
    language: str | None
    length: int
    number: int

    @property
    def authors(self) -> tuple[str, ...]:
        """Its authors, one by one."""
        return split_authors(self.author)


def split_authors(names: str | None) -> tuple[str, ...]:
    """Return the names that a field holds: "Ann Lee, Bo Wong and Cy Hart" are three.

    A comma divides names only where "and" does too, or where there are three: an office may have
    one in its name.
    """
    parts = [part for part in _PARTS.split(names or "") if part.strip()]
    if len(parts) > 1 or (names or "").count(",") > 1:
        parts = [name for part in parts for name in part.split(",")]
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def describe(database: SqlDatabase) -> tuple[Description, ...]:
    """Return all documents, in the order they were added."""
    lengths = dict(
        database.rows('SELECT document_key, sum("end" - start) FROM passages GROUP BY document_key')
    )
    heads = {
        key: (head, tail)
        for key, head, tail in database.rows(
            "SELECT key, substr(text, 1, ?1), "
            "CASE WHEN length(text) > ?1 THEN substr(text, length(text) + 1 - ?2) ELSE '' END "
            "FROM documents WHERE author IS NULL OR source IS NULL",
            (_HEAD, _TAIL),
        )
    }
    rows = database.rows(
        "SELECT key, id, title, source, author, published, location, media_type, language "
        "FROM documents ORDER BY key"
    )
    sources = {row[3].casefold(): row[3] for row in rows if row[3]}
    return tuple(
        Description(
            id=id_,
            title=title,
            source=source or _find_source(heads[key][0], sources),
            author=author or find_author("\n".join(heads[key])),
            published=datetime.fromisoformat(published) if published else None,
            place=place,
            media_type=media_type,
            language=language,
            length=lengths.get(key, 0),
            number=number,
        )
        for number, (
            key,
            id_,
            title,
            source,
            author,
            published,
            place,
            media_type,
            language,
        ) in enumerate(rows)
    )


def _find_source(head: str, sources: Mapping[str, str]) -> str | None:
    """Return the source of the library that one of the first lines of a text names, and no more."""
    lines = [line.strip().casefold() for line in head.split("\n") if line.strip()]
    return next((sources[line] for line in lines[:_FIRST_LINES] if line in sources), None)
