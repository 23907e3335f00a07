"""Passages for a question with the filters it names: limits kept, preferences given room.

A limit that leaves nothing is dropped, and said to be. A preference never costs an answer: the best
passages stay whatever their date, a few places go to the best among those of the time asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from ..index.documents import Document, Hit
from ..index.embedding import Embedder
from ..index.library import Library
from ..index.search import Filters
from .answer import Citation
from .calendar_days import DateRange
from .dates import day_of, days_reported, newest_day
from .evidence import Evidence
from .filters import NamedFilter, as_search_filters, reported_by, within
from .question import Question

Preference = Callable[[Document, str], float]
"""What a sentence of a document gains by its date, in units of the fused z-scores."""

GIVEN_AWAY = 4
"""One in so many places goes to passages that meet a preference and were not among the best."""

BETTER_THAN_MOST = 0.5
"""Score of a passage that is as good as the mean of the candidates (z = 0)."""

_STATES_DAY, _NEAR_DAY, _OF_DAY = 0.6, 0.2, 0.3
_NEWER = 0.5
_MOST_PREFERENCES = 2


def retrieve(
    library: Library,
    question: Question,
    k: int,
    given: Filters | None,
    embedder: Embedder | None = None,
) -> tuple[list[Hit], Question]:
    """The ``k`` best passages within the limits, and the question with the filters that counted.

    Strict filters that leave nothing come back with ``applied`` False: first the dates are
    dropped, then all of them. Preferences that nothing meets are left out. ``embedder``: as in
    `Library.search`.
    """

    def find(count: int, limits: Filters | None) -> list[Hit]:
        return library.search(question.standalone, count, filters=limits, embedder=embedder)

    strict = [named for named in question.filters if named.strict]
    hits: list[Hit] = []
    kept = strict
    for kept in _looser(strict):
        hits = find(k, as_search_filters(kept, given))
        if hits:
            break
    if not hits:
        return [], replace(question, filters=())
    limits = as_search_filters(kept, given)
    said = [named if named in kept else replace(named, applied=False) for named in strict]
    preferred = [named for named in question.filters if not named.strict][:_MOST_PREFERENCES]
    for named in preferred:
        met = _meeting(named, hits, k, limits, find)
        if met is not None:
            hits = with_room_for(met, hits, k)
            said.append(named)
    return hits, replace(question, filters=tuple(sorted(said, key=lambda named: named.start)))


def _looser(strict: Sequence[NamedFilter]) -> list[list[NamedFilter]]:
    """All, then those that are not dates, then none; each once."""
    steps = [list(strict), [named for named in strict if named.kind != "date"], []]
    return [step for n, step in enumerate(steps) if step not in steps[:n]]


def _meeting(
    named: NamedFilter,
    hits: Sequence[Hit],
    k: int,
    limits: Filters | None,
    find: Callable[[int, Filters | None], list[Hit]],
) -> list[Hit] | None:
    """The passages that meet a preference, best first; None when nothing does."""
    if isinstance(named.value, DateRange):
        days = named.value
        inside = find(k, within(limits, reported_by(days)))
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
        mention.days.overlaps(days) for mention in days_reported(hit.passage.text, published)
    )


def with_room_for(preferred: Sequence[Hit], hits: Sequence[Hit], k: int) -> list[Hit]:
    """``k`` hits: the best of ``hits`` stay, the last places go to ``preferred`` not among them."""
    places = max(1, k // GIVEN_AWAY)
    known = {hit.passage.id for hit in hits[: max(1, k - places)]}
    new = [hit for hit in preferred if hit.passage.id not in known][:places]
    kept = [*hits[: max(1, k - len(new))]]
    lowest = min(hit.score for hit in kept)
    # Their scores were made among other candidates and say nothing beside these.
    return [*kept, *(replace(hit, score=min(hit.score, lowest)) for hit in new)]


def preference(question: Question, hits: Sequence[Hit]) -> Preference | None:
    """What the dates in the question are worth to a sentence; None when it names none."""
    wanted = [n.value for n in question.filters if n.applied and isinstance(n.value, DateRange)]
    newest = wants_newest(question)
    if not wanted and not newest:
        return None
    days = sorted({day for hit in hits if (day := day_of(hit.document.published))})
    rank = {day: n / max(1, len(days) - 1) for n, day in enumerate(days)} if newest else {}

    def worth(document: Document, sentence: str) -> float:
        published = day_of(document.published)
        gain = _NEWER * rank.get(published, 0.0) if published else 0.0
        return gain + max((_fit(days, published, sentence) for days in wanted), default=0.0)

    return worth


def _fit(wanted: DateRange, published: date | None, sentence: str) -> float:
    gain = _OF_DAY if published and published in reported_by(wanted) else 0.0
    stated = [mention.days for mention in days_reported(sentence, published)]
    if any(day.first and day.last and day.first in wanted and day.last in wanted for day in stated):
        return gain + _STATES_DAY
    return gain + (_NEAR_DAY if any(day.overlaps(wanted) for day in stated) else 0.0)


def wants_newest(question: Question) -> bool:
    """Whether the newest was asked for; `retrieve` takes that back where what it found is of one
    day."""
    return any(named.kind == "newest" for named in question.filters)


def as_of(
    question: Question, citations: Sequence[Citation], *, changed: bool = False
) -> date | None:
    """The day of the newest article cited, where the newest was asked for.

    ``changed``: the articles cited state different values; then too, when they are of several days.
    """
    days = [day_of(citation.document.published) for citation in citations]
    if wants_newest(question):
        return max((day for day in days if day), default=None)
    return newest_day(days) if changed else None


WITHIN_REACH = 1.0
"""Evidence this near to the best, in units of the fused z-scores, may change places by its date."""


def newest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """What is about as good as the best, newest first; then the rest as it stood."""
    if not evidence:
        return []
    best = max(item.score for item in evidence)
    near = [item for item in evidence if item.score >= best - WITHIN_REACH]
    rest = [item for item in evidence if item.score < best - WITHIN_REACH]
    undated = date.min
    near.sort(key=lambda item: day_of(item.document.published) or undated, reverse=True)
    return near + rest
