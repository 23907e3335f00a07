"""What a question asks of the library: which documents, and what about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sourcebook.rag.language import DateRange

Task = Literal["count", "list", "author", "day", "topics", "authors", "sources"]
"""How many documents, which, by whom, of when; the topics, authors or sources of them all."""

Order = Literal["newest", "oldest", "longest", "shortest"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents are meant. What is empty or None does not limit.

    ``noun``: the question's word for them ("minutes"). ``mention``: what they mention, or with
    ``is_negative`` do not. ``topic``: what they are about. ``writer``: who wrote them, or the
    source that published them. ``missing``: what they do not name. ``order`` and ``count``: the
    newest three. ``rest``: other words that describe a document. ``refers_back``: those that the
    question was about before.
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
            or self.rest
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that a question asks. ``text`` is its words for the documents, as they were."""

    task: Task
    selection: Selection
    text: str = ""
