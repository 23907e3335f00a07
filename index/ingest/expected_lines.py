"""Lines that are likely to recur: removed before passages are embedded, not after.

`update_stories` decides which lines of an outlet are boilerplate when all its articles are there.
Waiting for it would embed most passages twice. Where the first articles of an outlet, or those in
the library, agree on a line, it is removed at once; where they were wrong, `update_stories`
corrects it, and the library is the same.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from sourcebook.index.cleaning.repeated_lines import (
    LEAST_SHARE,
    LEAST_SHARE_OF_CONTENT,
    LEAST_STORIES,
    LEAST_STORIES_OF_CONTENT,
    find_lines,
    line_hashes,
    outlet_name,
)
from sourcebook.index.documents.making import content_of, remove_runs, with_content
from sourcebook.index.documents.records import Document
from sourcebook.index.store.sql import SqlDatabase

_LOOKED_AT = 32
"""Articles of an outlet that are looked at; what recurs in them is expected in all."""

_OUTLETS = 100
"""Outlets that are remembered at once: a long addition needs no more memory than a short one."""


def recurring_lines(database: SqlDatabase, published_by: str) -> frozenset[int]:
    """The lines that are boilerplate in that outlet now."""
    ((count,),) = database.rows(
        "SELECT count(DISTINCT story) FROM documents WHERE outlet = ?", (published_by,)
    )
    if count < LEAST_STORIES:
        return frozenset()
    rows = database.rows(
        "SELECT line FROM documents JOIN lines ON document_key = key WHERE outlet = ?1 "
        "GROUP BY line HAVING count(DISTINCT story) >= "
        "CASE WHEN max(content) > 0 THEN ?2 ELSE ?3 END",
        (
            published_by,
            max(float(LEAST_STORIES_OF_CONTENT), LEAST_SHARE_OF_CONTENT * count),
            max(float(LEAST_STORIES), LEAST_SHARE * count),
        ),
    )
    return frozenset(line for (line,) in rows)


@dataclass(slots=True)
class _OutletLines:
    """Lines of one outlet: those that recurred before, those of its first articles in this run,
    and the expected ones."""

    before: frozenset[int]
    expected: frozenset[int]
    articles: int = 0
    lines: Counter[int] = field(default_factory=Counter)
    content: set[int] = field(default_factory=set)

    def look_at(self, text: str) -> None:
        if self.articles == _LOOKED_AT:
            return
        self.articles += 1
        hashes = line_hashes(text)
        self.lines.update(hashes.keys())
        self.content |= {line for line, content in hashes.items() if content}
        few = max(LEAST_STORIES, LEAST_SHARE * self.articles)
        many = max(LEAST_STORIES_OF_CONTENT, LEAST_SHARE_OF_CONTENT * self.articles)
        if self.articles >= LEAST_STORIES:
            self.expected |= {
                line
                for line, n in self.lines.items()
                if n >= (many if line in self.content else few)
            }
        if self.articles == _LOOKED_AT:
            self.lines.clear()
            self.content.clear()


class ExpectedLines:
    """The lines expected in one addition to a library, by outlet."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._outlets: OrderedDict[str, _OutletLines] = OrderedDict()

    def remove_from(self, document: Document) -> Document:
        """Return ``document`` without them; one with pages keeps them, as in `update_stories`."""
        published_by = outlet_name(document.source, document.url, document.media_type)
        if not published_by or document.pages:
            return document
        lines = self._outlets.get(published_by)
        if lines is None:
            before = recurring_lines(self._database, published_by)
            lines = _OutletLines(before, before)
        self._outlets[published_by] = lines
        self._outlets.move_to_end(published_by)
        if len(self._outlets) > _OUTLETS:
            self._outlets.popitem(last=False)
        lines.look_at(document.text)
        runs = find_lines(document.text, lines.expected)
        return with_content(document, remove_runs(content_of(document), runs))
