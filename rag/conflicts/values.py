"""The values that an answer gives, where they are cited, and what other sentences give instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sourcebook.rag.answer import Citation, Sentence
from sourcebook.rag.language.claims import find_numbers
from sourcebook.rag.language.quantities import Quantity, find_quantities
from sourcebook.rag.language.time.dates import times_in_article
from sourcebook.rag.language.time.expressions import Mention
from sourcebook.rag.language.units import DIMENSIONS, unit_in_question
from sourcebook.rag.question.understanding import Question
from sourcebook.rag.retrieval.evidence import Evidence

from .comparability import ComparedSentence, is_comparable

_FURTHEST = 5.0
"""Values that differ by a larger factor are taken to measure two things."""

_ASKS_DURATION = re.compile(
    r"\bhow (long|much time|many (hours|minutes|days|weeks|months|years))\b", re.IGNORECASE
)
_ASKS_WHEN = re.compile(
    r"^\W*((and|but|so|since|until) )*when\b|\b(which|what) (day|date|month|year)\b", re.IGNORECASE
)
_ASKS_NO_NUMBER = re.compile(
    r"^\W*((and|but|so) )?(who|whom|whose|where|why|when)\b", re.IGNORECASE
)

Key = tuple[str, int, int]
"""Document, start and end of a sentence."""


@dataclass(frozen=True)
class StatedValue:
    """A place and the value it gives."""

    place: ComparedSentence
    value: Quantity | Mention

    @property
    def document(self) -> str:
        """The id of its article."""
        return self.place.evidence.document.id

    @property
    def figure(self) -> float | str:
        """The value without its qualifier."""
        return self.value.value if isinstance(self.value, Quantity) else _iso(self.value)

    def agrees(self, other: StatedValue) -> bool:
        """Whether both values may be right."""
        if isinstance(self.value, Quantity) and isinstance(other.value, Quantity):
            return self.value.agrees(other.value)
        if isinstance(self.value, Mention) and isinstance(other.value, Mention):
            return self.value.days.overlaps(other.value.days)
        return True


@dataclass(frozen=True)
class ConflictContext:
    """What is known when an answer is written: the question, its sentences, the ranked pool."""

    question: Question
    sentences: Sequence[Sentence]
    citations: Sequence[Citation]
    pool: Mapping[Key, Evidence]

    def cited(self) -> list[tuple[Sentence, Evidence]]:
        """Each answer sentence with each article sentence it cites."""
        places = {c.number: (c.document.id, c.start, c.end) for c in self.citations}
        return [
            (sentence, item)
            for sentence in self.sentences
            for number in sentence.citations
            if number in places and (item := self.pool.get(places[number]))
        ]

    def elsewhere(self, ours: Sequence[StatedValue]) -> list[Evidence]:
        """The sentences of other articles."""
        known = {s.document for s in ours}
        return [item for item in self.pool.values() if item.document.id not in known]


# --- amounts ----------------------------------------------------------------------------------


def amounts_in_conflict(read: ConflictContext) -> list[list[StatedValue]]:
    """For each unit of the answer, what it gives and what contradicts that; ours stand first."""
    if _ASKS_NO_NUMBER.search(read.question.asked):
        return []
    ours = _own_amounts(read)
    return [
        found
        for unit in dict.fromkeys(amount.unit for _, amount in ours)
        if (found := _of_unit(unit, [pair for pair in ours if pair[1].unit == unit], read))
    ]


def _of_unit(
    unit: str, ours: Sequence[tuple[Evidence, Quantity]], read: ConflictContext
) -> list[StatedValue]:
    own = [_value_at(item, amount) for item, amount in ours]
    counted = not any(unit.startswith(dimension) for dimension in DIMENSIONS)
    others = [
        stated
        for item in read.elsewhere(own)
        if (amount := _only_amount(item, unit)) is not None
        and all(_is_similar_size(amount, known) for _, known in ours)
        for stated in [_value_at(item, amount)]
        if any(
            is_comparable(read.question.standalone, one.place, stated.place, counted=counted)
            for one in own
        )
    ]
    return _contradictory(own, _without_mixed_articles(own, others))


def _own_amounts(read: ConflictContext) -> list[tuple[Evidence, Quantity]]:
    """The amounts that the answer adds to the question, where they are cited."""
    given = {claim.key for claim in find_numbers(read.question.asked)}
    found: list[tuple[Evidence, Quantity]] = []
    for sentence, item in read.cited():
        said = {claim.key for claim in find_numbers(sentence.text)} - given
        values = {(a.unit, a.value) for a in find_quantities(sentence.text) if a.key not in given}
        for amount in item.sentence.quantities:
            named = amount.key in said or (amount.unit, amount.value) in values
            if named and _is_possible_answer(read.question.asked, amount.unit):
                found.append((item, amount))
    # Two amounts of one unit in one sentence: which of them is the answer is not clear.
    places = [(_key(item), amount.unit) for item, amount in found]
    return [pair for pair, place in zip(found, places, strict=True) if places.count(place) == 1]


def _is_possible_answer(question: str, unit: str) -> bool:
    """Whether an amount of that unit is of the kind asked for, as far as the question says."""
    if _ASKS_DURATION.search(question):
        return unit in {"time", "length"}
    wanted = unit_in_question(question)
    if wanted == "people":  # Visitors, soldiers and the dead are people.
        return unit not in DIMENSIONS
    return wanted in {None, unit}


def _only_amount(item: Evidence, unit: str) -> Quantity | None:
    amounts = [amount for amount in item.sentence.quantities if amount.unit == unit]
    return amounts[0] if len(amounts) == 1 else None


def _is_similar_size(one: Quantity, other: Quantity) -> bool:
    low, high = sorted((one.value, other.value))
    return 0 < high <= _FURTHEST * low


def _without_mixed_articles(
    ours: Sequence[StatedValue], others: Sequence[StatedValue]
) -> list[StatedValue]:
    """Without the further figures of articles that give our figure as well."""
    known = {stated.figure for stated in ours}
    agreeing = {other.document for other in others if other.figure in known}
    return [o for o in others if o.figure in known or o.document not in agreeing]


# --- dates ------------------------------------------------------------------------------------


def dates_in_conflict(read: ConflictContext) -> list[StatedValue]:
    """The date that the answer gives when one is asked for, and the dates that contradict it."""
    if not _ASKS_WHEN.search(read.question.asked):
        return []
    ours = [
        _value_at(item, mention)
        for sentence, item in read.cited()
        if (mention := _only_date(item)) and _states_date(sentence.text, item, mention)
    ]
    others = [
        stated
        for item in read.elsewhere(ours)
        if (mention := _only_date(item)) is not None
        for stated in [_value_at(item, mention)]
        if any(
            is_comparable(read.question.standalone, one.place, stated.place, date_asked=True)
            for one in ours
        )
    ]
    return _contradictory(ours, others)


def _only_date(item: Evidence) -> Mention | None:
    dates = ComparedSentence(item, 0, 0).dates
    return dates[0] if len(dates) == 1 else None


def _states_date(answer: str, item: Evidence, mention: Mention) -> bool:
    said = times_in_article(answer, ComparedSentence(item, 0, 0).published)
    return any(mention.days.overlaps(date.days) for date in said)


def _iso(mention: Mention) -> str:
    """``2019-07-01``, or the interval ``2019-07-01/2019-07-31`` (ISO 8601)."""
    first, last = mention.days.first, mention.days.last
    return str(first) if first == last else f"{first or '..'}/{last or '..'}"


# --- both -------------------------------------------------------------------------------------


def _contradictory(ours: Sequence[StatedValue], others: Sequence[StatedValue]) -> list[StatedValue]:
    """Ours and what contradicts ours or one another; nothing when all can be right."""
    every = [*ours, *others]
    clashing = [other for other in others if not all(other.agrees(one) for one in every)]
    return [*ours, *clashing] if clashing else []


def _value_at(item: Evidence, value: Quantity | Mention) -> StatedValue:
    return StatedValue(ComparedSentence(item, value.start, value.end), value)


def _key(item: Evidence) -> Key:
    return item.document.id, item.start, item.end
