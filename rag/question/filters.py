"""Filters in a question: a source, a time of reporting, the newest.

A date in a question is mostly that of the event, and what happened in December is told in January
too. So a date limits the search only where it is said of the reporting ("the January reports",
"according to NATO in December"); elsewhere it is a preference. A source limits the search where the
question speaks of what it says, not where it is the topic.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sourcebook.index.search.filters import Filters
from sourcebook.index.search.names import Contents, Name, NameMatch
from sourcebook.rag.language import DateRange
from sourcebook.rag.language.time import Mention, times_in_question
from sourcebook.rag.language.time.dates import asks_for_newest
from sourcebook.rag.language.word_lists import any_of, read_lines

FilterKind = Literal["date", "source", "newest", "language"]


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """A filter that the question names: ``question[start:end] == text``.

    ``label`` is the text of its chip; ``key`` identifies it when a reader asks again without it.
    ``strict``: it limits the search; otherwise it is a preference. ``applied`` is False when
    nothing in the library matched it and the answer does without it. ``value`` is the
    `DateRange` of a date, the `Name` of a source (an author, a title), None for the newest and for
    the language of a question that was translated, whose chip shows the translation.
    """

    kind: FilterKind
    key: str
    label: str
    text: str
    start: int
    end: int
    strict: bool
    value: DateRange | Name | None = None
    applied: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind,
            "key": self.key,
            "label": self.label,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "strict": self.strict,
            "applied": self.applied,
            "days": self.value.to_dict() if isinstance(self.value, DateRange) else None,
        }


def find_filters(
    question: str, contents: Contents, now: datetime, ignore: Collection[str] = ()
) -> tuple[QuestionFilter, ...]:
    """Return the filters in a question, in its order.

    Args:
        question: its text.
        contents: the names in the library.
        now: the reader's clock, to which dates are relative.
        ignore: keys of filters that the reader took away.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    sources = [
        match for match in contents.find_names(question) if _speaks_of_source(question, match)
    ]
    spans = [(source.start, source.end) for source in sources]
    filters = [_source_filter(question, source) for source in sources]
    filters += _find_newest(question, spans)
    filters += [
        _date_filter(question, mention, sources)
        for mention in times_in_question(question, now, contents.newest)
        if not any(start < mention.end and mention.start < end for start, end in spans)
    ]
    unique = {item.key: item for item in sorted(filters, key=lambda item: -item.start)}
    remaining = (item for item in unique.values() if item.key not in ignore)
    return tuple(sorted(remaining, key=lambda item: item.start))


def to_search_filters(filters: Sequence[QuestionFilter], limits: Filters | None) -> Filters | None:
    """Return the strict filters of a question as a search takes them.

    Args:
        filters: those in the question.
        limits: the caller's own; they hold whatever the question names.

    Returns:
        None when nothing is limited.
    """
    result = limits or Filters()
    for kind in ("source", "author", "title"):
        names = [n.value for n in filters if isinstance(n.value, Name) and n.value.kind == kind]
        values = frozenset(value for name in names for value in name.values)
        if not values:
            continue
        # The caller's limits hold: a question cannot name a source outside of them.
        if kind == "source":
            result = replace(result, sources=_intersect(result.sources, values))
        elif kind == "author":
            result = replace(result, authors=_intersect(result.authors, values))
        else:
            result = replace(result, documents=_intersect(result.documents, values))
    for item in filters:
        if item.strict and isinstance(item.value, DateRange):
            result = narrow_to_days(result, item.value)
    return result if result != Filters() else None


def _intersect(allowed: frozenset[str], values: frozenset[str]) -> frozenset[str]:
    """Return the common values, or one that nothing has: an empty set would limit nothing."""
    return (values & allowed if allowed else values) or frozenset({""})


def narrow_to_days(filters: Filters | None, days: DateRange) -> Filters:
    """Return search filters narrowed to articles of these days.

    Args:
        filters: those that hold already, if any.
        days: the days of publication.
    """
    base = filters or Filters()
    firsts = [day for day in (base.first_day, days.first) if day]
    lasts = [day for day in (base.last_day, days.last) if day]
    return replace(base, first_day=max(firsts, default=None), last_day=min(lasts, default=None))


def reporting_period(days: DateRange) -> DateRange:
    """Return the days on which articles report the events of ``days``: these days and 3 to 31 days
    after them, half as many as they are."""
    if days.last is None:
        return days
    after = timedelta(days=min(31, max(3, (days.days or 0) // 2)))
    try:
        return DateRange(days.first, days.last + after)
    except OverflowError:
        return days


# --- sources --------------------------------------------------------------------------------------

_WRITING = (
    r"(?:articles?|reports?|reporting|stor(?:y|ies)|pieces?|coverage|columns?|accounts?|editorials?"
    r"|news|headlines?|version|dispatch(?:es)?)"
)
_SOURCE_VERBS = [line.split() for line in read_lines("source_verbs")]
_SAYS = f"(?:{any_of(form for forms in _SOURCE_VERBS for form in forms)})"
_TO_SAY = f"(?:{any_of(forms[0] for forms in _SOURCE_VERBS)}|have to say)"
_ATTRIBUTED = re.compile(
    rf"(?:\b(?:according to|as per|quoting|citing"
    rf"|(?:reported|published|written|printed|told|covered|described) (?:by|in)"
    rf"|{_WRITING} (?:by|from|of|in)|(?:latest|newest|only) from"
    rf"|(?:read|say|says|said|appeared|ran|wrote|written) in)(?: (?:an?|the|both))?"
    rf"|{_WRITING} (?:by|from|of|in) [\w ]{{2,40}} (?:and|or)(?: the)?"
    rf"|\b(?:laut|gemäß|nur (?:aus|von|in|was))(?: (?:der|dem|den))?"
    rf"|\baccording to [\w ]{{2,40}} (?:and|or)(?: the)?) $",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:in|from|per)(?: the| \w+[’']s)? $", re.IGNORECASE)
_OWNS = re.compile(rf"(?:[’']s?)? (?:\w+ )?{_WRITING}\b", re.IGNORECASE)
_ASKED_TO_SAY = re.compile(rf" (?:\w+ly |also |ever )?{_TO_SAY}\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:does|did|do|has|had)(?: the)? $", re.IGNORECASE)
_SPEAKS = re.compile(rf" (?:has |have |had )?{_SAYS}\b", re.IGNORECASE)
_WHAT = re.compile(r"\b(?:what|how|why|that)(?: the)? $", re.IGNORECASE)


def _speaks_of_source(question: str, match: NameMatch) -> bool:
    """Whether the name is that of a reporting source, not of the subject of the question."""
    before, after = question[: match.start], question[match.end :]
    if match.name.kind == "title":
        quoted = before[-1:] in "“\"'‘«" and after[:1] in "”\"'’»"
        return match.words >= (2 if before and quoted else 4)
    if _ATTRIBUTED.search(before) or _OWNS.match(after):
        return True
    asks = _ASKS.search(before) and _ASKED_TO_SAY.match(after)
    if match.name.kind == "author":
        writes = re.match(r" (?:writes?|wrote|reports?|reported)\b", after)
        return bool(writes or (asks and re.match(r" (?:write|report)\b", after)))
    several = match.words > 1 + bool(re.match(r"the\b", question[match.start :], re.IGNORECASE))
    named = several or "." in question[match.start : match.end]
    if asks or (_SPEAKS.match(after) and (named or _WHAT.search(before))):
        return True
    return bool(named and _PLACED.search(before))


def _source_filter(question: str, match: NameMatch) -> QuestionFilter:
    return QuestionFilter(
        kind="source",
        key=f"{match.name.kind}:{match.key}",
        label=match.name.label,
        text=question[match.start : match.end],
        start=match.start,
        end=match.end,
        strict=True,
        value=match.name,
    )


# --- days -----------------------------------------------------------------------------------------

_REPORTS_BEHIND = re.compile(
    r"(?:[’']s?)? (?:(?!and\b|or\b|did\b|was\b|were\b|in\b)[\w-]+ )?"
    r"(?:articles?|reports|reporting|stories|coverage|news|issues?|editions?|newspapers?)\b",
    re.IGNORECASE,
)
_REPORTS_BEFORE = re.compile(
    r"(?:^\W*(?:and |but |please )*(?:only|just)"
    r"|\bwhat(?= (?:was|is|were) (?:written|published|printed))"
    r"|\b(?:articles?|reports|stor(?:y|ies)|coverage|news|pieces?|everything|anything|published"
    r"|dated|posted))(?: (?:that|which))?(?: (?:was|were|is|are))?"
    r"(?: (?:published|written|dated|posted|filed|printed|from|of))* $",
    re.IGNORECASE,
)
_BESIDE_SOURCE = re.compile(
    rf"(?:[’']s?)?(?: (?:{_SAYS}|{_TO_SAY}))?(?: (?:on|in|of|from|for|dated))?,? ?", re.IGNORECASE
)
_SOURCE_OF_DAY = re.compile(r"(?:[’']s?)? (?:issue of )?(?:the )?", re.IGNORECASE)


def _date_filter(question: str, mention: Mention, sources: Sequence[NameMatch]) -> QuestionFilter:
    strict = bool(
        _REPORTS_BEHIND.match(question[mention.end :])
        or _REPORTS_BEFORE.search(question[: mention.start])
        or any(_is_beside(question, mention, source) for source in sources)
    )
    first, last = mention.days.first or "", mention.days.last or ""
    return QuestionFilter(
        kind="date",
        key=f"date:{first}..{last}",
        label=f"{'Published' if strict else 'Prefer'} {mention.days.label()}",
        text=mention.text,
        start=mention.start,
        end=mention.end,
        strict=strict,
        value=mention.days,
    )


def _is_beside(question: str, mention: Mention, source: NameMatch) -> bool:
    """Source and time in one breath: "NATO in December", "what did NATO say on Thursday"."""
    if source.end <= mention.start:
        return bool(_BESIDE_SOURCE.fullmatch(question[source.end : mention.start]))
    return bool(_SOURCE_OF_DAY.fullmatch(question[mention.end : source.start]))


def _find_newest(question: str, inside: Sequence[tuple[int, int]]) -> Iterator[QuestionFilter]:
    match = asks_for_newest(question)
    if match and not any(start < match.end() and match.start() < end for start, end in inside):
        yield QuestionFilter(
            kind="newest",
            key="newest",
            label="Newest first",
            text=match.group(),
            start=match.start(),
            end=match.end(),
            strict=False,
        )
