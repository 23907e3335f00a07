"""What a question asks of the library: which documents, and what about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from sourcebook.rag.language import DateRange

Share = Literal["authors", "sources", "languages", "formats", "years", "months", "topics"]
"""What the documents may be counted by."""

Task = Literal["count", "list", "author", "day", "length", "unknown"] | Share
"""How many documents, which, by whom, of when, how long; the topics, authors, sources, languages,
formats, years or months of them all; what no table holds."""

Order = Literal["newest", "oldest", "longest", "shortest", "added"]
"""``added``: in the order in which they came into the library, the last first."""

ALL = 10**9
"""As a count: as many as there are."""

ORDERS = cast(tuple[Order, ...], get_args(Order))
SHARES = cast(tuple[Share, ...], get_args(Share))

Unknown = Literal["tags", "opened", "changed", "scanned", "add"]
"""What the library does not know of a document: its tags, when it was read, changed or added, which
pages are pictures."""


Known = Literal["author", "day", "source"]
"""What a document may name."""


@dataclass(frozen=True, slots=True)
class LengthLimit:
    """More than ``count`` words or pages, or with ``is_below`` fewer."""

    count: int
    unit: Literal["words", "pages"]
    is_below: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents are meant. What is empty or None does not limit.

    ``noun``: the question's word for them ("minutes"). ``words``: what they are about, in one
    phrase or apart. ``writer``: who wrote them, or the source that published them. ``is_joint``:
    whether several wrote them, all whom ``writer`` names among them. ``known``: what they name.
    ``language``: a code of two letters. ``length``: how long they are. ``excluded``: those that are
    not meant. ``order`` and ``count``: the newest three. ``refers_back``: those that the question
    was about before.
    """

    noun: str = ""
    words: str = ""
    writer: str = ""
    is_joint: bool | None = None
    days: DateRange | None = None
    known: tuple[Known, ...] = ()
    language: str = ""
    length: LengthLimit | None = None
    excluded: tuple[Selection, ...] = ()
    order: Order | None = None
    count: int = 1
    refers_back: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing limits it but the word for the documents."""
        limits = (self.words, self.writer, self.days, self.known, self.language, self.order)
        return not any(limits) and self.is_joint is None and not (self.length or self.excluded)


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that a question asks. ``text`` is its words for the documents, as they were;
    ``unknown`` what it asks for that the library does not know; ``part`` the number of the part of
    the question. ``is_plain``: it speaks of documents or the library in so many words."""

    task: Task
    selection: Selection
    text: str = ""
    unknown: Unknown | None = None
    part: int = 0
    is_plain: bool = True
