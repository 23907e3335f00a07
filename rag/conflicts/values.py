"""The values in an answer's cited sentences, and the different values in other sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sourcebook.rag.answer import Citation, Place, Sentence
from sourcebook.rag.language import ParsedSentence, Quantity
from sourcebook.rag.language.time import Mention
from sourcebook.rag.language.units import DIMENSIONS, unit_in_question
from sourcebook.rag.question import Question
from sourcebook.rag.retrieval import Evidence

from .comparability import is_comparable
from .compared_sentence import ComparedSentence

_FURTHEST = 5.0
"""Values that differ by a larger factor measure two things."""

_ASKS_DURATION = re.compile(
    r"\bhow (long|much time|many (hours|minutes|days|weeks|months|years))\b", re.IGNORECASE
)
_ASKS_WHEN = re.compile(
    r"^\W*((and|but|so|since|until) )*when\b|\b(which|what) (day|date|month|year)\b", re.IGNORECASE
)
_ASKS_NO_NUMBER = re.compile(
    r"^\W*((and|but|so) )?(who|whom|whose|where|why|when)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class StatedValue:
    """A value, and the sentence that states it."""

    sentence: ComparedSentence
    value: Quantity | Mention

    @property
    def document(self) -> str:
        """The id of its article."""
        return self.sentence.evidence.document.id

    @property
    def figure(self) -> float | str:
        """The value without its qualifier."""
        return self.value.value if isinstance(self.value, Quantity) else _iso(self.value)

    def agrees(self, other: StatedValue) -> bool:
        """Return whether both values can be right."""
        if isinstance(self.value, Quantity) and isinstance(other.value, Quantity):
            return self.value.agrees(other.value)
        if isinstance(self.value, Mention) and isinstance(other.value, Mention):
            return self.value.days.overlaps(other.value.days)
        return True


@dataclass(frozen=True)
class ConflictContext:
    """The material of a comparison: the question, the answer's sentences, the ranked pool."""

    question: Question
    sentences: Sequence[Sentence]
    citations: Sequence[Citation]
    pool: Mapping[Place, Evidence]

    @cached_property
    def cited_evidence(self) -> list[tuple[ParsedSentence, Evidence]]:
        """Each answer sentence with each article sentence that it cites."""
        places = {c.number: c.place for c in self.citations}
        parsed = [(ParsedSentence(sentence.text), sentence) for sentence in self.sentences]
        return [
            (text, item)
            for text, sentence in parsed
            for number in sentence.citations
            if number in places and (item := self.pool.get(places[number]))
        ]

    def evidence_elsewhere(self, own_values: Sequence[StatedValue]) -> list[Evidence]:
        """Return the sentences of other articles."""
        own_articles = {s.document for s in own_values}
        return [item for item in self.pool.values() if item.document.id not in own_articles]


# --- amounts ----------------------------------------------------------------------------------


def amounts_in_conflict(context: ConflictContext) -> list[list[StatedValue]]:
    """Return, per unit, the answer's values and then those that contradict them."""
    if _ASKS_NO_NUMBER.search(context.question.text):
        return []
    own_amounts = _own_amounts(context)
    return [
        values
        for unit in dict.fromkeys(amount.unit for _, amount in own_amounts)
        if (
            values := _amounts_of_unit(
                unit, [pair for pair in own_amounts if pair[1].unit == unit], context
            )
        )
    ]


def _amounts_of_unit(
    unit: str, own_amounts: Sequence[tuple[Evidence, Quantity]], context: ConflictContext
) -> list[StatedValue]:
    question = context.question.sentence
    own_values = [value_at(item, amount) for item, amount in own_amounts]
    is_count = not any(unit.startswith(dimension) for dimension in DIMENSIONS)
    other_values = [
        candidate
        for item in context.evidence_elsewhere(own_values)
        if (amount := only_amount(item, unit)) is not None
        and all(is_similar_size(amount, own_amount) for _, own_amount in own_amounts)
        for candidate in [value_at(item, amount)]
        if any(
            is_comparable(question, one.sentence, candidate.sentence, compares_counts=is_count)
            for one in own_values
        )
    ]
    return _contradictory(own_values, _drop_mixed_articles(own_values, other_values))


def _own_amounts(context: ConflictContext) -> list[tuple[Evidence, Quantity]]:
    """Return the amounts that the answer adds to the question, as its sources give them."""
    question_keys = {number.key for number in context.question.wording.numbers}
    pairs: list[tuple[Evidence, Quantity]] = []
    for sentence, item in context.cited_evidence:
        answer_keys = {number.key for number in sentence.numbers} - question_keys
        values = {(a.unit, a.value) for a in sentence.quantities if a.key not in question_keys}
        for amount in item.sentence.quantities:
            is_in_answer = amount.key in answer_keys or (amount.unit, amount.value) in values
            if is_in_answer and _is_possible_answer(context.question.text, amount.unit):
                pairs.append((item, amount))
    # With two amounts of one unit in a sentence it is not clear which is the answer.
    places = [(item.place, amount.unit) for item, amount in pairs]
    return [pair for pair, place in zip(pairs, places, strict=True) if places.count(place) == 1]


def _is_possible_answer(question: str, unit: str) -> bool:
    """Whether an amount of that unit can answer the question."""
    if _ASKS_DURATION.search(question):
        return unit in {"time", "length"}
    question_unit = unit_in_question(question)
    if question_unit == "people":  # Visitors, soldiers and the dead are people.
        return unit not in DIMENSIONS
    return question_unit in {None, unit}


def only_amount(item: Evidence, unit: str) -> Quantity | None:
    """Return the one amount of a sentence with that unit; None where there is none or several."""
    amounts = [amount for amount in item.sentence.quantities if amount.unit == unit]
    return amounts[0] if len(amounts) == 1 else None


def is_similar_size(first: Quantity, second: Quantity) -> bool:
    """Return whether two amounts are near enough to measure one thing."""
    low, high = sorted((first.value, second.value))
    return 0 < high <= _FURTHEST * low


def _drop_mixed_articles(
    own_values: Sequence[StatedValue], other_values: Sequence[StatedValue]
) -> list[StatedValue]:
    """Drop the other figures of articles that also give a figure of the answer."""
    own_figures = {own.figure for own in own_values}
    agreeing = {other.document for other in other_values if other.figure in own_figures}
    return [o for o in other_values if o.figure in own_figures or o.document not in agreeing]


# --- dates ------------------------------------------------------------------------------------


def dates_in_conflict(context: ConflictContext) -> list[StatedValue]:
    """Return the answer's dates, if the question asks for one, then those that contradict them."""
    if not _ASKS_WHEN.search(context.question.text):
        return []
    own_values = [
        value_at(item, mention)
        for sentence, item in context.cited_evidence
        if (mention := only_date(item)) and _states_date(sentence, item, mention)
    ]
    other_values = [
        candidate
        for item in context.evidence_elsewhere(own_values)
        if (mention := only_date(item)) is not None
        for candidate in [value_at(item, mention)]
        if any(
            is_comparable(
                context.question.sentence, one.sentence, candidate.sentence, compares_dates=True
            )
            for one in own_values
        )
    ]
    return _contradictory(own_values, other_values)


def only_date(item: Evidence) -> Mention | None:
    """Return the one date of the event in a sentence; None where there is none or several."""
    dates = ComparedSentence(item).dates
    return dates[0] if len(dates) == 1 else None


def _states_date(answer: ParsedSentence, item: Evidence, mention: Mention) -> bool:
    """Whether the answer, read on the day on which its source was published, names the date."""
    on_that_day = ParsedSentence(answer.text, item.sentence.published)
    return any(mention.days.overlaps(date.days) for date in on_that_day.times)


def _iso(mention: Mention) -> str:
    """``2019-07-01``, or the interval ``2019-07-01/2019-07-31`` (ISO 8601)."""
    first, last = mention.days.first, mention.days.last
    return str(first) if first == last else f"{first or '..'}/{last or '..'}"


# --- both -------------------------------------------------------------------------------------


def _contradictory(
    own_values: Sequence[StatedValue], other_values: Sequence[StatedValue]
) -> list[StatedValue]:
    """Return the own values and those that contradict any other; empty when all can be right."""
    all_values = [*own_values, *other_values]
    conflicting = [
        other for other in other_values if not all(other.agrees(one) for one in all_values)
    ]
    return [*own_values, *conflicting] if conflicting else []


def value_at(item: Evidence, value: Quantity | Mention) -> StatedValue:
    """Return a value with the sentence that states it."""
    return StatedValue(ComparedSentence(item, value.start, value.end), value)
