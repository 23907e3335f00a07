"""The question in a form that stands alone, and the filters in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sourcebook.index.errors import EmptyQuestion, QuestionTooLong
from sourcebook.index.search.names import Contents
from sourcebook.rag.language.sentence import ParsedSentence

from .filters import QuestionFilter, find_filters
from .follow_ups import make_standalone, points_back
from .turns import Turn

__all__ = ["LONGEST", "Question", "points_back", "understand"]

LONGEST = 2000
"""Characters of a question."""


@dataclass(frozen=True)
class Question:
    """``asked`` is what the reader typed; ``standalone`` is clear without the conversation.

    ``filters`` are those named in ``asked``, without the ones that were ``ignored`` by their keys;
    dates in them were read at ``now``.
    """

    asked: str
    standalone: str
    filters: tuple[QuestionFilter, ...] = ()
    now: datetime | None = None
    ignored: frozenset[str] = frozenset()

    @cached_property
    def sentence(self) -> ParsedSentence:
        """The question as it stands alone, parsed."""
        return ParsedSentence(self.standalone)


def understand(
    question: str,
    history: Sequence[Turn] = (),
    sources: Contents | None = None,
    now: datetime | None = None,
    ignore: Collection[str] = (),
) -> Question:
    """Return the question in a form that stands alone, and the filters in it.

    ``sources`` are the names in a library (``library.contents()``); without them there are no
    filters. ``now`` is the reader's clock, by default this machine's. ``ignore`` holds the keys
    of filters that the reader took away.

    Raises:
        EmptyQuestion, QuestionTooLong: with the limit.
        ValueError: ``now`` has no time zone.
    """
    asked = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not re.search(r"\w", asked):
        raise EmptyQuestion("the question is empty: type one")
    if len(asked) > LONGEST:
        raise QuestionTooLong(
            f"the question has {len(asked):,} characters, the limit is {LONGEST:,}: shorten it"
        )
    now = now or datetime.now().astimezone()
    alone = make_standalone(asked, history, now) if history else asked
    filters = find_filters(asked, sources, now, ignore) if sources else ()
    return Question(asked, alone, filters, now, frozenset(ignore))
