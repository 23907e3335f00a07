"""The question in a form that stands alone, and the filters in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.errors import EmptyQuestion, QuestionTooLong
from sourcebook.index.search.names import Contents
from sourcebook.rag.language import ParsedSentence

from .filters import QuestionFilter, find_filters
from .follow_ups import make_standalone, points_back
from .kind import Kind, find_kind
from .turns import Turn

__all__ = ["LONGEST", "Question", "points_back", "understand"]

LONGEST = 2000
"""Characters of a question."""


@dataclass(frozen=True)
class Question:
    """A question: its ``text`` in one line, and a ``standalone`` form that needs no conversation.

    ``filters`` are those in ``text``, without the ones whose keys are in ``ignored``; their dates
    are relative to ``now``. ``kind`` is the sort of answer that it asks for, and ``is_kind_told``
    says whether the reader or a turn chose it, not the words. ``language`` is the code of the
    language that a turn asks to have it in, "" for that of the question.
    """

    text: str
    standalone: str
    filters: tuple[QuestionFilter, ...] = ()
    now: datetime | None = None
    ignored: frozenset[str] = frozenset()
    kind: Kind = "fact"
    language: str = ""
    is_kind_told: bool = False

    @cached_property
    def wording(self) -> ParsedSentence:
        """The question as it was asked, parsed."""
        return ParsedSentence(self.text)

    @cached_property
    def sentence(self) -> ParsedSentence:
        """The standalone question, parsed."""
        return ParsedSentence(self.standalone)


def understand(
    question: str,
    history: Sequence[Turn] = (),
    sources: Contents | None = None,
    now: datetime | None = None,
    ignore: Collection[str] = (),
    *,
    kind: Kind | None = None,
    embedder: Embedder | None = None,
) -> Question:
    """Return the question in a form that stands alone, and the filters in it.

    Args:
        question: as the reader typed it.
        history: the earlier turns of the conversation, oldest first.
        sources: the names in a library (``library.contents()``); without them there are no filters.
        now: the reader's clock, by default this machine's.
        ignore: keys of filters that the reader took away.
        kind: the sort of answer that the reader chose; by default the question decides.
        embedder: the library's; it tells the kind, and for a follow-up which word of the last
            question a new item stands for.

    Raises:
        EmptyQuestion, QuestionTooLong: with the limit.
        ModelError: the embedder cannot be loaded.
        ValueError: ``now`` has no time zone.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not re.search(r"\w", text):
        raise EmptyQuestion("the question is empty: type one")
    if len(text) > LONGEST:
        raise QuestionTooLong(
            f"the question has {len(text):,} characters, the limit is {LONGEST:,}: shorten it"
        )
    now = now or datetime.now().astimezone()
    completion = make_standalone(text, history, now, embedder)
    filters = find_filters(text, sources, now, ignore) if sources else ()
    told = kind or completion.kind
    return Question(
        text,
        completion.text,
        filters,
        now,
        frozenset(ignore),
        told or find_kind(completion.text, embedder=embedder),
        completion.language,
        is_kind_told=bool(told),
    )
