"""What a question asks of the library: which documents, and what about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sourcebook.rag.language import DateRange

Task = Literal[
    "count",
    "list",
    "author",
    "day",
    "length",
    "topics",
    "authors",
    "sources",
    "languages",
    "formats",
    "years",
    "unknown",
]
"""How many documents, which, by whom, of when, how long; the topics, authors, sources, languages,
formats or years of them all; what no table holds."""

Order = Literal["newest", "oldest", "longest", "shortest", "added"]
"""``added``: in the order in which they came into the library, the last first."""

Unknown = Literal["tags", "opened", "changed", "scanned", "add"]
"""What the library does not know of a document: its tags, when it was read, changed or added, which
pages are pictures."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents are meant. What is empty or None does not limit.

    ``noun``: the question's word for them ("minutes"). ``mention``: what they mention, or with
    ``is_negative`` do not. ``topic``: what they are about. ``writer``: who wrote them, or the
    source that published them. ``missing``: what they do not name. ``order`` and ``count``: the
    newest three. ``language``: a code of two letters. ``words``: what a question holds besides, in
    one phrase or apart. ``is_by_words``: it was read by its key words alone; a name or noun of it
    that the library does not know does not limit. ``rest``: other words that describe a document.
    ``refers_back``: those that the question was about before.
    """

    noun: str = ""
    mention: str = ""
    is_negative: bool = False
    topic: str = ""
    writer: str = ""
    source: str = ""
    days: DateRange | None = None
    missing: Literal["author", "day"] | None = None
    order: Order | None = None
    count: int = 1
    language: str = ""
    words: str = ""
    is_by_words: bool = False
    rest: str = ""
    refers_back: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing limits it but the word for the documents."""
        return not (
            self.mention
            or self.topic
            or self.writer
            or self.source
            or self.days
            or self.missing
            or self.order
            or self.language
            or self.words
            or self.rest
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that a question asks. ``text`` is its words for the documents, as they were;
    ``unknown`` what it asks for that the library does not know."""

    task: Task
    selection: Selection
    text: str = ""
    unknown: Unknown | None = None
