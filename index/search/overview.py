"""The documents of a library as rows to look through: searched, sorted, with their stories.

No text is read, so ten thousand rows take a fraction of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sourcebook.index.store.sql import SqlDatabase

from .names import unaccented

Order = Literal["added", "title", "source", "date", "passages"]
"""What rows are sorted by; ``added`` is the order in which they were."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What a table shows of a document. ``place`` is its URL or path.

    ``story`` is the id of its story, ``told`` how many documents tell it, ``outlets`` how many
    outlets they come from. ``number`` counts the documents in the order they were added.
    """

    id: str
    title: str
    source: str | None
    author: str | None
    published: datetime | None
    place: str | None
    passages: int
    story: str
    story_size: int
    outlets: int
    number: int

    @property
    def words(self) -> str:
        """What a search looks in."""
        parts = (self.title, self.source, self.author, self.place)
        return _plain(" ".join(part for part in parts if part))


def overview(database: SqlDatabase) -> tuple[DocumentRow, ...]:
    """All documents, in the order they were added."""
    counts = dict(
        database.rows("SELECT document_key, count(*) FROM passages GROUP BY document_key")
    )
    rows = database.rows(
        "SELECT key, id, title, source, author, published, location, coalesce(story, id), "
        "coalesce(nullif(outlet, ''), id) FROM documents ORDER BY key"
    )
    outlets: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        outlets[row[7]].append(row[8])
    return tuple(
        DocumentRow(
            id=id_,
            title=title,
            source=source,
            author=author,
            published=datetime.fromisoformat(published) if published else None,
            place=place,
            passages=counts.get(key, 0),
            story=story,
            story_size=len(outlets[story]),
            outlets=len(set(outlets[story])),
            number=number,
        )
        for number, (key, id_, title, source, author, published, place, story, _) in enumerate(rows)
    )


def select_rows(
    rows: Iterable[DocumentRow],
    *,
    words: str = "",
    order: Order = "added",
    descending: bool = False,
    story: str | None = None,
    retold: bool = False,
) -> list[DocumentRow]:
    """The rows that hold all of ``words`` in title, source, author or place; case and accents do
    not count.

    ``story``: only the documents of that story. ``retold``: only stories that several documents
    tell, those of one story together. Rows without what they are sorted by come last either way.
    """
    terms = _plain(words).split()
    matches = [
        row
        for row in rows
        if (story is None or row.story == story)
        and (not retold or row.story_size > 1)
        and (not terms or _holds(row.words, terms))
    ]
    key, has_value = _KEYS[order], _HAS_VALUE[order]
    matches.sort(key=key, reverse=descending)
    matches.sort(key=lambda row: not has_value(row))
    if retold:
        first: dict[str, int] = {}
        for at, row in enumerate(matches):
            first.setdefault(row.story, at)
        matches.sort(key=lambda row: first[row.story])
    return matches


def _holds(text: str, terms: list[str]) -> bool:
    return all(word in text for word in terms)


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unaccented(text.casefold())


_KEYS: dict[Order, Callable[[DocumentRow], Any]] = {
    "added": lambda row: row.number,
    "title": lambda row: _plain(row.title),
    "source": lambda row: (_plain(row.source or ""), _plain(row.title)),
    "date": lambda row: row.published or _EARLIEST,
    "passages": lambda row: row.passages,
}
_HAS_VALUE: dict[Order, Callable[[DocumentRow], bool]] = {
    "added": lambda row: True,
    "title": lambda row: True,
    "source": lambda row: row.source is not None,
    "date": lambda row: row.published is not None,
    "passages": lambda row: True,
}
