"""Preferences of a question about time: the newest passages, or those of a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sourcebook.index.documents.records import Document, Hit
from sourcebook.rag.answer import Citation
from sourcebook.rag.language import DateRange
from sourcebook.rag.language.time import day_of, newest_day, times_in_article
from sourcebook.rag.question import Question, reporting_period

from .evidence import Evidence

Preference = Callable[[Document, str], float]
"""The gain of a document's sentence by its date, in units of the fused z-scores."""

_STATES_DAY, _NEAR_DAY, _OF_DAY = 0.6, 0.2, 0.3
_NEWER = 0.5


def date_preference(question: Question, hits: Sequence[Hit]) -> Preference | None:
    """Return the gain of a sentence by the dates in a question; None when it names none.

    Args:
        question: with its final filters.
        hits: the passages, whose days are ranked where the newest is asked for.
    """
    ranges = [n.value for n in question.filters if n.applied and isinstance(n.value, DateRange)]
    newest = wants_newest(question)
    if not ranges and not newest:
        return None
    days = sorted({day for hit in hits if (day := day_of(hit.document.published))})
    rank = {day: n / max(1, len(days) - 1) for n, day in enumerate(days)} if newest else {}

    def worth(document: Document, sentence: str) -> float:
        published = day_of(document.published)
        gain = _NEWER * rank.get(published, 0.0) if published else 0.0
        return gain + max((_fit(days, published, sentence) for days in ranges), default=0.0)

    return worth


def _fit(period: DateRange, published: date | None, sentence: str) -> float:
    gain = _OF_DAY if published and published in reporting_period(period) else 0.0
    times = [mention.days for mention in times_in_article(sentence, published)]
    if any(day.first and day.last and day.first in period and day.last in period for day in times):
        return gain + _STATES_DAY
    return gain + (_NEAR_DAY if any(day.overlaps(period) for day in times) else 0.0)


def wants_newest(question: Question) -> bool:
    """Return whether ``question`` asks for the newest.

    `retrieve` drops this filter when all its passages are of one day.
    """
    return any(item.kind == "newest" for item in question.filters)


def as_of(
    question: Question, citations: Sequence[Citation], *, changed: bool = False
) -> date | None:
    """Return the day of the newest cited article, if the answer depends on it; else None.

    Args:
        question: with its final filters.
        citations: of the answer.
        changed: the cited articles state different values; then the day is given also where they
            are of several days and the question does not ask for the newest.
    """
    days = [day_of(citation.document.published) for citation in citations]
    if wants_newest(question):
        return max((day for day in days if day), default=None)
    return newest_day(days) if changed else None


WITHIN_REACH = 1.0
"""Evidence this near to the best, in units of the fused z-scores, may change places by its date."""


def sort_newest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences about as good as the best, newest first, then the others."""
    if not evidence:
        return []
    best = max(item.score for item in evidence)
    near = [item for item in evidence if item.score >= best - WITHIN_REACH]
    distant = [item for item in evidence if item.score < best - WITHIN_REACH]
    undated = date.min
    near.sort(key=lambda item: day_of(item.document.published) or undated, reverse=True)
    return near + distant
