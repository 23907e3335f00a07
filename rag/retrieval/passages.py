"""Passages for a question and its filters: limits hold, preferences get some places.

A limit without any passage is dropped, and the reader sees that. A preference never costs an
answer: the best passages stay whatever their date, and a few places go to the best of its days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.library import Library
from sourcebook.index.search.filters import Filters
from sourcebook.rag.language import DateRange
from sourcebook.rag.language.time import day_of, newest_day, times_in_article
from sourcebook.rag.question import Question, QuestionFilter, reporting_period
from sourcebook.rag.question.filters import narrow_to_days, to_search_filters

PLACES_PER_PREFERENCE = 4
"""One place in this many goes to passages that match a preference and are not among the best."""

BETTER_THAN_MOST = 0.5
"""Score of a passage that is as good as the mean of the candidates (z = 0)."""
_MOST_PREFERENCES = 2


def retrieve(
    library: Library,
    question: Question,
    k: int,
    limits: Filters | None,
    embedder: Embedder | None = None,
) -> tuple[list[Hit], Question]:
    """Return the best passages within the limits, and the question with its final filters.

    Strict filters without any passage come back with ``applied`` False: first the dates are
    dropped, then all of them. Preferences that nothing matches are left out.

    Args:
        library: the articles.
        question: with the filters in it.
        k: number of passages.
        limits: the caller's own filters.
        embedder: as in `Library.search`.

    Raises:
        LibraryError, ModelError: the library cannot be searched.
    """

    def find(count: int, filters: Filters | None) -> list[Hit]:
        return library.search(question.standalone, count, filters=filters, embedder=embedder)

    strict = [item for item in question.filters if item.strict]
    hits: list[Hit] = []
    active = strict
    for active in _loosen(strict):
        hits = find(k, to_search_filters(active, limits))
        if hits:
            break
    if not hits:
        return [], replace(question, filters=())
    search_limits = to_search_filters(active, limits)
    outcome = [item if item in active else replace(item, applied=False) for item in strict]
    preferred = [item for item in question.filters if not item.strict][:_MOST_PREFERENCES]
    for item in preferred:
        matches = _find_matches(item, hits, k, search_limits, find)
        if matches is not None:
            hits = make_room(matches, hits, k)
            outcome.append(item)
    return hits, replace(question, filters=tuple(sorted(outcome, key=lambda item: item.start)))


def _loosen(strict: Sequence[QuestionFilter]) -> list[list[QuestionFilter]]:
    """Return all filters, then those that are not dates, then none, without repetitions."""
    steps = [list(strict), [item for item in strict if item.kind != "date"], []]
    return [step for n, step in enumerate(steps) if step not in steps[:n]]


def _find_matches(
    preference: QuestionFilter,
    hits: Sequence[Hit],
    k: int,
    limits: Filters | None,
    find: Callable[[int, Filters | None], list[Hit]],
) -> list[Hit] | None:
    """Return the passages that match a preference, best first; None when none does."""
    if isinstance(preference.value, DateRange):
        days = preference.value
        inside = find(k, narrow_to_days(limits, reporting_period(days)))
        return inside if inside or any(_speaks_of(hit, days) for hit in hits) else None
    if newest_day([day_of(hit.document.published) for hit in hits]) is None:
        return None
    good = [hit for hit in find(3 * k, limits) if hit.score >= BETTER_THAN_MOST]
    return sorted((hit for hit in good if hit.document.published), key=_day, reverse=True)


def _day(hit: Hit) -> date:
    return day_of(hit.document.published) or date.min


def _speaks_of(hit: Hit, days: DateRange) -> bool:
    published = day_of(hit.document.published)
    return any(
        mention.days.overlaps(days) for mention in times_in_article(hit.passage.text, published)
    )


def make_room(preferred: Sequence[Hit], hits: Sequence[Hit], k: int) -> list[Hit]:
    """Return ``k`` hits: the best of ``hits``, then new ones of ``preferred``."""
    places = max(1, k // PLACES_PER_PREFERENCE)
    best_ids = {hit.passage.id for hit in hits[: max(1, k - places)]}
    new = [hit for hit in preferred if hit.passage.id not in best_ids][:places]
    best = [*hits[: max(1, k - len(new))]]
    lowest = min(hit.score for hit in best)
    # Their scores come from other candidates and cannot be compared with these.
    return [*best, *(replace(hit, score=min(hit.score, lowest)) for hit in new)]
